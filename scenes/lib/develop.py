"""From linear light to a picture: denoise, lens glow, exposure and film curve, sensor noise, sRGB."""

import ctypes
import importlib.util
import pathlib

import numpy as np

LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)


def _library():
    spec = importlib.util.find_spec("oidn")
    if spec is None:
        raise SystemExit("The denoiser is missing: pip install oidn")
    folder = pathlib.Path(spec.submodule_search_locations[0]) / "lib.linux.x64"
    # The denoiser needs its own thread library, which lies beside it and not on the loader's path.
    for name in sorted(folder.glob("libtbb*")):
        ctypes.CDLL(str(name), ctypes.RTLD_GLOBAL)
    library = ctypes.CDLL(str(next(folder.glob("libOpenImageDenoise*"))))
    p, s, z = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t
    for name, result, arguments in (
        ("oidnNewDevice", p, [ctypes.c_int]),
        ("oidnCommitDevice", None, [p]),
        ("oidnReleaseDevice", None, [p]),
        ("oidnNewFilter", p, [p, s]),
        ("oidnSetSharedFilterImage", None, [p, s, p, ctypes.c_int, z, z, z, z, z]),
        ("oidnSetFilter1b", None, [p, s, ctypes.c_bool]),
        ("oidnCommitFilter", None, [p]),
        ("oidnExecuteFilter", None, [p]),
        ("oidnReleaseFilter", None, [p]),
        ("oidnGetDeviceError", ctypes.c_int, [p, ctypes.POINTER(s)]),
    ):
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


def denoise(colour, albedo, normal):
    """Open Image Denoise on linear HDR arrays (height, width, 3); returns a new array."""
    library = _library()
    height, width, _ = colour.shape
    colour, albedo, normal = (np.ascontiguousarray(a, np.float32) for a in (colour, np.clip(albedo, 0, 1), normal))
    output = np.empty_like(colour)
    device = library.oidnNewDevice(0)
    library.oidnCommitDevice(device)
    work = library.oidnNewFilter(device, b"RT")
    for name, data in ((b"color", colour), (b"albedo", albedo), (b"normal", normal), (b"output", output)):
        library.oidnSetSharedFilterImage(work, name, data.ctypes.data, 3, width, height, 0, 0, 0)
    library.oidnSetFilter1b(work, b"hdr", True)
    library.oidnCommitFilter(work)
    library.oidnExecuteFilter(work)
    message = ctypes.c_char_p()
    code = library.oidnGetDeviceError(device, ctypes.byref(message))
    library.oidnReleaseFilter(work)
    library.oidnReleaseDevice(device)
    if code:
        raise RuntimeError(f"denoiser: {message.value!r}")
    return output


def blur(image, sigma):
    """Gaussian blur over the first two axes, edges mirrored."""
    radius = max(1, int(3 * sigma + 0.5))
    kernel = np.exp(-0.5 * (np.arange(-radius, radius + 1) / sigma) ** 2)
    kernel = (kernel / kernel.sum()).astype(np.float32)
    for axis in (0, 1):
        reach = min(radius, image.shape[axis] - 1)
        part = kernel[radius - reach : radius + reach + 1]
        part = part / part.sum()
        pad = [(0, 0)] * image.ndim
        pad[axis] = (reach, reach)
        wide = np.pad(image, pad, mode="reflect")
        length = image.shape[axis]
        image = sum(w * np.take(wide, range(i, i + length), axis) for i, w in enumerate(part))
    return image


def _film(x):
    """A film-like curve: linear in the shadows, a long shoulder; white at about 6 (Hable 2010, filmic operator)."""
    a, b, c, d, e, f = 0.22, 0.30, 0.10, 0.20, 0.01, 0.30
    curve = lambda v: (v * (a * v + c * b) + d * e) / (v * (a * v + b) + d * f) - e / f
    return curve(x) / curve(6.0)


def _encode(x):
    return np.where(x <= 0.0031308, 12.92 * x, 1.055 * np.maximum(x, 1e-9) ** (1 / 2.4) - 0.055)


def develop(linear, look, seed):
    """An 8-bit sRGB picture. `look`: exposure in stops, contrast, saturation, warmth, glow, vignette, noise."""
    height, width, _ = linear.shape
    image = np.maximum(linear, 0) * 2.0 ** look.get("exposure", 0.0)
    warmth = look.get("warmth", 0.0)
    image = image * np.array([1 + warmth, 1.0, 1 - warmth], np.float32)
    glow = look.get("glow", 0.04)
    if glow:
        small = np.minimum(image, 8.0)
        image = image * (1 - glow) + glow * (0.6 * blur(small, width / 160) + 0.4 * blur(small, width / 40))
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    r2 = ((x - width / 2) ** 2 + (y - height / 2) ** 2) / (width / 2) ** 2
    image = image * (1 - look.get("vignette", 0.10) * r2)[..., None]
    # Photon noise grows with the root of the light; the same draw for both views of a scene.
    draw = np.random.default_rng(seed).standard_normal(image.shape).astype(np.float32)
    draw = 0.75 * draw + 0.25 * blur(draw, 0.8) / 0.35
    level = look.get("noise", 0.010)
    image = image + draw * level * np.sqrt(np.maximum(image, 0) * 0.5 + 0.0015)
    image = np.maximum(image, 0)
    # The curve on brightness for half of it keeps colours from bleaching as three separate curves would.
    luma = np.maximum(image @ LUMA, 1e-6)[..., None]
    together = image * (_film(luma * 1.8) / luma)
    apart = _film(image * 1.8)
    image = np.clip(0.35 * np.minimum(together, 1.2) + 0.65 * apart, 0, 1.2)
    image = _encode(np.clip(image, 0, 1))
    contrast = look.get("contrast", 0.25)
    curved = image * image * (3 - 2 * image)
    image = image + contrast * (curved - image)
    saturation = look.get("saturation", 1.08)
    luma = (image @ LUMA)[..., None]
    image = luma + (image - luma) * saturation
    # Rounding with a little noise keeps skies from banding.
    dither = np.random.default_rng(seed + 1).uniform(-0.5, 0.5, image.shape)
    return np.clip(image * 255 + dither + 0.5, 0, 255).astype(np.uint8)
