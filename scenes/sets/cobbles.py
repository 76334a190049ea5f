"""A paper cup and its crumpled napkin on old setts, low sun."""

import numpy as np

from lib import cameras, ground, mesh, plants, sky
from lib.nodes import material

LOOK = {"exposure": 0.25, "glow": 0.05, "contrast": 0.3, "vignette": 0.14, "shadow": 0.10}


def printed():
    made, g = material("cup")
    at = g.coords("Object")
    x, y, z = g.xyz(at)
    crease = g.noise(at, 16.0, detail=5.0)
    band = g.math("MULTIPLY", g.range(z, 0.030, 0.0305), g.range(z, 0.070, 0.0705, 1.0, 0.0))
    colour = g.mix(band, (0.72, 0.68, 0.60), (0.50, 0.05, 0.03))
    line = g.math("MULTIPLY", g.range(z, 0.074, 0.0745), g.range(z, 0.077, 0.0775, 1.0, 0.0))
    colour = g.mix(line, colour, (0.50, 0.05, 0.03))
    stain = g.range(g.noise(at, 22.0, detail=6.0), 0.58, 0.7)
    colour = g.mix(g.math("MULTIPLY", stain, 0.5), colour, (0.25, 0.15, 0.07))
    g.finish(g.principled(Base_Color=colour, Roughness=0.5, Specular=0.3, Normal=g.bump(crease, 0.25, 0.006)))
    return made


def build():
    rng = np.random.default_rng(19)
    ground.cobbles(rng, (-2.6, 2.6, 0.2, 8.5), bed=plants.soil("grit", (0.03, 0.024, 0.016), (0.10, 0.08, 0.055)))
    grass = plants.leaf_material("weed", (0.03, 0.06, 0.01), (0.12, 0.19, 0.03), dryness=0.2)
    for _ in range(2):
        tuft = mesh.blades("weed", grass, rng, count=14, height=0.035, spread=0.02, width=0.003, bend=1.3)
        p = np.column_stack([rng.uniform(-2, 2, 500), rng.uniform(0.6, 6, 500)])
        p = p[mesh.fractal(*p.T, np.random.default_rng(3), 0.8, 3) > 0.12]
        mesh.strew("weeds", tuft, np.column_stack([p, np.full(len(p), -0.02)]), rng.uniform(0.6, 1.2, len(p)), rng, tilt=0.3)
    dry = plants.leaf_material("fallen", (0.22, 0.09, 0.02), (0.40, 0.19, 0.04), dry=(0.24, 0.14, 0.06), dryness=0.5, through=0.3, gloss=0.008)
    for _ in range(5):
        leaf = ground.fallen_leaf("leaf", dry, rng)
        p = np.column_stack([rng.uniform(-2.2, 2.2, 9), rng.uniform(0.5, 6.5, 9)])
        p = p[np.hypot(p[:, 0] - 0.25, p[:, 1] - 1.75) > 0.4]
        mesh.strew("leaves", leaf, np.column_stack([p, np.full(len(p), 0.004)]), rng.uniform(0.7, 1.3, len(p)), rng, tilt=0.15)
    sky.sky(16, -62, strength=0.10, dust=1.6)
    sky.sun(17, -62, strength=6.5, colour=(1.0, 0.76, 0.48), angle=0.7)

    stuff = printed()
    profile = [(0.0, 0.004), (0.028, 0.004), (0.029, 0.0), (0.030, 0.002), (0.0425, 0.106), (0.0445, 0.108), (0.0445, 0.112), (0.0415, 0.111), (0.0285, 0.008), (0.0, 0.008)]
    cup = mesh.lathe("cup", profile, stuff, 72, 2)
    # Trodden on: flatter near the rim.
    for v in cup.data.vertices:
        t = v.co.z / 0.11
        v.co.x *= 1 + 0.16 * t
        v.co.y *= 1 - 0.26 * t
        v.co.y += 0.004 * np.sin(40 * v.co.x + 30 * v.co.z) * t
    cup.rotation_euler = (1.52, 0.15, 0.85)
    cup.location = (0.23, 1.72, 0.040)
    lid = mesh.lathe("lid", [(0.0, 0.008), (0.034, 0.008), (0.036, 0.013), (0.040, 0.013), (0.042, 0.006), (0.046, 0.004), (0.047, 0.0), (0.045, 0.0), (0.0, 0.005)],
                     plants.plain("lid", (0.62, 0.60, 0.57), 0.15), 64, 2)
    lid.location, lid.rotation_euler = (0.43, 1.66, 0.010), (0.10, -0.06, 0.3)
    paper = ground.crumpled("napkin", 0.042, plants.plain("paper", (0.70, 0.68, 0.64), 0.35), np.random.default_rng(12))
    paper.location = (0.40, 1.88, 0.036)
    cameras.camera((0.0, 0.0, 0.92), (0.13, 1.82, 0.0), 60, 3.5, (0.28, 1.72, 0.03))
    return [cup, lid, paper]
