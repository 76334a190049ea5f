"""Meshes from numbers: lofts, lathes, boxes, blades, and instances strewn over a ground."""

import bpy
import numpy as np


def build(name, vertices, faces, material=None, smooth=True, uv=None):
    """A mesh object from vertex rows and face index rows; `material` may be one or a list."""
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata(np.asarray(vertices, float).tolist(), [], [list(map(int, f)) for f in faces])
    if uv is not None:
        layer = mesh.uv_layers.new(name="UVMap")
        index = np.empty(len(mesh.loops), int)
        mesh.loops.foreach_get("vertex_index", index)
        layer.data.foreach_set("uv", np.asarray(uv, float)[index].ravel())
    mesh.polygons.foreach_set("use_smooth", [smooth] * len(mesh.polygons))
    mesh.update()
    made = bpy.data.objects.new(name, mesh)
    bpy.context.scene.collection.objects.link(made)
    if material is not None:
        for entry in material if isinstance(material, (list, tuple)) else [material]:
            mesh.materials.append(entry)
    return made


def grid_faces(rows, columns, wrap=False):
    """Quads of a rows x columns lattice of vertices, closed over the columns if `wrap`."""
    r, c = np.meshgrid(np.arange(rows - 1), np.arange(columns if wrap else columns - 1), indexing="ij")
    n = (c + 1) % columns
    return np.stack([r * columns + c, r * columns + n, (r + 1) * columns + n, (r + 1) * columns + c], -1).reshape(-1, 4)


def lathe(name, profile, material, segments=96, subdivide=2):
    """Turns a profile of (radius, height) rows about z."""
    profile = np.asarray(profile, float)
    angle = np.linspace(0, 2 * np.pi, segments, endpoint=False)
    vertices = np.stack(
        [
            profile[:, :1] * np.cos(angle),
            profile[:, :1] * np.sin(angle),
            np.repeat(profile[:, 1:], segments, 1),
        ],
        -1,
    ).reshape(-1, 3)
    made = build(name, vertices, grid_faces(len(profile), segments, wrap=True), material)
    if subdivide:
        subsurf(made, subdivide)
    return made


def loft(name, rings, material, closed=True, caps=False, smooth=True):
    """Skins a stack of rings, shape (rings, points, 3)."""
    rings = np.asarray(rings, float)
    count, points, _ = rings.shape
    faces = [tuple(f) for f in grid_faces(count, points, wrap=closed)]
    if caps:
        faces.append(tuple(range(points))[::-1])
        faces.append(tuple(range((count - 1) * points, count * points)))
    return build(name, rings.reshape(-1, 3), faces, material, smooth=smooth)


def tube(name, path, radius, material, segments=12, caps=True):
    """A round tube along a path of points; `radius` is one number or one per point."""
    path = np.asarray(path, float)
    radius = np.broadcast_to(np.asarray(radius, float), len(path))
    tangent = np.gradient(path, axis=0)
    tangent /= np.linalg.norm(tangent, axis=1, keepdims=True)
    up = np.array([0.0, 0.0, 1.0]) if abs(tangent[0, 2]) < 0.9 else np.array([1.0, 0.0, 0.0])
    rings = []
    side = np.cross(tangent[0], up)
    for point, direction, size in zip(path, tangent, radius):
        side = side - direction * (side @ direction)
        side /= np.linalg.norm(side)
        other = np.cross(direction, side)
        angle = np.linspace(0, 2 * np.pi, segments, endpoint=False)[:, None]
        rings.append(point + size * (np.cos(angle) * side + np.sin(angle) * other))
    return loft(name, rings, material, caps=caps)


def box(name, size, material, location=(0, 0, 0), bevel=0.0, rotation=(0, 0, 0), segments=3):
    """An axis-aligned box of full `size`, its edges rounded by `bevel`."""
    sx, sy, sz = (s / 2 for s in size)
    corners = [(x, y, z) for x in (-sx, sx) for y in (-sy, sy) for z in (-sz, sz)]
    faces = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
    made = build(name, corners, faces, material, smooth=bevel > 0)
    made.location, made.rotation_euler = location, rotation
    if bevel:
        modifier = made.modifiers.new("bevel", "BEVEL")
        modifier.width, modifier.segments, modifier.harden_normals = bevel, segments, True
        made.data.use_auto_smooth = True
    return made


def plane(name, size, material, location=(0, 0, 0), rotation=(0, 0, 0), cuts=1):
    """A flat lattice of `cuts` x `cuts` quads, with uv from 0 to 1."""
    width, depth = size if isinstance(size, (tuple, list)) else (size, size)
    u, v = np.meshgrid(np.linspace(0, 1, cuts + 1), np.linspace(0, 1, cuts + 1), indexing="xy")
    uv = np.stack([u.ravel(), v.ravel()], -1)
    vertices = np.column_stack([(uv - 0.5) * (width, depth), np.zeros(len(uv))])
    made = build(name, vertices, grid_faces(cuts + 1, cuts + 1), material, uv=uv)
    made.location, made.rotation_euler = location, rotation
    return made


def subsurf(target, levels):
    modifier = target.modifiers.new("subsurf", "SUBSURF")
    modifier.levels = modifier.render_levels = levels
    return target


def sphere(name, radius, material, location=(0, 0, 0), detail=6):
    """A cube blown up to a sphere: no poles, so that bump textures lie evenly."""
    n = 2**detail // 2
    t = np.tan(np.linspace(-1, 1, n + 1) * np.pi / 4)
    a, b = np.meshgrid(t, t, indexing="xy")
    one = np.ones_like(a)
    vertices, faces = [], []
    for face in [(a, b, one), (-a, b, -one), (one, a, b), (-one, -a, b), (b, one, a), (b, -one, -a)]:
        start = sum(map(len, vertices))
        p = np.stack(face, -1).reshape(-1, 3)
        vertices.append(radius * p / np.linalg.norm(p, axis=1, keepdims=True))
        faces.append(grid_faces(n + 1, n + 1) + start)
    made = build(name, np.concatenate(vertices), np.concatenate(faces), material)
    weld = made.modifiers.new("weld", "WELD")
    weld.merge_threshold = radius * 1e-3
    made.location = location
    return made


def blades(name, material, rng, count=24, height=0.3, spread=0.05, width=0.006, bend=0.5, segments=5):
    """A tuft of bent, tapering blades that grow from around the origin."""
    t = np.linspace(0, 1, segments + 1)
    vertices, faces, uv = [], [], []
    for _ in range(count):
        azimuth = rng.uniform(0, 2 * np.pi)
        root = spread * np.sqrt(rng.random()) * np.array([np.cos(a := rng.uniform(0, 2 * np.pi)), np.sin(a), 0])
        tall = height * rng.uniform(0.45, 1.0)
        lean = bend * rng.uniform(0.15, 1.3)
        angle = lean * (0.25 * t + t**1.8)
        step = tall / segments
        run = np.concatenate([[0], np.cumsum(np.sin(angle[:-1]) * step)])
        rise = np.concatenate([[0], np.cumsum(np.cos(angle[:-1]) * step)])
        forward = np.array([np.cos(azimuth), np.sin(azimuth), 0])
        twist = azimuth + np.pi / 2 + rng.normal(0, 0.4) + t * rng.normal(0, 0.7)
        side = np.stack([np.cos(twist), np.sin(twist), np.zeros_like(t)], -1)
        half = width * rng.uniform(0.6, 1.2) * (1 - t**2.2)[:, None] / 2 * (0.6 + 0.4 * np.minimum(1, 4 * t))[:, None]
        centre = root + run[:, None] * forward + rise[:, None] * np.array([0, 0, 1])
        start = 2 * (segments + 1) * len(faces) // segments if faces else 0
        start = len(vertices)
        for i in range(segments + 1):
            vertices += [centre[i] - half[i] * side[i], centre[i] + half[i] * side[i]]
            uv += [(0, t[i]), (1, t[i])]
        faces += [(start + 2 * i, start + 2 * i + 1, start + 2 * i + 3, start + 2 * i + 2) for i in range(segments)]
    return build(name, vertices, faces, material, uv=uv)


def strew(name, child, points, scale, rng, normals=None, tilt=0.0, turn=None):
    """Puts an instance of `child` at every point, turned at random about z, scaled by `scale` (one or per point)."""
    points = np.asarray(points, float)
    count = len(points)
    scale = np.broadcast_to(np.asarray(scale, float), count)
    azimuth = rng.uniform(0, 2 * np.pi, count) if turn is None else np.broadcast_to(turn, count)
    up = np.zeros((count, 3))
    up[:, 2] = 1
    if normals is not None:
        up = np.asarray(normals, float)
    up = up + rng.normal(0, tilt, (count, 3)) * (1, 1, 0) if tilt else up
    up = up / np.linalg.norm(up, axis=1, keepdims=True)
    x = np.stack([np.cos(azimuth), np.sin(azimuth), np.zeros(count)], -1)
    x -= up * np.sum(x * up, 1, keepdims=True)
    x /= np.linalg.norm(x, axis=1, keepdims=True)
    y = np.cross(up, x)
    # An instance takes the square root of its face's area as its scale, so a square of that side is laid down.
    half = (scale / 2)[:, None]
    corners = np.stack(
        [points - half * x - half * y, points + half * x - half * y, points + half * x + half * y, points - half * x + half * y], 1
    ).reshape(-1, 3)
    parent = build(name, corners, np.arange(4 * count).reshape(-1, 4))
    parent.instance_type = "FACES"
    parent.use_instance_faces_scale = True
    parent.show_instancer_for_render = False
    child.parent = parent
    return parent


def fractal(x, y, rng, scale=1.0, octaves=5, gain=0.5):
    """Smooth value noise summed over octaves, about -1 to 1, at arrays of coordinates."""
    total = np.zeros(np.broadcast(x, y).shape)
    amplitude, norm = 1.0, 0.0
    for _ in range(octaves):
        table = rng.uniform(-1, 1, (256, 256))
        u, v = np.asarray(x) / scale + 1000.37, np.asarray(y) / scale + 1000.11
        i, j = np.floor(u).astype(int), np.floor(v).astype(int)
        fu, fv = u - i, v - j
        fu, fv = fu**3 * (fu * (6 * fu - 15) + 10), fv**3 * (fv * (6 * fv - 15) + 10)
        at = lambda a, b: table[a % 256, b % 256]
        total += amplitude * (
            (at(i, j) * (1 - fu) + at(i + 1, j) * fu) * (1 - fv) + (at(i, j + 1) * (1 - fu) + at(i + 1, j + 1) * fu) * fv
        )
        norm += amplitude
        amplitude *= gain
        scale /= 2.03
    return total / norm


def terrain(name, x, y, height, material):
    """A height field over the lattice of the coordinate rows `x` and `y`; `height` has shape (len(y), len(x))."""
    gx, gy = np.meshgrid(x, y, indexing="xy")
    u = (gx - x[0]) / (x[-1] - x[0])
    v = (gy - y[0]) / (y[-1] - y[0])
    vertices = np.stack([gx, gy, height], -1).reshape(-1, 3)
    return build(name, vertices, grid_faces(len(y), len(x)), material, uv=np.stack([u.ravel(), v.ravel()], -1))
