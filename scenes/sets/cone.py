"""A traffic cone on a country road under an overcast sky."""

import numpy as np

from lib import cameras, land, materials, mesh, plants, roads, sky
from lib.nodes import material

LOOK = {"exposure": 0.45, "glow": 0.04, "contrast": 0.3, "saturation": 1.08, "vignette": 0.10, "shadow": 0.06}


def stripes():
    made, g = material("cone")
    at = g.coords("Object")
    _, _, z = g.xyz(at)
    dirt = g.noise(at, 16.0, detail=8.0, roughness=0.7)
    band = g.math("MULTIPLY", g.range(z, 0.30, 0.302), g.range(z, 0.44, 0.442, 1.0, 0.0))
    band = g.math("MAXIMUM", band, g.math("MULTIPLY", g.range(z, 0.53, 0.532), g.range(z, 0.60, 0.602, 1.0, 0.0)))
    colour = g.mix(band, (0.75, 0.13, 0.015), (0.70, 0.70, 0.68))
    colour = g.mix(g.range(dirt, 0.5, 0.75, 0.0, 0.55), colour, (0.11, 0.09, 0.07))
    g.finish(g.principled(Base_Color=colour, Roughness=0.45, Specular=0.4))
    return made


def build():
    rng = np.random.default_rng(83)
    side = lambda x: np.clip((np.abs(x) - 3.6) / 1.5, 0, 1)
    ground = lambda x, y: side(np.asarray(x, float)) * (0.10 * mesh.fractal(x, y, np.random.default_rng(121), 2.0, 4) + 0.05) + 2.6 * mesh.fractal(x, y, np.random.default_rng(122), 60, 2) * np.clip((np.abs(np.asarray(x, float)) - 9) / 40, 0, 1)
    xs = np.concatenate([-np.geomspace(160, 4.2, 80), np.linspace(-4, 4, 20), np.geomspace(4.2, 160, 80)])
    ys = np.concatenate([np.linspace(-2, 12, 60), np.geomspace(12.3, 420, 120)])
    gx, gy = np.meshgrid(xs, ys, indexing="xy")
    mesh.terrain("verge", xs, ys, ground(gx, gy) - 0.03 * (np.abs(gx) < 3.7), plants.soil("earth", (0.06, 0.05, 0.03), (0.14, 0.12, 0.065)))
    mesh.terrain("road", np.linspace(-3.6, 3.6, 8), np.concatenate([[-2], np.geomspace(1, 420, 30)]), np.zeros((31, 8)), roads.asphalt("asphalt", age=0.5))
    grass = plants.leaf_material("grass", (0.035, 0.070, 0.012), (0.16, 0.25, 0.045), dryness=0.22, gloss=0.02)
    off = lambda x, y: (np.abs(x) > 3.75 + 0.15 * np.sin(3.1 * y)) & (np.abs(x) < 14)
    land.lawn(rng, grass, ground, 1.5, 60, 0.52, 620, 4, 0.17, keep=off, width=0.006, spread=0.07)
    foliage = plants.leaf_material("foliage", (0.045, 0.075, 0.015), (0.12, 0.17, 0.04), through=0.45)
    for a, b in ((-58, -11), (11, 58)):
        land.wood(rng, foliage, ground, (a, b), (34, 130), 60, scale=(0.9, 1.8), leaves=9000, leaf=0.11)
    land.ridge("hills", land.far_hill("hills", (0.05, 0.075, 0.06), (0.55, 0.60, 0.66), 0.66), 900, 120, 420, 88, 1800)
    post = materials.paint("post", (0.62, 0.61, 0.58), chips=0.1, dirt=0.5)
    for y in (9, 24, 39):
        for x in (-4.3, 4.3):
            mesh.box("post", (0.10, 0.07, 0.95), post, (x, y, 0.47), 0.015)
            mesh.box("band", (0.104, 0.074, 0.18), materials.paint("band", (0.02, 0.02, 0.022)), (x, y, 0.72), 0.012)
    sky.sky(38, 150, strength=0.13, dust=2.5, clouds=0.95, cloud_scale=0.7, cloud_lit=(7.2, 7.2, 7.3), cloud_dark=(4.4, 4.6, 5.0), cloud_seed=12.5, stretch=(0.5, 1.2), sharpness=0.5)
    sky.sun(38, 150, strength=0.9, colour=(1.0, 0.95, 0.88), angle=14)
    orange = stripes()
    body = mesh.lathe("cone", [(0.0, 0.03), (0.17, 0.03), (0.165, 0.05), (0.145, 0.10), (0.032, 0.72), (0.030, 0.75), (0.018, 0.752), (0.0, 0.70)], orange, 72, 1)
    foot = mesh.box("foot", (0.44, 0.44, 0.04), materials.plaster("rubber", (0.05, 0.03, 0.02), scale=8), (0, 0, 0.02), bevel=0.015)
    for part in (body, foot):
        part.location = (1.0, 6.2, part.location.z)
    foot.rotation_euler = (0, 0, 0.35)
    cameras.camera((0.35, 0.0, 1.35), (0.25, 8.0, 0.80), 38, 5.6, (1.0, 6.2, 0.4))
    return [body, foot]
