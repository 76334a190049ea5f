"""Cameras named as photographers name them: focal length, f-number, what is in focus."""

import math

import bpy
from mathutils import Vector


def camera(location, target, focal=50.0, f_number=None, focus=None, roll=0.0, shift=(0.0, 0.0), blades=7):
    """A 36 mm wide camera at `location` looking at `target`; `focus` is a point, kept sharp if `f_number` is given."""
    data = bpy.data.cameras.new("camera")
    made = bpy.data.objects.new("camera", data)
    bpy.context.scene.collection.objects.link(made)
    made.location = location
    direction = Vector(target) - Vector(location)
    made.rotation_euler = direction.to_track_quat("-Z", "Y").to_euler()
    if roll:
        made.rotation_euler.rotate_axis("Z", math.radians(roll))
    data.lens, data.sensor_width = focal, 36.0
    data.shift_x, data.shift_y = shift
    data.clip_start, data.clip_end = 0.01, 20000.0
    if f_number:
        data.dof.use_dof = True
        data.dof.aperture_fstop = f_number
        data.dof.aperture_blades = blades
        data.dof.aperture_rotation = 0.3
        depth = (Vector(focus if focus is not None else target) - Vector(location)).dot(direction.normalized())
        data.dof.focus_distance = depth
    bpy.context.scene.camera = made
    return made
