"""Data sets that are downloaded: from a server of their own, in their real formats, they are read as they were made."""

import io
import pickle
import shutil
import tarfile
from pathlib import Path

import archives_in_format
import dataset_contract
import numpy as np
import pytest
from server import whole

from smoot.core import components
from smoot.core.errors import SmootError
from smoot.data.cache_folder import UnavailableError
from smoot.data.contract import in_memory
from smoot.data.split import cut
from smoot.datasets import fashion_mnist

pytestmark = pytest.mark.usefixtures("offline")


class Online:
    """A data set that a mirror has, and its component."""

    def __init__(self, name, web, monkeypatch):
        self.published = archives_in_format.ALL[name]()
        self.component = components.load("datasets", name)
        self.params = self.component.Params(**self.published.params)
        for owner, attribute, value in self.published.checksums:
            monkeypatch.setattr(owner, attribute, value)
        monkeypatch.setenv("SMOOT_MIRRORS", f"{web.url}/mirror/")
        monkeypatch.setattr(fashion_mnist, "DEBIAN", Path("/nowhere"))
        for path, content in self.published.files.items():
            web.at(f"/mirror/{path}", whole(content))

    def load(self):
        return self.component.load(self.params)

    def expected(self):
        """The sources that should come out."""
        *rest, test = map(in_memory, *zip(*self.published.parts, strict=True))
        if not rest:
            test, test_ = cut(test, self.params.test, self.params.seed)
            rest, test = [test], test_
        train, val = cut(rest[0], self.params.val, self.params.seed)
        return {"train": train, "val": val, "test": test}


@pytest.fixture
def online(request, web, cache, monkeypatch):
    return Online(request.param, web, monkeypatch)


def only(*names):
    return pytest.mark.parametrize("online", names, indirect=True)


@only(*archives_in_format.ALL)
def test_it_comes_out_as_it_was_made(online, web, cache):
    assert online.component.where() is None
    dataset = dataset_contract.load(online.component, online.params)
    assert sorted(path for path, _ in web.log) == sorted(f"/mirror/{path}" for path in online.published.files)
    assert online.component.where() == cache
    assert dataset.classes == online.published.classes
    for name, expected in online.expected().items():
        rows = np.arange(len(expected))
        assert np.array_equal(dataset.splits[name].labels, expected.labels)
        loaded, made = dataset.splits[name].read(rows), expected.read(rows)
        assert np.array_equal(loaded.masks, made.masks)
        assert np.abs(loaded.images.astype(int) - made.images).max() <= online.published.tolerance


@only("mnist", "caltech101")
def test_the_seed_is_that_of_the_splits(online):
    other = online.component.load(online.params.model_copy(update={"seed": 1}))
    differ = {
        name: not np.array_equal(source.read(np.arange(5)).images, other.splits[name].read(np.arange(5)).images)
        for name, source in online.load().splits.items()
    }
    assert differ == {"train": True, "val": True, "test": online.component.__name__.endswith("caltech101")}


@only(*archives_in_format.ALL)
def test_without_a_network_it_says_what_to_put_where(online, cache, monkeypatch):
    monkeypatch.delenv("SMOOT_MIRRORS")
    with pytest.raises(UnavailableError) as caught:
        online.load()
    path = next(iter(online.published.files))
    for said in (str(cache / path), "no network in tests", archives_in_format.md5(online.published.files[path])):
        assert said in str(caught.value)


def damage(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


@pytest.mark.parametrize(
    ("online", "harm", "named"),
    [
        ("mnist", lambda cache: damage(cache / "MNIST/raw/t10k-images-idx3-ubyte"), "MNIST"),
        ("kmnist", lambda cache: (cache / "KMNIST/raw/train-labels-idx1-ubyte").write_bytes(b""), "KMNIST"),
        ("cifar10", lambda cache: damage(cache / "cifar-10-batches-py/data_batch_3"), "cifar-10-batches-py"),
        ("cifar100", lambda cache: damage(cache / "cifar-100-python/meta"), "cifar-100-python"),
        ("imagenette", lambda cache: (cache / "imagenette2-160/train/other").mkdir(), "imagenette2-160"),
        (
            "oxford_pets",
            lambda cache: (cache / "oxford-iiit-pet/annotations/test.txt").write_text("x"),
            "oxford-iiit-pet/annotations",
        ),
        (
            "caltech101",
            lambda cache: (cache / "caltech101/101_ObjectCategories/BACKGROUND_Google").rename(cache / "other"),
            "caltech101/101_ObjectCategories",
        ),
    ],
    indirect=["online"],
)
def test_what_is_damaged_is_named_and_made_again_once_removed(online, cache, harm, named):
    online.load()
    harm(cache)
    with pytest.raises(SmootError) as caught:
        online.load()
    assert str(caught.value).startswith(f"{cache / named}: damaged or missing; remove it")
    shutil.rmtree(cache / named)
    online.load()


@pytest.mark.parametrize(
    ("online", "file"),
    [
        ("oxford_pets", "oxford-iiit-pet/annotations/trimaps/Bengal_45.png"),
        ("caltech101", "caltech101/Annotations/Faces_3/annotation_0007.mat"),
    ],
    indirect=["online"],
)
@pytest.mark.parametrize("harm", [Path.unlink, lambda path: path.write_bytes(b"no mask")])
def test_a_mask_that_is_missing_or_damaged_is_named_where_it_is_read(online, cache, file, harm):
    sources = [*online.load().splits.values()]
    harm(cache / file)
    folder = (cache / file).parents[1]
    with pytest.raises(SmootError, match=f"^{cache / file}: damaged or missing; remove {folder} "):
        for source in sources:
            source.read(np.arange(len(source)))


@only("svhn")
def test_a_file_with_its_own_checksum_is_downloaded_again(online, web, cache):
    online.load()
    damage(cache / "test_32x32.mat")
    assert np.array_equal(online.load().splits["test"].labels, online.expected()["test"].labels)
    assert len(web.ranges("/mirror/test_32x32.mat")) == 2
    assert len(web.ranges("/mirror/train_32x32.mat")) == 1


@only("cifar10")
def test_a_pickle_of_someone_else_is_not_read(online, cache, tmp_path):
    class Evil:
        def __reduce__(self):
            return Path.touch, (tmp_path / "evil",)

    online.load()
    for name in ("test_batch", "batches.meta"):
        path = cache / "cifar-10-batches-py" / name
        before = path.read_bytes()
        path.write_bytes(pickle.dumps(Evil()))
        with pytest.raises(SmootError, match="damaged or missing; remove it"):
            online.load()
        path.write_bytes(before)
    assert not (tmp_path / "evil").exists()


@only("oxford_pets")
def test_half_of_it_there_only_the_rest_is_downloaded(online, web, cache):
    content = online.published.files["oxford-iiit-pet/images.tar.gz"]
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        archive.extractall(cache / "oxford-iiit-pet", filter="data")
    online.load()
    assert [path for path, _ in web.log] == ["/mirror/oxford-iiit-pet/annotations.tar.gz"]


@pytest.mark.skipif(
    not fashion_mnist.DEBIAN.is_dir(), reason=f"{fashion_mnist.DEBIAN}: Debian's dataset-fashion-mnist is not installed"
)
def test_fashion_mnist_is_taken_from_debians_package(cache):
    assert fashion_mnist.where() == fashion_mnist.DEBIAN
    dataset = dataset_contract.load(fashion_mnist, fashion_mnist.Params())
    counts = {name: np.bincount(source.labels).tolist() for name, source in dataset.splits.items()}
    assert counts == {"train": [5500] * 10, "val": [500] * 10, "test": [1000] * 10}
    assert {source.shape for source in dataset.splits.values()} == {(1, 28, 28)}
    assert fashion_mnist.where() == cache
