"""A picture on a plain wall above a sideboard, evening light across the plaster."""

import numpy as np

from lib import cameras, materials, mesh, plants, sky
from lib.nodes import material

LOOK = {"exposure": 0.15, "glow": 0.05, "contrast": 0.26, "warmth": 0.02, "vignette": 0.14, "shadow": 0.07}


def painting():
    """Hills in the fog, in a few washes of ink."""
    made, g = material("painting")
    at = g.coords("Object")
    x, _, z = g.xyz(at)
    paper = g.noise(at, 200.0, detail=3.0)
    colour = g.mix(g.range(z, -0.2, 0.25), (0.62, 0.56, 0.46), (0.70, 0.67, 0.60))
    for level, tone, seed in ((0.06, (0.42, 0.44, 0.44), 1.0), (0.0, (0.24, 0.29, 0.31), 4.0), (-0.08, (0.10, 0.14, 0.17), 8.0)):
        crest = g.math("ADD", g.math("MULTIPLY", g.math("SUBTRACT", g.noise(g.combine(g.math("MULTIPLY", x, 6.0), seed, 0.0), 1.0, detail=6.0), 0.5), 0.28), level)
        colour = g.mix(g.range(g.math("SUBTRACT", crest, z), 0.0, 0.004), colour, g.mix(g.range(g.math("SUBTRACT", crest, z), 0.0, 0.16), tone, (0.55, 0.53, 0.48)))
    sun = g.range(g.vmath("LENGTH", g.vmath("SUBTRACT", g.combine(x, 0.0, z), (0.07, 0, 0.13))), 0.030, 0.032, 1.0, 0.0)
    colour = g.mix(sun, colour, (0.55, 0.12, 0.05))
    g.finish(g.principled(Base_Color=colour, Roughness=0.8, Specular=0.1, Normal=g.bump(paper, 0.2, 0.001)))
    return made


def build():
    rng = np.random.default_rng(89)
    wall = materials.plaster("wall", (0.44, 0.47, 0.42), stains=0.12, grain=0.7, scale=1.2)
    mesh.box("wall", (8, 0.2, 4), wall, (0, 0.1, 1.6))
    oak = materials.wood("sideboard", (0.13, 0.060, 0.026), (0.40, 0.22, 0.10), rings=60, roughness=0.35)
    mesh.box("top", (1.9, 0.46, 0.028), oak, (0, -0.25, 0.80), bevel=0.005)
    mesh.box("body", (1.84, 0.42, 0.5), oak, (0, -0.25, 0.53), bevel=0.004)
    clay = materials.ceramic("clay", (0.42, 0.20, 0.11), 0.5, 0.6)
    jug = mesh.lathe("jug", [(0, 0), (0.05, 0), (0.075, 0.06), (0.072, 0.12), (0.042, 0.19), (0.038, 0.22), (0.046, 0.24), (0.040, 0.24), (0.03, 0.2), (0, 0.15)], clay, 72, 2)
    jug.location = (-0.66, -0.22, 0.814)
    straw = plants.leaf_material("straw", (0.30, 0.22, 0.10), (0.56, 0.44, 0.24), dryness=0.4, through=0.4)
    stems = mesh.blades("stems", straw, np.random.default_rng(3), count=26, height=0.44, spread=0.02, width=0.004, bend=0.5, segments=10)
    stems.location = (-0.66, -0.22, 1.0)
    books = [materials.cloth(f"cover{i}", c) for i, c in enumerate(((0.24, 0.05, 0.035), (0.05, 0.10, 0.13), (0.40, 0.33, 0.20)))]
    z = 0.814
    for k, stuff in enumerate(books):
        mesh.box("book", (0.26 - 0.02 * k, 0.18 - 0.01 * k, 0.03), stuff, (0.52, -0.24, z + 0.015), 0.003, (0, 0, 0.1 * k - 0.15))
        z += 0.031
    bowl = mesh.lathe("bowl", [(0, 0.004), (0.03, 0.0), (0.05, 0.012), (0.075, 0.045), (0.072, 0.046), (0.045, 0.016), (0, 0.010)], materials.metal("brass", (0.60, 0.42, 0.17), 0.3), 64, 2)
    bowl.location = (0.52, -0.24, z)
    slab = materials.plaster("slab", (0.5, 0.48, 0.45))
    wx = -2.4
    for size, at in (((0.2, 1.1, 4), (wx, -0.45, 1.6)), ((0.2, 3.0, 4), (wx, -3.9, 1.6)), ((0.2, 6, 1.0), (wx, -2, 0.3)), ((0.2, 6, 1.4), (wx, -2, 2.95))):
        mesh.box("slab", size, slab, at)
    for yy in (-1.45, -1.95):
        mesh.box("bar", (0.05, 0.05, 2), slab, (wx, yy, 1.5))
    mesh.box("bar", (0.05, 3, 0.05), slab, (wx, -1.6, 1.55))
    sky.sky(20, -118, strength=0.05)
    sky.sun(9, -121, strength=11, colour=(1.0, 0.72, 0.44), angle=1.4)
    sky.area((wx + 0.2, -1.6, 1.5), (0, 0, 1.2), (1.2, 1.2), 14, (0.78, 0.88, 1.0))
    sky.area((1.6, -2.4, 2.2), (0, 0, 1.2), (1.5, 1.5), 16, (1.0, 0.90, 0.78))
    wood = materials.wood("frame", (0.030, 0.018, 0.011), (0.12, 0.065, 0.035), rings=60, roughness=0.4)
    parts, wide, tall, bar = [], 0.62, 0.80, 0.032
    middle = (0.02, -0.018, 1.56)
    for sx in (-1, 1):
        parts.append(mesh.box("stile", (bar, 0.036, tall), wood, (middle[0] + sx * (wide - bar) / 2, middle[1], middle[2]), 0.004))
        rail = mesh.box("rail", (wide - 2 * bar, 0.036, bar), wood, (middle[0], middle[1], middle[2] + sx * (tall - bar) / 2), 0.004)
        parts.append(rail)
    parts.append(mesh.box("mount", (wide - 2 * bar, 0.010, tall - 2 * bar), materials.plaster("mount", (0.66, 0.64, 0.59), stains=0.05, scale=8), (middle[0], -0.012, middle[2])))
    parts.append(mesh.box("sheet", (0.36, 0.004, 0.50), painting(), (middle[0], -0.018, middle[2] + 0.01)))
    cameras.camera((0.16, -2.9, 1.42), (0.0, 0.0, 1.36), 46, 5.6, middle)
    return parts
