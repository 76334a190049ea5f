"""A zinc watering can on patterned cement tiles."""

import numpy as np

from lib import cameras, materials, mesh, plants, sky
from lib.nodes import material

LOOK = {"exposure": -0.15, "glow": 0.05, "contrast": 0.28, "vignette": 0.12, "shadow": 0.08}


def cement_tiles(size=0.2):
    """Star and quarter circles in three colours, one pattern a tile, worn by feet."""
    made, g = material("cement tiles")
    at = g.add("NewGeometry").outputs["Position"]
    x, y, _ = g.xyz(at)
    u, v = (g.math("SUBTRACT", g.math("FRACT", g.math("DIVIDE", a, size)), 0.5) for a in (g.math("ADD", x, 100.0), g.math("ADD", y, 100.0)))
    au, av = g.math("ABSOLUTE", u), g.math("ABSOLUTE", v)
    corner = g.vmath("LENGTH", g.combine(g.math("SUBTRACT", 0.5, au), g.math("SUBTRACT", 0.5, av), 0.0))
    middle = g.vmath("LENGTH", g.combine(u, v, 0.0))
    angle = g.math("ARCTAN2", v, u)
    star = g.math("ADD", middle, g.math("MULTIPLY", g.math("COSINE", g.math("MULTIPLY", angle, 8.0)), -0.055))
    cream, ochre, blue, red = (0.55, 0.50, 0.40), (0.48, 0.29, 0.10), (0.055, 0.095, 0.15), (0.30, 0.075, 0.045)
    colour = g.mix(g.range(star, 0.235, 0.243, 1.0, 0.0), cream, blue)
    colour = g.mix(g.range(middle, 0.115, 0.121, 1.0, 0.0), colour, ochre)
    ring = g.math("MULTIPLY", g.range(corner, 0.20, 0.206), g.range(corner, 0.30, 0.306, 1.0, 0.0))
    colour = g.mix(ring, colour, red)
    colour = g.mix(g.range(corner, 0.11, 0.116, 1.0, 0.0), colour, blue)
    wear = g.noise(at, 5.0, detail=8.0, roughness=0.65)
    fine = g.noise(at, 90.0, detail=5.0, roughness=0.7)
    colour = g.mix(g.range(wear, 0.45, 0.75, 0.0, 0.45), colour, (0.36, 0.32, 0.26))
    colour = g.mix(g.range(fine, 0.4, 0.75, 0.0, 0.35), colour, g.mix(1.0, colour, (0.5, 0.5, 0.5), "MULTIPLY"))
    seam = g.range(g.math("MAXIMUM", au, av), 0.493, 0.497)
    colour = g.mix(seam, colour, (0.12, 0.10, 0.08))
    rough = g.range(wear, 0.3, 0.7, 0.22, 0.5)
    g.finish(g.principled(Base_Color=colour, Roughness=rough, Specular=0.4, Normal=g.bump(g.math("SUBTRACT", g.math("MULTIPLY", fine, 0.2), seam), 0.5, 0.003)))
    return made


def build():
    rng = np.random.default_rng(37)
    mesh.plane("floor", 14, cement_tiles(), (0, 3, 0), cuts=2)
    wall = materials.plaster("wall", (0.60, 0.55, 0.46), stains=0.5, scale=1.2)
    mesh.box("wall", (12, 0.3, 4), wall, (0, 3.4, 2))
    mesh.box("step", (12, 0.35, 0.16), materials.plaster("stone", (0.38, 0.34, 0.29), scale=3), (0, 3.1, 0.08), bevel=0.015)
    leaf = plants.leaf_material("leaf", (0.03, 0.07, 0.015), (0.12, 0.22, 0.04), through=0.5)
    clay = materials.plaster("clay", (0.36, 0.15, 0.075), stains=0.6, scale=6)
    for x, s in ((-1.5, 1.0), (-0.95, 0.7), (1.9, 1.25)):
        pot = mesh.lathe("pot", [(0, 0), (0.12, 0), (0.17, 0.26), (0.19, 0.26), (0.19, 0.31), (0.165, 0.31), (0.15, 0.24), (0, 0.24)], clay, 56, 1)
        pot.location, pot.scale = (x, 2.65, 0), (s, s, s)
        bush = plants.crown("bush", leaf, rng, (0.30 * s, 0.30 * s, 0.30 * s), 1500, 0.035, blobs=12)
        bush.location = (x, 2.65, 0.26 * s)
    sky.sky(40, -128, strength=0.12, dust=1.2)
    sky.sun(41, -126, strength=5.0, colour=(1.0, 0.86, 0.66), angle=0.6)
    zinc = materials.metal("zinc", (0.48, 0.50, 0.52), 0.38)
    body = mesh.lathe("can", [(0, 0.006), (0.110, 0.006), (0.112, 0.0), (0.116, 0.004), (0.114, 0.02), (0.108, 0.20), (0.111, 0.205), (0.108, 0.21), (0.090, 0.235), (0.075, 0.238), (0.075, 0.246), (0.070, 0.246), (0.068, 0.230), (0.0, 0.225)], zinc, 80, 2)
    t = np.linspace(0, 1, 24)
    spout = mesh.tube("spout", np.column_stack([0.10 + 0.26 * t, 0 * t, 0.05 + 0.24 * t**1.15]), 0.026 - 0.012 * t, zinc, 20)
    rose = mesh.lathe("rose", [(0, 0.0), (0.014, 0.0), (0.045, 0.045), (0.046, 0.05), (0, 0.056)], zinc, 40, 1)
    a = np.linspace(-0.1, np.pi * 0.93, 30)
    grip = mesh.tube("grip", np.column_stack([-0.06 - 0.135 * np.sin(a), 0 * a, 0.145 - 0.115 * np.cos(a)]), 0.009, zinc, 14)
    parts = [body, spout, rose, grip]
    for part in parts:
        part.location, part.rotation_euler = (0.12, 1.35, 0), (0, 0, -0.5)
    c, s = np.cos(-0.5), np.sin(-0.5)
    rose.location, rose.rotation_euler = (0.12 + 0.352 * c, 1.35 + 0.352 * s, 0.28), (0, 0.85, -0.5)
    cameras.camera((0.0, -0.75, 0.98), (0.06, 1.55, 0.14), 42, 5.6, (0.12, 1.3, 0.12))
    return parts
