"""Outlines of real things, cut out of the training photos, as masks to lay over other photos.

A mask drawn at random is rounder and smoother than a person, a branch or a bicycle. An outline is never laid over the
photo that it came from: there it would teach the network to put the thing back.
"""

from concurrent.futures import Executor

import cv2
import numpy as np

GRAIN = 160
# Shares of the photo that a usable outline covers.
LEAST, MOST = 0.02, 0.35


def reduced(photo: np.ndarray) -> np.ndarray:
    """The photo with GRAIN pixels on its long side, which is all that an outline is cut from."""
    scale = GRAIN / max(photo.shape[:2])
    return cv2.resize(photo, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)


def outline(small: np.ndarray, seed: int) -> np.ndarray | None:
    """One thing's pixels in a `reduced` RGB photo as (h, w) uint8, 255 = thing; None if none stands out.

    GrabCut (Rother et al. 2004) on a random box, then the largest piece of what it found.
    """
    h, w = small.shape[:2]
    draw = np.random.default_rng(seed)
    wide, high = (draw.uniform(0.3, 0.7, 2) * (w, h)).astype(int)
    left, top = (draw.uniform(0.05, 0.95, 2) * (w - wide, h - high)).astype(int)
    found = np.zeros((h, w), np.uint8)
    models = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.setRNGSeed(seed % 2**31)
    cv2.grabCut(np.ascontiguousarray(small), found, (left, top, wide, high), *models, 3, cv2.GC_INIT_WITH_RECT)
    thing = np.isin(found, (cv2.GC_FGD, cv2.GC_PR_FGD)).astype(np.uint8)
    thing = cv2.morphologyEx(thing, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    count, labels, facts, _ = cv2.connectedComponentsWithStats(thing)
    if count < 2:
        return None
    largest = 1 + int(np.argmax(facts[1:, cv2.CC_STAT_AREA]))
    area, box = facts[largest, cv2.CC_STAT_AREA], facts[largest, cv2.CC_STAT_WIDTH] * facts[largest, cv2.CC_STAT_HEIGHT]
    # What fills its whole box is the box, and what is spread thinly over it is noise.
    if not LEAST < area / (h * w) < MOST or not 0.25 < area / box < 0.92:
        return None
    return (labels == largest).astype(np.uint8) * 255


def placed(thing: np.ndarray, side: int, draw: np.random.Generator) -> np.ndarray:
    """The outline somewhere about the middle of a square mask, turned, scaled, often with a painter's margin."""
    ys, xs = np.nonzero(thing)
    reach = max(np.ptp(xs), np.ptp(ys), 1)
    scale = draw.uniform(0.25, 0.65) * side / reach
    matrix = cv2.getRotationMatrix2D((float(xs.mean()), float(ys.mean())), draw.normal(0, 12), scale)
    matrix[:, 2] += draw.uniform(0.35, 0.65, 2) * side - (xs.mean(), ys.mean())
    mask = cv2.warpAffine(thing, matrix, (side, side), flags=cv2.INTER_LINEAR)
    mask = (cv2.GaussianBlur(mask, (0, 0), 0.6 * scale) > 127).astype(np.uint8) * 255
    margin = int(draw.choice([0, 0.006, 0.015, 0.03]) * side)
    if margin:
        mask = cv2.dilate(mask, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * margin + 1,) * 2))
    return mask


def cut(small: np.ndarray, side: int, seed: int, index: int) -> np.ndarray | None:
    """One photo's outline as a mask (side, side), if it has one that is large enough."""
    thing = outline(small, seed * 7919 + index)
    if thing is None:
        return None
    mask = placed(thing, side, np.random.default_rng([seed, index]))
    return mask if (mask > 0).mean() > 0.004 else None


def harvest(photos: list[np.ndarray], side: int, seed: int, pool: Executor | None) -> np.ndarray:
    """Masks (n, side, side) from `reduced` photos, at most one each; processes, so that nobody waits for the interpreter."""
    sides, seeds = [side] * len(photos), [seed] * len(photos)
    found = list((pool.map if pool else map)(cut, photos, sides, seeds, range(len(photos))))
    kept = [mask for mask in found if mask is not None]
    return np.stack(kept) if kept else np.zeros((0, side, side), np.uint8)
