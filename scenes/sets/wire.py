"""Power lines with a few birds on them, over a village's fields at dusk."""

import numpy as np

from lib import cameras, land, materials, mesh, plants, sky

LOOK = {"exposure": 0.35, "glow": 0.06, "contrast": 0.28, "saturation": 1.1, "vignette": 0.12, "shadow": 0.12, "noise": 0.012}


def span(y, z, sag, stuff, radius):
    x = np.linspace(-26, 26, 90)
    return mesh.tube("wire", np.column_stack([x, y + 0.10 * x, z + sag * (x / 22) ** 2 + 0.035 * x]), radius, stuff, segments=8)


def bird(stuff, at, turn):
    body = mesh.sphere("bird", 0.09, stuff, at, detail=4)
    body.scale, body.rotation_euler = (0.75, 0.85, 1.35), (0.45, 0, turn)
    head = mesh.sphere("head", 0.052, stuff, (at[0] + 0.03 * np.sin(turn), at[1] - 0.02, at[2] + 0.145), detail=4)
    tail = mesh.box("tail", (0.05, 0.022, 0.20), stuff, (at[0], at[1] + 0.06, at[2] - 0.14), 0.008, (0.4, 0, turn))
    return [body, head, tail]


def build():
    rng = np.random.default_rng(5)
    flat = lambda x, y: 0 * np.asarray(x, float)
    mesh.plane("fields", 4000, materials.plaster("field", (0.10, 0.11, 0.045), scale=0.05), cuts=2)
    land.ridge("far", land.far_hill("far hill", (0.05, 0.06, 0.09), (0.32, 0.20, 0.22), 0.7), 2600, 260, 900, 21, 4000, 600)
    foliage = plants.leaf_material("foliage", (0.020, 0.030, 0.010), (0.05, 0.065, 0.02), through=0.3)
    land.wood(rng, foliage, flat, (-70, 70), (85, 120), 60, scale=(0.8, 1.9))
    sky.sky(5, -55, strength=0.42, dust=1.8, ozone=2.0, clouds=0.66, cloud_scale=0.75, cloud_lit=(2.1, 1.15, 0.80), cloud_dark=(0.55, 0.48, 0.58),
            cloud_gain=0.9, cloud_seed=5.6, stretch=(0.5, 1.35), sharpness=0.34)
    sky.sun(5, -55, strength=2.0, colour=(1.0, 0.62, 0.36), angle=1.0)
    dark = materials.metal("wire", (0.05, 0.05, 0.055), 0.6)
    feather = materials.plaster("feather", (0.018, 0.018, 0.02), scale=9)
    parts = []
    for y, z, sag, radius in ((20, 7.2, 0.9, 0.020), (20, 8.3, 0.8, 0.020), (20.4, 9.6, 0.95, 0.016), (19, 5.2, 0.6, 0.030)):
        parts.append(span(y, z, sag, dark, radius))
    for x in (-3.6, -3.1, -1.9, 2.4):
        parts += bird(feather, (x, 20 + 0.10 * x, 7.2 + 0.9 * (x / 22) ** 2 + 0.035 * x + 0.13), rng.uniform(-1, 1))
    cameras.camera((0.0, 0.0, 1.7), (0.0, 20.0, 7.0), 36, 8.0, (0, 20, 7))
    return parts
