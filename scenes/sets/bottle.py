"""A green bottle on an old table; the sun comes through a window on the left."""

import numpy as np

from lib import cameras, materials, mesh, plants, sky
from lib.nodes import material

LOOK = {"exposure": -0.3, "glow": 0.06, "contrast": 0.3, "warmth": 0.02, "vignette": 0.16, "shadow": 0.10}


def lemon_skin():
    made, g = material("lemon")
    at = g.coords("Object")
    pores = g.voronoi(at, 95.0, "SMOOTH_F1")
    cloud = g.noise(at, 9.0, detail=4.0)
    _, _, z = g.xyz(at)
    tone = g.mix(g.range(cloud, 0.35, 0.65), (0.80, 0.52, 0.03), (0.86, 0.64, 0.06))
    tone = g.mix(g.range(g.math("ABSOLUTE", z), 0.032, 0.05), tone, (0.55, 0.50, 0.05))
    g.finish(g.principled(Base_Color=tone, Roughness=0.38, Specular=0.5, Subsurface=0.08, Subsurface_Color=(0.9, 0.6, 0.05),
                          Subsurface_Radius=(0.01, 0.006, 0.002), Normal=g.bump(pores, 0.35, 0.002)))
    return made


def lemon(skin, rng, location):
    t = np.linspace(-1, 1, 33)
    radius = 0.031 * np.sqrt(np.clip(1 - np.abs(t) ** 2.3, 0, 1))
    height = 0.037 * t
    tip = np.abs(t) > 0.86
    radius[tip] = np.maximum(radius[tip], 0.009 * np.clip((1.0 - np.abs(t[tip])) / 0.10, 0, 1))
    height = height + 0.010 * np.sign(t) * np.clip((np.abs(t) - 0.8) / 0.2, 0, 1)
    made = mesh.lathe("lemon", np.column_stack([radius, height]), skin, 48, 1)
    made.location = location
    made.rotation_euler = (rng.uniform(1.2, 1.9), rng.uniform(-0.3, 0.3), rng.uniform(0, 6.28))
    return made


def build():
    rng = np.random.default_rng(3)
    top = materials.wood("table", (0.050, 0.028, 0.017), (0.25, 0.150, 0.088), rings=75, roughness=0.42, wear=0.4)
    y = -0.55
    for _ in range(9):
        width = rng.uniform(0.125, 0.165)
        mesh.box("plank", (2.6, width - 0.0025, 0.035), top, (rng.uniform(-0.1, 0.1), y + width / 2, -0.0175 + rng.normal(0, 0.0006)), bevel=0.0022)
        y += width
    wall = materials.plaster("wall", (0.44, 0.365, 0.285), stains=0.5)
    mesh.box("back", (6, 0.1, 3.5), wall, (0, 1.15, 0.7))
    mesh.box("floor", (6, 6, 0.1), materials.plaster("floor", (0.25, 0.2, 0.16)), (0, 0, -0.85))

    # The window wall at the left: four slabs round an opening, and glazing bars.
    white = materials.paint("frame", (0.6, 0.57, 0.5), chips=0.1)
    wx, y0, y1, z0, z1 = -1.75, -2.25, 0.28, 0.30, 1.95
    for size, at in (
        ((0.25, 6.0, z0 + 2), (wx, -1, (z0 - 2) / 2)), ((0.25, 6.0, 2.0), (wx, -1, z1 + 1)),
        ((0.25, 3.0, 6.0), (wx, y0 - 1.5, 0)), ((0.25, 3.0, 6.0), (wx, y1 + 1.5, 0)),
    ):
        mesh.box("slab", size, wall, at)
    # The bars stand where their shadows fall between the things on the table.
    for yy in (-1.62, -0.98, -0.35):
        mesh.box("bar", (0.05, 0.045, z1 - z0), white, (wx, yy, (z0 + z1) / 2))
    for z in (0.69, 1.56):
        mesh.box("bar", (0.05, y1 - y0, 0.035), white, (wx, (y0 + y1) / 2, z))
    for yy in (y0, y1):
        mesh.box("jamb", (0.08, 0.07, z1 - z0), white, (wx, yy, (z0 + z1) / 2))
    # A branch outside breaks up the light.
    leaf = plants.plain("leaf", (0.06, 0.10, 0.02), 0.2)
    branch = plants.crown("branch", leaf, rng, (0.28, 0.4, 0.35), 260, 0.055, blobs=7)
    branch.location = (-2.7, -1.0, 2.25)

    sky.sky(30, -124, strength=0.05, dust=1.5)
    sky.sun(29, -124, strength=16, colour=(1.0, 0.80, 0.56), angle=0.9)
    sky.area((wx - 0.2, (y0 + y1) / 2, (z0 + z1) / 2), (0, 0, 0.2), (1.3, 1.5), 34, (0.80, 0.90, 1.0))
    sky.area((1.8, -1.6, 1.9), (0, 0.2, 0), (2, 2), 5, (1.0, 0.86, 0.7))

    # The bowl and its lemons stay.
    bowl = np.array([(0.0, 0.012), (0.045, 0.012), (0.055, 0.0), (0.062, 0.004), (0.085, 0.022), (0.112, 0.052), (0.124, 0.075),
                     (0.1225, 0.0785), (0.119, 0.075), (0.106, 0.054), (0.08, 0.028), (0.05, 0.018), (0.0, 0.017)])
    made = mesh.lathe("bowl", bowl, materials.ceramic("stoneware", (0.62, 0.60, 0.56)), 96, 2)
    made.location = (-0.265, 0.26, 0)
    skin = lemon_skin()
    for x, yy, z in ((-0.30, 0.23, 0.055), (-0.232, 0.24, 0.056), (-0.265, 0.305, 0.055), (-0.268, 0.255, 0.098), (0.165, -0.10, 0.0305)):
        lemon(skin, rng, (x, yy, z))

    outer = [(0.0, 0.010), (0.022, 0.004), (0.033, 0.0), (0.0365, 0.004), (0.0375, 0.012), (0.0375, 0.10), (0.0375, 0.172), (0.036, 0.190),
             (0.030, 0.207), (0.021, 0.223), (0.0155, 0.240), (0.0142, 0.262), (0.0138, 0.287), (0.0140, 0.2885), (0.0165, 0.289), (0.0168, 0.2995), (0.0150, 0.3015)]
    inner = [(0.0105, 0.3010), (0.0098, 0.285), (0.0102, 0.255), (0.0120, 0.238), (0.0180, 0.220), (0.0265, 0.205), (0.0325, 0.188), (0.0342, 0.172),
             (0.0342, 0.10), (0.0342, 0.016), (0.031, 0.010), (0.018, 0.016), (0.0, 0.024)]
    bottle = mesh.lathe("bottle", outer + inner, materials.glass("green glass", (0.50, 0.62, 0.27), 0.015), 96, 2)
    cork = mesh.lathe("cork", [(0.0, 0.282), (0.0097, 0.282), (0.0099, 0.300), (0.0106, 0.316), (0.0095, 0.3175), (0.0, 0.3175)],
                      materials.plaster("cork", (0.45, 0.27, 0.13), grain=3.0, scale=12), 48, 1)
    targets = [bottle, cork]
    for part in targets:
        part.location = (-0.03, 0.0, 0.0)
    cameras.camera((0.06, -1.15, 0.36), (0.015, 0.0, 0.115), 56, 3.2, (-0.03, -0.02, 0.1))
    return targets
