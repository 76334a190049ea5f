"""A clinker-built rowing boat: bow towards +x, waterline at z = 0."""

import numpy as np

from lib import mesh


def _lines(s, length):
    """Half breadth, keel height, sheer height and x at stations `s` from stern (0) to bow (1)."""
    x = (s - 0.45) * length
    half = 0.62 * np.clip(1 - np.abs((s - 0.42) / 0.58) ** 2.6, 0, 1) ** 0.8
    half = np.where(s < 0.42, 0.62 * (1 - 0.30 * ((0.42 - s) / 0.42) ** 2), half)
    keel = -0.17 + 0.10 * np.clip((0.25 - s) / 0.25, 0, 1) ** 2 + 0.62 * np.clip((s - 0.80) / 0.20, 0, 1) ** 2.2
    sheer = 0.30 + 0.10 * (np.abs(s - 0.4) / 0.6) ** 2 + 0.16 * np.clip((s - 0.4) / 0.6, 0, 1) ** 2.5
    return half, np.minimum(keel, sheer - 0.02), sheer, x


def _section(s, t, length, inset=0.0):
    half, keel, sheer, x = _lines(s, length)
    y = (half - inset) * np.sin(np.clip(t, 0, 1) * np.pi / 2) ** 0.72
    z = keel + inset + (sheer - keel - inset) * t**1.45
    return x, y, z


def rowing_boat(hull, stripe, inside, timber, length=3.7):
    """Objects of the boat; materials for the hull's planks, the top plank, the inside and the fittings."""
    parts = []
    stations = np.linspace(0, 1, 60)
    strakes = 7
    for side in (-1, 1):
        for k in range(strakes):
            t = np.linspace(k / strakes, (k + 1) / strakes, 6)
            rings = []
            for s in stations:
                x, y, z = _section(s, t, length)
                # Each plank stands proud of the one below it at its lower edge.
                proud = 0.016 * (1 - (t - t[0]) / (t[-1] - t[0])) * min(1.0, 8 * (1 - s) + 0.1)
                y = y + proud
                # The plank's lower edge is closed by one more row that goes back in.
                y = np.concatenate([[y[0] - proud[0] - 0.004], y])
                z = np.concatenate([[z[0] + 0.002], z])
                rings.append(np.column_stack([np.full(7, x), side * y, z]))
            made = mesh.loft("strake", rings, stripe if k == strakes - 1 else hull, closed=False)
            made.data.use_auto_smooth, made.data.auto_smooth_angle = True, 0.6
            parts.append(made)
        t = np.linspace(0, 1, 22)
        rings = [np.column_stack([np.full(22, x), side * np.maximum(y, 0), z]) for x, y, z in (_section(s, t, length, 0.022) for s in stations[:-1])]
        parts.append(mesh.loft("lining", rings, inside, closed=False))
        gunwale = [(x, side * (y + 0.008), z) for x, y, z in (_section(s, np.array(1.0), length) for s in stations)]
        parts.append(mesh.tube("gunwale", gunwale, 0.026, timber))
        for s in np.linspace(0.06, 0.9, 15):
            rib = np.column_stack(np.broadcast_arrays(*_section(s, np.linspace(0.02, 0.97, 14), length, 0.030)))
            rib[:, 1] *= side
            parts.append(mesh.tube("rib", rib, 0.013, timber, segments=6))
    t = np.linspace(0, 1, 24)
    x, y, z = _section(0.0, t, length)
    outline = np.column_stack([np.full(24, x), y, z])
    other = outline[::-1] * (1, -1, 1)
    ring = np.concatenate([outline, other])
    parts.append(mesh.loft("transom", [ring + (0.018, 0, 0), ring - (0.012, 0, 0)], timber, caps=True, smooth=False))
    stem = [(x, 0.0, z) for x, _, z in (_section(s, np.array(0.0), length) for s in np.linspace(0.55, 1.0, 24))]
    top = _section(1.0, np.array(1.0), length)
    parts.append(mesh.tube("stem", stem + [(float(top[0]) + 0.015, 0.0, float(top[2]) + 0.07)], 0.028, timber))
    for s, z in ((0.13, 0.17), (0.40, 0.15), (0.66, 0.18)):
        half, _, sheer, x = _lines(np.array(s), length)
        parts.append(mesh.box("thwart", (0.22, 2 * float(half) - 0.10, 0.03), timber, (float(x), 0, z), bevel=0.006))
    parts.append(mesh.box("boards", (2.1, 0.5, 0.02), timber, (-0.1, 0, -0.09)))
    for side, start, tilt in ((1, (-1.45, 0.24, 0.26), 0.03), (-1, (-1.30, -0.20, 0.25), -0.05)):
        start = np.array(start)
        along = np.array([1.0, tilt, 0.055])
        shaft = [start + along * u for u in np.linspace(0, 1.9, 12)]
        parts.append(mesh.tube("oar", shaft, np.linspace(0.018, 0.021, 12), timber))
        blade = np.linspace(0, 1, 10)
        wide = 0.075 * np.sin(np.pi * (0.12 + 0.80 * blade)) ** 0.6
        rings = []
        for u, w in zip(blade, wide):
            c = start - along * 0.45 * u * 0.9
            rings.append([c + (0, w, 0.004), c + (0, w, -0.004), c + (0, -w, -0.004), c + (0, -w, 0.004)])
        parts.append(mesh.loft("blade", rings, timber, caps=True))
    return parts
