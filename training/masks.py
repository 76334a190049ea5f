"""Random masks of the kinds that people paint: uint8 (side, side), 255 = fill."""

import math

import cv2
import numpy as np

# Shares of the window that a usable mask covers.
LEAST, MOST = 0.004, 0.5


def strokes(draw: np.random.Generator, side: int) -> np.ndarray:
    """A brush that wanders."""
    mask = np.zeros((side, side), np.uint8)
    for _ in range(draw.integers(1, 5)):
        at = draw.uniform(0, side, 2)
        heading = draw.uniform(0, 2 * math.pi)
        width = max(1, int(draw.uniform(0.03, 0.16) * side))
        for _ in range(draw.integers(2, 10)):
            heading += draw.normal(0, 0.7)
            to = at + np.array([math.cos(heading), math.sin(heading)]) * draw.uniform(0.03, 0.16) * side
            cv2.line(mask, at.astype(int).tolist(), to.astype(int).tolist(), 255, width)
            at = to
    return mask


def outline(draw: np.random.Generator, centre: np.ndarray, radius: float) -> np.ndarray:
    """A closed wobbly curve, stretched and turned: what a person, an animal or a thing fills."""
    turn = np.linspace(0, 2 * math.pi, 72, endpoint=False)
    wobble = np.ones_like(turn)
    for k in range(1, 7):
        wobble += draw.normal(0, 0.28 / k) * np.cos(k * turn + draw.uniform(0, 2 * math.pi))
    wobble = np.clip(wobble, 0.25, 2)
    stretch = np.exp(draw.normal(0, 0.35, 2))
    x, y = radius * wobble * np.cos(turn) * stretch[0], radius * wobble * np.sin(turn) * stretch[1]
    c, s = math.cos(a := draw.uniform(0, math.pi)), math.sin(a)
    return np.stack([centre[0] + x * c - y * s, centre[1] + x * s + y * c], 1).astype(np.int32)


def blobs(draw: np.random.Generator, side: int) -> np.ndarray:
    mask = np.zeros((side, side), np.uint8)
    for _ in range(draw.integers(1, 4)):
        centre = draw.uniform(0.1, 0.9, 2) * side
        cv2.fillPoly(mask, [outline(draw, centre, draw.uniform(0.06, 0.27) * side)], 255)
    return mask


def object_in_the_middle(draw: np.random.Generator, side: int) -> np.ndarray:
    """A window is cut round what is erased, so the mask mostly sits in its middle, often with a shadow at its foot."""
    mask = np.zeros((side, side), np.uint8)
    centre, radius = draw.uniform(0.38, 0.62, 2) * side, draw.uniform(0.1, 0.24) * side
    cv2.fillPoly(mask, [outline(draw, centre, radius)], 255)
    if draw.random() < 0.4:
        foot = centre + np.array([draw.normal(0, 0.5), draw.uniform(0.6, 1.1)]) * radius
        axes = (int(radius * draw.uniform(0.6, 1.4)) + 1, int(radius * draw.uniform(0.15, 0.4)) + 1)
        cv2.ellipse(mask, foot.astype(int).tolist(), axes, float(draw.uniform(-25, 25)), 0, 360, 255, -1)
    return mask


def wires(draw: np.random.Generator, side: int) -> np.ndarray:
    mask = np.zeros((side, side), np.uint8)
    t = np.linspace(0, 1, 40)[:, None]
    for _ in range(draw.integers(1, 5)):
        a, b, c = draw.uniform(-0.1, 1.1, (3, 1, 2)) * side
        curve = (1 - t) ** 2 * a + 2 * t * (1 - t) * b + t**2 * c
        cv2.polylines(mask, [curve.astype(np.int32)], False, 255, int(draw.uniform(0.008, 0.03) * side) + 1)
    return mask


def spots(draw: np.random.Generator, side: int) -> np.ndarray:
    mask = np.zeros((side, side), np.uint8)
    for _ in range(draw.integers(2, 12)):
        centre = draw.uniform(0, side, 2).astype(int).tolist()
        axes = [max(2, int(v)) for v in draw.uniform(0.01, 0.06, 2) * side]
        cv2.ellipse(mask, centre, axes, float(draw.uniform(0, 180)), 0, 360, 255, -1)
    return mask


def boxes(draw: np.random.Generator, side: int) -> np.ndarray:
    mask = np.zeros((side, side), np.uint8)
    for _ in range(draw.integers(1, 3)):
        w, h = (draw.uniform(0.1, 0.45, 2) * side).astype(int)
        x, y = int(draw.uniform(0, side - w)), int(draw.uniform(0, side - h))
        mask[y : y + h, x : x + w] = 255
    return mask


KINDS = (
    (strokes, 0.28),
    (blobs, 0.28),
    (object_in_the_middle, 0.22),
    (wires, 0.08),
    (spots, 0.08),
    (boxes, 0.06),
)


def sample(draw: np.random.Generator, side: int) -> np.ndarray:
    """One mask, sometimes of two kinds at once, that covers between LEAST and MOST of the window."""
    shares = [share for _, share in KINDS]
    while True:
        mask = KINDS[draw.choice(len(KINDS), p=shares)][0](draw, side)
        if draw.random() < 0.15:
            mask |= KINDS[draw.choice(len(KINDS), p=shares)][0](draw, side)
        if LEAST < (mask > 0).mean() < MOST:
            return mask


def bank(count: int, side: int, seed: int) -> np.ndarray:
    """`count` masks of one seed: (count, side, side)."""
    draw = np.random.default_rng(seed)
    return np.stack([sample(draw, side) for _ in range(count)])


def shrink(mask: np.ndarray, side: int) -> np.ndarray:
    """A smaller square mask in which every pixel is set that a set pixel of the larger one touches."""
    whole = mask.shape[0]
    if not 0 < side <= whole:
        raise ValueError(f"a mask of {whole} pixels does not shrink to {side}")
    spans = [(i * whole // side, -((i + 1) * whole // -side)) for i in range(side)]
    rows = np.stack([mask[a:b].max(0) for a, b in spans])
    return np.stack([rows[:, a:b].max(1) for a, b in spans], 1)
