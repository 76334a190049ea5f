"""A striped balloon over misty hills at sunrise."""

import numpy as np

from lib import cameras, land, materials, mesh, plants, sky
from lib.nodes import material

LOOK = {"exposure": 0.25, "glow": 0.07, "contrast": 0.26, "saturation": 1.1, "vignette": 0.10, "shadow": 0.2, "noise": 0.010}


def stripes():
    made, g = material("envelope")
    at = g.coords("Object")
    x, y, z = g.xyz(at)
    turn = g.math("MULTIPLY", g.math("ADD", g.math("ARCTAN2", y, x), 3.15), 24 / (2 * np.pi))
    gore = g.math("FLOOR", turn)
    step = g.math("MODULO", gore, 4.0)
    warm = g.mix(g.range(step, 0.5, 0.6), (0.50, 0.035, 0.020), (0.78, 0.34, 0.03))
    warm = g.mix(g.range(step, 1.5, 1.6), warm, (0.72, 0.66, 0.50))
    warm = g.mix(g.range(step, 2.5, 2.6), warm, (0.78, 0.34, 0.03))
    band = g.math("MULTIPLY", g.range(z, 1.5, 1.55), g.range(z, 3.0, 3.05, 1.0, 0.0))
    colour = g.mix(band, warm, (0.03, 0.07, 0.16))
    bulge = g.math("ABSOLUTE", g.math("SUBTRACT", g.math("FRACT", turn), 0.5))
    normal = g.bump(g.math("SUBTRACT", 0.25, g.math("MULTIPLY", bulge, bulge)), 0.6, 0.6)
    front = g.add("BsdfDiffuse", Color=colour)
    g.put(front.inputs["Normal"], normal)
    back = g.add("BsdfTranslucent", Color=colour)
    g.finish(g.mix_shader(0.45, front, back))
    return made


def build():
    rng = np.random.default_rng(71)
    foliage = plants.leaf_material("foliage", (0.015, 0.022, 0.010), (0.05, 0.06, 0.02), through=0.3)
    flat = lambda x, y: np.full(np.shape(x), -26.0)
    mesh.plane("valley", 9000, materials.plaster("meadow", (0.06, 0.075, 0.03), scale=0.02), (0, 0, -26), cuts=2)
    land.wood(rng, foliage, flat, (-110, 110), (120, 190), 130, scale=(1.0, 2.2), leaves=5200, leaf=0.13)
    for y, tall, rough, seed, haze, amount in ((700, 62, 330, 73, (0.34, 0.24, 0.25), 0.42), (1500, 165, 620, 76, (0.52, 0.36, 0.34), 0.66), (3200, 420, 1200, 79, (0.68, 0.48, 0.43), 0.84)):
        made = land.ridge("ridge", land.far_hill("hill", (0.045, 0.055, 0.05), haze, amount), y, tall, rough, seed, 1.4 * y, 300)
        made.location.z = -26
    sky.sky(7, 38, strength=0.25, dust=2.6, ozone=1.6, tint=(1.04, 0.97, 0.96), haze=(3.4, 2.2, 1.6), haze_height=0.14)
    sky.sun(8, 52, strength=4.2, colour=(1.0, 0.66, 0.40), angle=1.0)
    angle = np.linspace(0, 1, 40)
    radius = 4.0 * np.sin(np.pi * angle**1.35) ** 0.66 + 0.45 * (1 - angle) ** 6
    profile = np.column_stack([np.maximum(radius, 0.0), -4.6 + 9.6 * angle])
    profile[-1, 0] = 0
    envelope = mesh.lathe("envelope", profile, stripes(), 144, 1)
    wicker = materials.plaster("wicker", (0.16, 0.09, 0.04), grain=5, scale=3)
    basket = mesh.box("basket", (1.25, 1.0, 0.95), wicker, (0, 0, -7.0), bevel=0.08)
    rim = mesh.box("rim", (1.33, 1.08, 0.12), materials.plaster("leather", (0.09, 0.045, 0.02)), (0, 0, -6.52), bevel=0.05)
    cords = [mesh.tube("cord", [(0.58 * a, 0.46 * b, -6.5), (0.42 * a, 0.42 * b, -4.5)], 0.022, materials.metal("cord", (0.12, 0.1, 0.09), 0.6), 8) for a in (-1, 1) for b in (-1, 1)]
    people = [mesh.sphere("head", 0.17, materials.plaster("skin", (0.40, 0.22, 0.15)), (x, 0.05, -6.2), detail=4) for x in (-0.3, 0.25)]
    parts = [envelope, basket, rim, *cords, *people]
    import bpy
    group = bpy.data.objects.new("balloon", None)
    bpy.context.scene.collection.objects.link(group)
    for part in parts:
        part.parent = group
    group.location, group.rotation_euler = (-6.5, 52, 15.5), (0.03, 0.02, 0.4)
    cameras.camera((0, 0, 3.0), (0, 52, 12.8), 46, 8.0, (-6.5, 52, 15))
    return parts
