"""Batches: augmented where they lie, and the same whether the split is in memory or on the disk."""

import multiprocessing

import numpy as np
import pytest
import torch
from builders import make_info, make_machine
from toy_data import write_data

from smoot.artifacts.dataset import Region, Split, open_split, read_info
from smoot.artifacts.paths import DataFolder
from smoot.training.augment import Augment, augment, draws
from smoot.training.data import Images
from smoot.training.recipe import Recipe

BOTH = Augment(flip=True, crop=2)
INFO = make_info(30, 3, (3, 6, 6))


def recipe(batch_size=8):
    return Recipe(epochs=1, batch_size=batch_size, lr=0.1, augment=BOTH)


def on_disk(folder, monkeypatch, masks):
    """A split, memory-mapped as a run finds it."""
    monkeypatch.chdir(folder)
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (30, 3, 6, 6), dtype=np.uint8)
    whole = Split(images, np.arange(30) % 3, masks)
    data = DataFolder("toy")
    write_data(data.path, whole, whole, whole)
    return open_split(data, read_info(data), "train")


@pytest.fixture
def split(tmp_path, monkeypatch):
    return on_disk(tmp_path, monkeypatch, np.empty((0, 1, 6, 6), np.uint8))


@pytest.fixture
def masked_split(tmp_path, monkeypatch):
    rng = np.random.default_rng(1)
    return on_disk(tmp_path, monkeypatch, rng.integers(1, 4, (30, 1, 6, 6), dtype=np.uint8))


def test_streamed_batches_are_the_resident_ones_bit_for_bit(split):
    resident, streamed = (Images(split, INFO, make_machine(), data) for data in ("resident", "streamed"))
    assert (resident.resident, streamed.resident) == (True, False)
    assert Images(split, INFO, make_machine()).resident
    for ours, theirs in zip(resident.shuffled(recipe(), 0, 1), streamed.shuffled(recipe(), 0, 1), strict=True):
        assert torch.equal(ours.images, theirs.images)
        assert torch.equal(ours.labels, theirs.labels)
        assert torch.equal(ours.index, theirs.index)
    assert all(torch.equal(a, b) for a, b in zip(resident.in_order(7), streamed.in_order(7), strict=True))


def test_readers_outlive_a_signal_to_the_whole_group(split):
    images = Images(split, INFO, make_machine(), "streamed")
    images.readers = 2
    expected = list(Images(split, INFO, make_machine()).shuffled(recipe(4), 0, 0))
    batches = []
    for batch in images.shuffled(recipe(4), 0, 0):
        if len(batches) == 2:  # one of each reader: both have begun
            readers = multiprocessing.active_children()
            assert len(readers) == 2
            for reader in readers:
                reader.terminate()
        batches.append(batch)
    assert all(torch.equal(ours.images, theirs.images) for ours, theirs in zip(batches, expected, strict=True))


def test_a_split_that_fills_too_much_of_the_memory_streams(split, monkeypatch):
    monkeypatch.setattr("smoot.training.data._free", lambda machine: split.images.nbytes * 3)
    assert not Images(split, INFO, make_machine()).resident


def test_an_epoch_that_is_resumed_has_the_batches_that_were_left(split):
    images = Images(split, INFO, make_machine())
    whole = list(images.shuffled(recipe(), 0, 2))
    rest = list(images.shuffled(recipe(), 0, 2, 2))
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


@pytest.mark.parametrize("data", ["resident", "streamed"])
def test_masks_move_with_their_images_and_change_none_of_them(masked_split, data):
    with_masks = Images(masked_split, INFO, make_machine(), data, masks=True)
    without = Images(masked_split, INFO, make_machine(), data)
    chance = draws(30, 0, 1)
    for ours, theirs in zip(with_masks.shuffled(recipe(), 0, 1), without.shuffled(recipe(), 0, 1), strict=True):
        assert torch.equal(ours.images, theirs.images)
        assert theirs.masks is None
        expected = augment(torch.from_numpy(masked_split.masks[ours.index.numpy()]), chance[ours.index], BOTH)
        assert torch.equal(ours.masks, expected)
        assert ours.masks.dtype == torch.uint8
        # What a crop takes in from outside is black, and no part of an object.
        black = (ours.images * with_masks.std + with_masks.mean).round() == 0
        assert black.all(1, keepdim=True)[ours.masks == Region.BACKGROUND].all()
        assert (ours.masks == Region.BACKGROUND).any()
    for ours, theirs in zip(with_masks.in_order(7), without.in_order(7), strict=True):
        assert torch.equal(ours, theirs)
