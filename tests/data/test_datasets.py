"""What every data set keeps to, and the form on disk."""

import hashlib

import numpy as np
import pytest

from smoot.core import registry
from smoot.core.errors import SmootError
from smoot.data import store
from smoot.data.split import cut
from smoot.data.store import Split


def toy(size=40, classes=4):
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (size, 1, 6, 6), dtype=np.uint8)
    return Split(images, np.arange(size) % classes, images > 100)


@pytest.mark.parametrize("name", registry.names("smoot.datasets"))
def test_every_data_set_keeps_the_contract(name):
    component = registry.load("smoot.datasets", name)
    params = component.Params()
    splits, again = component.load(params), component.load(params)
    assert list(splits) == list(store.SPLITS)
    classes = component.DESCRIPTION["classes"]
    assert {"title", "source", "licence"} <= component.DESCRIPTION.keys()
    for split in splits.values():
        assert split.images.dtype == np.uint8
        assert split.images.shape[0] == len(split.labels) > 0
        assert split.labels.dtype == np.int64
        assert set(split.labels) == set(range(len(classes)))
        assert split.masks.dtype == bool
        assert split.masks.shape in {(n, 1, *split.images.shape[2:]) for n in (0, len(split))}
    for split, other in zip(splits.values(), again.values(), strict=True):
        assert np.array_equal(split.images, other.images)
    digests = [{hashlib.sha256(image.tobytes()).digest() for image in split.images} for split in splits.values()]
    assert not digests[0] & digests[2], "a test image is trained on"
    assert not digests[1] & digests[2]


def test_mnist5k_is_stratified_and_its_seed_is_its_own():
    component = registry.load("smoot.datasets", "mnist5k")
    splits = component.load(component.Params(val=200, test=500))
    assert [len(split) for split in splits.values()] == [4300, 200, 500]
    assert np.bincount(splits["test"].labels).tolist() == [50] * 10
    other = component.load(component.Params(seed=1, val=200, test=500))
    assert not np.array_equal(splits["test"].images, other["test"].images)


def test_what_is_written_is_read_back_and_described(tmp_path):
    rest, test = cut(toy(), 8, 0)
    train, val = cut(rest, 8, 0)
    store.write(tmp_path, {"train": train, "val": val, "test": test}, {"classes": list("abcd")})
    read = store.open_split(tmp_path, "train")
    assert isinstance(read.images, np.memmap)
    assert np.array_equal(read.images, train.images)
    assert np.array_equal(read.masks, train.masks)
    description = store.describe(tmp_path)
    assert description["sizes"] == {"train": 24, "val": 8, "test": 8}
    assert description["mean"] == pytest.approx([train.images.mean() / 255])
    assert description["std"] == pytest.approx([train.images.std() / 255])
    digest = hashlib.sha256((tmp_path / "val_labels.npy").read_bytes()).hexdigest()
    assert description["sha256"]["val_labels.npy"] == digest


@pytest.mark.parametrize("size", [3, 38, 40])
def test_a_cut_that_leaves_a_class_empty_is_refused(size):
    with pytest.raises(SmootError, match=f"cannot cut {size} of 40 images"):
        cut(toy(), size, 0)


def test_a_folder_without_data_names_the_command_that_makes_it(tmp_path):
    with pytest.raises(SmootError, match=f"smoot fetch --dataset {tmp_path.name}"):
        store.describe(tmp_path)
