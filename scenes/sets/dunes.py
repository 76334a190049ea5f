"""Someone walks over rippled dunes, long shadows, a clear sky."""

import numpy as np

from lib import cameras, materials, mesh, people, roads, sky

LOOK = {"exposure": 0.1, "glow": 0.05, "contrast": 0.28, "saturation": 1.05, "vignette": 0.10, "shadow": 0.10, "noise": 0.009}


def height(x, y):
    """Dunes with sharp crests: a gentle windward flank, a steep lee."""
    x, y = np.asarray(x, float), np.asarray(y, float)
    bend = 7.0 * mesh.fractal(x, y, np.random.default_rng(101), 55, 3)
    phase = ((0.55 * x + y + bend) / 38.0) % 1.0
    wave = np.where(phase < 0.72, np.sin(np.pi / 2 * phase / 0.72) ** 1.7, np.cos(np.pi / 2 * (phase - 0.72) / 0.28) ** 1.2)
    tall = 7.0 * np.clip(0.75 + 0.6 * mesh.fractal(x, y, np.random.default_rng(102), 90, 2), 0.2, 1.3)
    return wave * tall * np.clip((y - 4) / 22, 0.06, 1) + 0.25 * mesh.fractal(x, y, np.random.default_rng(103), 9, 3)


def build():
    xs, ys = np.linspace(-150, 150, 420), np.geomspace(0.6, 420, 460)
    gx, gy = np.meshgrid(xs, ys, indexing="xy")
    mesh.terrain("dunes", xs, ys, height(gx, gy), roads.sand("dune", (0.62, 0.36, 0.17), (0.50, 0.27, 0.12), pebbles=False, ripples=0.55))
    sky.sky(13, -68, strength=0.125, dust=1.4, ozone=1.4)
    sky.sun(13, -68, strength=6.5, colour=(1.0, 0.72, 0.42), angle=0.6)
    group, parts = people.walker(materials.plaster("cloak", (0.05, 0.12, 0.22), stains=0.3, scale=4), materials.plaster("trousers", (0.40, 0.34, 0.26), scale=5),
                                 materials.plaster("skin", (0.30, 0.16, 0.10), scale=4), materials.plaster("wool", (0.62, 0.56, 0.46), grain=3, scale=8), materials.plaster("boots", (0.07, 0.045, 0.03), scale=5))
    at = (-1.2, 13.0)
    group.location = (*at, float(height(*at)) - 0.03)
    group.rotation_euler = (0, 0, -0.5)
    base = float(height(0, 0.8))
    cameras.camera((0.0, 0.0, base + 1.75), (0.0, 14.0, base + 1.55), 40, 8.0, (*at, base + 1))
    return parts
