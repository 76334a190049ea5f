"""A bench on a wooden pier, the sea on both sides."""

import numpy as np

from lib import cameras, land, materials, mesh, sky

LOOK = {"exposure": 0.2, "glow": 0.06, "contrast": 0.26, "saturation": 1.06, "vignette": 0.10, "shadow": 0.08}


def build():
    rng = np.random.default_rng(67)
    deck = materials.wood("deck", (0.13, 0.105, 0.085), (0.40, 0.345, 0.29), rings=60, roughness=0.75, wear=0.3, bump=0.5)
    y = 0.0
    while y < 34:
        wide = rng.uniform(0.135, 0.15)
        mesh.box("plank", (3.3 + rng.normal(0, 0.03), wide - 0.012, 0.05), deck, (rng.normal(0, 0.012), y + wide / 2, -0.025 + rng.normal(0, 0.002)), 0.004, (0, 0, rng.normal(0, 0.002)))
        y += wide
    mesh.box("beam", (0.2, 34, 0.25), deck, (-1.3, 17, -0.20), rotation=(0, 0, 0))
    mesh.box("beam", (0.2, 34, 0.25), deck, (1.3, 17, -0.20))
    pile = materials.wood("pile", (0.09, 0.07, 0.055), (0.28, 0.23, 0.19), rings=40, roughness=0.8)
    rope = materials.plaster("rope", (0.42, 0.34, 0.22), grain=3, scale=12)
    for side in (-1.56, 1.56):
        posts = [(side, y) for y in np.arange(1.4, 34, 3.1)]
        for x, y in posts:
            mesh.lathe("pile", [(0, -1.5), (0.095, -1.5), (0.09, 0.90), (0.075, 0.95), (0, 0.96)], pile, 32, 1).location = (x, y, 0)
        for (x, y), (_, y2) in zip(posts[:-1], posts[1:]):
            t = np.linspace(0, 1, 16)
            mesh.tube("rope", np.column_stack([np.full(16, x), y + (y2 - y) * t, 0.78 - 0.55 * t * (1 - t)]), 0.018, rope, 10)
    xs = np.concatenate([-np.geomspace(4000, 30, 50), np.linspace(-29, 29, 160), np.geomspace(30, 4000, 50)])
    ys = np.concatenate([np.linspace(0.5, 50, 200), np.geomspace(50.5, 8000, 100)])
    gx, gy = np.meshgrid(xs, ys, indexing="xy")
    mesh.terrain("sea", xs, ys, -0.85 + 0.10 * mesh.fractal(gx, gy, rng, 4, 4) / (1 + gy / 70), land.waves("sea", (0.012, 0.055, 0.060), height=0.42, scale=1.0))
    land.ridge("coast", land.far_hill("coast", (0.05, 0.07, 0.08), (0.50, 0.50, 0.56), 0.8), 4600, 320, 1400, 68, 5000, 600)
    sky.sky(22, 74, strength=0.125, dust=1.8, clouds=0.35, cloud_scale=0.7, cloud_lit=(9.0, 8.0, 7.0), cloud_dark=(5.0, 4.9, 5.2), cloud_seed=6.4, stretch=(0.45, 1.5), sharpness=0.4)
    sky.sun(22, 74, strength=5.0, colour=(1.0, 0.82, 0.60), angle=0.6)

    seat = materials.paint("seat", (0.06, 0.20, 0.17), roughness=0.4, chips=0.22, under=(0.28, 0.20, 0.12))
    iron = materials.paint("iron", (0.02, 0.022, 0.024), chips=0.15)
    parts = []
    for k in range(5):
        parts.append(mesh.box("slat", (1.5, 0.075, 0.028), seat, (0, -0.19 + 0.09 * k, 0.44), 0.006))
    for k in range(4):
        parts.append(mesh.box("slat", (1.5, 0.026, 0.08), seat, (0, 0.235 + 0.028 * k, 0.54 + 0.095 * k), 0.006, (-0.28, 0, 0)))
    for x in (-0.62, 0.62):
        parts.append(mesh.tube("leg", [(x, -0.22, 0), (x, -0.20, 0.2), (x, -0.18, 0.41), (x, 0.0, 0.42), (x, 0.20, 0.42), (x, 0.26, 0.6), (x, 0.35, 0.88)], 0.022, iron, 12))
        parts.append(mesh.tube("leg", [(x, 0.30, 0), (x, 0.24, 0.2), (x, 0.19, 0.42)], 0.022, iron, 12))
        parts.append(mesh.tube("arm", [(x, -0.20, 0.41), (x, -0.21, 0.62), (x, -0.12, 0.66), (x, 0.27, 0.64)], 0.018, iron, 12))
    import bpy
    group = bpy.data.objects.new("bench", None)
    bpy.context.scene.collection.objects.link(group)
    for part in parts:
        part.parent = group
    group.location, group.rotation_euler = (0.62, 5.4, 0), (0, 0, -0.75)
    cameras.camera((-0.35, 0.0, 1.6), (0.05, 6.5, 0.75), 34, 8.0, (0.6, 5.4, 0.4))
    return parts
