"""A figure in a coat, seen from some way off: enough shape for a person thirty paces away."""

import bpy
import numpy as np

from lib import mesh


def _limb(name, points, radii, stuff):
    points = np.asarray(points, float)
    t = np.linspace(0, 1, len(points))
    fine = np.linspace(0, 1, 24)
    path = np.column_stack([np.interp(fine, t, points[:, k]) for k in range(3)])
    for _ in range(3):
        path[1:-1] = (path[:-2] + 2 * path[1:-1] + path[2:]) / 4
    made = mesh.tube(name, path, np.interp(fine, t, radii), stuff, segments=20)
    return mesh.subsurf(made, 1)


def walker(coat, trousers, skin, hat, boots, height=1.72, stride=0.30):
    """Parts of a figure that walks towards +y, its feet at z = 0; parented to one empty object."""
    parts = []
    for side, forward in ((-1, stride), (1, -stride)):
        x = 0.095 * side
        lift = 0.07 if forward < 0 else 0.0
        hip, knee = (x, 0.0, 0.90), (x * 1.05, forward * 0.62 + 0.05, 0.50)
        ankle = (x * 1.05, forward, 0.10 + lift)
        parts.append(_limb("leg", [hip, knee, ankle], [0.095, 0.072, 0.058], trousers))
        parts.append(_limb("boot", [(x * 1.05, forward - 0.03, 0.24 + lift), (x * 1.05, forward - 0.01, 0.06 + lift), (x * 1.1, forward + 0.17, 0.035 + lift * 0.3)], [0.066, 0.060, 0.040], boots))
        shoulder = (0.17 * side, 0.0, 1.41)
        elbow = (0.245 * side, -forward * 0.35 - 0.05, 1.15)
        wrist = (0.235 * side, -forward * 0.75 + 0.06, 0.93)
        parts.append(_limb("arm", [shoulder, elbow, wrist], [0.075, 0.060, 0.050], coat))
        hand = mesh.sphere("hand", 0.045, skin, (wrist[0], wrist[1] + 0.01, wrist[2] - 0.05), detail=4)
        hand.scale = (0.7, 0.9, 1.3)
        parts.append(hand)
    angle = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    rng = np.random.default_rng(4)
    rings = []
    profile = [(0.70, 0.262, 0.222), (0.72, 0.268, 0.226), (0.85, 0.240, 0.195), (1.00, 0.205, 0.160), (1.10, 0.192, 0.148), (1.22, 0.205, 0.150), (1.36, 0.215, 0.140),
               (1.43, 0.185, 0.115), (1.475, 0.115, 0.090), (1.50, 0.075, 0.075), (1.53, 0.070, 0.072)]
    for z, a, b in profile:
        fold = 1 + 0.06 * np.clip((1.15 - z) / 0.4, 0, 1) * np.sin(7 * angle + 1.3) + 0.03 * np.sin(3 * angle + 5 * z)
        rings.append(np.column_stack([a * np.cos(angle) * fold, b * np.sin(angle) * fold - 0.01, np.full(40, z)]))
    parts.append(mesh.subsurf(mesh.loft("coat", rings, coat), 2))
    head = mesh.sphere("head", 0.105, skin, (0, 0.01, 1.635), detail=5)
    head.scale = (0.86, 1.0, 1.18)
    parts.append(head)
    cap = mesh.lathe("hat", [(0.112, 0.0), (0.116, 0.012), (0.112, 0.035), (0.108, 0.06), (0.085, 0.105), (0.045, 0.135), (0.0, 0.142)], hat, 48, 2)
    cap.location, cap.rotation_euler = (0, -0.005, 1.655), (-0.12, 0.03, 0)
    bobble = mesh.sphere("bobble", 0.035, hat, (0, -0.02, 1.81), detail=4)
    parts += [cap, bobble]
    group = bpy.data.objects.new("figure", None)
    bpy.context.scene.collection.objects.link(group)
    for part in parts:
        part.parent = group
    group.scale = (height / 1.8,) * 3
    return group, parts
