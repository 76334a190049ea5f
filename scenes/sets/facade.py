"""A street lamp before a sunlit facade with shutters."""

import numpy as np

from lib import cameras, facades, materials, mesh, plants, sky

LOOK = {"exposure": 0.2, "glow": 0.05, "contrast": 0.28, "saturation": 1.1, "warmth": 0.02, "vignette": 0.10, "shadow": 0.08}


def build():
    rng = np.random.default_rng(6)
    holes = [(x, z, 1.0, 1.65) for x in (-3.9, -1.3, 1.3, 3.9) for z in (1.15, 4.35)]
    wall = materials.plaster("wall", (0.62, 0.36, 0.17), stains=0.6, scale=0.7)
    facades.wall_with_holes(-9, 9, 0, 8, holes, wall)
    stone = materials.plaster("stone", (0.50, 0.45, 0.37), scale=2.0)
    frame = materials.paint("frame", (0.55, 0.53, 0.48), chips=0.12)
    shutter = materials.paint("shutter", (0.05, 0.17, 0.14), chips=0.2)
    glass = facades.pane()
    for x, z, width, height in holes:
        facades.window(x, z, width, height, 0.22, frame, glass, stone, shutter, rng=rng)
    mesh.box("plinth", (18, 0.10, 0.55), stone, (0, -0.04, 0.275), bevel=0.015)
    mesh.box("cornice", (18, 0.18, 0.16), stone, (0, -0.07, 3.68), bevel=0.02)
    mesh.plane("street", (30, 16), materials.flags("flags", (0.33, 0.30, 0.26), 0.5), (0, -8, 0), cuts=2)
    mesh.box("kerb", (30, 0.3, 0.14), stone, (0, -2.2, 0.03), bevel=0.02)
    leaf = plants.leaf_material("leaf", (0.05, 0.10, 0.02), (0.16, 0.26, 0.05), through=0.5)
    petal = plants.plain("petal", (0.60, 0.04, 0.06), 0.4)
    pot = facades.terracotta("pot")
    for x, z in ((-1.55, 1.15), (-1.05, 1.15), (3.6, 1.15), (1.3, 4.35)):
        made = mesh.lathe("pot", [(0, 0), (0.08, 0), (0.115, 0.17), (0.125, 0.17), (0.125, 0.20), (0.11, 0.20), (0.10, 0.15), (0, 0.15)], pot, 40, 1)
        made.location = (x, -0.05, z)
        for stuff, count, size in ((leaf, 260, 0.035), (petal, 90, 0.022)):
            bush = plants.crown("bush", stuff, rng, (0.14, 0.12, 0.12), count, size, blobs=8)
            bush.location = (x, -0.06, z + 0.17)
    sky.sky(36, 140, strength=0.10, dust=1.2)
    sky.sun(37, 146, strength=5.5, colour=(1.0, 0.86, 0.66), angle=0.6)
    iron = materials.paint("iron", (0.018, 0.022, 0.020), roughness=0.45, chips=0.1)
    lamp = facades.lamp_post(iron, materials.glass("lantern", (0.85, 0.86, 0.80), 0.1), (0.15, -2.5, 0.10), 4.0)
    cameras.camera((-0.9, -9.6, 1.6), (0.1, 0.0, 2.45), 36, 8.0, (0.15, -2.5, 2))
    return lamp
