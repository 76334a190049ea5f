"""Grass, flowers, leaves and trees: light shines through all of them."""

import numpy as np

from lib import mesh
from lib.nodes import material


def leaf_material(name, low, high, dry=(0.45, 0.36, 0.12), dryness=0.12, through=0.5, gloss=0.06, roughness=0.4):
    """Colour runs from `low` at the root to `high` at the tip, differs by plant, and some plants are dry."""
    made, g = material(name)
    info = g.add("ObjectInfo")
    chance = info.outputs["Random"]
    _, v, _ = g.xyz(g.coords("UV"))
    place = g.noise(g.add("NewGeometry").outputs["Position"], 1.1, detail=3.0)
    colour = g.mix(v, low, high)
    hue = g.add("HueSaturation", Color=colour)
    g.put(hue.inputs["Hue"], g.range(chance, 0, 1, 0.475, 0.522))
    g.put(hue.inputs["Saturation"], g.range(place, 0.3, 0.7, 0.75, 1.15))
    g.put(hue.inputs["Value"], g.range(g.math("FRACT", g.math("MULTIPLY", chance, 7.31)), 0, 1, 0.65, 1.35))
    parched = g.range(g.math("ADD", g.math("FRACT", g.math("MULTIPLY", chance, 13.7)), g.math("MULTIPLY", g.math("SUBTRACT", place, 0.5), 0.5)), 1 - dryness, 1.0)
    colour = g.mix(g.math("MULTIPLY", parched, g.range(v, 0.0, 0.6)), hue, dry)
    front = g.add("BsdfDiffuse", Color=colour)
    back = g.add("BsdfTranslucent", Color=g.mix(1.0, colour, (1.25, 1.15, 0.55), "MULTIPLY"))
    body = g.mix_shader(through, front, back)
    shine = g.add("BsdfGlossy", Color=(1, 1, 1), Roughness=roughness)
    fresnel = g.add("Fresnel", IOR=1.4)
    g.finish(g.mix_shader(g.math("MULTIPLY", fresnel, gloss * 10), body, shine))
    return made


def soil(name="soil", dark=(0.035, 0.026, 0.015), light=(0.10, 0.085, 0.045)):
    made, g = material(name)
    at = g.coords("Object")
    n = g.noise(at, 9.0, detail=8.0, roughness=0.65)
    colour = g.mix(g.range(n, 0.3, 0.7), dark, light)
    g.finish(g.principled(Base_Color=colour, Roughness=0.95, Specular=0.1, Normal=g.bump(n, 0.8, 0.03)))
    return made


def frustum_points(rng, near, far, half_angle, density, margin=0.3, origin=(0.0, 0.0), power=1.0):
    """Random ground points within a camera's wedge along +y; `density` per square metre at `near`, thinning outwards
    as distance to `power`."""
    points = []
    edges = np.geomspace(near, far, 24)
    for a, b in zip(edges[:-1], edges[1:]):
        width = 2 * (b * np.tan(half_angle) + margin)
        count = rng.poisson(density * (near / a) ** power * width * (b - a))
        points.append(np.column_stack([rng.uniform(-width / 2, width / 2, count), rng.uniform(a, b, count)]))
    return np.concatenate(points) + origin


def daisy(name, rng, petal, heart, stem, height=0.12):
    """A daisy on its stem."""
    vertices, faces, uv, slot = [], [], [], []
    lean = rng.uniform(-0.25, 0.25, 2)
    top = np.array([lean[0] * height, lean[1] * height, height])

    def strip(points, half, material_slot, side):
        start = len(vertices)
        for i, p in enumerate(points):
            vertices.extend([p - half[i] * side, p + half[i] * side])
            uv.extend([(0, i / (len(points) - 1)), (1, i / (len(points) - 1))])
        for i in range(len(points) - 1):
            faces.append((start + 2 * i, start + 2 * i + 1, start + 2 * i + 3, start + 2 * i + 2))
            slot.append(material_slot)

    t = np.linspace(0, 1, 6)[:, None]
    for side in (np.array([1.0, 0, 0]), np.array([0, 1.0, 0])):
        strip(t**1.5 * (top * (1, 1, 0)) + t * (0, 0, height), np.full(6, 0.0009), 2, side)
    # The head looks towards -y and upwards, so that a camera on that side sees its face.
    nod = rng.uniform(0.5, 1.1)
    frame = np.array([[1, 0, 0], [0, np.cos(nod), np.sin(nod)], [0, -np.sin(nod), np.cos(nod)]])
    count = 19
    for k in range(count):
        angle = 2 * np.pi * (k + rng.uniform(-0.2, 0.2)) / count
        out = np.array([np.cos(angle), np.sin(angle), 0]) @ frame
        side = np.array([-np.sin(angle), np.cos(angle), 0]) @ frame
        r = np.array([0.002, 0.006, 0.010, 0.0125]) * rng.uniform(0.9, 1.1)
        lift = rng.uniform(-0.05, 0.35) * (r / 0.012) ** 2 * 0.008
        strip(top + r[:, None] * out + lift[:, None] * frame[2], np.array([0.0008, 0.0016, 0.0017, 0.0006]), 0, side)
    start = len(vertices)
    rings, points = 4, 10
    for i in range(rings):
        a = i / (rings - 1) * np.pi / 2
        for j in range(points):
            b = 2 * np.pi * j / points
            vertices.append(top + np.array([0.0042 * np.cos(a) * np.cos(b), 0.0042 * np.cos(a) * np.sin(b), 0.0025 * np.sin(a)]) @ frame)
            uv.append((0.5, 0.5))
    for f in mesh.grid_faces(rings, points, wrap=True):
        faces.append(tuple(f + start))
        slot.append(1)
    made = mesh.build(name, vertices, faces, [petal, heart, stem], uv=uv)
    made.data.polygons.foreach_set("material_index", slot)
    return made


def plain(name, colour, through=0.3, roughness=0.6):
    """A thin coloured stuff that lets some light through."""
    made, g = material(name)
    colour = (*colour, 1.0)
    body = g.mix_shader(through, g.add("BsdfDiffuse", Color=colour), g.add("BsdfTranslucent", Color=colour))
    g.finish(body)
    return made


def crown(name, stuff, rng, size=(2.5, 2.5, 3.0), leaves=5000, leaf=0.12, blobs=9):
    """A tree's or bush's leaves: quads strewn through overlapping balls."""
    size = np.asarray(size, float)
    centre = rng.uniform(-0.6, 0.6, (blobs, 3)) * size + (0, 0, size[2])
    radius = rng.uniform(0.35, 0.6, blobs) * size.mean()
    which = rng.choice(blobs, leaves, p=radius**2 / (radius**2).sum())
    direction = rng.standard_normal((leaves, 3))
    direction /= np.linalg.norm(direction, axis=1, keepdims=True)
    p = centre[which] + direction * (radius[which] * rng.uniform(0.55, 1.05, leaves) ** 0.5)[:, None]
    a = rng.standard_normal((leaves, 3)) + 0.6 * direction
    a /= np.linalg.norm(a, axis=1, keepdims=True)
    b = np.cross(a, rng.standard_normal((leaves, 3)))
    b /= np.linalg.norm(b, axis=1, keepdims=True)
    s = leaf * rng.uniform(0.6, 1.3, (leaves, 1))
    corners = np.stack([p - s * a, p - 0.55 * s * b, p + s * a, p + 0.55 * s * b], 1).reshape(-1, 3)
    uv = np.tile([(0.5, 0.2), (0, 0.6), (0.5, 1), (1, 0.6)], (leaves, 1))
    return mesh.build(name, corners, np.arange(4 * leaves).reshape(-1, 4), stuff, uv=uv, smooth=False)
