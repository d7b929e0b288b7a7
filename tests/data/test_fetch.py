"""The fetch stage: in little memory, one process at a time, killed at any moment; as many images as asked for."""

import itertools
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from builders import PROJECT

from smoot.artifacts.dataset import open_split, read_info
from smoot.artifacts.paths import DataFolder
from smoot.core import components
from smoot.core.errors import SmootError
from smoot.data import stage
from smoot.data.load_entry import load_entry

GENERATED = DataFolder("generated")
COMPONENT = '''
"""generated: 28×28 images made as they are read."""
import numpy as np
from smoot.artifacts.dataset import Split
from smoot.data.contract import Dataset, DatasetCard, DatasetParams, Source

CARD = DatasetCard(title="Generated", source="made here", licence="none", size="many", classes="10")

class Params(DatasetParams):
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
from smoot.data import stage
stage.fetch_dataset("generated", {"datasets.generated": {"images": int(sys.argv[1]), "seconds": float(sys.argv[2])}})
print(next(int(line.split()[1]) // 1024 for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


@pytest.fixture
def fetch(tmp_path, monkeypatch):
    """`fetch(images, seconds)` starts the stage in a process of its own, on a data set of the project's own."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "components/datasets").mkdir(parents=True)
    (tmp_path / "components/datasets/generated.py").write_text(COMPONENT)
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
    info = read_info(GENERATED)
    assert len(open_split(GENERATED, info, "train")) == 1_000_000
    assert int(said) * 2**20 < GENERATED.array("train", "images").stat().st_size, "it was never in memory as a whole"


def test_of_two_fetches_at_once_the_second_waits(fetch, tmp_path):
    processes = [fetch(60_000, 0.5) for _ in range(2)]
    errors = [process.communicate(timeout=120)[1] for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    assert sum("another process fetches it; waiting for it" in said for said in errors) == 1
    assert read_info(GENERATED).sizes["train"] == 60_000
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


DIGITS = {"dataset": "mnist5k", "val": 100, "test": 100}


def test_fewer_training_images_change_what_is_learned_from_and_nothing_else(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    few, every = DataFolder("few"), DataFolder("every")
    stage.fetch_dataset("few", {"datasets.few": DIGITS | {"train": 200}})
    stage.fetch_dataset("every", {"datasets.every": DIGITS})
    info = read_info(few)
    assert info.sizes == {"train": 200, "val": 100, "test": 100}
    train = open_split(few, info, "train")
    assert np.bincount(train.labels).tolist() == [20] * 10
    assert info.mean == pytest.approx([train.images.mean() / 255])
    assert info.std == pytest.approx([train.images.std() / 255])
    assert info.mean != read_info(every).mean
    for split in ("val", "test"):
        for path, of_every in ((few.array(split, array), every.array(split, array)) for array in ("images", "labels")):
            assert path.read_bytes() == of_every.read_bytes()


def test_all_training_images_are_what_comes_without_asking():
    asked, unasked = (
        load_entry(components.resolve("datasets", "digits", DIGITS | more)).splits["train"]
        for more in ({"train": 4800}, {})
    )
    places = np.arange(len(unasked))
    assert np.array_equal(asked.read(places).images, unasked.read(places).images)


@pytest.mark.parametrize("size", [9, 4801])
def test_too_many_or_too_few_are_refused_by_key(tmp_path, monkeypatch, size):
    monkeypatch.chdir(tmp_path)
    said = rf"^datasets\.few\.train: {size}: of 4800 training images, at least one of every class; allowed: 10 to 4800$"
    with pytest.raises(SmootError, match=said):
        stage.fetch_dataset("few", {"datasets.few": DIGITS | {"train": size}})
    assert not DataFolder("few").path.exists()
