"""Masks as a person paints them: generous, wobbly, with or without the shadow."""

import numpy as np

from lib.develop import blur


def _wobble(shape, rng, size):
    field = blur(rng.standard_normal(shape).astype(np.float32), size)
    return field / (field.std() + 1e-9)


def distance(inside, reach):
    """Distance in pixels to the set, up to about `reach`, by growing discs; (height, width) float32."""
    out = np.full(inside.shape, reach + 1.0, np.float32)
    out[inside] = 0
    # Chamfer distances over both directions, rows then columns: near enough for a brush.
    for _ in range(2):
        for axis in (0, 1):
            for flip in (False, True):
                view = np.moveaxis(out, axis, 0)
                view = view[::-1] if flip else view
                for i in range(1, len(view)):
                    before = view[i - 1]
                    best = np.minimum(view[i], before + 1)
                    best[1:] = np.minimum(best[1:], before[:-1] + 1.414)
                    best[:-1] = np.minimum(best[:-1], before[1:] + 1.414)
                    view[i] = best
    return out


def largest_near(candidate, seed, steps=400):
    """The part of `candidate` that is connected to `seed`."""
    grown = seed & candidate | seed
    for _ in range(steps):
        wide = grown.copy()
        wide[1:] |= grown[:-1]
        wide[:-1] |= grown[1:]
        wide[:, 1:] |= wide[:, :-1]
        wide[:, :-1] |= wide[:, 1:]
        wide = wide & (candidate | seed)
        if (wide == grown).all():
            break
        grown = wide
    return grown


def painted(inside, seed, margin):
    """A loose mask round `inside`: about `margin` pixels of air, more here and less there, never less than two."""
    rng = np.random.default_rng(seed)
    scale = inside.shape[1] / 1024
    reach = max(2.0, margin * scale)
    far = distance(inside, 4 * reach)
    edge = reach * (1.0 + 0.30 * _wobble(inside.shape, rng, 22 * scale))
    return far <= np.clip(edge, max(2.0, 0.45 * reach), 2.2 * reach)


def object_and_shadow(index, with_linear, without_linear, threshold=0.07):
    """Pixels of the object, and of all that it changes by more than `threshold` (shadow, reflection) joined to it."""
    body = index > 0.5
    a, b = (blur(np.maximum(v, 0).mean(-1), 1.5) for v in (with_linear, without_linear))
    change = np.abs(a - b) / (0.5 * (a + b) + 0.02)
    near = distance(body, 3) <= 2
    shadow = largest_near(blur((change > threshold).astype(np.float32), 1.2) > 0.5, near)
    return body, shadow | body
