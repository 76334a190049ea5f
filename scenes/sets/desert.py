"""A warning sign beside a desert road, its long shadow across the asphalt."""

import numpy as np

from lib import cameras, materials, mesh, plants, roads, sky
from lib.nodes import material

LOOK = {"exposure": 0.05, "glow": 0.04, "contrast": 0.3, "saturation": 1.08, "vignette": 0.10, "shadow": 0.10}


def face():
    """Yellow sheet with a black border, in the plate's own coordinates (x and z from its middle)."""
    made, g = material("sign face")
    at = g.coords("Object")
    x, _, z = g.xyz(at)
    reach = g.math("MAXIMUM", g.math("ABSOLUTE", x), g.math("ABSOLUTE", z))
    line = g.math("MULTIPLY", g.range(reach, 0.344, 0.346), g.range(reach, 0.361, 0.363, 1.0, 0.0))
    fade = g.noise(at, 3.0, detail=5.0)
    dust = g.noise(at, 18.0, detail=8.0, roughness=0.7)
    colour = g.mix(g.range(fade, 0.3, 0.7), (0.72, 0.38, 0.012), (0.80, 0.47, 0.03))
    colour = g.mix(line, colour, (0.012, 0.011, 0.010))
    colour = g.mix(g.math("MULTIPLY", g.range(dust, 0.5, 0.8), 0.30), colour, (0.42, 0.30, 0.18))
    g.finish(g.principled(Base_Color=colour, Roughness=g.range(dust, 0.3, 0.7, 0.3, 0.6), Specular=0.4, Normal=g.bump(fade, 0.15, 0.02)))
    return made


def ribbon(path, half, stuff, y):
    path = np.asarray(path, float)
    t = np.gradient(path, axis=0)
    t /= np.linalg.norm(t, axis=1, keepdims=True)
    n = np.column_stack([-t[:, 1], t[:, 0]]) * half
    rows = [np.array([(a[0], y, a[1]), (b[0], y, b[1])]) for a, b in zip(path - n, path + n)]
    return mesh.loft("symbol", rows, stuff, closed=False, smooth=False)


def build():
    rng = np.random.default_rng(8)
    xs = np.concatenate([-np.geomspace(900, 4.2, 110), np.linspace(-3.9, 3.9, 14), np.geomspace(4.2, 900, 110)])
    ys = np.concatenate([np.linspace(-3, 12, 70), np.geomspace(12.3, 2600, 160)])

    def ground(x, y):
        x, y = np.asarray(x, float), np.asarray(y, float)
        off = np.clip((np.abs(x) - 4.0) / 3.0, 0, 1)
        ditch = -0.10 * np.clip((np.abs(x) - 3.7) / 1.2, 0, 1) ** 1.3
        small = 0.10 * mesh.fractal(x, y, np.random.default_rng(51), 2.3, 5)
        large = 1.2 * mesh.fractal(x, y, np.random.default_rng(52), 60, 3) * np.clip((np.abs(x) - 6) / 40, 0, 1)
        return ditch + off * small + large

    gx, gy = np.meshgrid(xs, ys, indexing="xy")
    mesh.terrain("desert", xs, ys, ground(gx, gy) - 0.012 * (np.abs(gx) < 3.7), roads.sand("sand"))
    road_y = np.concatenate([[-3], np.geomspace(1, 2600, 30)])
    mesh.terrain("road", np.linspace(-3.62, 3.62, 8), road_y, np.zeros((31, 8)), roads.asphalt("asphalt"))

    haze = (0.42, 0.40, 0.44)
    def mountains(y, height, rough, seed, colour, amount, clip=0.45):
        mx, my = np.linspace(-4200, 4200, 900), np.linspace(0, 700, 24)
        a, b = np.meshgrid(mx, my, indexing="xy")
        r = np.random.default_rng(seed)
        crest = 0.5 + 0.5 * mesh.fractal(a, b, r, rough, 7, 0.5)
        crest = np.where(crest > clip + 0.12, clip + 0.12 + (crest - clip - 0.12) * 0.25, crest)  # Flat tops.
        h = np.clip(crest - clip, -0.02, 1) / 0.2 * height * np.clip(b / 160, 0, 1) ** 0.6
        mesh.terrain("mountains", mx, my + y, h - 2, roads.rock("rock", colour, haze, amount))

    mountains(4200, 420, 1500, 9, (0.30, 0.17, 0.12), 0.62, 0.42)
    mountains(2300, 150, 800, 15, (0.42, 0.20, 0.11), 0.34, 0.52)

    sage = plants.leaf_material("sage", (0.10, 0.10, 0.055), (0.27, 0.26, 0.15), dry=(0.34, 0.26, 0.14), dryness=0.35, through=0.25, gloss=0.02)
    straw = plants.leaf_material("straw", (0.30, 0.22, 0.09), (0.58, 0.45, 0.22), dry=(0.5, 0.38, 0.2), dryness=0.3, through=0.35, gloss=0.02)
    def sow(child, near, far, density, power, scale, keep_out=4.4, sink=0.03):
        p = plants.frustum_points(rng, near, far, 0.46, density, power=power, margin=1.0)
        p = p[(np.abs(p[:, 0]) > keep_out + rng.exponential(0.5, len(p)))]
        mesh.strew("sown", child, np.column_stack([p, ground(*p.T) - sink]), rng.uniform(*scale, len(p)), rng, tilt=0.08)

    for kind in range(4):
        bush = plants.crown("bush", sage, rng, (0.30, 0.30, 0.22), 2600, 0.020, blobs=14)
        sow(bush, 3, 160, 0.10, 0.55, (0.6, 1.7))
        sow(mesh.blades("dry grass", straw, rng, count=70, height=0.34, spread=0.07, width=0.004, bend=0.9), 2, 70, 0.55, 0.8, (0.5, 1.3), 3.9, 0.01)
    stone = materials.plaster("stone", (0.36, 0.25, 0.17), scale=5.0)
    for kind in range(3):
        pebble = mesh.sphere("pebble", 0.05, stone, detail=4)
        r = np.random.default_rng(60 + kind)
        for v in pebble.data.vertices:
            c = np.array(v.co)
            f = 1 + 0.35 * np.sin(c @ r.normal(0, 30, 3) + 1) + 0.2 * np.sin(c @ r.normal(0, 60, 3))
            v.co = c * f * (1.2, 0.9, 0.6)
        sow(pebble, 1.5, 40, 1.8, 0.9, (0.2, 1.4), 3.8, 0.005)
    dark = plants.crown("dark bush", sage, rng, (0.7, 0.7, 0.5), 900, 0.07, blobs=10)
    sow(dark, 120, 1400, 0.02, 1.0, (0.8, 2.0), 6, 0.1)

    sky.sky(15, 128, strength=0.115, tint=(1.04, 0.97, 1.02), dust=0.9, air=1.0, ozone=2.0, clouds=0.40, cloud_scale=0.7, cloud_lit=(8.5, 7.2, 6.0), cloud_dark=(4.8, 4.8, 5.4),
            cloud_seed=8.1, stretch=(0.5, 1.6), sharpness=0.42)
    sky.sun(14.5, 128, strength=7.0, colour=(1.0, 0.78, 0.52), angle=0.55)

    plate_at = np.array([4.2, 7.9, 2.05])
    plate = mesh.box("plate", (0.76, 0.006, 0.76), face(), tuple(plate_at), bevel=0.002)
    black = materials.paint("black", (0.012, 0.011, 0.010), chips=0.05)
    bend = [(-0.02 + 0.06 * np.sin(a), z) for a, z in zip(np.linspace(0, 2 * np.pi, 40), np.linspace(-0.22, 0.08, 40))]
    shaft = ribbon(bend, 0.033, black, -0.0045)
    head = mesh.build("head", [(-0.115, -0.0046, 0.075), (0.075, -0.0046, 0.075), (-0.02, -0.0046, 0.235)], [(0, 1, 2)], black, smooth=False)
    turn = 0.785398
    for part in (shaft, head):
        part.location = tuple(plate_at)
        part.rotation_euler = (0, 0, 0.10)
    plate.rotation_euler = (0, turn, 0.0)
    plate.rotation_mode = "QUATERNION"
    from mathutils import Quaternion
    plate.rotation_quaternion = Quaternion((0, 0, 1), 0.10) @ Quaternion((0, 1, 0), turn)
    steel = materials.metal("steel", (0.42, 0.42, 0.42), 0.5)
    post = mesh.box("post", (0.075, 0.05, 2.9), steel, (plate_at[0], plate_at[1] + 0.035, 1.15), bevel=0.004)
    cameras.camera((1.15, 0.0, 1.35), (1.75, 10.0, 1.62), 35, 11, (4.2, 7.6, 2.0))
    return [plate, shaft, head, post]
