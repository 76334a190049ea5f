"""Bales of straw on a stubble field in the evening; the nearest one goes."""

import numpy as np

from lib import cameras, land, mesh, plants, sky
from lib.nodes import material

LOOK = {"exposure": 0.25, "glow": 0.07, "contrast": 0.3, "saturation": 1.08, "warmth": 0.03, "vignette": 0.12, "shadow": 0.09}


def straw_skin():
    """Wound straw: fine fibres round the roll, rings on its faces."""
    made, g = material("bale")
    at = g.coords("Object")
    x, y, z = g.xyz(at)
    around = g.math("ARCTAN2", z, y)
    reach = g.vmath("LENGTH", g.combine(0.0, y, z))
    fibre = g.noise(g.combine(g.math("MULTIPLY", x, 60.0), g.math("MULTIPLY", around, 6.0), g.math("MULTIPLY", reach, 40.0)), 1.0, detail=7.0, roughness=0.7)
    ring = g.noise(g.combine(g.math("MULTIPLY", reach, 22.0), g.math("MULTIPLY", around, 0.6), 0.0), 1.0, detail=4.0)
    tone = g.math("ADD", g.math("MULTIPLY", fibre, 0.7), g.math("MULTIPLY", ring, 0.3))
    colour = g.ramp(tone, (0.3, (0.12, 0.070, 0.025)), (0.5, (0.42, 0.28, 0.11)), (0.72, (0.70, 0.53, 0.25)))
    g.finish(g.principled(Base_Color=colour, Roughness=0.9, Specular=0.1, Normal=g.bump(tone, 1.0, 0.05)))
    return made


def bale(rng, skin, wisp, at, turn, radius=0.78, length=1.25):
    profile = [(0.0, -length / 2), (radius * 0.93, -length / 2), (radius, -length / 2 + 0.06), (radius * 1.01, 0), (radius, length / 2 - 0.06), (radius * 0.93, length / 2), (0.0, length / 2)]
    made = mesh.lathe("bale", [(r, h) for r, h in profile], skin, 120, 2)
    for v in made.data.vertices:
        # The lathe turns about z; the roll lies along x.
        p = np.array(v.co)
        bump = 1 + 0.012 * np.sin(p[0] * 9 + p[2] * 13) + 0.010 * np.sin(p[1] * 17 - p[2] * 6)
        v.co = (p[2], p[0] * bump, p[1] * bump * 0.97)
    made.location, made.rotation_euler = (at[0], at[1], at[2] + radius * 0.95), (0, 0, turn)
    tuft = mesh.blades("wisp", wisp, rng, count=9, height=0.11, spread=0.05, width=0.004, bend=1.6)
    a, s = rng.uniform(0, 2 * np.pi, 650), rng.uniform(-length / 2, length / 2, 650)
    normal = np.column_stack([np.zeros(650), np.cos(a), np.sin(a)])
    fuzz = mesh.strew("fuzz", tuft, np.column_stack([s, radius * np.cos(a), radius * 0.97 * np.sin(a)]), rng.uniform(0.4, 1.1, 650), rng, normals=normal, tilt=0.5)
    fuzz.location, fuzz.rotation_euler = made.location, made.rotation_euler
    return [made, fuzz, tuft]


def build():
    rng = np.random.default_rng(17)
    ground = lambda x, y: 0.05 * mesh.fractal(x, y, np.random.default_rng(61), 3.0, 3) + 1.6 * mesh.fractal(x, y, np.random.default_rng(62), 70, 2) * np.clip((np.asarray(y, float) - 10) / 60, 0, 1)
    xs, ys = np.linspace(-60, 60, 240), np.geomspace(0.8, 300, 240)
    gx, gy = np.meshgrid(xs, ys, indexing="xy")
    mesh.terrain("field", xs, ys, ground(gx, gy), plants.soil("stubble ground", (0.13, 0.085, 0.04), (0.36, 0.25, 0.11)))
    straw = plants.leaf_material("straw", (0.42, 0.29, 0.11), (0.66, 0.49, 0.22), dry=(0.55, 0.42, 0.2), dryness=0.4, through=0.35, gloss=0.02)
    # Rows that run away from the camera, a little aslant.
    rows = lambda x, y: np.abs((x - 0.12 * y) / 0.34 % 1 - 0.5) < 0.24
    wide = lambda x, y: np.abs((x - 0.12 * y) / 0.9 % 1 - 0.5) < 0.30
    half = 0.46
    for _ in range(4):
        tuft = mesh.blades("stubble", straw, rng, count=16, height=0.13, spread=0.045, width=0.006, bend=0.28)
        land.sow(rng, tuft, ground, 1.2, 14, half, 130, 0.95, (0.6, 1.15), keep=rows)
        land.sow(rng, tuft, ground, 13, 60, half, 9, 0.8, (1.2, 2.0), keep=wide)
        loose = mesh.blades("loose", straw, rng, count=14, height=0.17, spread=0.12, width=0.004, bend=2.6)
        land.sow(rng, loose, ground, 1.2, 22, half, 22, 0.9, (0.6, 1.3), sink=-0.01)
    foliage = plants.leaf_material("foliage", (0.05, 0.08, 0.015), (0.15, 0.19, 0.04), through=0.5)
    land.wood(rng, foliage, ground, (-75, 75), (120, 165), 66, scale=(1.0, 2.2), leaves=3000)
    land.ridge("hills", land.far_hill("hills", (0.06, 0.075, 0.06), (0.50, 0.40, 0.34), 0.6), 900, 95, 400, 71, 1800)
    sky.sky(11, 62, strength=0.13, dust=2.2, tint=(1.03, 0.97, 0.94), clouds=0.42, cloud_scale=0.8, cloud_lit=(9.0, 7.0, 5.2), cloud_dark=(4.2, 3.9, 4.2), cloud_seed=4.4, stretch=(0.5, 1.4), sharpness=0.36)
    sky.sun(12, 62, strength=7.0, colour=(1.0, 0.73, 0.42), angle=0.8)
    skin = straw_skin()
    for at, turn in (((-7.5, 24.0), 0.5), ((4.2, 36.0), -0.3), ((13.5, 31.0), 0.9), ((-16.0, 44.0), 0.2)):
        bale(rng, skin, straw, (*at, float(ground(*at))), turn)
    at = (0.9, 9.6)
    parts = bale(rng, skin, straw, (*at, float(ground(*at))), 0.55)
    cameras.camera((0.0, 0.0, 1.55), (0.1, 10.0, 1.05), 38, 5.6, (*at, 0.8))
    return parts
