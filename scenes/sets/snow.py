"""A sledge left in the snow between spruces, blue shadows."""

import numpy as np

from lib import cameras, land, materials, mesh, plants, sky
from lib.nodes import material

LOOK = {"exposure": -0.35, "glow": 0.05, "contrast": 0.3, "saturation": 1.06, "vignette": 0.10, "shadow": 0.05, "noise": 0.008}


def snow():
    made, g = material("snow")
    at = g.add("NewGeometry").outputs["Position"]
    grain = g.noise(at, 240.0, detail=3.0, roughness=0.7)
    crust = g.noise(at, 9.0, detail=7.0, roughness=0.6)
    drift = g.noise(g.mapping(at, rotation=(0, 0, 0.5), scale=(0.6, 2.2, 1.0)), 2.2, detail=4.0)
    height = g.math("ADD", g.math("ADD", g.math("MULTIPLY", crust, 0.5), g.math("MULTIPLY", grain, 0.06)), g.math("MULTIPLY", drift, 1.2))
    g.finish(g.principled(Base_Color=(0.86, 0.88, 0.91), Roughness=0.6, Specular=0.25, Normal=g.bump(height, 0.45, 0.03)))
    return made


def spruce(rng, needles, white, bark, height):
    """Tiers of drooping boughs with snow on them."""
    vertices, faces = [[], []], [[], []]
    for tier in np.linspace(0.12, 0.97, 26):
        reach = 0.30 * height * (1 - tier) ** 0.85 + 0.05
        for a in rng.uniform(0, 2 * np.pi, int(8 + 10 * (1 - tier))):
            out = np.array([np.cos(a), np.sin(a), 0])
            side = np.array([-np.sin(a), np.cos(a), 0])
            for layer, lift, wide in ((0, 0.0, 0.20), (1, 0.035, 0.15)):
                start = len(vertices[layer])
                for u in (0.05, 0.4, 0.75, 1.0):
                    r = reach * u * rng.uniform(0.85, 1.1) * (0.95 if layer else 1)
                    p = out * r + (0, 0, tier * height - 0.34 * reach * u**1.6 + lift)
                    w = wide * reach * np.sin(np.pi * min(0.98, 0.15 + 0.8 * u)) + 0.01
                    sag = (0, 0, -0.35 * w)
                    vertices[layer] += [p - side * w + sag, p, p + side * w + sag]
                for i in range(3):
                    k = start + 3 * i
                    faces[layer] += [(k, k + 1, k + 4, k + 3), (k + 1, k + 2, k + 5, k + 4)]
    stem = np.array([(r * np.cos(a), r * np.sin(a), z) for z, r in ((-0.2, 0.018 * height), (0.9 * height, 0.004 * height)) for a in np.arange(8) * np.pi / 4])
    points = np.concatenate([vertices[0], vertices[1], stem])
    first, second = len(vertices[0]), len(vertices[0]) + len(vertices[1])
    cover = [tuple(i + first for i in f) for f in faces[1]]
    trunk = [tuple(i + second for i in f) for f in mesh.grid_faces(2, 8, wrap=True)]
    tree = mesh.build("spruce", points, faces[0] + cover + trunk, [needles, white, bark])
    # One object, since an instance leaves an object's children behind.
    tree.data.polygons.foreach_set("material_index", [0] * len(faces[0]) + [1] * len(cover) + [2] * len(trunk))
    return tree


def build():
    rng = np.random.default_rng(41)
    ground = lambda x, y: 0.16 * mesh.fractal(x, y, np.random.default_rng(81), 3.4, 3) + 1.4 * mesh.fractal(x, y, np.random.default_rng(82), 26, 2) * np.clip((np.asarray(y, float) - 6) / 18, 0, 1)
    xs, ys = np.linspace(-45, 45, 300), np.geomspace(0.6, 130, 300)
    gx, gy = np.meshgrid(xs, ys, indexing="xy")
    z = ground(gx, gy)
    mesh.terrain("snow", xs, ys, z, snow())
    needles = plants.plain("needles", (0.025, 0.045, 0.025), 0.1)
    white, bark = plants.plain("cover", (0.82, 0.85, 0.9), 0.2), materials.plaster("bark", (0.09, 0.06, 0.04), scale=5)
    for x, y, h in ((-4.6, 12, 5.2), (-6.6, 16, 6.5), (-2.6, 19, 5.0), (5.6, 14, 6.0), (8.6, 18, 7.0), (3.6, 22, 5.5), (-9.5, 22, 7.5), (0.6, 27, 6.5), (12, 26, 8), (-14, 30, 8), (6.5, 32, 7)):
        tree = spruce(rng, needles, white, bark, h)
        tree.location, tree.rotation_euler = (x, y, float(ground(x, y)) - 0.1), (0, 0, rng.uniform(0, 6))
    for _ in range(3):
        tree = spruce(rng, needles, white, bark, 7.0)
        p = np.column_stack([rng.uniform(-50, 50, 22), rng.uniform(38, 75, 22)])
        mesh.strew("far trees", tree, np.column_stack([p, ground(*p.T) - 0.2]), rng.uniform(0.7, 1.4, 22), rng)
    land.ridge("mountain", land.far_hill("mountain", (0.55, 0.58, 0.64), (0.50, 0.60, 0.76), 0.45), 1500, 420, 700, 91, 2600, 500)
    sky.sky(17, -62, strength=0.13, dust=0.6)
    sky.sun(17, -62, strength=5.0, colour=(1.0, 0.80, 0.58), angle=0.6)

    wood = materials.wood("sledge", (0.22, 0.11, 0.045), (0.50, 0.29, 0.13), rings=50, roughness=0.4)
    steel, rope = materials.metal("steel", (0.5, 0.5, 0.52), 0.3), materials.plaster("rope", (0.45, 0.05, 0.04), scale=12)
    parts = []
    for side in (-0.19, 0.19):
        t = np.linspace(0, 1, 26)
        path = np.column_stack([np.full(26, side), -0.45 + 0.95 * t, 0.02 + 0.22 * np.clip((t - 0.80) / 0.2, 0, 1) ** 2])
        parts.append(mesh.tube("runner", path, 0.016, steel, 10))
        parts.append(mesh.tube("rail", path + (0, -0.02, 0.20) - np.array([0, 0, 1])[None] * 0.18 * np.clip((t - 0.8) / 0.2, 0, 1)[:, None] ** 2, 0.018, wood, 10))
        for y in (-0.32, 0.0, 0.28):
            parts.append(mesh.box("post", (0.028, 0.036, 0.20), wood, (side, y, 0.12), 0.004))
    for x in np.linspace(-0.19, 0.19, 6):
        parts.append(mesh.box("slat", (0.052, 0.92, 0.018), wood, (x, -0.03, 0.235), 0.005))
    t = np.linspace(0, 1, 40)
    parts.append(mesh.tube("rope", np.column_stack([-0.19 + 0.38 * t + 0.10 * np.sin(t * 9), 0.47 + 0.42 * np.sin(np.pi * t), 0.10 * (2 * t - 1) ** 4 + 0.012]), 0.008, rope, 8))
    import bpy
    group = bpy.data.objects.new("sledge", None)
    bpy.context.scene.collection.objects.link(group)
    for part in parts:
        part.parent = group
    at = (0.30, 4.6)
    group.location, group.rotation_euler = (*at, float(ground(*at)) - 0.02), (0.02, 0.03, 0.75)
    cameras.camera((0.0, 0.0, 1.25), (0.1, 6.0, 0.62), 40, 5.6, (*at, 0.2))
    return parts
