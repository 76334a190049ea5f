"""Makes the small pictures of the start page's cards from the samples: public/samples/*-card.webp.

Wide enough for a card on a large screen, and a tenth of the samples' bytes. Needs the package pillow:

    python scenes/cards.py
"""

import json
from pathlib import Path

from PIL import Image

SAMPLES = Path(__file__).resolve().parent.parent / "public" / "samples"
WIDTH = 640
QUALITY = 70


def main() -> None:
    for sample in json.loads((SAMPLES / "samples.json").read_text()):
        for name in (sample["file"], sample["after"]):
            picture = Image.open(SAMPLES / name).convert("RGB")
            height = round(picture.height * WIDTH / picture.width)
            card = picture.resize((WIDTH, height), Image.Resampling.LANCZOS)
            path = SAMPLES / f"{Path(name).stem}-card.webp"
            card.save(path, quality=QUALITY, method=6)
            print(f"{path.name}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
