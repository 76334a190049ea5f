"""A vase of dry stems on a herringbone floor, sun through a tall window."""

import numpy as np

from lib import cameras, materials, mesh, plants, sky

LOOK = {"exposure": 0.1, "glow": 0.06, "contrast": 0.28, "warmth": 0.02, "vignette": 0.14, "shadow": 0.08}


def herringbone(rng, stuff, length=0.42, width=0.07, reach=4.2):
    """Blocks in pairs at right angles: each point (i, j) of a skewed lattice carries one of either."""
    kinds = [mesh.box("block", (length - 0.0012, width - 0.0012, 0.02), stuff, bevel=0.0012) for _ in range(4)]
    places = [[] for _ in kinds]
    turns = [[] for _ in kinds]
    # Along a stair of step (width, width) both directions fit without a gap; stairs lie `length * sqrt 2` apart.
    n = int(reach / width)
    for stair in range(-8, 9):
        for i in range(-n, n):
            base = np.array([i * width + stair * length, i * width - stair * length])
            for turn, middle in ((0.0, (length / 2, width / 2)), (np.pi / 2, (width / 2 - 0.0, width + length / 2))):
                p = base + middle
                a = np.pi / 4
                q = np.array([p[0] * np.cos(a) - p[1] * np.sin(a), p[0] * np.sin(a) + p[1] * np.cos(a)])
                if np.abs(q).max() < reach:
                    k = rng.integers(4)
                    places[k].append((q[0], q[1] + 1.6, -0.01 + rng.normal(0, 0.0004)))
                    turns[k].append(turn + a + np.pi * rng.integers(2))
    for kind, p, t in zip(kinds, places, turns):
        mesh.strew("floor", kind, np.array(p), 1.0, rng, turn=np.array(t))


def build():
    rng = np.random.default_rng(29)
    herringbone(rng, materials.wood("oak", (0.13, 0.062, 0.026), (0.42, 0.24, 0.115), rings=60, roughness=0.30, wear=0.25))
    mesh.plane("joints", 12, materials.plaster("joint", (0.03, 0.018, 0.01)), (0, 1.6, -0.004))
    wall = materials.plaster("wall", (0.52, 0.53, 0.49), stains=0.2, grain=0.4)
    mesh.box("wall", (12, 0.2, 4), wall, (0, 2.9, 2))
    white = materials.paint("skirting", (0.66, 0.64, 0.60), chips=0.05, bump=0.05)
    mesh.box("skirting", (12, 0.025, 0.16), white, (0, 2.79, 0.08), bevel=0.006)
    for x in (-1.9, 0.1, 2.1):
        for size, at in (((1.5, 0.02, 0.03), (x, 2.793, 0.42)), ((1.5, 0.02, 0.03), (x, 2.793, 2.2)), ((0.03, 0.02, 1.8), (x - 0.75, 2.793, 1.31)), ((0.03, 0.02, 1.8), (x + 0.75, 2.793, 1.31))):
            mesh.box("moulding", size, white, at, bevel=0.008)
    slab = materials.plaster("slab", (0.5, 0.5, 0.48))
    wx = -2.6
    for size, at in (((0.3, 2.0, 5), (wx, 3.1, 2)), ((0.3, 0.5, 5), (wx, 1.05, 2)), ((0.3, 3.2, 5), (wx, -1.6, 2)), ((0.3, 9, 0.35), (wx, 0, 0.1)), ((0.3, 9, 2), (wx, 0, 3.5))):
        mesh.box("slab", size, slab, at)
    for yy in (0.40, 1.70):
        mesh.box("bar", (0.05, 0.04, 2.6), white, (wx, yy, 1.5))
    for z in (1.0, 1.7):
        mesh.box("bar", (0.05, 4, 0.035), white, (wx, 1.0, z))
    sky.sky(30, -105, strength=0.05, dust=1.3)
    sky.sun(29, -105, strength=14, colour=(1.0, 0.83, 0.60), angle=0.7)
    sky.area((wx - 0.3, 1.0, 1.4), (0, 1.5, 0.2), (2.2, 2.0), 60, (0.82, 0.90, 1.0))
    sky.area((1.8, -2.0, 2.6), (0, 1.6, 0), (2, 2), 30, (1.0, 0.92, 0.82))
    glaze = materials.ceramic("glaze", (0.07, 0.16, 0.20), 0.2, 0.3)
    vase = mesh.lathe("vase", [(0, 0.0), (0.075, 0.0), (0.085, 0.01), (0.125, 0.12), (0.135, 0.20), (0.115, 0.30), (0.065, 0.38), (0.048, 0.43), (0.052, 0.47), (0.066, 0.49), (0.060, 0.49), (0.042, 0.44), (0.055, 0.37), (0, 0.30)], glaze, 96, 2)
    straw = plants.leaf_material("straw", (0.34, 0.24, 0.11), (0.60, 0.47, 0.26), dryness=0.4, through=0.4)
    stems = mesh.blades("stems", straw, np.random.default_rng(3), count=34, height=0.62, spread=0.03, width=0.006, bend=0.55, segments=10)
    heads = plants.crown("heads", straw, np.random.default_rng(5), (0.13, 0.13, 0.12), 900, 0.014, blobs=14)
    at = (0.18, 1.55, 0.0)
    vase.location = at
    stems.location, heads.location = (at[0], at[1], 0.40), (at[0], at[1], 0.72)
    cameras.camera((-0.15, -1.15, 1.15), (0.0, 1.9, 0.33), 36, 5.6, (at[0], at[1], 0.2))
    return [vase, stems, heads]
