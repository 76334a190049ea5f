#!/usr/bin/env python3
"""Turns rendered scenes into the site's samples and the browser tests' pictures.

    python3 scenes/samples.py          # writes public/samples and tests/data, and checks the strokes

What a card shows afterwards is what the product makes of the strokes on the very file that the site serves, so this
needs the judge's program (`cargo build --release -p judge`) and its Python packages (judge/requirements.txt).

A photo that is there stays as it is, and what is made of it needs no render: the same set has come out with
other last bits, most likely since another processor rendered and denoised it, and so with another file.
"""

import io
import json
import pathlib
import sys
import tempfile

import numpy as np
from PIL import Image

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "judge"))

import cases  # noqa: E402
import fills  # noqa: E402

SAMPLES = HERE.parent / "public" / "samples"
TESTS = HERE.parent / "tests" / "data"
LIMIT = 250_000

# Strokes in the photo's pixels: they cover the object, and its shadow or reflection where one sees it.
HEROES = {
    "ball": (
        "A ball in a meadow",
        [
            (72, [(346, 368), (308, 384), (306, 414), (345, 424), (386, 414), (386, 378), (346, 368), (346, 414)]),
            (54, [(372, 444), (300, 450), (230, 446), (150, 450), (70, 452), (0, 455)]),
        ],
    ),
    "boat": (
        "A boat on a still lake",
        [
            (42, [(474, 440), (540, 462), (640, 484), (740, 497), (836, 500)]),
            (42, [(478, 480), (484, 534), (560, 528), (680, 534), (790, 542), (832, 536)]),
        ],
    ),
    "snow": (
        "A sledge in the snow",
        [
            (42, [(476, 486), (560, 492), (640, 512), (664, 532)]),
            (46, [(478, 512), (540, 546), (620, 566), (700, 572), (780, 590), (850, 604)]),
        ],
    ),
    "balloon": (
        "A balloon over misty hills",
        [
            (80, [(352, 246), (328, 262), (378, 262), (352, 310)]),
            (56, [(352, 330), (354, 380), (352, 424), (352, 436)]),
        ],
    ),
}


def covered(strokes, width, height):
    """The pixels within a stroke's radius of its line, as the brush paints them."""
    y, x = np.mgrid[0:height, 0:width] + 0.5
    out = np.zeros((height, width), bool)
    for radius, points in strokes:
        for (ax, ay), (bx, by) in zip(points, points[1:] or points):
            dx, dy = bx - ax, by - ay
            t = np.clip(((x - ax) * dx + (y - ay) * dy) / max(dx * dx + dy * dy, 1e-9), 0, 1)
            out |= (x - ax - t * dx) ** 2 + (y - ay - t * dy) ** 2 <= radius * radius
    return out


def erased(hands, before, reach):
    """What the product makes of the photo where the strokes are."""
    with tempfile.TemporaryDirectory() as folder:
        photo, mask, out = (pathlib.Path(folder) / f"{name}.png" for name in ("photo", "mask", "out"))
        before.save(photo)
        Image.fromarray(reach.astype(np.uint8) * 255).save(mask)
        hands.fill("auto", cases.Case("sample", "scene", photo, mask, photo), out)
        return Image.open(out).convert("RGB").copy()


def jpeg(image, path):
    """Saves at quality 88, or lower until the file is within the limit."""
    for quality in range(88, 60, -2):
        sink = io.BytesIO()
        image.save(sink, "JPEG", quality=quality, optimize=True, progressive=True, subsampling="4:2:0")
        if sink.tell() <= LIMIT:
            break
    path.write_bytes(sink.getvalue())
    return quality, sink.tell()


def main():
    SAMPLES.mkdir(parents=True, exist_ok=True)
    root = HERE.parent
    hands = fills.Hands(root / "target" / "release" / "judge", root / "public" / "models" / "swift.onnx")
    entries = []
    for name, (title, strokes) in HEROES.items():
        photo, folder = SAMPLES / f"{name}.jpg", HERE / "out" / name
        rendered = (folder / "exact.npz").exists()
        if not rendered and not photo.exists():
            print(f"{name}: neither rendered nor there, left out")
            continue
        if not photo.exists():
            jpeg(Image.open(folder / "with.png").convert("RGB"), photo)
            mask = Image.open(folder / "mask_shadow.png").convert("1", dither=Image.Dither.NONE)
            mask.save(SAMPLES / f"{name}-mask.png", optimize=True)
        before = Image.open(photo).convert("RGB")
        width, height = before.size
        reach = covered(strokes, width, height)
        size = jpeg(erased(hands, before, reach), SAMPLES / f"{name}-after.jpg")
        print(f"{name}: afterwards {size}, strokes cover {reach.mean():.1%} of the picture")
        if rendered:
            exact = np.load(folder / "exact.npz")
            share = {key: float((reach & exact[key]).sum() / exact[key].sum()) for key in ("body", "shadow")}
            print(f"    and {share['body']:.2%} of the object, {share['shadow']:.2%} with its shadow")
        entries.append(
            {
                "id": name,
                "title": title,
                "file": f"{name}.jpg",
                "after": f"{name}-after.jpg",
                "width": width,
                "height": height,
                "strokes": [{"radius": radius, "points": [list(p) for p in points]} for radius, points in strokes],
            }
        )
        if name == "ball" and rendered and not (TESTS / "ball.png").exists():
            TESTS.mkdir(parents=True, exist_ok=True)
            # 480 x 320 is a little wider than the render: rows are cut from the top, where only trees are.
            box = (0, height - round(width * 320 / 480), width, height)
            for view, target in (("with", "ball"), ("without", "ball-clean")):
                image = Image.open(folder / f"{view}.png").convert("RGB")
                image.crop(box).resize((480, 320), Image.Resampling.LANCZOS).save(TESTS / f"{target}.png", optimize=True)
            Image.fromarray(reach.astype(np.uint8) * 255).crop(box).resize((480, 320), Image.Resampling.BOX).point(lambda v: 255 * (v > 127)).convert("1", dither=Image.Dither.NONE).save(TESTS / "ball-mask.png", optimize=True)
    (SAMPLES / "samples.json").write_text(json.dumps(entries, indent=1) + "\n")


if __name__ == "__main__":
    main()
