"""A rowing boat on a still lake, after sunset."""

import numpy as np
import bpy

from lib import boats, cameras, materials, mesh, sky
from lib.land import far_hill, ridge
from lib.nodes import material

LOOK = {"exposure": 0.4, "glow": 0.06, "contrast": 0.25, "saturation": 1.12, "vignette": 0.12, "shadow": 0.12, "noise": 0.012}


def water():
    made, g = material("water")
    at = g.add("NewGeometry").outputs["Position"]
    ripple = g.noise(g.mapping(at, rotation=(0, 0, 0.25), scale=(0.9, 2.0, 1.0)), 1.1, detail=4.0, roughness=0.55)
    swell = g.noise(g.mapping(at, rotation=(0, 0, -0.2), scale=(0.12, 0.35, 1.0)), 1.0, detail=2.0)
    # Breezes: patches of rough water between smooth ones.
    breeze = g.range(g.noise(g.mapping(at, scale=(0.018, 0.07, 1.0)), 1.0, detail=4.0), 0.42, 0.62, 0.25, 1.0, smooth=True)
    height = g.math("ADD", g.math("MULTIPLY", g.math("MULTIPLY", ripple, breeze), 0.35), g.math("MULTIPLY", swell, 0.75))
    # Far waves are smaller than a pixel; left at full height they would only sparkle.
    height = g.math("MULTIPLY", height, g.range(g.xyz(at)[1], 15.0, 260.0, 1.0, 0.10, smooth=True))
    normal = g.bump(height, 0.32, 0.14)
    deep = g.add("BsdfDiffuse", Color=(0.006, 0.016, 0.020, 1))
    mirror = g.add("BsdfGlossy", Color=(0.95, 0.97, 1.0, 1), Roughness=0.03)
    g.put(mirror.inputs["Normal"], normal)
    fresnel = g.add("Fresnel", IOR=1.333)
    g.put(fresnel.inputs["Normal"], normal)
    g.finish(g.mix_shader(fresnel, deep, mirror))
    return made


def build():
    mesh.plane("lake", 12000, water())
    ridge("far", far_hill("far hill", (0.05, 0.06, 0.09), (0.30, 0.17, 0.19), 0.74), 3200, 330, 1100, 4, 4000, 600)
    ridge("middle", far_hill("middle hill", (0.035, 0.04, 0.05), (0.13, 0.085, 0.115), 0.6), 1700, 130, 600, 12, 3000)
    sky.sky(2.2, -30, strength=0.55, dust=1.6, ozone=3.0, clouds=0.62, cloud_scale=0.9, cloud_lit=(0.95, 0.42, 0.26), cloud_dark=(0.16, 0.13, 0.20),
            cloud_gain=0.75, cloud_seed=3.3, stretch=(0.55, 1.25), sharpness=0.3)
    sky.sun(3.5, -42, strength=1.3, colour=(1.0, 0.52, 0.26), angle=2.0)

    hull = materials.paint("hull", (0.62, 0.60, 0.55), roughness=0.45, chips=0.22, under=(0.22, 0.15, 0.10), scale=1.2)
    stripe = materials.paint("stripe", (0.04, 0.13, 0.17), roughness=0.4, chips=0.25, under=(0.25, 0.17, 0.12))
    timber = materials.wood("timber", (0.11, 0.055, 0.025), (0.36, 0.20, 0.10), rings=50, roughness=0.4)
    inside = materials.paint("inside", (0.30, 0.25, 0.18), chips=0.3, under=(0.14, 0.08, 0.05))
    parts = boats.rowing_boat(hull, stripe, inside, timber)
    group = bpy.data.objects.new("boat", None)
    bpy.context.scene.collection.objects.link(group)
    for part in parts:
        part.parent = group
    group.location = (1.25, 13.0, 0.0)
    group.rotation_euler = (0.02, -0.012, 2.62)
    cameras.camera((0, 0, 1.9), (0.0, 13.0, 1.35), 52, 8.0, (1.25, 12.6, 0.2))
    return parts
