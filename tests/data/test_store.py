"""Data sets on disk: what is written is read back, whole or not at all, however large it is."""

import hashlib
import itertools
import os
import re
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from builders import PROJECT
from toy_data import ABOUT, bright_rows, source, write_data

from smoot.core.errors import SmootError
from smoot.data import store
from smoot.data.dataset import Dataset, Source, in_memory
from smoot.data.split import cut
from smoot.data.store import SPLITS
from smoot.data.write import Moments, write


def toy(size=40, classes=4):
    """Two channels, and masks."""
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (size, 2, 6, 6), dtype=np.uint8)
    return in_memory(images, np.arange(size) % classes, images[:, :1] > 100)


def dataset(**splits):
    return Dataset(list("abcd"), dict.fromkeys(SPLITS, toy()) | splits, {"more": [1, 2]})


@pytest.mark.parametrize("chunk", [1, 200, 2**22])
def test_what_is_written_is_read_back_and_described(tmp_path, monkeypatch, chunk):
    monkeypatch.setattr("smoot.data.write.CHUNK", chunk)
    rest, test = cut(toy(), 8, 0)
    train, val = cut(rest, 8, 0)
    write(tmp_path / "toy", dataset(train=train, val=val, test=test), ABOUT)
    expected = train.read(np.arange(len(train)))
    read = store.open_split(tmp_path / "toy", "train")
    assert isinstance(read.images, np.memmap)
    for array in store.ARRAYS:
        assert np.array_equal(getattr(read, array), getattr(expected, array))
        assert getattr(read, array).dtype == getattr(expected, array).dtype
    description = store.describe(tmp_path / "toy")
    assert description["classes"] == list("abcd")
    assert description["shape"] == [2, 6, 6]
    assert description["sizes"] == {"train": 24, "val": 8, "test": 8}
    assert description["mean"] == pytest.approx(expected.images.mean((0, 2, 3)) / 255)
    assert description["std"] == pytest.approx(expected.images.std((0, 2, 3)) / 255)
    assert (description["title"], description["source"], description["licence"]) == ("Toy", "made here", "none")
    assert description["more"] == [1, 2]
    digest = hashlib.sha256((tmp_path / "toy" / "val_labels.npy").read_bytes()).hexdigest()
    assert description["sha256"]["val_labels.npy"] == digest
    assert [path.name for path in tmp_path.iterdir()] == ["toy"]


def test_a_data_set_without_objects_has_empty_masks(tmp_path):
    write_data(tmp_path / "toy", *[bright_rows(8)] * 3)
    assert store.open_split(tmp_path / "toy", "test").masks.shape == (0, 1, 8, 8)


def test_a_channel_that_is_the_same_everywhere_can_be_divided_by():
    moments = Moments(1)
    moments.add(np.full((3, 1, 2, 2), 51, np.uint8))
    assert (moments.mean, moments.std) == ([0.2], [1.0])


def test_places_of_places():
    images = np.arange(10, dtype=np.uint8).reshape(10, 1, 1, 1)
    part = in_memory(images, np.arange(10)).take(np.array([7, 3, 5])).take(np.array([2, 0]))
    assert part.labels.tolist() == [5, 7]
    assert part.read(np.array([1, 0, 1])).images.ravel().tolist() == [7, 5, 7]


@pytest.mark.parametrize("size", [3, 38, 40])
def test_a_cut_that_leaves_a_class_empty_is_refused(size):
    with pytest.raises(SmootError, match=f"cannot cut {size} of 40 images"):
        cut(toy(), size, 0)


def test_a_cut_keeps_the_classes_in_proportion_and_its_seed_is_its_own():
    rest, taken = cut(toy(), 12, 0)
    assert np.bincount(taken.labels).tolist() == [3] * 4
    assert np.bincount(rest.labels).tolist() == [7] * 4
    assert not np.array_equal(taken.read(np.arange(12)).images, cut(toy(), 12, 1)[1].read(np.arange(12)).images)


def test_a_folder_without_data_names_the_command_that_makes_it(tmp_path):
    with pytest.raises(SmootError, match=f"smoot fetch --dataset {tmp_path.name}"):
        store.describe(tmp_path)


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
        write(tmp_path / "toy", Dataset(list("abcd"), whole | splits), ABOUT)
    assert not list(tmp_path.iterdir())


def breaks(size, after):
    """A source whose images cannot be read from one place on."""

    def read(places):
        if places.max() >= after:
            raise SmootError("it broke")
        return toy(size).read(places)

    return Source(toy(size).labels, (2, 6, 6), True, read)


def test_a_source_that_breaks_leaves_what_was_there(tmp_path, monkeypatch):
    monkeypatch.setattr("smoot.data.write.CHUNK", 500)
    write(tmp_path / "toy", dataset(), ABOUT)
    before = {path.name: path.read_bytes() for path in (tmp_path / "toy").iterdir()}
    with pytest.raises(SmootError, match="it broke"):
        write(tmp_path / "toy", dataset(train=toy(32), test=breaks(40, 25)), ABOUT)
    assert {path.name: path.read_bytes() for path in (tmp_path / "toy").iterdir()} == before
    write(tmp_path / "toy", dataset(train=toy(32)), ABOUT)
    assert store.describe(tmp_path / "toy")["sizes"]["train"] == 32
    assert [path.name for path in tmp_path.iterdir()] == ["toy"]


def test_a_disk_that_is_too_small_is_named_before_anything_is_written(tmp_path, small_disk):
    small_disk(tmp_path / "disk", 100_000)
    images = np.zeros((2000, 1, 8, 8), np.uint8)
    large = in_memory(images, np.arange(2000) % 4)
    with pytest.raises(SmootError, match=r"toy: 0\.4 MiB are needed, 0\.1 MiB are free on its disk"):
        write(tmp_path / "disk" / "toy", Dataset(list("abcd"), dict.fromkeys(SPLITS, large)), ABOUT)
    assert not list((tmp_path / "disk").iterdir())


def test_a_disk_that_fills_up_meanwhile_is_named_and_the_old_data_stay(tmp_path, small_disk):
    small_disk(tmp_path / "disk", 200_000)
    write(tmp_path / "disk" / "toy", dataset(), ABOUT)

    def read(places):
        (tmp_path / "disk" / "foreign").write_bytes(bytes(100_000))
        return large.read(places)

    images = np.zeros((400, 1, 8, 8), np.uint8)
    large = in_memory(images, np.arange(400) % 4)
    filling = Source(large.labels, large.shape, False, read)
    with pytest.raises(SmootError, match=r"no space left on the disk: \d\.\d MiB are free"):
        write(tmp_path / "disk" / "toy", Dataset(list("abcd"), dict.fromkeys(SPLITS, filling)), ABOUT)
    assert store.describe(tmp_path / "disk" / "toy")["more"] == [1, 2]
    assert {path.name for path in (tmp_path / "disk").iterdir()} == {"toy", "foreign"}


COMPONENT = '''
"""generated: 28×28 images made as they are read."""
import numpy as np
from smoot.core.params_file import Block
from smoot.data.dataset import About, Dataset, Source
from smoot.data.store import Split

ABOUT = About("Generated", "made here", "none", "many", "10")

class Params(Block):
    images: int
    seconds: float = 0

def load(params):
    def source(size):
        labels = np.arange(size) % 10
        def read(places):
            import time
            time.sleep(params.seconds)
            images = np.random.default_rng(int(places[0])).integers(0, 256, (len(places), 1, 28, 28), np.uint8)
            return Split(images, labels[places], np.full((len(places), 1, 28, 28), 1, np.uint8))
        return Source(labels, (1, 28, 28), True, read)
    return Dataset(list("abcdefghij"), {"train": source(params.images), "val": source(1000), "test": source(1000)})
'''

FETCH = """
import sys
import smoot.datasets
smoot.datasets.__path__.append(".")
from smoot.data import stage
stage.run("generated", {"datasets.generated": {"images": int(sys.argv[1]), "seconds": float(sys.argv[2])}})
print(next(int(line.split()[1]) // 1024 for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


@pytest.fixture
def fetch(tmp_path):
    """`fetch(images, seconds)` starts the stage in a process of its own, on a data set in a file of its own."""
    (tmp_path / "generated.py").write_text(COMPONENT)
    environment = os.environ | {"PYTHONPATH": str(PROJECT)}

    def start(images, seconds=0.0):
        return subprocess.Popen(
            [sys.executable, "-c", FETCH, str(images), str(seconds)],
            cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    return start


def test_a_million_images_are_fetched_in_little_memory(fetch, tmp_path):
    process = fetch(1_000_000)
    said, errors = process.communicate(timeout=300)
    assert process.returncode == 0, errors
    assert int(said) < 2048, "MiB"
    folder = tmp_path / "results/data/generated"
    assert len(store.open_split(folder, "train")) == 1_000_000
    assert int(said) * 2**20 < (folder / "train_images.npy").stat().st_size, "it was never in memory as a whole"


def test_of_two_fetches_at_once_the_second_waits(fetch, tmp_path):
    processes = [fetch(60_000, 0.5) for _ in range(2)]
    errors = [process.communicate(timeout=120)[1] for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    assert sum("another process fetches it; waiting for it" in said for said in errors) == 1
    assert store.describe(tmp_path / "results/data/generated")["sizes"]["train"] == 60_000
    assert {path.name for path in (tmp_path / "results/data").iterdir()} == {"generated", ".generated.lock"}


def test_a_fetch_that_was_killed_leaves_nothing_half_done(fetch, tmp_path):
    """Killed as soon as the first files are there; the next one removes what was left."""
    process = fetch(200_000, 0.2)
    data = tmp_path / "results/data"
    for _ in itertools.takewhile(lambda _: process.poll() is None, itertools.count()):
        if list(data.glob(".generated.*/*")):
            break
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert not (data / "generated").exists()
    assert list(data.glob(".generated.*/*"))
    again = fetch(20_000)
    assert again.communicate(timeout=120)[0]
    assert {path.name for path in data.iterdir()} == {"generated", ".generated.lock"}
