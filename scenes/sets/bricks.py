"""An enamel arrow sign on an old brick wall, side light."""

import numpy as np

from lib import cameras, facades, materials, mesh, plants, sky
from lib.nodes import material

LOOK = {"exposure": 0.25, "glow": 0.04, "contrast": 0.3, "vignette": 0.12, "shadow": 0.08}


def enamel():
    """Blue with a white rim and a white arrow, chipped at the screws."""
    made, g = material("enamel")
    at = g.coords("Object")
    x, _, z = g.xyz(at)
    ax, az = g.math("ABSOLUTE", x), g.math("ABSOLUTE", z)
    rim = g.math("MAXIMUM", g.range(ax, 0.405, 0.407), g.range(az, 0.205, 0.207))
    shaft = g.math("MULTIPLY", g.range(az, 0.034, 0.036, 1.0, 0.0), g.range(ax, 0.28, 0.282, 1.0, 0.0))
    head = g.math("MULTIPLY", g.range(g.math("ADD", g.math("MULTIPLY", az, 1.1), x), 0.30, 0.302, 1.0, 0.0), g.range(x, 0.13, 0.132))
    white = g.math("MAXIMUM", rim, g.math("MAXIMUM", shaft, head))
    colour = g.mix(white, (0.012, 0.055, 0.20), (0.72, 0.71, 0.67))
    screw = None
    for sx in (-0.37, 0.37):
        for sz in (-0.17, 0.17):
            far = g.vmath("LENGTH", g.vmath("SUBTRACT", g.combine(x, 0.0, z), (sx, 0, sz)))
            far = g.math("ADD", far, g.math("MULTIPLY", g.math("SUBTRACT", g.noise(at, 34.0, detail=6.0), 0.5), 0.07))
            near = g.range(far, 0.030, 0.038, 1.0, 0.0)
            screw = near if screw is None else g.math("MAXIMUM", screw, near)
    rust = g.mix(g.noise(at, 60.0, detail=5.0), (0.05, 0.022, 0.012), (0.24, 0.09, 0.035))
    colour = g.mix(screw, colour, rust)
    g.finish(g.principled(Base_Color=colour, Roughness=g.range(screw, 0, 1, 0.18, 0.9), Specular=0.5, Normal=g.bump(g.noise(at, 5.0), 0.1, 0.02)))
    return made


def build():
    rng = np.random.default_rng(14)
    mesh.box("wall", (14, 0.4, 5), materials.brick("brick"), (0, 0.2, 2.5))
    mesh.box("plinth", (14, 0.08, 0.34), materials.plaster("stone", (0.30, 0.28, 0.25), scale=3), (0, -0.03, 0.17), bevel=0.012)
    mesh.plane("pavement", (14, 6), materials.flags("flags"), (0, -3, 0), cuts=2)
    pipe = materials.paint("pipe", (0.05, 0.085, 0.07), chips=0.25)
    mesh.tube("pipe", [(1.72, -0.075, z) for z in np.linspace(0.08, 5, 30)], 0.045, pipe, segments=24)
    for z in (0.75, 2.15):
        mesh.tube("clamp", [(1.72, -0.075, z), (1.72, -0.075, z + 0.05)], 0.056, pipe, segments=24)
    weed = plants.leaf_material("weed", (0.03, 0.06, 0.01), (0.13, 0.20, 0.03), dryness=0.2)
    for _ in range(3):
        tuft = mesh.blades("weed", weed, rng, count=26, height=0.16, spread=0.05, width=0.006, bend=1.3)
        p = np.column_stack([rng.uniform(-3, 3, 9), rng.uniform(-0.10, -0.07, 9), np.zeros(9)])
        mesh.strew("weeds", tuft, p, rng.uniform(0.5, 1.2, 9), rng, tilt=0.3)
    sky.sky(34, -112, strength=0.11, dust=1.2)
    sky.sun(33, -112, strength=5.5, colour=(1.0, 0.85, 0.66), angle=0.6)
    parts = [mesh.box("sign", (0.86, 0.012, 0.46), enamel(), (0.05, -0.045, 1.62), bevel=0.004)]
    steel = materials.metal("screw", (0.30, 0.24, 0.20), 0.6)
    for sx in (-0.37, 0.37):
        for sz in (-0.17, 0.17):
            screw = mesh.sphere("screw", 0.013, steel, (0.05 + sx, -0.052, 1.62 + sz), detail=4)
            parts += [screw, mesh.tube("peg", [(0.05 + sx, -0.045, 1.62 + sz), (0.05 + sx, 0.01, 1.62 + sz)], 0.012, steel)]
    cameras.camera((-1.15, -3.1, 1.45), (0.28, 0.0, 1.35), 40, 5.6, (0.05, 0, 1.62))
    return parts
