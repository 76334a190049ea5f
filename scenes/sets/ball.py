"""A red ball left on a meadow, late sun from behind."""

import numpy as np

from lib import cameras, mesh, plants, sky
from lib.nodes import material

LOOK = {"exposure": 0.3, "glow": 0.07, "contrast": 0.3, "saturation": 1.05, "warmth": 0.03, "vignette": 0.14}


def rubber():
    made, g = material("rubber")
    at = g.coords("Object")
    x, y, z = g.xyz(at)
    wear = g.noise(at, 14.0, detail=8.0, roughness=0.65)
    blot = g.noise(at, 4.0, detail=5.0)
    colour = g.mix(g.range(blot, 0.35, 0.65), (0.55, 0.014, 0.011), (0.70, 0.030, 0.020))
    # Dust where it rolled, and chalky scuffs.
    scuff = g.range(wear, 0.62, 0.75)
    colour = g.mix(g.math("MULTIPLY", scuff, 0.35), colour, (0.50, 0.22, 0.16))
    low = g.range(z, 0.02, -0.10)
    colour = g.mix(g.math("MULTIPLY", g.math("MULTIPLY", low, g.range(wear, 0.4, 0.6)), 0.5), colour, (0.16, 0.09, 0.04))
    pebble = g.voronoi(at, 230.0, "SMOOTH_F1")
    # Two moulded rings round the ball, about tilted axes.
    seam = None
    for axis, offset in (((0.32, -0.25, 0.91), 0.0), ((0.32, -0.25, 0.91), 0.028), ((0.32, -0.25, 0.91), -0.028)):
        along = g.math("SUBTRACT", g.vmath("DOT_PRODUCT", at, axis), offset)
        ring = g.range(g.math("ABSOLUTE", along), 0.0008, 0.0026, 1.0, 0.0, smooth=True)
        seam = ring if seam is None else g.math("MAXIMUM", seam, ring)
    height = g.math("SUBTRACT", g.math("MULTIPLY", pebble, 0.35), seam)
    colour = g.mix(g.math("MULTIPLY", seam, 0.55), colour, (0.16, 0.006, 0.006))
    rough = g.range(wear, 0.3, 0.75, 0.30, 0.55)
    shader = g.principled(
        Base_Color=colour, Roughness=rough, Specular=0.45, Normal=g.bump(height, 0.45, 0.0018),
        Sheen=0.1, Subsurface=0.03, Subsurface_Radius=(0.01, 0.003, 0.002), Subsurface_Color=(0.7, 0.05, 0.02),
    )
    g.finish(shader)
    return made


def build():
    rng = np.random.default_rng(11)

    def ground(x, y):
        a, b = (np.random.default_rng(s) for s in (21, 22))
        x, y = np.asarray(x, float), np.asarray(y, float)
        return 0.05 * mesh.fractal(x, y, a, 1.7, 3) + 0.0009 * np.maximum(y - 2, 0) ** 2 + 0.25 * mesh.fractal(x, y, b, 14, 2) * np.clip((y - 4) / 10, 0, 1)

    xs = np.linspace(-16, 16, 161)
    ys = np.geomspace(0.3, 42, 160)
    gx, gy = np.meshgrid(xs, ys, indexing="xy")
    mesh.terrain("ground", xs, ys, ground(gx, gy), plants.soil())

    grass = plants.leaf_material("grass", (0.040, 0.085, 0.010), (0.20, 0.31, 0.040), dryness=0.13, gloss=0.025, roughness=0.5)
    seed_heads = plants.leaf_material("straw", (0.10, 0.12, 0.03), (0.52, 0.40, 0.17), dryness=0.5, gloss=0.02)
    half = np.arctan(18 / 85) * 1.12

    def sow(count_of_kinds, near, far, density, power, stuff, scale, **shape):
        for kind in range(count_of_kinds):
            tuft = mesh.blades("tuft", stuff, rng, **shape)
            p = plants.frustum_points(rng, near, far, half, density / count_of_kinds, power=power)
            # Patches: long here, thin there.
            keep = mesh.fractal(p[:, 0], p[:, 1], np.random.default_rng(31), 0.9, 3) > rng.uniform(-1.1, -0.1, len(p))
            p = p[keep]
            z = ground(p[:, 0], p[:, 1])
            mesh.strew("sown", tuft, np.column_stack([p, z - 0.004]), rng.uniform(*scale, len(p)), rng, tilt=0.12)

    sow(6, 0.5, 9, 1900, 0.9, grass, (0.6, 1.2), count=26, height=0.095, spread=0.04, width=0.0042, bend=1.0)
    sow(3, 0.5, 7, 160, 0.8, grass, (0.7, 1.2), count=14, height=0.17, spread=0.03, width=0.005, bend=0.8)
    sow(3, 8, 40, 160, 0.8, grass, (1.4, 2.6), count=26, height=0.09, spread=0.06, width=0.008, bend=0.9)
    sow(2, 0.9, 14, 14, 0.6, seed_heads, (0.7, 1.25), count=7, height=0.26, spread=0.03, width=0.0022, bend=0.55)

    petal = plants.plain("petal", (0.82, 0.80, 0.76), 0.35)
    heart = plants.plain("heart", (0.75, 0.42, 0.02), 0.1)
    gold = plants.plain("gold", (0.80, 0.50, 0.02), 0.3)
    stem = plants.plain("stem", (0.10, 0.17, 0.03), 0.3)
    for kind in range(4):
        flower = plants.daisy("daisy", rng, petal if kind < 3 else gold, heart, stem, rng.uniform(0.09, 0.14))
        p = plants.frustum_points(rng, 1.2, 16, half, 16, power=0.9)
        p = p[mesh.fractal(p[:, 0], p[:, 1], np.random.default_rng(41 + kind % 2), 1.1, 2) > 0.08]
        mesh.strew("flowers", flower, np.column_stack([p, ground(*p.T)]), rng.uniform(0.8, 1.35, len(p)), rng, tilt=0.2, turn=rng.normal(0, 0.7, len(p)))

    foliage = plants.leaf_material("foliage", (0.16, 0.24, 0.03), (0.30, 0.36, 0.06), dryness=0.15, through=0.6, gloss=0.04)
    for kind in range(6):
        tree = plants.crown("crown", foliage, rng, (2.6, 2.2, rng.uniform(2.2, 4.2)), 4200, 0.19, blobs=22)
        x = rng.uniform(-19, 19, 6)
        y = rng.uniform(34, 60, 6)
        mesh.strew("trees", tree, np.column_stack([x, y, ground(x, y * 0 + 42) - 1.2]), rng.uniform(0.5, 1.5, 6) * (1.25 - 0.5 * (x > 2)), rng, tilt=0.1)

    sky.sky(14, 48, strength=0.16, dust=2.0, tint=(1.0, 0.95, 0.9))
    sky.sun(14, 48, strength=7.5, colour=(1.0, 0.74, 0.44), angle=0.9)

    radius, at = 0.11, np.array([-0.17, 2.75])
    ball = mesh.sphere("ball", radius, rubber(), (at[0], at[1], float(ground(*at)) + radius + 0.004), detail=7)
    ball.rotation_euler = (0.3, 0.5, 0.9)
    base = float(ground(0.0, 2.75))
    cameras.camera((0.0, 0.0, base + 0.36), (0.02, 2.75, base + 0.17), 85, 2.8, (at[0], at[1] - 0.08, base + 0.1))
    return [ball]
