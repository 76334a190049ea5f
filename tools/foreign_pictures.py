"""Makes the small pictures of formats that only browsers decode, and one that we read otherwise than they show it:
tests/data/foreign.

Needs the packages numpy, pillow, pillow-heif and pillow-jxl-plugin:

    python tools/foreign_pictures.py
"""

from pathlib import Path

import numpy as np
import pillow_heif
import pillow_jxl  # noqa: F401, registers the format
from PIL import Image

OUT = Path(__file__).resolve().parent.parent / "tests" / "data" / "foreign"
WIDTH, HEIGHT = 48, 32


def scene() -> np.ndarray:
    """A slope of colours with a red disc, uint8 [HEIGHT, WIDTH, 3]."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    picture = np.stack([x * 255 // WIDTH, y * 255 // HEIGHT, (x + y) % 256], -1).astype(np.uint8)
    picture[(x - 20) ** 2 + (y - 15) ** 2 < 36] = (200, 60, 40)
    return picture


def main() -> None:
    pillow_heif.register_heif_opener()
    OUT.mkdir(parents=True, exist_ok=True)
    picture = Image.fromarray(scene())
    picture.save(OUT / "plain.avif", quality=90)
    # Four inks, as printers have them.
    picture.convert("CMYK").save(OUT / "inks.jpg", quality=95, subsampling=0)
    quarter = Image.Exif()
    quarter[0x0112] = 6
    picture.save(OUT / "turned.avif", quality=90, exif=quarter)
    x = np.mgrid[0:HEIGHT, 0:WIDTH][1]
    alpha = np.where(x < 8, 0, np.where(x < 24, 128, 255)).astype(np.uint8)
    clear = Image.fromarray(np.dstack([scene(), alpha]))
    clear.save(OUT / "clear.avif", quality=100, subsampling="4:4:4")
    picture.save(OUT / "moving.avif", save_all=True, append_images=[picture.rotate(180)], quality=60)
    picture.save(OUT / "plain.heic", quality=80)
    deep = scene().astype(np.uint16) * 257
    heif = pillow_heif.from_bytes("RGB;16", (WIDTH, HEIGHT), deep.astype("<u2").tobytes())
    heif.save(OUT / "deep.heic", quality=80)
    # Of these the first bytes are enough: no browser of the tests decodes them.
    picture.save(OUT / "plain.jxl")
    tiled = Image.fromarray(np.tile(scene(), (9, 8, 1))[:281, :333])
    tiled.save(OUT / "odd.jxl", quality=50)
    for name in ("plain.jxl", "odd.jxl"):
        (OUT / name).write_bytes((OUT / name).read_bytes()[:48])


if __name__ == "__main__":
    main()
