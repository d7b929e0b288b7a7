"""Batches: augmented where they lie, and the same whether the split is in memory or on the disk."""

import multiprocessing

import numpy as np
import pytest
import torch
from builders import make_machine
from toy_data import write_data

from smoot.data import store
from smoot.data.store import Split
from smoot.training.augment import Augment, augment, draws
from smoot.training.data import Images

DESCRIPTION = {"mean": [0.4, 0.5, 0.6], "std": [0.2, 0.3, 0.1]}
BOTH = Augment(flip=True, crop=2)


@pytest.fixture
def split(tmp_path):
    """Memory-mapped, as a run finds it."""
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (30, 3, 6, 6), dtype=np.uint8)
    whole = Split(images, np.arange(30) % 3, np.empty((0, 1, 6, 6), np.uint8))
    write_data(tmp_path / "toy", whole, whole, whole)
    return store.open_split(tmp_path / "toy", "train")


def test_streamed_batches_are_the_resident_ones_bit_for_bit(split):
    resident, streamed = (Images(split, DESCRIPTION, make_machine(), data) for data in ("resident", "streamed"))
    assert (resident.resident, streamed.resident) == (True, False)
    assert Images(split, DESCRIPTION, make_machine()).resident
    for ours, theirs in zip(resident.shuffled(8, 0, 1, 0, BOTH), streamed.shuffled(8, 0, 1, 0, BOTH), strict=True):
        assert torch.equal(ours.images, theirs.images)
        assert torch.equal(ours.labels, theirs.labels)
        assert torch.equal(ours.index, theirs.index)
    assert all(torch.equal(a, b) for a, b in zip(resident.in_order(7), streamed.in_order(7), strict=True))


def test_readers_outlive_a_signal_to_the_whole_group(split):
    images = Images(split, DESCRIPTION, make_machine(), "streamed")
    images.readers = 2
    expected = list(Images(split, DESCRIPTION, make_machine()).shuffled(4, 0, 0, 0, BOTH))
    found = []
    for batch in images.shuffled(4, 0, 0, 0, BOTH):
        if not found:
            readers = multiprocessing.active_children()
            assert len(readers) == 2
            for reader in readers:
                reader.terminate()
        found.append(batch)
    assert all(torch.equal(ours.images, theirs.images) for ours, theirs in zip(found, expected, strict=True))


def test_a_split_that_fills_too_much_of_the_memory_streams(split, monkeypatch):
    monkeypatch.setattr("smoot.training.data._free", lambda machine: split.images.nbytes * 3)
    assert not Images(split, DESCRIPTION, make_machine()).resident


def test_an_epoch_that_goes_on_has_the_batches_that_were_left(split):
    images = Images(split, DESCRIPTION, make_machine())
    whole = list(images.shuffled(8, 0, 2, 0, BOTH))
    rest = list(images.shuffled(8, 0, 2, 2, BOTH))
    assert [batch.number for batch in whole] == [6, 7, 8]
    assert len(rest) == 1
    assert rest[0].number == 8
    assert torch.equal(rest[0].images, whole[2].images)


def test_augmentation_is_cropping_and_mirroring_one_image_at_a_time(split):
    pixels = torch.from_numpy(np.array(split.images))
    chance = draws(30, 0, 0)
    for image, (mirrored, down, right), result in zip(pixels, chance, augment(pixels, chance, BOTH), strict=True):
        padded = np.pad(image.numpy(), ((0, 0), (2, 2), (2, 2)))
        top, left = int(down * 5), int(right * 5)
        expected = padded[:, top : top + 6, left : left + 6]
        assert np.array_equal(result, expected[:, :, ::-1] if mirrored < 0.5 else expected)
    assert torch.equal(augment(pixels, chance, Augment()), pixels)


def test_every_place_of_a_crop_and_both_mirrors_are_drawn():
    chance = draws(2000, 0, 0)
    places = (chance[:, 1:] * 5).long()
    assert places.unique().tolist() == [0, 1, 2, 3, 4]
    assert 0.45 < (chance[:, 0] < 0.5).float().mean() < 0.55


def test_an_images_augmentation_depends_on_seed_epoch_and_place_alone():
    assert torch.equal(draws(10, 0, 3), draws(10, 0, 3))
    assert not torch.equal(draws(10, 0, 3), draws(10, 0, 4))
    assert not torch.equal(draws(10, 0, 3), draws(10, 1, 3))
