"""Runs inside Blender: builds one set and renders one view of it to a multilayer EXR file."""

import argparse
import importlib
import pathlib
import sys

import bpy

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))


def settings(width, height, samples, threads, seed):
    scene = bpy.context.scene
    scene.render.engine = "CYCLES"
    scene.render.resolution_x, scene.render.resolution_y = width, height
    scene.render.resolution_percentage = 100
    scene.render.threads_mode, scene.render.threads = "FIXED", threads
    scene.render.film_transparent = False
    cycles = scene.cycles
    cycles.device, cycles.samples, cycles.seed = "CPU", samples, seed
    cycles.use_adaptive_sampling = False
    cycles.use_denoising = False
    cycles.max_bounces, cycles.diffuse_bounces, cycles.glossy_bounces = 10, 3, 4
    cycles.transmission_bounces, cycles.transparent_max_bounces = 10, 16
    cycles.sample_clamp_indirect = 6.0
    cycles.caustics_reflective = cycles.caustics_refractive = False
    cycles.blur_glossy = 0.5
    cycles.filter_width = 1.2
    layer = bpy.context.view_layer
    layer.use_pass_object_index = True
    layer.cycles.denoising_store_passes = True
    image = scene.render.image_settings
    image.file_format, image.exr_codec, image.color_depth = "OPEN_EXR_MULTILAYER", "NONE", "32"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--scene", required=True)
    parser.add_argument("--view", choices=("with", "without"), required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--width", type=int, default=1024)
    parser.add_argument("--height", type=int, default=704)
    parser.add_argument("--samples", type=int, default=48)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--window", type=float, nargs=4, metavar=("LEFT", "TOP", "RIGHT", "BOTTOM"))
    arguments = parser.parse_args(sys.argv[sys.argv.index("--") + 1 :])

    for old in list(bpy.data.objects):
        bpy.data.objects.remove(old, do_unlink=True)
    settings(arguments.width, arguments.height, arguments.samples, arguments.threads, seed=7)
    module = importlib.import_module("sets." + arguments.scene)
    for target in module.build():
        # Hidden, not left out: whatever else the set strews stays where it was.
        target.pass_index = 1
        target.hide_render = arguments.view == "without"
    render = bpy.context.scene.render
    if arguments.window:
        # Blender counts from the bottom.
        left, top, right, bottom = arguments.window
        render.use_border, render.use_crop_to_border = True, False
        render.border_min_x, render.border_max_x = left, right
        render.border_min_y, render.border_max_y = 1 - bottom, 1 - top
    bpy.context.scene.render.filepath = arguments.out
    bpy.ops.render.render(write_still=True)


try:
    main()
except Exception:
    # Blender swallows a script's failure and exits 0; the driver has to hear of it.
    import traceback

    traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    import os

    os._exit(3)
