"""Images that are in two splits or two classes are found, said, and refused where a data set refuses them."""

import numpy as np
import pytest
from toy_data import CARD, bright_rows, source

from smoot.artifacts.dataset import Split, read_info
from smoot.artifacts.paths import SPLITS, DataFolder
from smoot.core.errors import SmootError
from smoot.data.contract import Dataset
from smoot.data.twins import said
from smoot.data.write import write_dataset


def dataset(test, **options):
    """Its training and validation images are all different. test: (places in the training split, their labels)."""
    train = bright_rows(8)
    val = Split(255 - train.images, train.labels, train.masks)
    own = Split(255 - train.images // 2, train.labels, train.masks)
    for row, (place, label) in enumerate(test):
        own.images[row], own.labels[row] = train.images[place], label
    return Dataset(list("abcd"), dict(zip(SPLITS, map(source, (train, val, own)), strict=True)), **options)


def test_nothing_is_said_where_all_images_differ(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    twins = write_dataset(DataFolder("toy").path, dataset([]), CARD)
    assert said(twins) == []


@pytest.mark.parametrize("chunk", [1, 2**22])
def test_an_image_in_two_splits_and_one_with_two_labels_are_said(tmp_path, monkeypatch, chunk):
    monkeypatch.setattr("smoot.data.write.CHUNK", chunk)
    monkeypatch.chdir(tmp_path)
    twins = write_dataset(DataFolder("toy").path, dataset([(5, 0), (2, 2)]), CARD)
    assert said(twins) == [
        "2 images are in more than one split, byte for byte: train 2 and test 1; train 5 and test 0",
        "1 image is in more than one class, byte for byte: train 5 and test 0",
    ]


def test_a_data_set_that_refuses_them_is_not_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    folder = DataFolder("toy")
    write_dataset(folder.path, dataset([], leaks="refuse"), CARD)
    before = read_info(folder)
    with pytest.raises(SmootError, match=r"toy: 1 image is in .* one split.*train 2 and test 0; remove them, leave"):
        write_dataset(folder.path, dataset([(2, 2)], leaks="refuse"), CARD)
    assert read_info(folder) == before
    assert np.load(folder.array("test", "images"))[0, 0, 0, 0] != bright_rows(8).images[2, 0, 0, 0]
