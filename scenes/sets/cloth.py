"""A cup of coffee on a printed tablecloth, morning light through leaves."""

import numpy as np

from lib import cameras, materials, mesh, plants, sky
from lib.nodes import material

LOOK = {"exposure": 0.05, "glow": 0.06, "contrast": 0.25, "warmth": 0.02, "vignette": 0.12, "shadow": 0.08}


def print_cloth():
    """Blue checks with a small red flower in every fourth, woven."""
    made, g = material("printed cloth")
    uv = g.coords("UV")
    u, v, _ = g.xyz(uv)
    checks = 26.0
    cell = []
    for axis in (u, v):
        wave = g.math("FRACT", g.math("MULTIPLY", axis, checks))
        cell.append(g.range(g.math("ABSOLUTE", g.math("SUBTRACT", wave, 0.5)), 0.245, 0.255))
    tone = g.math("MULTIPLY", g.math("ADD", *cell), 0.5)
    colour = g.ramp(tone, (0.0, (0.71, 0.69, 0.64)), (0.5, (0.26, 0.36, 0.52)), (1.0, (0.045, 0.11, 0.28)))
    places = [g.math("SUBTRACT", g.math("FRACT", g.math("ADD", g.math("MULTIPLY", a, checks / 2), 0.25)), 0.5) for a in (u, v)]
    far = g.vmath("LENGTH", g.combine(*places, 0.0))
    angle = g.math("ARCTAN2", *places)
    petals = g.range(g.math("SUBTRACT", far, g.math("MULTIPLY", g.math("COSINE", g.math("MULTIPLY", angle, 5.0)), 0.022)), 0.075, 0.085, 1.0, 0.0)
    colour = g.mix(petals, colour, (0.55, 0.035, 0.030))
    colour = g.mix(g.range(far, 0.030, 0.036, 1.0, 0.0), colour, (0.75, 0.50, 0.05))
    threads = 2600.0
    weave = g.math("MULTIPLY", g.math("SINE", g.math("MULTIPLY", u, threads)), g.math("SINE", g.math("MULTIPLY", v, threads)))
    slub = g.noise(g.mapping(uv, scale=(330, 45, 1)), 1.0, detail=3.0)
    slub2 = g.noise(g.mapping(uv, scale=(45, 330, 1)), 1.0, detail=3.0)
    colour = g.mix(g.range(g.math("ADD", slub, slub2), 0.7, 1.3), g.mix(1.0, colour, (0.80, 0.80, 0.80), "MULTIPLY"), colour)
    height = g.math("ADD", weave, g.math("MULTIPLY", g.math("ADD", slub, slub2), 1.0))
    g.finish(g.principled(Base_Color=colour, Roughness=0.95, Specular=0.1, Sheen=0.2, Normal=g.bump(height, 0.3, 0.0012)))
    return made


def build():
    rng = np.random.default_rng(23)
    xs, ys = np.linspace(-0.9, 0.9, 220), np.linspace(-0.7, 1.3, 240)
    gx, gy = np.meshgrid(xs, ys, indexing="xy")
    fold = 0.010 * mesh.fractal(gx, gy, rng, 0.55, 3) + 0.004 * np.exp(-((gx - 0.16 * gy + 0.18) / 0.012) ** 2) + 0.003 * np.exp(-((gy - 0.42) / 0.010) ** 2)
    mesh.terrain("cloth", xs, ys, fold, print_cloth())
    sky.sky(33, -70, strength=0.16, dust=1.3)
    sky.sun(33, -70, strength=6.0, colour=(1.0, 0.84, 0.62), angle=0.8)
    leaf = plants.plain("leaf", (0.06, 0.10, 0.02), 0.2)
    for at in ((-1.9, 0.9, 1.05), (-2.3, 0.2, 1.9)):
        branch = plants.crown("branch", leaf, rng, (0.34, 0.4, 0.3), 240, 0.06, blobs=8)
        branch.location = at
    white = materials.ceramic("china", (0.76, 0.74, 0.70), 0.18, 0.2)
    saucer = mesh.lathe("saucer", [(0, 0.006), (0.030, 0.006), (0.034, 0.0), (0.040, 0.003), (0.062, 0.011), (0.078, 0.019), (0.080, 0.021), (0.077, 0.022), (0.060, 0.015), (0.036, 0.009), (0, 0.009)], white, 96, 2)
    cup = mesh.lathe("cup", [(0, 0.012), (0.022, 0.012), (0.026, 0.008), (0.028, 0.013), (0.036, 0.030), (0.041, 0.055), (0.043, 0.072), (0.0425, 0.074), (0.040, 0.072), (0.038, 0.055), (0.033, 0.030), (0.024, 0.016), (0, 0.015)], white, 96, 2)
    coffee, g = material("coffee")
    foam = g.noise(g.coords("Object"), 70.0, detail=6.0, distortion=1.0)
    g.finish(g.principled(Base_Color=g.mix(g.range(foam, 0.42, 0.62), (0.035, 0.014, 0.006), (0.26, 0.14, 0.06)), Roughness=0.15))
    drink = mesh.lathe("drink", [(0, 0.060), (0.0385, 0.060)], coffee, 64, 1)
    t = np.linspace(0.15, np.pi - 0.15, 20)
    handle = mesh.tube("handle", np.column_stack([0.036 + 0.026 * np.sin(t), np.zeros(20), 0.044 - 0.021 * np.cos(t)]), 0.0042, white, 16)
    spoon = mesh.lathe("bowl", [(0, 0), (0.006, 0.0006), (0.010, 0.003), (0.0095, 0.0032), (0.006, 0.0012), (0, 0.0006)], materials.metal("silver", (0.75, 0.74, 0.72), 0.15), 48, 2)
    spoon.scale = (1.0, 1.5, 1.0)
    stem = mesh.tube("stem", [(0, 0.013, 0.003), (0, 0.04, 0.010), (0, 0.085, 0.013), (0, 0.105, 0.011)], [0.002, 0.0013, 0.0018, 0.0028], materials.metal("silver", (0.75, 0.74, 0.72), 0.15))
    parts = [saucer, cup, drink, handle, spoon, stem]
    at = (0.05, 0.26, 0.012)
    for part in parts:
        part.location = at
    handle.rotation_euler = (0, 0, -0.6)
    for part in (spoon, stem):
        part.location = (at[0] - 0.058, at[1] - 0.020, at[2] + 0.017)
        part.rotation_euler = (0, 0, 0.5)
    cameras.camera((-0.04, -0.52, 0.50), (0.02, 0.24, 0.01), 55, 4.0, (0.05, 0.23, 0.04))
    return parts
