"""The split, the masks and the sampling of batches."""

import numpy as np
import pytest
import torch

import masks
from config import parse_stages
from data import MaskStore, PhotoStore, held_out_windows, is_held_out, pack, rank

CPU = torch.device("cpu")


def test_the_split_depends_on_the_name_alone():
    names = [f"photo_{i}.webp" for i in range(4000)]
    held = [n for n in names if is_held_out(n, 0.05)]
    assert 140 < len(held) < 260
    assert all(is_held_out("elsewhere/" + n, 0.05) for n in held)
    assert set(held) <= {n for n in names if is_held_out(n, 0.1)}


def test_masks_are_fixed_by_their_seed_and_cover_a_usable_share():
    a, b = masks.bank(12, 96, 7), masks.bank(12, 96, 7)
    assert np.array_equal(a, b) and not np.array_equal(a, masks.bank(12, 96, 8))
    shares = (a > 0).mean((1, 2))
    assert (shares > masks.LEAST).all() and (shares < masks.MOST).all()
    assert set(np.unique(a)) == {0, 255}


def test_a_shrunken_mask_covers_every_touched_pixel():
    mask = np.zeros((64, 64), np.uint8)
    mask[33, 17] = 255
    small = masks.shrink(mask, 16)
    assert small.sum() == 255 and small[8, 4] == 255
    between = masks.shrink(mask, 48)
    assert between.astype(int).sum() == 255 * 4 and (between[24:26, 12:14] == 255).all()
    with pytest.raises(ValueError, match="does not shrink"):
        masks.shrink(mask, 65)


def test_a_flat_photo_gives_flat_squares_of_its_own_colour():
    store = PhotoStore(CPU)
    store.add(*pack([np.full((70, 90, 3), (200, 100, 50), np.uint8)]))
    batch = store.batch(6, 32, torch.Generator().manual_seed(1))
    assert batch.shape == (6, 3, 32, 32)
    assert batch.flatten(2).std(2).max() < 1e-6
    assert (batch[:, 0] > batch[:, 1]).all() and (batch[:, 1] > batch[:, 2]).all()


def test_a_small_view_power_prefers_wide_views():
    ramp = np.broadcast_to(np.arange(200, dtype=np.uint8)[None, :, None], (200, 200, 3))
    store = PhotoStore(CPU)
    store.add(*pack([np.ascontiguousarray(ramp)]))

    def span(power: float) -> float:
        batch = store.batch(64, 16, torch.Generator().manual_seed(3), power)
        return (batch.amax((1, 2, 3)) - batch.amin((1, 2, 3))).mean().item()

    assert span(0.3) > 1.15 * span(1.0)


def test_halved_squares_are_means_of_four_pixels():
    draw = np.random.default_rng(5)
    photo = draw.integers(0, 256, (64, 64, 3), dtype=np.uint8)
    store = PhotoStore(CPU)
    store.add(*pack([photo]))
    batch = store.batch(48, 32, torch.Generator().manual_seed(6), halved=0.5)
    mean = torch.from_numpy(photo.reshape(32, 2, 32, 2, 3).mean((1, 3)) / 255).permute(2, 0, 1).float()
    # Tints and mirrors aside, a halved square is the one mean of the whole photo.
    alike = [
        max(torch.corrcoef(torch.stack([square[0].flatten(), way[0].flatten()]))[0, 1] for way in (mean, mean.flip(2)))
        for square in batch
    ]
    assert 14 < sum(value > 0.99 for value in alike) < 34
    plain = store.batch(48, 32, torch.Generator().manual_seed(6))
    assert not torch.equal(batch, plain)


def test_sampling_at_integer_places_copies_pixels():
    draw = np.random.default_rng(2)
    first, second = (draw.integers(0, 256, (20, 30, 3), dtype=np.uint8) for _ in range(2))
    store = PhotoStore(CPU)
    store.add(*pack([first, first]))
    store.add(*pack([second]))
    start, high, wide = store.shape[2:3].unbind(1)
    got = store.bilinear(start, high, wide, torch.arange(3, 9.0)[None], torch.arange(5, 15.0)[None])[0]
    assert np.array_equal(got.numpy().astype(np.uint8), second[3:9, 5:15])
    assert len(store) == 3


def test_drawn_masks_are_binary_and_usable():
    store = MaskStore(16, 64, 3, None, CPU)
    drawn = store.batch(32, 48, torch.Generator().manual_seed(4))
    assert drawn.shape == (32, 1, 48, 48) and set(drawn.unique().tolist()) == {0.0, 1.0}
    assert (drawn.mean((1, 2, 3)) > 0).all() and (drawn.mean((1, 2, 3)) < 0.7).all()


def test_a_held_out_photo_keeps_its_mask_whatever_else_is_there():
    photos = [(f"p{i}.png", np.full((40, 60, 3), i, np.uint8)) for i in range(6)]
    names, squares, holes = held_out_windows(photos, 4, 32, 9)
    assert names == sorted(names, key=rank) and squares[0].shape == (32, 32, 3)
    again = held_out_windows([p for p in photos if p[0] == names[2]], 1, 32, 9)
    assert np.array_equal(again[2][0], holes[2])


def test_stages_must_rise_to_one():
    assert [s.size for s in parse_stages("256:4:0.5,384:2:1")] == [256, 384]
    for text in ("256:4:0.5", "256:4:0.5,384:2:0.4", "250:4:1"):
        with pytest.raises(ValueError):
            parse_stages(text)
