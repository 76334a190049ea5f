"""Cobbles, fallen leaves and crumpled paper."""

import numpy as np

from lib import mesh
from lib.nodes import material


def stone_material(name="cobble", low=(0.10, 0.095, 0.09), high=(0.30, 0.27, 0.235), gloss=0.45):
    """Worn granite; each stone has its own tone."""
    made, g = material(name)
    at = g.coords("Object")
    chance = g.add("ObjectInfo").outputs["Random"]
    moved = g.vmath("ADD", at, g.vmath("SCALE", (3.0, 5.0, 7.0), g.math("MULTIPLY", chance, 50.0)))
    speck = g.noise(moved, 130.0, detail=5.0, roughness=0.75)
    cloud = g.noise(moved, 14.0, detail=6.0, roughness=0.6)
    tone = g.mix(g.range(chance, 0, 1), low, high)
    warm = g.math("FRACT", g.math("MULTIPLY", chance, 17.3))
    tone = g.mix(g.math("MULTIPLY", g.range(warm, 0.6, 1.0), 0.5), tone, (0.26, 0.18, 0.13))
    tone = g.mix(g.range(speck, 0.35, 0.75, 0.0, 0.6), tone, tuple(0.4 * c for c in low))
    tone = g.mix(g.range(cloud, 0.55, 0.75, 0.0, 0.5), tone, tuple(1.3 * c for c in high))
    # Dirt lies low on the flanks.
    z = g.xyz(at)[2]
    tone = g.mix(g.range(z, 0.012, -0.012), tone, (0.035, 0.028, 0.02))
    rough = g.range(cloud, 0.3, 0.7, gloss, gloss + 0.3)
    height = g.math("ADD", g.math("MULTIPLY", speck, 0.4), cloud)
    g.finish(g.principled(Base_Color=tone, Roughness=rough, Specular=0.4, Normal=g.bump(height, 0.6, 0.006)))
    return made


def cobbles(rng, area, size=0.105, stuff=None, bed=None, wave=0.35):
    """Setts in bent rows over `area` (x0, x1, y0, y1); top faces near z = 0."""
    stuff = stuff or stone_material()
    x0, x1, y0, y1 = area
    kinds = []
    for k in range(6):
        sides = (size * rng.uniform(0.91, 1.0), size * rng.uniform(0.91, 1.0), size * 0.9)
        made = mesh.sphere(f"sett{k}", 1.0, stuff, detail=4)
        bend = rng.normal(0, 1, (3, 3))
        for v in made.data.vertices:
            p = np.array(v.co)
            # A ball pressed towards a box: a sett with rounded shoulders.
            q = np.sign(p) * np.abs(p) ** 0.42
            q /= np.abs(q).max() ** 0.55
            q = q * (1 + 0.035 * np.sin(bend @ p * 2.2))
            v.co = q * np.array(sides) / 2
        made.location.z = 0.0
        kinds.append(made)
    rows = np.arange(y0, y1, size * 0.97)
    points, turns = [[] for _ in kinds], [[] for _ in kinds]
    for i, y in enumerate(rows):
        xs = np.arange(x0 + (i % 2) * size * 0.5 + rng.uniform(0, 0.03), x1, size)
        for x in xs:
            k = rng.integers(len(kinds))
            bow = wave * np.sin((x - x0) * 1.9) * size * 2.5
            points[k].append((x + rng.normal(0, 0.004), y + bow + rng.normal(0, 0.004), -size * 0.42 + rng.normal(0, 0.0045)))
            turns[k].append(wave * np.cos((x - x0) * 1.9) * size * 4.75 + rng.normal(0, 0.05) + rng.integers(4) * np.pi / 2)
    for kind, p, t in zip(kinds, points, turns):
        mesh.strew("setts", kind, np.array(p), 1.0, rng, tilt=0.035, turn=np.array(t))
    if bed is not None:
        mesh.plane("bed", ((x1 - x0) * 1.2, (y1 - y0) * 1.2), bed, ((x0 + x1) / 2, (y0 + y1) / 2, -size * 0.11), cuts=2)


def fallen_leaf(name, stuff, rng, length=0.07, width=0.042):
    """A dry, curled leaf lying on the ground."""
    u, v = np.meshgrid(np.linspace(0, 1, 11), np.linspace(-1, 1, 9), indexing="ij")
    outline = width / 2 * np.sin(np.pi * u**0.75) ** 0.8 * (1 + 0.18 * np.sin(u * 34))
    curl, twist = rng.uniform(0.2, 1.0), rng.normal(0, 0.3)
    x = (u - 0.5) * length
    y = v * outline
    z = curl * (y / width) ** 2 * width * 0.9 + 0.25 * length * rng.normal(0, 0.5) * (u - 0.5) ** 2 * 2 + twist * y * (u - 0.5) + 0.003
    return mesh.build(name, np.stack([x, y, z], -1).reshape(-1, 3), mesh.grid_faces(11, 9), stuff, uv=np.stack([v / 2 + 0.5, u], -1).reshape(-1, 2))


def crumpled(name, radius, stuff, rng):
    """A ball of crumpled paper: many flat facets with sharp ridges."""
    made = mesh.sphere(name, 1.0, stuff, detail=6)
    cut = rng.standard_normal((46, 3))
    cut /= np.linalg.norm(cut, axis=1, keepdims=True)
    depth = rng.uniform(0.62, 1.0, 46)
    dent = rng.standard_normal((16, 3))
    dent /= np.linalg.norm(dent, axis=1, keepdims=True)
    for v in made.data.vertices:
        p = np.array(v.co)
        reach = np.min(depth / np.maximum(cut @ p, 1e-3))
        pleat = np.min(np.abs(dent @ p - 0.3) * 3)
        v.co = p * min(reach, 1.15) * (0.86 + 0.14 * min(pleat, 1.0)) * radius
    made.data.polygons.foreach_set("use_smooth", [False] * len(made.data.polygons))
    return made
