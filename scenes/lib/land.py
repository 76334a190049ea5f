"""Land: hills on the horizon, grass sown in a wedge before the camera, woods, waves."""

import numpy as np

from lib import mesh, plants
from lib.nodes import material


def far_hill(name, colour, haze, amount):
    made, g = material(name)
    at = g.coords("Object")
    n = g.noise(at, 0.02, detail=8.0, roughness=0.65)
    body = g.add("BsdfDiffuse", Color=g.mix(g.range(n, 0.35, 0.65), tuple(0.5 * c for c in colour), colour))
    z = g.xyz(at)[2]
    low = g.range(z, 0.0, 60.0, amount, amount * 0.75)
    g.finish(g.mix_shader(low, body, g.add("Emission", Color=(*haze, 1.0), Strength=1.0)))
    return made


def ridge(name, stuff, y, height, rough, seed, span=3000, depth=300):
    xs, ys = np.linspace(-span, span, 700), np.linspace(0, depth, 14)
    gx, gy = np.meshgrid(xs, ys, indexing="xy")
    rng = np.random.default_rng(seed)
    crest = 0.5 + 0.5 * mesh.fractal(gx, gy * 0.7, rng, rough, 7, 0.48)
    shape = np.sin(np.pi * np.clip(gy / depth, 0, 1) * 0.5) ** 0.8
    made = mesh.terrain(name, xs, ys + y, height * np.clip(crest - 0.12, -0.05, 1) * shape - 1.0, stuff)
    return made


def sow(rng, child, ground, near, far, half, density, power, scale, sink=0.004, keep=None, tilt=0.1):
    """Strews `child` over the wedge before the camera, on the height function `ground`; `keep` filters points."""
    p = plants.frustum_points(rng, near, far, half, density, power=power)
    if keep is not None:
        p = p[keep(p[:, 0], p[:, 1])]
    return mesh.strew("sown", child, np.column_stack([p, ground(*p.T) - sink]), rng.uniform(*scale, len(p)), rng, tilt=tilt)


def lawn(rng, stuff, ground, near, far, half, density=900, kinds=4, height=0.06, keep=None, **shape):
    """Short grass, dense near by and coarser far off."""
    shape = {"count": 24, "spread": 0.05, "width": 0.0045, "bend": 0.9} | shape
    for _ in range(kinds):
        tuft = mesh.blades("tuft", stuff, rng, height=height, **shape)
        sow(rng, tuft, ground, near, min(far, 9), half, density / kinds, 0.9, (0.6, 1.2), keep=keep)
    if far > 9:
        for _ in range(2):
            tuft = mesh.blades("tuft", stuff, rng, height=height, **shape)
            sow(rng, tuft, ground, 8, far, half, density / 8, 0.8, (1.6, 3.0), keep=keep)


def wood(rng, stuff, ground, x, y, count, size=(2.6, 2.4, 3.6), leaves=3600, kinds=3, scale=(0.7, 1.4), leaf=0.2):
    """Trees strewn over the box `x` by `y`."""
    for _ in range(kinds):
        tree = plants.crown("crown", stuff, rng, size, leaves, leaf, blobs=18)
        at = np.column_stack([rng.uniform(*x, count // kinds), rng.uniform(*y, count // kinds)])
        mesh.strew("trees", tree, np.column_stack([at, ground(*at.T) - 1.0]), rng.uniform(*scale, len(at)), rng, tilt=0.06)


def waves(name, deep, roughness=0.06, height=0.5, scale=0.8, calm=400.0):
    """Open water over a flat or heaving mesh: a mirror with ripples that fade with distance."""
    made, g = material(name)
    at = g.add("NewGeometry").outputs["Position"]
    ripple = g.noise(g.mapping(at, rotation=(0, 0, 0.3), scale=(0.8, 1.5, 1.0)), scale, detail=7.0, roughness=0.58)
    fine = g.noise(g.mapping(at, rotation=(0, 0, -0.4), scale=(1.0, 1.7, 1.0)), scale * 4.1, detail=4.0, roughness=0.55)
    both = g.math("ADD", ripple, g.math("MULTIPLY", fine, 0.22))
    both = g.math("MULTIPLY", both, g.range(g.xyz(at)[1], 8.0, calm, 1.0, 0.18, smooth=True))
    normal = g.bump(both, height, 0.22)
    body = g.add("BsdfDiffuse", Color=(*deep, 1.0))
    mirror = g.add("BsdfGlossy", Color=(0.96, 0.98, 1.0, 1), Roughness=roughness)
    g.put(mirror.inputs["Normal"], normal)
    fresnel = g.add("Fresnel", IOR=1.333)
    g.put(fresnel.inputs["Normal"], normal)
    g.finish(g.mix_shader(fresnel, body, mirror))
    return made
