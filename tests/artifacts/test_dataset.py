"""A data set on disk is read as it was written, or refused in one line that says how to have it made anew."""

import numpy as np
import pytest

from smoot.artifacts.dataset import DatasetInfo, normalise, open_split, read_info
from smoot.artifacts.paths import ARRAYS, SPLITS, DataFolder
from smoot.core.errors import SmootError

SHAPE = (2, 3, 4)
SIZES = {"train": 6, "val": 2, "test": 4}
REMEDY = "`smoot fetch --dataset toy` makes it anew$"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A data set whose training images alone have masks."""
    monkeypatch.chdir(tmp_path)
    folder = DataFolder("toy")
    folder.path.mkdir(parents=True)
    rng = np.random.default_rng(0)
    for split, size in SIZES.items():
        np.save(folder.array(split, "images"), rng.integers(0, 256, (size, *SHAPE), np.uint8))
        np.save(folder.array(split, "labels"), np.arange(size) % 2)
        masks = rng.integers(0, 4, (size if split == "train" else 0, 1, *SHAPE[1:]), np.uint8)
        np.save(folder.array(split, "masks"), masks)
    info = DatasetInfo(
        title="Toy",
        source="made here",
        licence="none",
        classes=("a", "b"),
        sizes=SIZES,
        shape=SHAPE,
        mean=(0.25, 0.5),
        std=(0.5, 0.25),
        sha256={},
    )
    info.write(folder.info)
    return folder


def refused(folder, said, split="train"):
    with pytest.raises(SmootError, match=said) as caught:
        open_split(folder, read_info(folder), split)
    assert "\n" not in str(caught.value)


def test_it_is_read_as_it_was_written(folder):
    info = read_info(folder)
    assert (info.shape, info.sizes, info.classes, info.slots) == (SHAPE, SIZES, ("a", "b"), None)
    assert info.summary.model_dump() == info.model_dump(include=set(type(info.summary).model_fields))
    for name in SPLITS:
        split = open_split(folder, info, name)
        assert len(split) == SIZES[name]
        for array in ARRAYS:
            assert isinstance(getattr(split, array), np.memmap)
            assert not getattr(split, array).flags.writeable
            assert np.array_equal(getattr(split, array), np.load(folder.array(name, array)))


def test_a_part_of_a_split_has_the_masks_of_its_images(folder):
    info = read_info(folder)
    part = open_split(folder, info, "train").take(np.array([4, 1]))
    assert np.array_equal(part.masks, np.load(folder.array("train", "masks"))[[4, 1]])
    assert part.labels.tolist() == [0, 1]
    assert len(open_split(folder, info, "val").take(np.array([True, False])).masks) == 0


def test_slots_are_read(folder):
    slots = ((0, 0, 2, 2), (0, 2, 2, 2))
    read_info(folder).model_copy(update={"slots": slots}).write(folder.info)
    assert read_info(folder).slots == slots


def test_what_is_not_there_names_the_command_that_makes_it():
    refused(DataFolder("nothing"), "^results/data/nothing: no data set there; `smoot fetch --dataset nothing` first$")


@pytest.mark.parametrize(
    "harm",
    [
        lambda text: "",
        lambda text: text[: len(text) // 2],
        lambda text: "[]",
        lambda text: "{}",
        lambda text: text.replace('"shape"', '"form"'),
        lambda text: text.replace('"Toy"', "7"),
        lambda text: text.replace("0.25", "NaN"),
    ],
    ids=["empty", "truncated", "a list", "no keys", "an unknown key", "of another type", "not a number"],
)
def test_a_description_that_is_damaged_is_refused(folder, harm):
    folder.info.write_text(harm(folder.info.read_text()))
    refused(folder, f"^{folder.info}: damaged, or .*; {REMEDY}")


@pytest.mark.parametrize("array", ARRAYS)
@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (lambda path: path.unlink(), "not there"),
        (lambda path: path.write_bytes(b""), "damaged"),
        (lambda path: path.write_bytes(path.read_bytes()[:-1]), "damaged"),
        (lambda path: path.write_bytes(path.read_bytes()[:20]), "damaged"),
        (lambda path: path.write_bytes(b"PK\x03\x04 no archive"), "damaged"),
        (lambda path: np.savez(path.open("wb"), np.zeros(6)), "damaged"),
        (lambda path: np.save(path, np.load(path).astype(np.float32)), "damaged"),
        (lambda path: np.save(path, np.load(path)[1:]), "of shape .*, where .*dataset.json says"),
        (lambda path: np.save(path, np.load(path)[..., None]), "of shape .*, where .*dataset.json says"),
    ],
    ids=["missing", "empty", "truncated", "no header", "no archive", "an archive", "floats", "fewer", "of more axes"],
)
def test_an_array_that_is_not_what_the_description_says_is_refused(folder, array, harm, said):
    path = folder.array("train", array)
    harm(path)
    refused(folder, f"^{path}: {said}.*; {REMEDY}")


def test_a_pickled_array_is_refused_and_not_unpickled(folder, tmp_path):
    class Evil:
        def __reduce__(self):
            return (tmp_path / "evil").touch, ()

    path = folder.array("train", "labels")
    np.save(path, np.array([Evil()] * 6, object), allow_pickle=True)
    refused(folder, f"^{path}: damaged .*; {REMEDY}")
    assert not (tmp_path / "evil").exists()


def test_pixels_are_normalised_by_channel(folder):
    info = read_info(folder)
    for value, expected in ((0, (-0.5, -2.0)), (255, (1.5, 2.0))):
        pixels = normalise(np.full((1, *SHAPE), value, np.float32), *info.scale)
        assert pixels.dtype == np.float32
        assert pixels[0, :, 0, 0] == pytest.approx(expected)
