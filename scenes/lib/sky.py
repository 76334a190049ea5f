"""Skies and lights: a physical sky with clouds drawn over it, a sun, windows."""

import math

import bpy
from mathutils import Vector

from lib.nodes import Graph


def direction(elevation, azimuth):
    """Unit vector towards the sun; degrees, azimuth counted from +y towards +x."""
    e, a = math.radians(elevation), math.radians(azimuth)
    return Vector((math.cos(e) * math.sin(a), math.cos(e) * math.cos(a), math.sin(e)))


def sun(elevation, azimuth, strength=4.0, colour=(1.0, 0.86, 0.68), angle=0.6):
    """A sun lamp; `strength` in W/m2, `angle` the disc's width in degrees."""
    data = bpy.data.lights.new("sun", "SUN")
    data.energy, data.color, data.angle = strength, colour, math.radians(angle)
    made = bpy.data.objects.new("sun", data)
    bpy.context.scene.collection.objects.link(made)
    made.rotation_euler = direction(elevation, azimuth).to_track_quat("Z", "Y").to_euler()
    return made


def area(location, target, size, strength, colour=(1, 1, 1)):
    """A rectangular lamp; `strength` in watts."""
    data = bpy.data.lights.new("area", "AREA")
    data.shape, data.size, data.size_y = "RECTANGLE", size[0], size[1]
    data.energy, data.color = strength, colour
    made = bpy.data.objects.new("area", data)
    bpy.context.scene.collection.objects.link(made)
    made.location = location
    made.rotation_euler = (Vector(location) - Vector(target)).to_track_quat("Z", "Y").to_euler()
    return made


def sky(
    elevation,
    azimuth,
    strength=0.1,
    dust=1.0,
    air=1.0,
    ozone=1.0,
    clouds=0.0,
    cloud_scale=1.2,
    cloud_lit=(1.0, 0.9, 0.8),
    cloud_dark=(0.45, 0.48, 0.55),
    cloud_gain=1.0,
    cloud_seed=0.0,
    stretch=(1.0, 1.0),
    tint=(1.0, 1.0, 1.0),
    haze=None,
    haze_height=0.12,
    sharpness=0.22,
):
    """Nishita sky without its disc (use `sun`). `clouds` is the covered share; clouds lie on a plane overhead."""
    world = bpy.data.worlds.new("world")
    bpy.context.scene.world = world
    world.use_nodes = True
    g = Graph(world.node_tree)
    nishita = g.add("TexSky", sky_type="NISHITA", sun_disc=False, air_density=air, dust_density=dust, ozone_density=ozone)
    nishita.sun_elevation = math.radians(elevation)
    nishita.sun_rotation = math.radians(azimuth)
    ray = g.coords("Generated")
    colour = g.mix(1.0, nishita.outputs[0], tint, "MULTIPLY")
    x, y, z = g.xyz(ray)
    up = g.math("MAXIMUM", z, 0.0)
    if haze is not None:
        # Lifts the band near the horizon, where the model is dull at low sun.
        amount = g.math("POWER", g.range(up, 0.0, haze_height, 1.0, 0.0), 2.0)
        colour = g.mix(amount, colour, haze)
    if clouds:
        # A plane of clouds: the ray divided by its height, held back near the horizon so that it does not alias.
        depth = g.math("ADD", up, 0.06)
        u = g.math("MULTIPLY", g.math("DIVIDE", x, depth), stretch[0])
        v = g.math("MULTIPLY", g.math("DIVIDE", y, depth), stretch[1])
        at = g.combine(u, v, cloud_seed)
        bend = g.noise(at, cloud_scale * 0.6, detail=3.0, colour=True)
        warped = g.vmath("ADD", at, g.vmath("SCALE", g.vmath("SUBTRACT", bend, (0.5, 0.5, 0.5)), 1.1))
        body = g.noise(warped, cloud_scale, detail=11.0, roughness=0.56)
        edge = 0.68 - 0.36 * clouds
        cover = g.range(body, edge, edge + sharpness, 0.0, 1.0, smooth=True)
        toward = direction(elevation, azimuth)
        offset = g.vmath("ADD", warped, (toward.x * 0.10, toward.y * 0.10, 0.0))
        ahead = g.noise(offset, cloud_scale, detail=6.0, roughness=0.56)
        # Density that falls towards the sun means a lit flank; thick parts are grey underneath.
        lit = g.range(g.math("SUBTRACT", body, ahead), -0.07, 0.07)
        thick = g.range(body, edge + sharpness * 0.5, edge + sharpness * 1.9)
        lit = g.math("MULTIPLY", lit, g.math("SUBTRACT", 1.0, g.math("MULTIPLY", thick, 0.55)))
        glow = g.math("POWER", g.math("MAXIMUM", g.vmath("DOT_PRODUCT", ray, tuple(toward)), 0.0), 6.0)
        tone = g.mix(lit, cloud_dark, cloud_lit)
        tone = g.vmath("SCALE", tone, g.math("MULTIPLY", g.math("ADD", 1.0, g.math("MULTIPLY", glow, 1.2)), cloud_gain))
        fade = g.range(up, 0.01, 0.12, 0.0, 1.0, smooth=True)
        colour = g.mix(g.math("MULTIPLY", cover, fade), colour, tone)
    background = g.add("Background", Color=colour, Strength=strength)
    g.put(g.add("OutputWorld").inputs[0], background)
    world.cycles.sampling_method = "MANUAL"
    world.cycles.sample_map_resolution = 512
    return world
