"""Reads the uncompressed scan-line EXR files that the stage writes, nothing more."""

import struct

import numpy as np


def read(path):
    """All channels of a file as {name: float32 array (height, width)}."""
    raw = open(path, "rb").read()
    magic, version = struct.unpack_from("<II", raw)
    if magic != 20000630 or version & 0x200:
        raise ValueError(f"{path}: not a scan-line EXR file")
    at, header = 8, {}
    while raw[at]:
        end = raw.index(0, at)
        name = raw[at:end].decode()
        at = end + 1
        at = raw.index(0, at) + 1
        (size,) = struct.unpack_from("<i", raw, at)
        header[name] = raw[at + 4 : at + 4 + size]
        at += 4 + size
    at += 1
    if header["compression"] != b"\0":
        raise ValueError(f"{path}: compressed")
    x0, y0, x1, y1 = struct.unpack("<4i", header["dataWindow"])
    width, height = x1 - x0 + 1, y1 - y0 + 1
    channels, list_at, data = [], 0, header["channels"]
    while data[list_at]:
        end = data.index(0, list_at)
        (kind,) = struct.unpack_from("<i", data, end + 1)
        channels.append((data[list_at:end].decode(), {0: "<u4", 1: "<f2", 2: "<f4"}[kind]))
        list_at = end + 1 + 16
    offsets = np.frombuffer(raw, "<u8", height, at)
    out = {name: np.empty((height, width), np.float32) for name, _ in channels}
    for offset in offsets:
        y, _ = struct.unpack_from("<ii", raw, int(offset))
        cursor = int(offset) + 8
        for name, kind in channels:
            out[name][y - y0] = np.frombuffer(raw, kind, width, cursor)
            cursor += width * np.dtype(kind).itemsize
    return out


def layer(channels, name, parts):
    """The channels whose names end in `name.<part>`, stacked last, as float32 (height, width, len(parts))."""
    found = []
    for part in parts:
        match = [key for key in channels if key.endswith(f"{name}.{part}")]
        if len(match) != 1:
            raise KeyError(f"no single channel {name}.{part} among {sorted(channels)}")
        found.append(channels[match[0]])
    return np.ascontiguousarray(np.stack(found, -1))
