"""The diffusion pipeline once more, in NumPy and ONNX Runtime, written from the papers and not from our Rust.

Writes what the tests compare with: `replay.bin` and `replay.json` for the native ones, which play recorded noise
predictions back, and `browser.bin` and `browser.json` for those that run the graphs of end2end/models in a browser.
Everything is 32-bit floats, little-endian, at the offsets (in values) that the JSON names. Needs numpy and
onnxruntime:

    python tests/data/diffusion/reference.py
"""

import json
from pathlib import Path

import numpy as np
import onnxruntime

HERE = Path(__file__).parent
MODELS = HERE.parent.parent.parent / "end2end" / "models"
SCALING, OFFSET, RIM = 0.13025, 0.0357, 4
SCALE = 2.0


# Noise: splitmix64, then Box and Muller.

def normals(seed, count):
    state, bits = seed, []
    word = (1 << 64) - 1
    for _ in range(count + count % 2):
        state = (state + 0x9E3779B97F4A7C15) & word
        z = state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & word
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & word
        bits.append((z ^ (z >> 31)) >> 11)
    u = np.array(bits, np.float64).reshape(-1, 2) / 2.0**53
    radius = np.sqrt(-2 * np.log1p(-u[:, 0]))
    pairs = np.stack([radius * np.cos(2 * np.pi * u[:, 1]), radius * np.sin(2 * np.pi * u[:, 1])], 1)
    return pairs.reshape(-1)[:count]


def starting_noise(seed, side):
    values = normals(seed, 4 * side * side + 4)
    return values[:-4].reshape(4, side, side) + OFFSET * values[-4:].reshape(4, 1, 1)


# Schedules.

def alphas_cumprod():
    betas = np.linspace(0.00085**0.5, 0.012**0.5, 1000) ** 2
    return np.cumprod(1 - betas)


ALPHAS = alphas_cumprod()


def timesteps(scheduler, steps, strength):
    if scheduler == "ddim":
        every = (np.arange(steps) * (1000 // steps))[::-1]
    else:
        every = (np.arange(steps + 1) * (1000 // (steps + 1)))[::-1][:-1]
    run = min(int(steps * strength), steps)
    return every[steps - run:].tolist()


class Ddim:
    def __init__(self, steps):
        self.stride = 1000 // steps

    def step(self, x, noise, index, times):
        t = times[index]
        previous = t - self.stride
        a, before = ALPHAS[t], ALPHAS[previous] if previous >= 0 else 1.0
        clean = (x - np.sqrt(1 - a) * noise) / np.sqrt(a)
        return np.sqrt(before) * clean + np.sqrt(1 - before) * noise


class DpmSolver:
    """Second order, multistep, midpoint, in sigmas: x is scaled by alpha = 1 / sqrt(1 + sigma^2)."""

    def __init__(self, _steps):
        self.cleans = []

    def step(self, x, noise, index, times):
        def sigma(i):
            return np.sqrt((1 - ALPHAS[times[i]]) / ALPHAS[times[i]]) if i < len(times) else 0.0

        def parts(s):
            alpha = 1 / np.sqrt(1 + s * s)
            return alpha, s * alpha

        (alpha, std), (alpha_t, std_t) = parts(sigma(index)), parts(sigma(index + 1))
        clean = (x - std * noise) / alpha
        self.cleans.append(clean)
        if index + 1 == len(times):
            return alpha_t * clean
        with_lambda = lambda s: np.log(parts(s)[0]) - np.log(parts(s)[1])
        h = with_lambda(sigma(index + 1)) - with_lambda(sigma(index))
        out = std_t / std * x - alpha_t * (np.exp(-h) - 1) * clean
        if index > 0:
            h0 = with_lambda(sigma(index)) - with_lambda(sigma(index - 1))
            slope = (clean - self.cleans[-2]) / (h0 / h)
            out -= 0.5 * alpha_t * (np.exp(-h) - 1) * slope
        return out


RULES = {"ddim": Ddim, "dpm-solver": DpmSolver}


def denoise(case, predict, start, record):
    """`predict(latent, timestep, halves)` gives one prediction for each half, unconditional first."""
    times = timesteps(case["scheduler"], case["steps"], case["strength"])
    rule = RULES[case["scheduler"]](case["steps"])
    a = ALPHAS[times[0]]
    noise = starting_noise(case["seed"], start.shape[-1])
    latent = noise if case["strength"] == 1 else np.sqrt(a) * start + np.sqrt(1 - a) * noise
    record("start", latent)
    since, until = case.get("interval", [0, 1])
    for index, t in enumerate(times):
        guided = case["scale"] != 1 and since <= index / len(times) < until
        halves = predict(latent, t, 2 if guided else 1)
        for half in halves:
            record("prediction", half)
        prediction = halves[-1]
        if guided:
            prediction = halves[0] + case["scale"] * (halves[1] - halves[0])
        latent = rule.step(latent, prediction, index, times)
        record("latent", latent)
    return latent


# Pictures: whole numbers, so that anyone can make them again.

def photo(side):
    y, x = np.mgrid[0:side, 0:side]
    step = 512 // side
    red = (x * step) >> 1
    green = (y * step) >> 1
    blue = ((x + y) * step) >> 2
    picture = np.stack([red, green, blue]).astype(np.float64)
    middle = (abs(x - side // 2) < side // 8) & (abs(y - side // 2) < side // 8)
    picture[:, middle] = np.array([[220.0], [30.0], [40.0]])
    return picture


def disc(side, radius):
    y, x = np.mgrid[0:side, 0:side] + 0.5 - side / 2
    return x * x + y * y <= radius * radius


def grown(mask, reach):
    wide = np.pad(mask, reach)
    shifts = range(2 * reach + 1)
    side = mask.shape[0]
    return np.any([wide[dy:dy + side, dx:dx + side] for dy in shifts for dx in shifts], axis=0)


def pooled(mask, factor):
    small = mask.shape[0] // factor
    return mask.reshape(small, factor, small, factor).max(axis=(1, 3)).astype(np.float64)


class Book:
    """Arrays one after the other in one file, by name in another."""

    def __init__(self, name):
        self.name, self.index, self.values, self.length = name, {}, [], 0

    def add(self, key, values, every=1):
        flat = np.asarray(values, np.float32).reshape(-1)[::every]
        self.index.setdefault(key, []).append({"at": self.length, "length": len(flat), "every": every})
        self.values.append(flat)
        self.length += len(flat)

    def save(self, **more):
        np.concatenate(self.values).astype("<f4").tofile(HERE / f"{self.name}.bin")
        text = json.dumps({**more, "arrays": self.index}, indent=1, sort_keys=True)
        (HERE / f"{self.name}.json").write_text(text + "\n")


class Models:
    def __init__(self):
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        load = lambda name: onnxruntime.InferenceSession(
            MODELS / f"latent-{name}.onnx", options, providers=["CPUExecutionProvider"])
        self.encoder, self.unet, self.decoder = load("encoder"), load("unet"), load("decoder")

    def encode(self, image):
        moments, = self.encoder.run(None, {"image": image[None].astype(np.float32)})
        return moments[0, :4].astype(np.float64) * SCALING

    def predictor(self, mask, masked):
        def predict(latent, t, halves):
            one = np.concatenate([latent, mask[None], masked]).astype(np.float32)
            prompts = [range(10, 20), range(0, 10)][2 - halves:]
            noise, = self.unet.run(None, {
                "latent": np.stack([one] * halves),
                "timesteps": np.full(halves, t, np.int64),
                "input_ids": np.array(prompts, np.int64),
            })
            return list(noise.astype(np.float64))
        return predict

    def decode(self, latent):
        image, = self.decoder.run(None, {"latent": (latent[None] / SCALING).astype(np.float32)})
        return image[0]


# So large a hole that its window is the whole photo.
SIDE, RADIUS = 512, 150.25

FULL = {
    # The authors' way: from the photo with noise.
    "photo": {"scheduler": "ddim", "steps": 20, "strength": 0.99, "scale": SCALE, "seed": 7},
    "noise": {"scheduler": "dpm-solver", "steps": 8, "strength": 1, "scale": SCALE, "seed": 11},
}
SHORT = {"scheduler": "ddim", "steps": 4, "strength": 0.99, "scale": SCALE, "seed": 7}
SMALL = {
    "ddim": {"scheduler": "ddim", "steps": 20, "strength": 0.99, "scale": SCALE, "seed": 1},
    "ddim-whole": {"scheduler": "ddim", "steps": 20, "strength": 1, "scale": SCALE, "seed": 2},
    "dpm-solver": {"scheduler": "dpm-solver", "steps": 10, "strength": 1, "scale": SCALE, "seed": 3},
    "dpm-solver-part": {"scheduler": "dpm-solver", "steps": 12, "strength": 0.7, "scale": 2.5, "seed": 4},
    "interval": {"scheduler": "ddim", "steps": 12, "strength": 1, "scale": 3, "seed": 5, "interval": [0.25, 0.75]},
    "unguided": {"scheduler": "ddim", "steps": 7, "strength": 0.5, "scale": 1, "seed": 6},
}


def seen(side, radius):
    """The photo from -1 to 1, the same with nothing under the grown mask, and the mask of the latent."""
    mask = grown(disc(side, radius), RIM)
    image = photo(side) / 127.5 - 1
    return image, image * ~mask, pooled(mask, 8)


def small_replays(book):
    """Predictions of chance: the arithmetic has to be right whatever the UNet says."""
    side, latent_side = 64, 8
    rng = np.random.default_rng(3)
    _, masked_image, mask = seen(side, 18.8)
    book.add("small/masked-image", masked_image)
    book.add("small/mask", mask)
    moments = rng.standard_normal((2, 4, latent_side, latent_side)) * 5
    book.add("small/moments", moments)
    for name, case in SMALL.items():
        predict = lambda latent, t, halves: list(rng.standard_normal((halves, 4, latent_side, latent_side)))
        denoise(case, predict, moments[1] * SCALING, lambda key, values: book.add(f"{name}/{key}", values))


def main():
    models = Models()
    image, masked_image, mask = seen(SIDE, RADIUS)
    masked, known = models.encode(masked_image), models.encode(image)
    predict = models.predictor(mask, masked)

    replay = Book("replay")
    small_replays(replay)
    replay.add("full/moments", np.stack([masked, known]) / SCALING)
    replay.add("full/mask", mask)
    def record(key, values):
        # The predictions are played back, so all of them are needed.
        replay.add(f"full/{key}", values, every=1 if key == "prediction" else 8)
    latent = denoise(SHORT, predict, known, record)
    replay.add("full/decoded", latent / SCALING, every=8)
    replay.add("noise", normals(2**63 + 5, 1000))
    schedules = []
    for scheduler in RULES:
        for steps, strength in [(20, 0.99), (20, 1), (10, 0.7), (8, 1), (7, 0.5), (100, 0.29), (1, 1), (3, 0.1)]:
            times = timesteps(scheduler, steps, strength)
            alphas = [float(ALPHAS[t]) for t in times]
            schedules.append({"scheduler": scheduler, "steps": steps, "strength": strength,
                              "timesteps": times, "alphas": alphas})
    replay.save(cases={**SMALL, "full": SHORT}, schedules=schedules)

    browser = Book("browser")
    for name, case in FULL.items():
        def record(key, values):
            if key != "prediction":
                browser.add(f"{name}/{key}", values, every=16)
        latent = denoise(case, predict, known, record)
        picture = np.clip(np.floor((models.decode(latent) + 1) * 127.5 + 0.5), 0, 255)
        browser.add(f"{name}/image", picture[:, ::8, ::8])
        print(name, "latents up to", abs(latent).max(), "picture", picture.mean(axis=(1, 2)))
    browser.save(cases=FULL, side=SIDE, radius=RADIUS)


if __name__ == "__main__":
    main()
