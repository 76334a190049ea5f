"""A small globe before a row of old books."""

import numpy as np

from lib import cameras, materials, mesh, plants, sky
from lib.nodes import material

LOOK = {"exposure": 0.7, "glow": 0.05, "contrast": 0.28, "warmth": 0.03, "vignette": 0.16, "shadow": 0.08}


def spine(name, colour, gilt):
    """Bookcloth or leather with a title panel and gilt bands; z runs up the spine from its middle."""
    made, g = material(name)
    at = g.coords("Object")
    chance = g.add("ObjectInfo").outputs["Random"]
    x, y, z = g.xyz(at)
    grain = g.noise(g.vmath("ADD", at, g.combine(0.0, 0.0, g.math("MULTIPLY", chance, 9.0))), 260.0, detail=4.0, roughness=0.7)
    wear = g.noise(at, 26.0, detail=7.0, roughness=0.68)
    tone = g.mix(g.range(grain, 0.3, 0.7), tuple(0.75 * c for c in colour), tuple(min(1, 1.15 * c) for c in colour))
    front = g.range(y, -0.066, -0.068)
    bands = None
    for at_z in gilt:
        line = g.range(g.math("ABSOLUTE", g.math("SUBTRACT", z, at_z)), 0.0010, 0.0014, 1.0, 0.0)
        bands = line if bands is None else g.math("MAXIMUM", bands, line)
    panel = g.range(g.math("ABSOLUTE", g.math("SUBTRACT", z, 0.045)), 0.017, 0.0174, 1.0, 0.0)
    panel = g.math("MULTIPLY", panel, front)
    tone = g.mix(g.math("MULTIPLY", panel, 0.8), tone, (0.06, 0.012, 0.010))
    # Letters as rows of small marks.
    row = g.math("LESS_THAN", g.math("ABSOLUTE", g.math("SUBTRACT", g.math("FRACT", g.math("MULTIPLY", z, 130.0)), 0.5)), 0.24)
    mark = g.math("GREATER_THAN", g.noise(g.mapping(at, scale=(420, 1, 130)), 1.0, detail=1.0), 0.5)
    ink = g.math("MULTIPLY", g.math("MULTIPLY", row, mark), g.range(g.math("ABSOLUTE", x), 0.010, 0.0105, 1.0, 0.0))
    gold = g.math("MAXIMUM", g.math("MULTIPLY", bands, front), g.math("MULTIPLY", g.math("MULTIPLY", panel, ink), 0.9))
    gold = g.math("MULTIPLY", gold, g.range(wear, 0.62, 0.5))
    tone = g.mix(gold, tone, (0.62, 0.42, 0.14))
    tone = g.mix(g.range(wear, 0.58, 0.75, 0.0, 0.5), tone, (0.30, 0.22, 0.14))
    g.finish(g.principled(Base_Color=tone, Roughness=g.range(gold, 0, 1, 0.6, 0.35), Specular=0.3, Normal=g.bump(g.math("ADD", grain, gold), 0.3, 0.001)))
    return made


def oceans():
    made, g = material("globe")
    at = g.coords("Object")
    land = g.range(g.noise(at, 16.0, detail=9.0, roughness=0.55), 0.51, 0.525)
    colour = g.mix(land, (0.10, 0.22, 0.24), (0.50, 0.38, 0.19))
    _, _, z = g.xyz(at)
    grid = g.range(g.math("ABSOLUTE", g.math("SUBTRACT", g.math("FRACT", g.math("MULTIPLY", z, 75.0)), 0.5)), 0.03, 0.05, 1.0, 0.0)
    colour = g.mix(g.math("MULTIPLY", grid, 0.35), colour, (0.08, 0.06, 0.04))
    g.finish(g.principled(Base_Color=colour, Roughness=0.3, Specular=0.5))
    return made


def build():
    rng = np.random.default_rng(59)
    oak = materials.wood("shelf", (0.07, 0.034, 0.017), (0.27, 0.15, 0.075), rings=70, roughness=0.38)
    for z in (-0.0125, 0.36, -0.385):
        mesh.box("shelf", (2.6, 0.34, 0.025), oak, (0, 0.10, z), bevel=0.003)
    mesh.box("back", (2.6, 0.02, 1.4), oak, (0, 0.28, 0.1))
    shades = [(0.24, 0.040, 0.030), (0.055, 0.12, 0.075), (0.05, 0.085, 0.17), (0.30, 0.19, 0.08), (0.16, 0.070, 0.040), (0.40, 0.33, 0.22), (0.11, 0.11, 0.12), (0.34, 0.12, 0.04), (0.13, 0.16, 0.17)]
    stuffs = [spine(f"spine{i}", c, sorted(rng.uniform(-0.09, 0.09, 4))) for i, c in enumerate(shades)]
    pages = materials.plaster("pages", (0.58, 0.51, 0.38), scale=14)
    for base, x, end in ((0.0, -0.95, 0.95), (-0.3725, -0.95, 0.95)):
        while x < end:
            wide, tall, deep = rng.uniform(0.018, 0.050), rng.uniform(0.19, 0.285), rng.uniform(0.135, 0.15)
            lean = 0.0
            if rng.random() < 0.02:
                lean, x = 0.14, x + 0.04
            stuff = stuffs[rng.integers(len(stuffs))]
            mesh.box("book", (wide - 0.001, deep, tall), stuff, (x + wide / 2, 0.035 + rng.normal(0, 0.006), base + tall / 2), 0.0035, (0, -lean, 0))
            mesh.box("pages", (wide * 0.8, deep * 0.9, 0.004), pages, (x + wide / 2, 0.045, base + tall - 0.001), 0, (0, -lean, 0))
            x += wide + (0.045 if lean else 0.0006)
    sky.sky(30, 200, strength=0.02)
    sky.area((-1.5, -1.5, 1.2), (0, 0, 0.1), (0.8, 1.0), 60, (1.0, 0.93, 0.82))
    sky.area((1.6, -1.2, 0.5), (0, 0, 0.1), (0.5, 0.5), 16, (1.0, 0.80, 0.58))
    brass = materials.metal("brass", (0.62, 0.43, 0.17), 0.28)
    foot = mesh.lathe("foot", [(0, 0.0), (0.044, 0.0), (0.046, 0.005), (0.038, 0.011), (0.016, 0.017), (0.009, 0.030), (0.010, 0.045), (0.0, 0.047)], oak, 56, 2)
    ball = mesh.sphere("ball", 0.066, oceans(), (0.05, -0.028, 0.121), detail=6)
    ball.rotation_euler = (0.41, 0.1, 0.6)
    t = np.linspace(-0.42, np.pi - 0.42 + 0.1, 40)
    ring = mesh.tube("ring", np.column_stack([0.075 * np.cos(t - np.pi / 2), 0 * t, 0.075 * np.sin(t - np.pi / 2)]), 0.0030, brass, 10)
    foot.location = (0.05, -0.028, 0.0)
    ring.location = (0.05, -0.028, 0.121)
    cameras.camera((0.24, -0.98, 0.23), (0.02, 0.0, 0.125), 60, 5.6, (0.05, -0.09, 0.12))
    return [foot, ball, ring]
