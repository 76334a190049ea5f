"""Writes tests/data/link-1-* and history-1.bin: links and histories of version 1 as another program would write them,
from their description alone.

The two pictures are lossy WebP files without alpha. Written once; the files are never to change."""

import base64
import pathlib
import struct
import zlib

DATA = pathlib.Path(__file__).resolve().parent.parent / "tests" / "data"


def number(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def block(data):
    return number(len(data)) + data


def frame(name):
    """The VP8 frame of a simple WebP file."""
    file = (DATA / name).read_bytes()
    assert file[:4] == b"RIFF" and file[8:16] == b"WEBPVP8 "
    (length,) = struct.unpack("<I", file[16:20])
    return file[20 : 20 + length]


def nibbles(values):
    """Groups of three bits with a flag for more, the sign in the lowest bit, two groups a byte."""
    groups = []
    for value in values:
        rest = value * 2 if value >= 0 else -value * 2 - 1
        while rest > 7:
            groups.append(rest & 7 | 8)
            rest >>= 3
        groups.append(rest)
    groups += [0] * (len(groups) % 2)
    return bytes(low | high << 4 for low, high in zip(groups[::2], groups[1::2]))


def recipe():
    # A photo of 6000 x 4000 on a grid of 46 eighths of a pixel, one step of model "auto" with seed 300.
    out = number(6000) + number(4000) + number(46) + number(1)
    return out + block(b"auto") + number(300) + b"\x00" + stroke()


def stroke():
    # One painting stroke of radius 40 through (100, 50), (110, 52) and (120, 55) of the grid.
    # Where the brush would be if it kept its speed is taken away: none, (100, 50), (120, 54).
    return number(1) + number(40 * 8 << 1) + number(3) + block(nibbles([100, 50, 10, 2, 0, 1]))


def steps_of_diffusion():
    # Two steps of model "moebius": all settings written down (flags 7), then the run's alone (flags 4).
    out = number(6000) + number(4000) + number(46) + number(2)
    out += block(b"moebius") + number(2**64 - 1) + b"\x07" + b"\x09" + struct.pack("<f", 0.25)
    # 12 steps, guidance 1.5, strength 0.75, DPM-Solver (1), from the photo (2), guided partly (8): a quarter to a half.
    out += number(12) + struct.pack("<fd", 1.5, 0.75) + b"\x0b" + struct.pack("<dd", 0.25, 0.5)
    out += stroke()
    # 100 steps, guidance 0, strength 1, DDIM, from noise (4).
    out += block(b"moebius") + number(7) + b"\x04"
    out += number(100) + struct.pack("<fd", 0.0, 1.0) + b"\x04"
    return out + stroke()


def history():
    # Of a file whose other bytes have the checksum 0x01020304: one step of "auto" that took away 24 x 16 at (40, 20).
    body = b"\x01" + struct.pack("<I", 0x01020304) + number(96) + number(64) + number(1)
    body += block(b"auto") + number(300) + b"\x00" + stroke()
    body += number(1) + number(40) + number(20) + number(24) + number(16) + block(b"a picture")
    return body + struct.pack("<I", zlib.crc32(body))


def link(body):
    frame = block(body) + struct.pack("<I", zlib.crc32(b"1." + body))
    return "1." + base64.urlsafe_b64encode(frame).decode().rstrip("=")


def main():
    result, before = block(frame("link-1-result.webp")), block(frame("link-1-before.webp"))
    plain = b"\x00" + result
    patch = number(1) + number(40) + number(20) + before
    full = b"\x03" + result + patch + block(recipe())
    (DATA / "link-1-plain.txt").write_text(link(plain) + "\n")
    (DATA / "link-1-full.txt").write_text(link(full) + "\n")
    (DATA / "link-1-steps.txt").write_text(link(b"\x02" + result + block(steps_of_diffusion())) + "\n")
    (DATA / "history-1.bin").write_bytes(history())


main()
