"""Training images that a run draws by its seed."""

import killed_training
import numpy as np
import pytest
import torch
from builders import make_context, make_info, make_machine, make_method
from toy_data import bright_rows, write_data

from smoot.artifacts.dataset import Split
from smoot.artifacts.paths import DataFolder, GridCell
from smoot.artifacts.run import read_run
from smoot.core.errors import ParamsError
from smoot.methods import smoot
from smoot.training import stage
from smoot.training.data import Images
from smoot.training.drawn_images import class_counts, drawn_rows
from smoot.training.recipe import Recipe

LABELS = np.random.default_rng(0).permutation(np.repeat(np.arange(4), [50, 30, 13, 7]))


@pytest.mark.parametrize(
    ("size", "counts"),
    [
        (100, [50, 30, 13, 7]),
        (10, [5, 3, 1, 1]),  # 5, 3, 1.3, .7: the one that is left is the last class's
        (11, [6, 3, 1, 1]),  # 5.5, 3.3, 1.43, .77: the last class's, then the first's
        (50, [25, 15, 7, 3]),  # 25, 15, 6.5, 3.5: of equal remainders the first
    ],
)
def test_each_class_has_its_proportion_by_largest_remainders(size, counts):
    assert class_counts(LABELS, size).tolist() == counts
    rows = drawn_rows(LABELS, size, 3)
    assert np.bincount(LABELS[rows]).tolist() == counts
    assert (np.diff(rows) > 0).all(), "ascending, and none twice"


def test_a_seed_draws_the_same_images_each_time_and_another_seed_others():
    assert np.array_equal(drawn_rows(LABELS, 40, 0), drawn_rows(LABELS, 40, 0))
    assert not np.array_equal(drawn_rows(LABELS, 40, 0), drawn_rows(LABELS, 40, 1))


def test_over_the_seeds_each_image_of_a_class_is_drawn_alike():
    drawn = np.zeros(len(LABELS))
    for seed in range(2000):
        drawn[drawn_rows(LABELS, 20, seed)] += 1
    shares = class_counts(LABELS, 20) / np.bincount(LABELS)
    # Of 2,000 draws with a chance of ≤ .29, the standard error is ≤ .0102; of 100 images none is 5 off.
    assert np.abs(drawn / 2000 - shares[LABELS]).max() < 0.051


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("data", ["resident", "streamed"])
def test_batches_are_those_of_a_data_set_that_has_the_drawn_images_alone(data, masked):
    rng = np.random.default_rng(0)
    masks = rng.integers(1, 4, (40, 1, 8, 8), dtype=np.uint8)
    split = Split(*bright_rows(40).__dict__.values())
    split = Split(split.images, split.labels, masks)
    rows = drawn_rows(split.labels, 20, 0)
    recipe = Recipe(epochs=1, batch_size=4, lr=0.1)
    ours = Images(split, make_info(40), make_machine(), data, masked, rows)
    theirs = Images(split.take(rows), make_info(20), make_machine(), data, masked)
    assert ours.rows.nbytes == theirs.rows.nbytes
    batches = list(zip(ours.shuffled(recipe, 0, 0), theirs.shuffled(recipe, 0, 0), strict=True))
    assert len(batches) == 5
    for one, other in batches:
        assert torch.equal(one.images, other.images)
        assert torch.equal(one.labels, other.labels)
        assert torch.equal(one.index, other.index)
        assert one.masks is None if not masked else torch.equal(one.masks, other.masks)


def test_smoot_has_a_fraction_for_each_drawn_image():
    context = make_context(recipe=Recipe(epochs=1, batch_size=4, lr=0.1, images=12), info=make_info(40))
    method = make_method(smoot, context)
    assert (context.images, context.epoch_steps, len(method.k)) == (12, 3, 12)


@pytest.fixture
def trained(tmp_path, monkeypatch):
    """Trains a cell of the toy data, of 64 images, with options of `training`. Returns its record."""
    monkeypatch.chdir(tmp_path)
    write_data(DataFolder("toy").path, *(bright_rows(size, 8) for size in (64, 20, 20)))

    def train(method="baseline", seed=0, entry=None, **training):
        cell = GridCell("toy", "cnn", method, seed)
        view = killed_training.view(method, epochs=2, patience=None, **training)
        view[f"methods.{method}"] = {} if entry is None else entry
        stage.train_cell(cell, view, "code")
        return read_run(cell)

    return train


def test_all_images_drawn_are_all_images_bit_for_bit(trained):
    assert trained(images=64).weights_sha256 == trained().weights_sha256
    assert trained(images=32).weights_sha256 != trained().weights_sha256


def test_the_record_says_how_many(trained):
    assert trained().training_images == 64
    assert trained("smoot", images=24).training_images == 24


def test_methods_of_a_seed_are_trained_on_the_same_images(trained, monkeypatch):
    seen = []
    original = stage.Images
    monkeypatch.setattr(stage, "Images", lambda *args: seen.append(args[-1]) or original(*args))
    trained(images=24)
    trained("smoot", images=24)
    trained(seed=1, images=24)
    first, second, other = (rows for rows in seen if rows is not None)
    assert len(seen) == 9, "training, validation and test images of three runs: the last two are whole"
    assert np.array_equal(first, second)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize(
    ("images", "said"),
    [(65, "for toy it should be 64 at most"), (3, "for toy it should be 4 at least, as many as there are classes")],
)
def test_a_number_that_cannot_be_drawn_is_one_line(trained, images, said):
    with pytest.raises(ParamsError) as refused:
        trained(images=images, batch_size=2)
    assert refused.value.lines == [f"params.yaml: training.images: {images}: {said}"]


def test_a_class_that_would_have_no_image_is_one_line(trained):
    labels = np.repeat(np.arange(4), [40, 10, 10, 1])
    split = Split(bright_rows(61).images, labels, np.empty((0, 1, 8, 8), np.uint8))
    write_data(DataFolder("toy").path, split, bright_rows(20), bright_rows(20))
    with pytest.raises(ParamsError) as refused:
        trained(images=10)
    said = "larger: in proportion, a class of 1 images has none of them"
    assert refused.value.lines == [f"params.yaml: training.images: 10: for toy it should be {said}"]
