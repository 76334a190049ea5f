"""Someone in a red coat walks along the tide line, the sun low over the sea."""

import numpy as np

from lib import cameras, materials, mesh, people, sky
from lib.nodes import material

LOOK = {"exposure": -0.1, "glow": 0.07, "contrast": 0.25, "saturation": 1.06, "vignette": 0.10, "shadow": 0.10}


def shore(y):
    return -1.2 + 1.1 * np.sin(y / 9.0 + 0.6) + 0.5 * np.sin(y / 3.7) + 0.05 * y


def shore_node(g, y):
    a = g.math("MULTIPLY", g.math("SINE", g.math("ADD", g.math("DIVIDE", y, 9.0), 0.6)), 1.1)
    b = g.math("MULTIPLY", g.math("SINE", g.math("DIVIDE", y, 3.7)), 0.5)
    return g.math("ADD", g.math("ADD", g.math("ADD", a, b), -1.2), g.math("MULTIPLY", y, 0.05))


def wet_sand():
    made, g = material("wet sand")
    at = g.add("NewGeometry").outputs["Position"]
    x, y, z = g.xyz(at)
    slow = g.noise(at, 0.7, detail=5.0)
    away = g.math("ADD", g.math("SUBTRACT", x, shore_node(g, y)), g.math("MULTIPLY", g.math("SUBTRACT", slow, 0.5), 2.0))
    dry = g.range(away, 1.1, 2.4, smooth=True)
    mirror = g.range(away, 0.9, 0.1, 0.0, 1.0, smooth=True)
    broad = g.noise(at, 1.3, detail=7.0, roughness=0.6)
    fine = g.noise(at, 130.0, detail=3.0, roughness=0.7)
    colour = g.mix(dry, g.mix(broad, (0.085, 0.060, 0.040), (0.125, 0.092, 0.062)), g.mix(g.range(broad, 0.3, 0.7), (0.30, 0.22, 0.145), (0.41, 0.315, 0.215)))
    shell = g.range(g.voronoi(at, 9.0), 0.035, 0.05, 1.0, 0.0)
    colour = g.mix(g.math("MULTIPLY", shell, 0.7), colour, (0.55, 0.48, 0.40))
    dents = g.noise(g.mapping(at, scale=(1.0, 0.7, 1.0)), 4.5, detail=5.0, roughness=0.6)
    height = g.math("ADD", g.math("MULTIPLY", fine, 0.08), g.math("MULTIPLY", g.math("MULTIPLY", dents, dry), 1.6))
    rough = g.mix(dry, g.range(mirror, 0, 1, 0.36, 0.05), 0.95)
    g.finish(g.principled(Base_Color=colour, Roughness=rough, Specular=g.range(dry, 0, 1, 0.6, 0.1), Normal=g.bump(height, 0.5, 0.05)))
    return made


def sea():
    made, g = material("sea")
    at = g.add("NewGeometry").outputs["Position"]
    x, y, z = g.xyz(at)
    line = g.math("SUBTRACT", x, shore_node(g, y))
    ripple = g.noise(g.mapping(at, rotation=(0, 0, 0.1), scale=(1.6, 0.8, 1.0)), 1.6, detail=7.0, roughness=0.6)
    normal = g.bump(g.math("MULTIPLY", ripple, g.range(y, 20, 300, 1.0, 0.25)), 0.6, 0.16)
    shallow = g.range(line, -9.0, -0.5)
    deep = g.add("BsdfDiffuse", Color=g.mix(shallow, (0.010, 0.045, 0.060), (0.10, 0.14, 0.12)))
    gloss = g.add("BsdfGlossy", Color=(1, 1, 1, 1), Roughness=0.09)
    g.put(gloss.inputs["Normal"], normal)
    fresnel = g.add("Fresnel", IOR=1.333)
    g.put(fresnel.inputs["Normal"], normal)
    water = g.mix_shader(fresnel, deep, gloss)
    # Foam: lace between cells, thick on crests and at the very edge.
    bent = g.vmath("ADD", at, g.vmath("SCALE", g.noise(at, 1.5, detail=6.0, colour=True), 0.8))
    lace = g.range(g.voronoi(bent, 2.3, "DISTANCE_TO_EDGE"), 0.02, 0.16, 1.0, 0.0)
    patch = g.noise(g.mapping(at, scale=(1.0, 0.35, 1.0)), 0.9, detail=6.0, roughness=0.65)
    crest = g.range(z, 0.13, 0.34)
    edge = g.range(g.math("ABSOLUTE", g.math("ADD", line, g.math("MULTIPLY", patch, 0.7))), 0.12, 0.55, 1.0, 0.0)
    spread = g.math("MULTIPLY", g.range(line, -6.0, -0.5), g.range(patch, 0.46, 0.62))
    foam = g.math("ADD", g.math("MULTIPLY", lace, g.math("MAXIMUM", spread, g.math("MULTIPLY", crest, 0.8))), g.math("MAXIMUM", g.math("MULTIPLY", edge, g.range(patch, 0.30, 0.55)), g.math("MULTIPLY", crest, g.range(patch, 0.35, 0.55))), clamp=True)
    white = g.add("BsdfDiffuse", Color=(0.80, 0.80, 0.78, 1))
    g.put(white.inputs["Normal"], g.bump(g.noise(at, 30.0, detail=5.0), 0.8, 0.03))
    g.finish(g.mix_shader(g.math("MULTIPLY", foam, 0.92), water, white))
    return made


def build():
    rng = np.random.default_rng(2)
    xs = np.concatenate([np.linspace(-6, 12, 220), np.geomspace(12.3, 120, 30)])
    ys = np.concatenate([np.linspace(0.5, 25, 240), np.geomspace(25.3, 500, 80)])
    gx, gy = np.meshgrid(xs, ys, indexing="xy")
    z = 0.045 * (gx - shore(gy)) + 0.010 * mesh.fractal(gx, gy, rng, 1.2, 4) * np.clip(gx - shore(gy), 0, 1)
    z = z + 0.055 * mesh.fractal(gx, gy, rng, 0.55, 3) * np.clip((gx - shore(gy) - 1.8) / 2, 0, 1) + 0.02 * np.clip(gx - shore(gy) - 4, 0, 30) ** 1.3
    mesh.terrain("sand", xs, ys, z, wet_sand())
    xs = np.concatenate([-np.geomspace(4000, 30, 90), np.linspace(-29.8, 6, 360)])
    ys = np.concatenate([np.linspace(0.5, 40, 260), np.geomspace(40.5, 6000, 150)])
    gx, gy = np.meshgrid(xs, ys, indexing="xy")
    line = gx - shore(gy) * np.clip(1 - gy / 400, 0, 1)
    warp = 0.9 * mesh.fractal(gx, gy, rng, 7, 3)
    z = -0.004 + 0 * line
    for at, height, wide in ((-5.2, 0.30, 0.55), (-11.5, 0.42, 0.9), (-19.0, 0.35, 1.3), (-27, 0.3, 1.6)):
        d = line - at + warp * (1 + abs(at) / 10)
        along = np.clip(0.75 + 0.55 * mesh.fractal(gx * 0.3, gy, rng, 9, 3), 0.1, 1.2)
        z = z + height * along * np.where(d > 0, np.exp(-((d / (0.35 * wide)) ** 2)), np.exp(-((d / wide) ** 2)))
    z = z + 0.03 * mesh.fractal(gx, gy, rng, 2.2, 3) * np.clip((-line - 0.6) / 3, 0, 1) - 0.02 * np.clip(line, 0, 10)
    mesh.terrain("sea", xs, ys, z, sea())

    sky.sky(9, -38, strength=0.12, dust=1.8, ozone=1.5, tint=(1.05, 0.97, 0.95), clouds=0.55, cloud_scale=0.8, cloud_lit=(9, 6.4, 4.4), cloud_dark=(3.6, 3.3, 3.6), cloud_gain=0.9,
            cloud_seed=1.7, stretch=(0.45, 1.3), sharpness=0.3)
    sky.sun(11, -38, strength=4.6, colour=(1.0, 0.72, 0.44), angle=0.7)
    red = materials.plaster("coat", (0.46, 0.035, 0.025), stains=0.3, scale=4)
    group, parts = people.walker(red, materials.plaster("jeans", (0.035, 0.05, 0.09), scale=5), materials.plaster("skin", (0.45, 0.25, 0.17), scale=4),
                                 materials.plaster("wool", (0.62, 0.52, 0.36), grain=3, scale=8), materials.plaster("boots", (0.05, 0.035, 0.025), scale=5))
    at = (1.55, 9.6)
    group.location = (*at, 0.045 * (at[0] - shore(at[1])) - 0.005)
    group.rotation_euler = (0, 0, 0.12)
    cameras.camera((0.9, 0.0, 1.62), (0.35, 10.0, 1.25), 42, 4.0, (1.55, 9.6, 1.0))
    return parts
