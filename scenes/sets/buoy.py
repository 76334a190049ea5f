"""A red buoy on open water under a clouded sky."""

import numpy as np

from lib import cameras, land, materials, mesh, sky

LOOK = {"exposure": 0.1, "glow": 0.05, "contrast": 0.28, "saturation": 1.08, "vignette": 0.10, "shadow": 0.12}


def build():
    rng = np.random.default_rng(43)
    xs = np.concatenate([-np.geomspace(5000, 40, 60), np.linspace(-39, 39, 260), np.geomspace(40, 5000, 60)])
    ys = np.concatenate([np.linspace(1.0, 60, 320), np.geomspace(60.5, 9000, 120)])
    gx, gy = np.meshgrid(xs, ys, indexing="xy")
    fade = 1 / (1 + gy / 90)
    heave = 0.24 * np.sin(0.55 * gy + 0.20 * gx + 1.3 * mesh.fractal(gx, gy, rng, 14, 2)) + 0.22 * mesh.fractal(gx, gy, rng, 4.5, 4)
    mesh.terrain("sea", xs, ys, heave * fade, land.waves("sea", (0.006, 0.030, 0.036), height=0.55, scale=0.9))
    land.ridge("coast", land.far_hill("coast", (0.05, 0.07, 0.08), (0.44, 0.50, 0.58), 0.78), 5200, 260, 1500, 47, 5000, 600)
    sky.sky(30, -28, strength=0.11, dust=1.2, clouds=0.6, cloud_scale=0.8, cloud_lit=(9.5, 8.9, 8.2), cloud_dark=(3.6, 3.9, 4.5), cloud_seed=9.3, stretch=(0.5, 1.4), sharpness=0.3)
    sky.sun(31, -34, strength=3.6, colour=(1.0, 0.90, 0.76), angle=0.8)
    red = materials.paint("red", (0.45, 0.030, 0.020), chips=0.2, under=(0.16, 0.10, 0.07), dirt=0.5)
    dark = materials.paint("dark", (0.03, 0.035, 0.04), chips=0.2)
    float_ = mesh.lathe("float", [(0, -0.5), (0.55, -0.5), (0.80, -0.2), (0.84, 0.05), (0.80, 0.26), (0.55, 0.38), (0.30, 0.42), (0, 0.42)], red, 80, 2)
    cage = [mesh.tube("leg", [(0.42 * np.cos(a), 0.42 * np.sin(a), 0.38), (0.13 * np.cos(a), 0.13 * np.sin(a), 1.75)], 0.028, red, 12) for a in np.arange(4) * np.pi / 2 + 0.4]
    t = np.linspace(0, 2 * np.pi, 33)
    cage += [mesh.tube("hoop", np.column_stack([r * np.cos(t), r * np.sin(t), 0 * t + z + 1e-4 * t]), 0.02, red, 10) for r, z in ((0.30, 0.95), (0.205, 1.40))]
    lamp = mesh.lathe("lamp", [(0, 1.74), (0.16, 1.74), (0.17, 1.78), (0.10, 1.82), (0.10, 2.0), (0.12, 2.02), (0.0, 2.10)], dark, 32, 1)
    mark = mesh.lathe("mark", [(0.0, 2.08), (0.20, 2.12), (0.0, 2.50)], red, 40, 0)
    parts = [float_, *cage, lamp, mark]
    import bpy
    group = bpy.data.objects.new("buoy", None)
    bpy.context.scene.collection.objects.link(group)
    for part in parts:
        part.parent = group
    group.location, group.rotation_euler = (0.9, 12.5, 0.05), (0.05, -0.13, 0.3)
    cameras.camera((0.0, 0.0, 2.0), (0.2, 12.0, 1.35), 42, 8.0, (0.9, 12.5, 0.6))
    return parts
