"""Data sets on disk: what is written is read back, whole or not at all."""

import hashlib
import re

import numpy as np
import pytest
from toy_data import CARD, bright_rows, source, write_data

from smoot.artifacts.dataset import open_split, read_info
from smoot.artifacts.paths import ARRAYS, SPLITS, DataFolder
from smoot.core.errors import SmootError
from smoot.data.contract import Dataset, Source, in_memory
from smoot.data.split import cut
from smoot.data.write import Moments, write_dataset

SLOTS = np.arange(16).reshape(4, 4)


def toy(size=40, classes=4):
    """Two channels, and masks."""
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (size, 2, 6, 6), dtype=np.uint8)
    return in_memory(images, np.arange(size) % classes, images[:, :1] > 100)


def dataset(**splits):
    return Dataset(list("abcd"), dict.fromkeys(SPLITS, toy()) | splits, slots=SLOTS, source="another source")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Of a data set that is not there yet."""
    monkeypatch.chdir(tmp_path)
    return DataFolder("toy")


@pytest.mark.parametrize("chunk", [1, 200, 2**22])
def test_what_is_written_is_read_back_and_described(folder, monkeypatch, chunk):
    monkeypatch.setattr("smoot.data.write.CHUNK", chunk)
    rest, test = cut(toy(), 8, 0)
    train, val = cut(rest, 8, 0)
    write_dataset(folder.path, dataset(train=train, val=val, test=test), CARD)
    expected = train.read(np.arange(len(train)))
    info = read_info(folder)
    split = open_split(folder, info, "train")
    assert isinstance(split.images, np.memmap)
    for array in ARRAYS:
        assert np.array_equal(getattr(split, array), getattr(expected, array))
        assert getattr(split, array).dtype == getattr(expected, array).dtype
    assert info.classes == tuple("abcd")
    assert info.shape == (2, 6, 6)
    assert info.sizes == {"train": 24, "val": 8, "test": 8}
    assert info.mean == pytest.approx(expected.images.mean((0, 2, 3)) / 255)
    assert info.std == pytest.approx(expected.images.std((0, 2, 3)) / 255)
    assert (info.title, info.source, info.licence) == ("Toy", "another source", "none")
    assert np.array_equal(info.slots, SLOTS)
    path = folder.array("val", "labels")
    assert info.sha256[path.name] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert [path.name for path in folder.path.parent.iterdir()] == ["toy"]


def test_a_data_set_without_objects_has_empty_masks_and_no_slots(folder):
    write_data(folder.path, *[bright_rows(8)] * 3)
    info = read_info(folder)
    assert open_split(folder, info, "test").masks.shape == (0, 1, 8, 8)
    assert info.slots is None


def test_a_channel_that_is_the_same_everywhere_can_be_divided_by():
    moments = Moments(1)
    moments.add(np.full((3, 1, 2, 2), 51, np.uint8))
    assert (moments.mean, moments.std) == ((0.2,), (1.0,))


def relabelled(labels):
    split = bright_rows(8)
    return in_memory(split.images, labels)


@pytest.mark.parametrize(
    ("splits", "said"),
    [
        ({"test": relabelled([0, 1, 2, 3, 4, 3, 2, 1])}, "label 4 of test image 4: allowed: 0 to 3"),
        ({"val": relabelled([0, -1, 2, 3, 0, 3, 2, 1])}, "label -1 of val image 1: allowed: 0 to 3"),
        ({"train": relabelled([0, 1, 1, 3, 0, 3, 1, 1])}, "no train image of class c; every class needs one"),
        ({"test": source(bright_rows(8, channels=3))}, "the images of its splits differ in shape"),
    ],
)
def test_splits_that_do_not_fit_the_classes_are_refused_before_anything_is_written(tmp_path, splits, said):
    whole = dict.fromkeys(SPLITS, source(bright_rows(8)))
    with pytest.raises(SmootError, match=f"toy: {re.escape(said)}"):
        write_dataset(tmp_path / "toy", Dataset(list("abcd"), whole | splits), CARD)
    assert not list(tmp_path.iterdir())


def breaks(size, after):
    """A source whose images cannot be read from one place on."""

    def read(places):
        if places.max() >= after:
            raise SmootError("it broke")
        return toy(size).read(places)

    return Source(toy(size).labels, (2, 6, 6), True, read)


def test_a_source_that_breaks_leaves_what_was_there(folder, monkeypatch):
    monkeypatch.setattr("smoot.data.write.CHUNK", 500)
    write_dataset(folder.path, dataset(), CARD)
    before = {path.name: path.read_bytes() for path in folder.path.iterdir()}
    with pytest.raises(SmootError, match="it broke"):
        write_dataset(folder.path, dataset(train=toy(32), test=breaks(40, 25)), CARD)
    assert {path.name: path.read_bytes() for path in folder.path.iterdir()} == before
    write_dataset(folder.path, dataset(train=toy(32)), CARD)
    assert read_info(folder).sizes["train"] == 32
    assert [path.name for path in folder.path.parent.iterdir()] == ["toy"]


def test_a_disk_that_is_too_small_is_named_before_anything_is_written(tmp_path, small_disk):
    small_disk(tmp_path / "disk", 100_000)
    images = np.zeros((2000, 1, 8, 8), np.uint8)
    large = in_memory(images, np.arange(2000) % 4)
    with pytest.raises(SmootError, match=r"toy: 0\.4 MiB are needed, 0\.1 MiB are free on its disk"):
        write_dataset(tmp_path / "disk" / "toy", Dataset(list("abcd"), dict.fromkeys(SPLITS, large)), CARD)
    assert not list((tmp_path / "disk").iterdir())


def test_a_disk_that_fills_up_meanwhile_is_named_and_the_old_data_stay(folder, small_disk):
    disk = folder.path.parent
    small_disk(disk, 200_000)
    write_dataset(folder.path, dataset(), CARD)

    def read(places):
        (disk / "foreign").write_bytes(bytes(100_000))
        return large.read(places)

    images = np.zeros((400, 1, 8, 8), np.uint8)
    large = in_memory(images, np.arange(400) % 4)
    filling = Source(large.labels, large.shape, False, read)
    with pytest.raises(SmootError, match=r"no space left on the disk: \d\.\d MiB are free"):
        write_dataset(folder.path, Dataset(list("abcd"), dict.fromkeys(SPLITS, filling)), CARD)
    assert read_info(folder).source == "another source"
    assert {path.name for path in disk.iterdir()} == {"toy", "foreign"}


@pytest.mark.parametrize(
    ("arrays", "said"),
    [
        ({"images": np.zeros((2, 1, 4, 4), np.float32)}, "images: float32; allowed: uint8 from 0 to 255"),
        ({"images": np.zeros((2, 4, 4), np.uint8)}, r"images: of shape \(2, 4, 4\); \(N, C, H, W\)"),
        ({"labels": np.zeros(2)}, "labels: float64"),
        ({"labels": np.zeros(3, int)}, r"images: of shape \(2, 1, 4, 4\); \(3, 1, 4, 4\) is needed"),
        (
            {"masks": np.full((2, 1, 4, 4), 255, np.uint8)},
            "masks: value 255; allowed: bools, or 0 background",
        ),
        ({"masks": np.full((2, 1, 4, 4), 256, np.int64)}, "masks: int64; allowed: bools, or uint8 from 0 to 3"),
        ({"masks": np.ones((2, 1, 4, 4), np.float32)}, "masks: float32; allowed"),
        ({"masks": np.ones((1, 1, 4, 4), bool)}, r"masks: of shape \(1, 1, 4, 4\); \(2, 1, 4, 4\) is needed"),
        ({"masks": np.ones((2, 1, 5, 4), bool)}, r"masks: of shape \(2, 1, 5, 4\)"),
    ],
)
def test_arrays_of_a_users_own_are_not_bent_to_fit(arrays, said):
    given = {"images": np.zeros((2, 1, 4, 4), np.uint8), "labels": np.zeros(2, int)}
    with pytest.raises(SmootError, match=said):
        in_memory(**given | arrays)


def test_masks_of_bools_are_the_object():
    masks = np.zeros((2, 1, 4, 4), bool)
    masks[:, :, 1:3] = True
    source = in_memory(np.zeros((2, 1, 4, 4), np.uint8), np.zeros(2, int), masks)
    assert source.masked
    assert np.array_equal(source.read(np.arange(2)).masks, masks.astype(np.uint8))
