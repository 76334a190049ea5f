"""Writes tests/data/link-1-*: links of version 1 as another program would write them, from their description alone.

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
    out += block(b"auto") + number(300) + b"\x00"
    # One painting stroke of radius 40 through (100, 50), (110, 52) and (120, 55) of the grid.
    out += number(1) + number(40 * 8 << 1) + number(3)
    # Where the brush would be if it kept its speed is taken away: none, (100, 50), (120, 54).
    return out + block(nibbles([100, 50, 10, 2, 0, 1]))


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


main()
