"""Walls with windows, shutters and cornices; roofs of clay tiles; lamp posts."""

import numpy as np

from lib import materials, mesh
from lib.nodes import material


def pane(name="pane"):
    """Window glass by day: dark rooms behind a mirror of the sky."""
    made, g = material(name)
    at = g.coords("Object")
    dim = g.mix(g.noise(at, 3.0, detail=4.0), (0.010, 0.011, 0.013), (0.045, 0.042, 0.040))
    wavy = g.bump(g.noise(at, 2.4, detail=2.0), 0.12, 0.02)
    g.finish(g.principled(Base_Color=dim, Roughness=0.04, Specular=0.9, Normal=wavy))
    return made


def window(x, z, width, height, depth, frame, glass, stone, shutters=None, y=0.0, open_angle=0.12, rng=None):
    """A casement in a wall whose face is at `y`, looking towards -y; its middle bottom is at (x, z)."""
    mesh.box("pane", (width, 0.02, height), glass, (x, y + depth - 0.02, z + height / 2))
    bar = 0.055
    for dx in (-width / 2 + bar / 2, 0.0, width / 2 - bar / 2):
        mesh.box("stile", (bar, 0.05, height), frame, (x + dx, y + depth - 0.05, z + height / 2), bevel=0.005)
    for f in (0.02, 0.36, 0.68, 0.98):
        mesh.box("rail", (width, 0.04, bar * 0.8), frame, (x, y + depth - 0.052, z + f * height), bevel=0.004)
    mesh.box("sill", (width + 0.24, depth + 0.09, 0.07), stone, (x, y + depth / 2 - 0.075, z - 0.035), bevel=0.008)
    for dx in (-1, 1):
        mesh.box("jamb", (0.12, 0.035, height + 0.12), stone, (x + dx * (width / 2 + 0.06), y - 0.012, z + height / 2 + 0.06), bevel=0.006)
    mesh.box("lintel", (width + 0.24, 0.04, 0.14), stone, (x, y - 0.015, z + height + 0.07), bevel=0.006)
    if shutters is not None:
        for side in (-1, 1):
            leaf = width / 2 + 0.02
            hinge = x + side * (width / 2 + 0.03)
            angle = open_angle * (1 if rng is None else rng.uniform(0.3, 1.6))
            middle = (hinge + side * np.cos(angle) * leaf / 2, y - 0.05 - np.sin(angle) * leaf / 2, z + height / 2)
            turn = (0, 0, -side * angle)
            for dx in (-leaf / 2 + 0.03, leaf / 2 - 0.03):
                c, s = np.cos(turn[2]), np.sin(turn[2])
                mesh.box("stile", (0.06, 0.035, height), shutters, (middle[0] + dx * c, middle[1] + dx * s, middle[2]), 0.003, turn)
            for f in (0.03, 0.5, 0.97):
                mesh.box("rail", (leaf, 0.034, 0.075), shutters, (middle[0], middle[1], z + f * height), 0.003, turn)
            for f in np.arange(0.06, 0.95, 0.045 / height):
                if abs(f - 0.5) > 0.03:
                    mesh.box("slat", (leaf - 0.1, 0.008, 0.05), shutters, (middle[0], middle[1], z + f * height), 0.0, (0.7, 0, turn[2]))


def wall_with_holes(x0, x1, z0, z1, holes, stuff, depth=0.22, y=0.0):
    """A wall facing -y with rectangular `holes` (x, z, width, height), each with its reveal."""
    xs = sorted({x0, x1, *(h[0] - h[2] / 2 for h in holes), *(h[0] + h[2] / 2 for h in holes)})
    zs = sorted({z0, z1, *(h[1] for h in holes), *(h[1] + h[3] for h in holes)})
    vertices, faces = [], []

    def quad(*corners):
        faces.append(tuple(range(len(vertices), len(vertices) + 4)))
        vertices.extend(corners)

    for a, b in zip(xs[:-1], xs[1:]):
        for c, d in zip(zs[:-1], zs[1:]):
            u, w = (a + b) / 2, (c + d) / 2
            if not any(abs(u - h[0]) < h[2] / 2 and h[1] < w < h[1] + h[3] for h in holes):
                quad((a, y, c), (b, y, c), (b, y, d), (a, y, d))
    for x, z, width, height in holes:
        a, b, c, d = x - width / 2, x + width / 2, z, z + height
        quad((a, y, c), (a, y + depth, c), (a, y + depth, d), (a, y, d))
        quad((b, y, c), (b, y, d), (b, y + depth, d), (b, y + depth, c))
        quad((a, y, d), (a, y + depth, d), (b, y + depth, d), (b, y, d))
        quad((a, y, c), (b, y, c), (b, y + depth, c), (a, y + depth, c))
    return mesh.build("wall", vertices, faces, stuff, smooth=False)


def lamp_post(iron, glass, location, height=3.6):
    """A cast-iron street lamp with a four-sided lantern; returns its parts."""
    x, y, z = location
    profile = [(0.0, 0.0), (0.16, 0.0), (0.16, 0.06), (0.13, 0.09), (0.12, 0.30), (0.13, 0.33), (0.10, 0.38), (0.075, 0.50), (0.07, 0.95), (0.085, 0.98), (0.085, 1.03),
               (0.055, 1.08), (0.045, 1.6), (0.038, height - 0.85), (0.055, height - 0.80), (0.055, height - 0.76), (0.036, height - 0.72), (0.03, height - 0.62), (0.10, height - 0.56), (0.10, height - 0.54), (0.0, height - 0.54)]
    parts = [mesh.lathe("post", profile, iron, 40, 1)]
    arm = [(-0.26, 0, height - 0.95), (0.26, 0, height - 0.95)]
    parts.append(mesh.tube("arm", np.array(arm) + np.linspace(0, 1e-6, 2)[:, None], 0.014, iron))
    ring = lambda half, h: [(-half, -half, h), (half, -half, h), (half, half, h), (-half, half, h)]
    parts.append(mesh.loft("lantern", [ring(0.105, height - 0.53), ring(0.165, height - 0.12)], glass, smooth=False))
    parts.append(mesh.loft("roof", [ring(0.20, height - 0.125), ring(0.19, height - 0.10), ring(0.075, height + 0.04), ring(0.06, height + 0.08), ring(0.012, height + 0.11)], iron, caps=True, smooth=False))
    for sx in (-1, 1):
        for sy in (-1, 1):
            parts.append(mesh.tube("edge", [(0.105 * sx, 0.105 * sy, height - 0.53), (0.135 * sx, 0.135 * sy, height - 0.32), (0.168 * sx, 0.168 * sy, height - 0.115)], 0.010, iron))
    parts.append(mesh.lathe("bulb", [(0.0, height - 0.50), (0.03, height - 0.48), (0.045, height - 0.38), (0.03, height - 0.28), (0.0, height - 0.26)], glass, 24, 2))
    for part in parts:
        part.location = (x, y, z)
    return parts


def clay_roof(rng, width, length, pitch, origin, stuff, turn=0.0):
    """Rows of half-round clay tiles on a slope that rises towards +y from `origin`."""
    angle = np.linspace(0, np.pi, 13)
    kinds = []
    for _ in range(3):
        rings = []
        for t, r in zip(np.linspace(0, 1, 5), np.linspace(0.092, 0.078, 5)):
            outer = np.column_stack([r * np.cos(angle), np.full(13, t * 0.42), r * 0.72 * np.sin(angle)])
            inner = np.column_stack([(r - 0.012) * np.cos(angle[::-1]), np.full(13, t * 0.42), (r - 0.012) * 0.72 * np.sin(angle[::-1]) - 0.001])
            rings.append(np.concatenate([outer, inner]))
        kinds.append(mesh.loft("tile", rings, stuff, caps=True))
        kinds[-1].data.use_auto_smooth = True
    points = [[] for _ in kinds]
    c, s = np.cos(pitch), np.sin(pitch)
    ct, st = np.cos(turn), np.sin(turn)
    for i, x in enumerate(np.arange(0, width, 0.19)):
        for v in np.arange(0, length, 0.34):
            k = rng.integers(3)
            u, w = x + rng.normal(0, 0.005), v + rng.normal(0, 0.008)
            px, py, pz = u, w * c, w * s + rng.normal(0, 0.003)
            points[k].append((origin[0] + px * ct - py * st, origin[1] + px * st + py * ct, origin[2] + pz))
    normal = np.array([s * st, -s * ct, c])
    # Each tile lifts a little at its foot, where it rides on the one below.
    normal = normal + np.array([-st, ct, 0]) * -0.05
    for kind, p in zip(kinds, points):
        mesh.strew("tiles", kind, np.array(p), 1.0, rng, normals=np.repeat([normal], len(p), 0), tilt=0.012, turn=turn + rng.normal(0, 0.02, len(p)))
    corners = [(0, 0), (width, 0), (width, length), (0, length)]
    base = [(origin[0] + u * ct - v * c * st, origin[1] + u * st + v * c * ct, origin[2] + v * s - 0.01) for u, v in corners]
    mesh.build("roof", base, [(0, 1, 2, 3)], stuff, smooth=False)


def terracotta(name="terracotta"):
    made, g = material(name)
    at = g.coords("Object")
    chance = g.add("ObjectInfo").outputs["Random"]
    world = g.add("NewGeometry").outputs["Position"]
    moved = g.vmath("ADD", at, g.vmath("SCALE", (3.0, 5.0, 7.0), g.math("MULTIPLY", chance, 50.0)))
    cloud = g.noise(moved, 12.0, detail=7.0, roughness=0.65)
    tone = g.mix(chance, (0.22, 0.075, 0.035), (0.46, 0.19, 0.09))
    pale = g.math("FRACT", g.math("MULTIPLY", chance, 11.7))
    tone = g.mix(g.range(pale, 0.75, 1.0, 0.0, 0.6), tone, (0.52, 0.36, 0.22))
    tone = g.mix(g.range(cloud, 0.4, 0.7, 0.0, 0.6), tone, (0.16, 0.085, 0.05))
    lichen = g.math("MULTIPLY", g.range(g.noise(world, 7.0, detail=7.0, roughness=0.7), 0.57, 0.64), 0.75)
    tone = g.mix(lichen, tone, (0.30, 0.28, 0.17))
    g.finish(g.principled(Base_Color=tone, Roughness=0.85, Specular=0.2, Normal=g.bump(cloud, 0.5, 0.006)))
    return made
