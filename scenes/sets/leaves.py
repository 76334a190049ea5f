"""A soda can among fallen leaves, seen from near the ground."""

import numpy as np

from lib import cameras, ground, materials, mesh, plants, sky
from lib.nodes import material

LOOK = {"exposure": 0.35, "glow": 0.07, "contrast": 0.3, "saturation": 1.08, "vignette": 0.14, "shadow": 0.10}


def label():
    made, g = material("label")
    at = g.coords("Object")
    x, y, z = g.xyz(at)
    angle = g.math("ARCTAN2", y, x)
    wave = g.math("ADD", z, g.math("MULTIPLY", g.math("SINE", g.math("MULTIPLY", angle, 2.0)), 0.012))
    band = g.math("MULTIPLY", g.range(wave, 0.045, 0.0455), g.range(wave, 0.066, 0.0665, 1.0, 0.0))
    colour = g.mix(band, (0.03, 0.16, 0.36), (0.80, 0.80, 0.78))
    bare = g.math("MAXIMUM", g.range(z, 0.008, 0.0075), g.range(z, 0.113, 0.1135))
    colour = g.mix(bare, colour, (0.62, 0.62, 0.63))
    dent = g.noise(at, 22.0, detail=4.0)
    g.finish(g.principled(Base_Color=colour, Metallic=g.range(bare, 0, 1, 0.35, 1.0), Roughness=0.28, Normal=g.bump(dent, 0.35, 0.008)))
    return made


def build():
    rng = np.random.default_rng(53)
    height = lambda x, y: 0.05 * mesh.fractal(x, y, np.random.default_rng(111), 0.9, 3) + 0.3 * mesh.fractal(x, y, np.random.default_rng(112), 7, 2) * np.clip((np.asarray(y, float) - 2.5) / 5, 0, 1)
    xs, ys = np.linspace(-8, 8, 140), np.geomspace(0.15, 26, 160)
    gx, gy = np.meshgrid(xs, ys, indexing="xy")
    mesh.terrain("earth", xs, ys, height(gx, gy) - 0.012, plants.soil())
    kinds = (((0.20, 0.075, 0.015), (0.46, 0.17, 0.03)), ((0.30, 0.14, 0.02), (0.56, 0.31, 0.05)), ((0.13, 0.065, 0.03), (0.27, 0.15, 0.07)), ((0.26, 0.03, 0.012), (0.44, 0.07, 0.02)))
    for low, high in kinds:
        stuff = plants.leaf_material("fallen", low, high, dry=(0.22, 0.13, 0.07), dryness=0.35, through=0.4, gloss=0.012)
        for _ in range(4):
            leaf = ground.fallen_leaf("leaf", stuff, rng, rng.uniform(0.055, 0.085), rng.uniform(0.034, 0.055))
            p = plants.frustum_points(rng, 0.3, 20, 0.40, 78, power=0.75)
            lift = rng.exponential(0.007, len(p))
            mesh.strew("leaves", leaf, np.column_stack([p, height(*p.T) + lift]), rng.uniform(0.7, 1.5, len(p)) * (1 + 0.05 * p[:, 1]), rng, tilt=0.38)
    bark = materials.plaster("bark", (0.075, 0.055, 0.042), grain=4, scale=4)
    moss = plants.leaf_material("moss", (0.04, 0.07, 0.01), (0.12, 0.17, 0.03), through=0.3)
    for x, y, r in ((-2.6, 8.5, 0.26), (-1.0, 13.0, 0.30), (1.6, 10.5, 0.22), (3.6, 14.0, 0.34), (-5.2, 14.5, 0.3), (0.5, 19.0, 0.3), (5.8, 19.0, 0.3), (-3.2, 20, 0.28)):
        z = float(height(x, y))
        mesh.tube("trunk", [(x + 0.08 * np.sin(2 * h + x), y, z - 0.2 + h) for h in np.linspace(0, 8, 14)], r * np.linspace(1.15, 0.7, 14) * np.where(np.arange(14) == 0, 1.35, 1), bark, 24)
    crown = plants.leaf_material("autumn", (0.32, 0.13, 0.02), (0.58, 0.33, 0.05), through=0.6)
    for _ in range(3):
        tree = plants.crown("crown", crown, rng, (2.4, 2.0, 2.6), 2600, 0.13, blobs=16)
        p = np.column_stack([rng.uniform(-9, 9, 7), rng.uniform(17, 27, 7)])
        mesh.strew("crowns", tree, np.column_stack([p, height(*p.T) + 0.3]), rng.uniform(0.7, 1.3, 7), rng)
    sky.sky(20, 40, strength=0.17, dust=2.0)
    sky.sun(21, 40, strength=4.2, colour=(1.0, 0.76, 0.46), angle=0.9)
    stuff = label()
    can = mesh.lathe("can", [(0, 0.004), (0.022, 0.002), (0.026, 0.0), (0.029, 0.003), (0.0335, 0.012), (0.0335, 0.105), (0.030, 0.114), (0.0275, 0.118), (0.0285, 0.1205), (0.0265, 0.1215), (0.0255, 0.116), (0, 0.1155)], stuff, 80, 2)
    at = (0.05, 1.25)
    can.location, can.rotation_euler = (*at, float(height(*at)) + 0.036), (1.42, 0.06, 0.95)
    base = float(height(0, 0.2))
    cameras.camera((0.0, 0.0, base + 0.34), (0.01, 1.3, base + 0.07), 60, 2.8, (*at, base + 0.03))
    return [can]
