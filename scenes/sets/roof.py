"""A satellite dish on an old clay roof above a valley."""

import numpy as np

from lib import cameras, facades, land, materials, mesh, plants, sky

LOOK = {"exposure": 0.15, "glow": 0.04, "contrast": 0.28, "saturation": 1.08, "vignette": 0.10, "shadow": 0.08}


def build():
    rng = np.random.default_rng(31)
    pitch = 0.42
    facades.clay_roof(rng, 13.0, 5.2, pitch, (-6.5, 1.2, 0.0), facades.terracotta())
    top = 1.2 + 5.2 * np.cos(pitch), 5.2 * np.sin(pitch)
    ridge_tile = mesh.tube("ridge tile", [(-0.22, 0, 0), (0.22, 0, 0.01)], [0.12, 0.11], facades.terracotta("ridge"), 20)
    x = np.arange(-6.5, 6.5, 0.40)
    mesh.strew("ridge", ridge_tile, np.column_stack([x, np.full(len(x), top[0]), np.full(len(x), top[1] + 0.03)]), 1.0, rng, tilt=0.015, turn=0.0)
    chimney = materials.plaster("chimney", (0.55, 0.48, 0.38), stains=0.6, scale=2)
    mesh.box("chimney", (0.7, 0.5, 1.5), chimney, (-2.7, 4.6, 2.0))
    mesh.box("cap", (0.86, 0.66, 0.09), chimney, (-2.7, 4.6, 2.78), bevel=0.01)
    flat = lambda x, y: np.full(np.shape(x), -14.0)
    mesh.plane("valley", 5000, materials.plaster("fields", (0.10, 0.13, 0.05), scale=0.03), (0, 0, -14), cuts=2)
    foliage = plants.leaf_material("foliage", (0.03, 0.05, 0.015), (0.09, 0.12, 0.04), through=0.3)
    land.wood(rng, foliage, flat, (-130, 130), (70, 240), 120, scale=(1.2, 2.6), leaves=2400)
    land.ridge("near hill", land.far_hill("near hill", (0.07, 0.10, 0.05), (0.36, 0.42, 0.50), 0.35), 500, 105, 420, 33, 1500)
    land.ridge("far hill", land.far_hill("far hill", (0.06, 0.08, 0.09), (0.42, 0.50, 0.62), 0.72), 2100, 330, 900, 37, 3200, 500)
    sky.sky(38, 118, strength=0.12, dust=1.2, clouds=0.45, cloud_scale=0.9, cloud_lit=(9.5, 9.0, 8.4), cloud_dark=(4.4, 4.7, 5.3), cloud_seed=2.2, stretch=(0.6, 1.3), sharpness=0.3)
    sky.sun(38, 118, strength=5.0, colour=(1.0, 0.88, 0.72), angle=0.6)

    white = materials.paint("dish", (0.55, 0.55, 0.54), roughness=0.5, chips=0.05, dirt=0.5)
    steel = materials.metal("mast", (0.45, 0.45, 0.46), 0.45)
    foot = np.array([0.75, 3.4, (3.4 - 1.2) * np.tan(pitch) + 0.02])
    mast = mesh.tube("mast", [tuple(foot), tuple(foot + (0, 0, 1.0))], 0.028, steel, 16)
    r = np.linspace(0, 0.44, 14)
    dish = mesh.lathe("dish", np.concatenate([np.column_stack([r, 0.55 * r**2]), [(0.446, 0.112), (0.44, 0.118)], np.column_stack([r[::-1], 0.55 * r[::-1] ** 2 + 0.008])]), white, 72, 1)
    dish.location, dish.rotation_euler = tuple(foot + (0, -0.05, 0.85)), (1.05, 0.0, 0.5)
    axis = np.array([np.sin(0.5) * np.sin(1.05), -np.cos(0.5) * np.sin(1.05), np.cos(1.05)])
    low = foot + (0.0, -0.06, 0.46)
    arm = mesh.tube("arm", [tuple(low), tuple(foot + (0, -0.05, 0.80) + axis * 0.46 - (0, 0, 0.06))], 0.013, steel, 10)
    head = mesh.tube("head", [tuple(foot + (0, -0.05, 0.80) + axis * 0.44), tuple(foot + (0, -0.05, 0.80) + axis * 0.56)], [0.035, 0.045], white, 20)
    cameras.camera((-0.4, -2.3, 2.1), (0.15, 4.0, 1.75), 34, 8.0, (0.75, 3.4, 1.8))
    return [mast, dish, arm, head]
