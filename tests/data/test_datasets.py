"""What every data set keeps to, and the form on disk."""

import hashlib
import io
import tarfile

import numpy as np
import pytest

from smoot.core import registry
from smoot.core.errors import SmootError
from smoot.data import store
from smoot.data.split import cut
from smoot.data.store import Split
from smoot.datasets import cifar10


def toy(size=40, classes=4):
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (size, 1, 6, 6), dtype=np.uint8)
    return Split(images, np.arange(size) % classes, images > 100)


@pytest.mark.parametrize("name", registry.names("smoot.datasets"))
def test_every_data_set_keeps_the_contract(name):
    component = registry.load("smoot.datasets", name)
    params = component.Params()
    try:
        splits, again = component.load(params), component.load(params)
    except getattr(component, "UnavailableError", ()) as reason:  # data sets that are downloaded have it
        pytest.skip(str(reason))
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


def cifar_files(records=20):
    """The six files of CIFAR-10's binary version, by name, with few records, and those as (images, labels)."""
    rng = np.random.default_rng(0)
    arrays = {}
    for name in cifar10.TRAIN + cifar10.TEST:
        images = rng.integers(0, 256, (records, 3, 32, 32), dtype=np.uint8)
        arrays[name] = images, rng.permutation(records).astype(np.uint8) % 10
    files = {
        name: b"".join(bytes([label]) + image.tobytes() for image, label in zip(*pair, strict=True))
        for name, pair in arrays.items()
    }
    return files, arrays


@pytest.fixture
def no_network(monkeypatch):
    def refuse(*arguments, **options):
        raise OSError("no network here")

    monkeypatch.setattr("urllib.request.urlopen", refuse)


@pytest.fixture(params=["archive", "folder"])
def cifar(request, tmp_path, monkeypatch, no_network):
    """The folder SMOOT_DATA with a small CIFAR-10 in it, and the arrays that it was made from."""
    files, arrays = cifar_files()
    if request.param == "archive":
        path = tmp_path / "cifar-10-binary.tar.gz"
        with tarfile.open(path, "w:gz") as archive:
            for name, content in files.items():
                member = tarfile.TarInfo(f"cifar-10-batches-bin/{name}")
                member.size = len(content)
                archive.addfile(member, io.BytesIO(content))
        monkeypatch.setattr(cifar10, "MD5", hashlib.md5(path.read_bytes()).hexdigest())
    else:
        folder = tmp_path / "cifar-10-batches-bin"
        folder.mkdir()
        for name, content in files.items():
            (folder / name).write_bytes(content)
    monkeypatch.setenv("SMOOT_DATA", str(tmp_path))
    return tmp_path, arrays


def test_cifar10_is_read_without_a_download_where_it_is_there(cifar):
    _, arrays = cifar
    splits = cifar10.load(cifar10.Params(val=30))
    images, labels = arrays["test_batch.bin"]
    assert np.array_equal(splits["test"].images, images)
    assert np.array_equal(splits["test"].labels, labels)
    assert [len(split) for split in splits.values()] == [70, 30, 20]
    assert np.bincount(splits["val"].labels).tolist() == [3] * 10
    expected = {
        (image.tobytes(), int(label)) for name in cifar10.TRAIN for image, label in zip(*arrays[name], strict=True)
    }
    read = {
        (image.tobytes(), int(label))
        for name in ("train", "val")
        for image, label in zip(splits[name].images, splits[name].labels, strict=True)
    }
    assert read == expected
    assert {(split.images.dtype, split.labels.dtype, split.masks.shape) for split in splits.values()} == {
        (np.dtype(np.uint8), np.dtype(np.int64), (0, 1, 32, 32))
    }
    other = cifar10.load(cifar10.Params(seed=1, val=30))
    assert not np.array_equal(splits["val"].images, other["val"].images)
    assert np.array_equal(splits["test"].images, other["test"].images)


@pytest.mark.parametrize("cifar", ["folder"], indirect=True)
@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda path: path.write_bytes(path.read_bytes()[:-1]), "data_batch_3.bin: 61459 bytes"),
        (lambda path: path.write_bytes(b""), "data_batch_3.bin: 0 bytes"),
        (lambda path: path.unlink(), "data_batch_3.bin: missing"),
    ],
)
def test_a_damaged_file_of_cifar10_is_named(cifar, damage, said):
    damage(cifar[0] / "cifar-10-batches-bin" / "data_batch_3.bin")
    with pytest.raises(SmootError, match=said) as caught:
        cifar10.load(cifar10.Params(val=30))
    assert not isinstance(caught.value, cifar10.UnavailableError)


def test_without_a_network_cifar10_says_what_to_download_and_where_to_put_it(tmp_path, monkeypatch, no_network):
    monkeypatch.setenv("SMOOT_DATA", str(tmp_path))
    (tmp_path / "cifar-10-binary.tar.gz").write_bytes(b"the start of an archive")
    with pytest.raises(cifar10.UnavailableError) as caught:
        cifar10.load(cifar10.Params())
    for said in (cifar10.URL, "no network here", str(tmp_path / "cifar-10-binary.tar.gz"), cifar10.MD5, "SMOOT_DATA"):
        assert said in str(caught.value)


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
