"""A child's pail on a shingle beach."""

import numpy as np

from lib import cameras, land, materials, mesh, plants, sky
from lib.nodes import material

LOOK = {"exposure": 0.15, "glow": 0.05, "contrast": 0.28, "saturation": 1.05, "vignette": 0.10, "shadow": 0.09}


def shingle(name):
    """Sea-worn stone, each its own tone, some with a pale vein."""
    made, g = material(name)
    at = g.coords("Object")
    chance = g.add("ObjectInfo").outputs["Random"]
    moved = g.vmath("ADD", at, g.vmath("SCALE", (3.0, 5.0, 7.0), g.math("MULTIPLY", chance, 50.0)))
    tone = g.ramp(chance, (0.0, (0.045, 0.045, 0.05)), (0.3, (0.16, 0.15, 0.145)), (0.55, (0.24, 0.20, 0.165)), (0.8, (0.36, 0.32, 0.27)), (1.0, (0.50, 0.48, 0.45)))
    cloud = g.noise(moved, 26.0, detail=7.0, roughness=0.65)
    tone = g.mix(g.range(cloud, 0.35, 0.75, 0.0, 0.5), tone, g.mix(1.0, tone, (0.5, 0.48, 0.45), "MULTIPLY"))
    vein = g.range(g.math("ABSOLUTE", g.math("SUBTRACT", g.noise(moved, 9.0, detail=3.0), 0.5)), 0.010, 0.018, 1.0, 0.0)
    vein = g.math("MULTIPLY", vein, g.math("GREATER_THAN", g.math("FRACT", g.math("MULTIPLY", chance, 9.1)), 0.7))
    tone = g.mix(g.math("MULTIPLY", vein, 0.7), tone, (0.55, 0.53, 0.50))
    g.finish(g.principled(Base_Color=tone, Roughness=g.range(cloud, 0.3, 0.7, 0.45, 0.75), Specular=0.35, Normal=g.bump(cloud, 0.25, 0.004)))
    return made


def build():
    rng = np.random.default_rng(97)
    ground = lambda x, y: 0.05 * mesh.fractal(x, y, np.random.default_rng(131), 1.4, 2) - 0.035 * np.clip(np.asarray(y, float) - 3, 0, 40) ** 1.1
    xs, ys = np.linspace(-12, 12, 100), np.geomspace(0.3, 24, 120)
    gx, gy = np.meshgrid(xs, ys, indexing="xy")
    mesh.terrain("grit", xs, ys, ground(gx, gy) - 0.01, plants.soil("grit", (0.10, 0.09, 0.08), (0.24, 0.21, 0.18)))
    stone = shingle("shingle")
    for kind in range(7):
        pebble = mesh.sphere("pebble", 1.0, stone, detail=4)
        r = np.random.default_rng(140 + kind)
        shape = np.array([1.0, r.uniform(0.6, 0.95), r.uniform(0.35, 0.6)])
        bend = r.normal(0, 1.5, (2, 3))
        for v in pebble.data.vertices:
            c = np.array(v.co)
            v.co = c * (1 + 0.10 * np.sin(bend[0] @ c + kind) + 0.06 * np.sin(bend[1] @ c * 1.7)) * shape
        for density, low, high, far in ((300, 0.012, 0.024, 7), (75, 0.022, 0.042, 14), (9, 0.036, 0.070, 22)):
            p = plants.frustum_points(rng, 0.5, far, 0.44, density / 1.5, power=0.42)
            size = rng.uniform(low, high, len(p)) * (1 + 0.10 * np.maximum(p[:, 1] - 2, 0))
            mesh.strew("shingle", pebble, np.column_stack([p, ground(*p.T) + 0.2 * size]), size, rng, tilt=0.22)
    line = 13.5
    sx = np.concatenate([-np.geomspace(3000, 30, 50), np.linspace(-29, 29, 140), np.geomspace(30, 3000, 50)])
    sy = np.concatenate([np.linspace(8, 50, 180), np.geomspace(50.5, 7000, 90)])
    ax, ay = np.meshgrid(sx, sy, indexing="xy")
    level = float(ground(0.0, line))
    swell = level + 0.30 * np.exp(-(((ay - 17.5 - 0.8 * mesh.fractal(ax, ay, rng, 6, 2)) / 0.9) ** 2)) + 0.10 * mesh.fractal(ax, ay, rng, 3.5, 4) / (1 + ay / 60)
    mesh.terrain("sea", sx, sy, swell, land.waves("sea", (0.016, 0.060, 0.058), height=0.5, scale=1.1))
    sky.sky(33, -122, strength=0.12, dust=1.6, clouds=0.5, cloud_scale=0.8, cloud_lit=(9.0, 8.6, 8.2), cloud_dark=(4.6, 4.8, 5.3), cloud_seed=14.2, stretch=(0.5, 1.4), sharpness=0.35)
    sky.sun(33, -122, strength=4.6, colour=(1.0, 0.88, 0.70), angle=0.7)
    made, g = material("tin")
    at = g.coords("Object")
    _, _, z = g.xyz(at)
    wear = g.noise(at, 22.0, detail=7.0, roughness=0.68)
    colour = g.mix(g.math("MULTIPLY", g.range(z, 0.07, 0.071), g.range(z, 0.12, 0.121, 1.0, 0.0)), (0.72, 0.40, 0.03), (0.74, 0.72, 0.68))
    colour = g.mix(g.range(wear, 0.62, 0.65), colour, (0.22, 0.10, 0.05))
    g.finish(g.principled(Base_Color=colour, Roughness=0.3, Specular=0.5))
    pail = mesh.lathe("pail", [(0, 0.004), (0.068, 0.004), (0.070, 0.0), (0.073, 0.004), (0.092, 0.180), (0.096, 0.182), (0.096, 0.190), (0.090, 0.188), (0.070, 0.01), (0, 0.010)], made, 80, 2)
    t = np.linspace(0.05, np.pi - 0.05, 40)
    wire = mesh.tube("handle", np.column_stack([0.096 * np.cos(t), 0.075 * np.sin(t), 0.178 + 0.075 * np.sin(t)]), 0.0032, materials.metal("wire", (0.55, 0.55, 0.55), 0.35), 10)
    blue = materials.paint("spade", (0.03, 0.14, 0.32), chips=0.15)
    at = np.array([0.16, 2.15])
    base = float(ground(*at)) + 0.02
    for part in (pail, wire):
        part.location, part.rotation_euler = (*at, base), (0.07, -0.05, 0.6)
    q = at + (0.24, -0.10)
    shaft = mesh.tube("shaft", [(q[0], q[1], base + 0.015), (q[0] + 0.20, q[1] + 0.13, base + 0.045)], 0.010, materials.wood("ash", (0.25, 0.14, 0.06), (0.52, 0.36, 0.19)), 14)
    blade = mesh.box("blade", (0.13, 0.09, 0.004), blue, (q[0] - 0.055, q[1] - 0.035, base + 0.014), 0.002, (0.10, -0.06, 0.58))
    top = float(ground(0.0, 0.5))
    cameras.camera((0.0, 0.0, top + 0.95), (0.08, 2.5, top + 0.16), 40, 5.6, (*at, base + 0.08))
    return [pail, wire, shaft, blade]
