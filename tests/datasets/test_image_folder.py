"""A user's own images, as they come: every way in which they can be wrong is said before any work, by name."""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import dataset_contract
import numpy as np
import pytest
from builders import PROJECT
from PIL import Image
from unprivileged import as_nobody

from smoot.artifacts.dataset import read_info
from smoot.artifacts.paths import DataFolder
from smoot.core.errors import SmootError
from smoot.data import stage
from smoot.datasets import image_folder
from smoot.datasets.image_folder import Params

CLASSES = ["crow", "owl", "wren"]


def fill(root, counts, seed=0):
    """Noise images: counts[split][class] files each, of differing sizes and kinds."""
    rng = np.random.default_rng(seed)
    for split, classes in counts.items():
        for name, count in classes.items():
            (root / split / name).mkdir(parents=True)
            for number in range(count):
                size = (rng.integers(8, 40), rng.integers(8, 40), 3)
                image = Image.fromarray(rng.integers(0, 256, size, dtype=np.uint8))
                image.save(root / split / name / f"{number}.{'png' if number % 2 else 'jpg'}")


@pytest.fixture
def root(tmp_path):
    fill(tmp_path / "birds", {"train": dict.fromkeys(CLASSES, 8), "test": dict.fromkeys(CLASSES, 3)})
    return tmp_path / "birds"


def load(root, **params):
    return image_folder.load(Params(root=str(root), size=16, **params))


def refused(root, said, **params):
    with pytest.raises(SmootError, match=said):
        load(root, **params)


@pytest.mark.parametrize(("channels", "planes"), [("rgb", 3), ("grey", 1)])
def test_it_keeps_the_contract(root, channels, planes):
    dataset = dataset_contract.load(image_folder, Params(root=str(root), size=16, channels=channels, val=6))
    assert dataset.classes == CLASSES
    assert [len(source) for source in dataset.splits.values()] == [18, 6, 9]
    assert dataset.splits["train"].shape == (planes, 16, 16)


def test_labels_are_the_folders_in_alphabetical_order(root):
    for number, name in enumerate(CLASSES):
        Image.new("RGB", (16, 16), (number, 0, 0)).save(root / "test" / name / "x.png")
    test = load(root).splits["test"]
    split = test.read(np.arange(len(test)))
    marked = split.images[:, 1:].max((1, 2, 3)) == 0
    assert split.images[marked, 0, 0, 0].tolist() == split.labels[marked].tolist() == [0, 1, 2]


def test_a_tenth_is_validated_on_but_at_least_one_image_a_class(root):
    assert [len(source) for source in load(root).splits.values()] == [21, 3, 9]
    other = load(root, seed=1).splits["val"]
    assert not np.array_equal(other.read(np.arange(3)).images, load(root).splits["val"].read(np.arange(3)).images)


def test_a_validation_folder_is_taken_as_it_is(root):
    fill(root, {"val": dict.fromkeys(CLASSES, 2)})
    assert [len(source) for source in load(root).splits.values()] == [24, 6, 9]
    refused(root, r"val: is there, so val: 5 in params.yaml means nothing", val=5)


@pytest.mark.parametrize("suffix", ["zip", "tar.gz"])
@pytest.mark.parametrize("wrapped", [True, False])
def test_an_archive_is_what_it_holds(root, tmp_path, monkeypatch, suffix, wrapped):
    monkeypatch.setenv("SMOOT_DATA", str(tmp_path / "cache"))
    form = {"zip": "zip", "tar.gz": "gztar"}[suffix]
    base, inside = (tmp_path, root.name) if wrapped else (root, None)
    archive = shutil.make_archive(str(tmp_path / "mine"), form, base, inside)
    dataset = dataset_contract.load(image_folder, Params(root=archive, size=16))
    expected = load(root).splits["test"].read(np.arange(9)).images
    assert np.array_equal(dataset.splits["test"].read(np.arange(9)).images, expected)


def test_a_changed_archive_is_unpacked_anew(root, tmp_path, monkeypatch):
    monkeypatch.setenv("SMOOT_DATA", str(tmp_path / "cache"))
    archive = shutil.make_archive(str(tmp_path / "mine"), "zip", root)
    assert len(load(archive).splits["test"]) == 9
    (root / "test" / "owl" / "1.png").unlink()
    shutil.make_archive(str(tmp_path / "mine"), "zip", root)
    assert len(load(archive).splits["test"]) == 8


def test_nothing_there(tmp_path):
    refused(tmp_path / "none", "none: cannot be read: No such file")


def test_no_training_folder(root):
    shutil.rmtree(root / "train")
    refused(root, r"train: no such folder; train/ and test/ are needed")


def test_a_class_without_images(root):
    shutil.rmtree(root / "train" / "owl")
    (root / "train" / "owl").mkdir()
    (root / "train" / "owl" / ".hidden").touch()
    refused(root, r"train/owl: class owl has no images")


def test_a_class_only_in_test(root):
    fill(root, {"test": {"heron": 2}})
    refused(root, r"test: class heron: not in .*train")


def test_a_class_only_in_training(root):
    shutil.rmtree(root / "test" / "owl")
    refused(root, r"test: no folder for class owl; every class needs one")


def test_one_class_is_none(tmp_path):
    fill(tmp_path, {"train": {"owl": 2}, "test": {"owl": 2}})
    refused(tmp_path, r"train: 1 class folders; at least 2")


def test_files_where_folders_belong_and_folders_where_files_belong(root):
    (root / "train" / "README.txt").write_text("hello")
    refused(root, r"README.txt: a file, where a folder for every class is expected")
    (root / "train" / "README.txt").unlink()
    (root / "train" / "owl" / "more").mkdir()
    refused(root, r"owl/more: a folder, where image files are expected")


def test_links_are_followed_unless_they_loop(root):
    (root / "train" / "owl" / "linked.png").symlink_to(root / "train" / "owl" / "1.png")
    assert len(load(root).splits["train"]) == 22
    (root / "train" / "owl" / "loop.png").symlink_to(root / "train" / "owl" / "loop.png")
    refused(root, r"loop.png: a symbolic link that leads nowhere or to itself")
    (root / "train" / "owl" / "loop.png").unlink()
    (root / "train" / "owl" / "again").symlink_to(root / "train")
    refused(root, r"owl/again: a folder, where image files are expected")
    (root / "train" / "owl" / "again").unlink()
    (root / "train" / "around").symlink_to(root / "train" / "around")
    refused(root, r"train/around: a symbolic link that leads nowhere or to itself")


@pytest.mark.parametrize("place", ["train", "train/owl", "train/owl/1.png"])
def test_what_may_not_be_read_is_named(root, place, tmp_path):
    (root / place).chmod(0)
    try:
        with as_nobody(tmp_path):
            refused(root, re.escape(place) + ".*: cannot be read: Permission denied")
    finally:
        (root / place).chmod(0o755)


def test_a_validation_split_that_cannot_be_cut(root):
    refused(root, "cannot cut 2 of 24 images", val=2)


def test_files_are_checked_when_they_are_read(root):
    (root / "train" / "owl" / "1.png").write_bytes(b"")
    train = load(root).splits["train"]
    with pytest.raises(SmootError, match=r"owl/1.png: is empty"):
        train.read(np.arange(len(train)))


def test_a_fetch_that_meets_a_damaged_file_leaves_the_data_of_the_last_one(root, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    view = {"datasets.birds": {"dataset": "image_folder", "root": "birds", "size": 16}}
    stage.fetch_dataset("birds", view)
    before = {path.name: path.read_bytes() for path in Path("results/data/birds").iterdir()}
    whole = (root / "test" / "owl" / "1.png").read_bytes()
    (root / "test" / "owl" / "1.png").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(SmootError, match=r"owl/1.png: cannot be read: damaged image"):
        stage.fetch_dataset("birds", view)
    assert {path.name: path.read_bytes() for path in Path("results/data/birds").iterdir()} == before
    assert {path.name for path in Path("results/data").iterdir()} == {"birds", ".birds.lock"}
    info = read_info(DataFolder("birds"))
    assert info.classes == tuple(CLASSES)
    assert info.shape == (3, 16, 16)


MEASURE = """
from smoot.data import stage
stage.fetch_dataset("birds", {"datasets.birds": {"dataset": "image_folder", "root": "birds", "size": 16}})
print(next(int(line.split()[1]) // 1024 for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


def test_large_images_are_decoded_one_at_a_time(root, tmp_path):
    """One of 6000×6000 pixels and four channels is 137 MiB, and exists up to four times while it is decoded."""
    Image.new("RGBA", (6000, 6000), (1, 2, 3, 4)).save(tmp_path / "large.png", compress_level=1)
    for number in range(3):
        (root / "train" / "owl" / f"large{number}.png").symlink_to(tmp_path / "large.png")
    command, environment = [sys.executable, "-c", MEASURE], os.environ | {"PYTHONPATH": str(PROJECT)}
    measured = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=environment, check=True)
    assert int(measured.stdout) < 1024, "MiB"


@pytest.mark.parametrize("root", ["a\0b", "~nobody_of_that_name/x"])
def test_a_root_that_is_no_path_is_said(root):
    refused(root, "no such path")


def test_an_archive_of_a_mac_is_what_it_holds(root, tmp_path, monkeypatch):
    monkeypatch.setenv("SMOOT_DATA", str(tmp_path / "cache"))
    (tmp_path / "__MACOSX" / "birds").mkdir(parents=True)
    (tmp_path / "__MACOSX" / "birds" / "._x").write_bytes(b"x")
    with zipfile.ZipFile(tmp_path / "mine.zip", "w") as archive:
        for path in [*root.rglob("*"), *(tmp_path / "__MACOSX").rglob("*")]:
            archive.write(path, path.relative_to(tmp_path))
    assert len(load(tmp_path / "mine.zip").splits["test"]) == 9


def test_an_unpacking_that_was_killed_is_made_anew(root, tmp_path, monkeypatch):
    monkeypatch.setenv("SMOOT_DATA", str(tmp_path / "cache"))
    archive = shutil.make_archive(str(tmp_path / "mine"), "zip", root)
    (tmp_path / "cache/image_folder/.mine.zip.abc/new").mkdir(parents=True)
    assert len(load(archive).splits["test"]) == 9
    (folder,) = [path for path in (tmp_path / "cache/image_folder").iterdir() if path.is_dir()]
    assert folder.name.startswith("mine.zip-")


@pytest.mark.parametrize(("name", "meant"), [("valid", "; val is"), ("Validation", "; val is"), ("extra", "")])
def test_a_folder_beside_the_splits_is_refused(root, name, meant):
    fill(root, {name: dict.fromkeys(CLASSES, 2)})
    refused(root, rf"birds/{name}: not a split{meant}\n")


def test_another_folder_can_be_the_test_split(root):
    (root / "test").rename(root / "val")
    dataset = load(root, test="val")
    assert [len(source) for source in dataset.splits.values()] == [21, 3, 9]
    refused(root, "val: not a split|test: no such folder")


def test_what_systems_leave_behind_is_passed_over(root):
    before = [len(source) for source in load(root).splits.values()]
    for place in (root, root / "train", root / "train/owl"):
        for name in ("Thumbs.db", "desktop.ini", ".DS_Store", "._1.png"):
            (place / name).write_bytes(b"x")
        (place / "__MACOSX").mkdir()
    assert [len(source) for source in load(root).splits.values()] == before


def test_a_class_is_the_same_in_another_case_and_another_form_of_unicode(root):
    (root / "train/owl").rename(root / "train/H\u00e9ron")
    (root / "test/owl").rename(root / "test/he\u0301ron")
    dataset = load(root)
    assert dataset.classes == ["H\u00e9ron", "crow", "wren"]
    assert len(dataset.splits["test"]) == 9
    fill(root, {"train": {"he\u0301ron": 1}})
    refused(root, re.escape(r"classes 'H\xe9ron' and 'he\u0301ron': names of one class"))


def test_a_name_that_is_not_utf_8_is_one_line(root):
    Path(os.fsdecode(os.fsencode(root / "train") + b"/caf\xe9")).mkdir()
    refused(root, re.escape(r"the name b'caf\xe9' is not UTF-8; rename it"))


def test_16_bit_scans_are_spread_and_what_was_met_is_told(root, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    for path in [*root.rglob("*.png"), *root.rglob("*.jpg")]:
        path.unlink()
        Image.fromarray(rng.integers(0, 4096, (16, 16), dtype=np.uint16)).save(path.with_suffix(".png"))
    (root / "test/owl/0.png").unlink()
    Image.new("L", (16, 16)).save(root / "test/owl/0.png")
    view = {"dataset": "image_folder", "root": "birds", "size": 16, "channels": "grey"}
    stage.fetch_dataset("birds", {"datasets.birds": view})
    told = capsys.readouterr().err
    assert "so 16 of 256 greys are in use; `levels: 12`, or `levels: auto`, spreads them" in told
    assert "1 image is black: birds/test/owl/0.png" in told
    stage.fetch_dataset("birds", {"datasets.birds": view | {"levels": "auto"}})
    assert "greys are in use" in capsys.readouterr().err
    assert len(np.unique(np.load(DataFolder("birds").array("train", "images")))) > 200


def test_leaks_are_left_out_of_training_and_validation(root, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    fill(root, {"val": dict.fromkeys(CLASSES, 3)}, seed=1)
    for place in ("train/owl/twin.png", "val/owl/twin.png"):
        shutil.copy(root / "test/owl/1.png", root / place)
    for number in range(3):
        shutil.copy(root / "val/wren/1.png", root / f"train/wren/twin{number}.png")
    view = {"dataset": "image_folder", "root": "birds", "size": 16}
    with pytest.raises(SmootError, match=r"more than one split.*birds/train/owl/twin.png and birds/val/owl/twin.png"):
        stage.fetch_dataset("birds", {"datasets.birds": view})
    stage.fetch_dataset("birds", {"datasets.birds": view | {"leaks": "drop"}})
    told = capsys.readouterr().err
    assert "1 validation image left out, as a later split has the same: birds/val/owl/twin.png" in told
    assert "4 training images left out" in told
    assert "more than one split" not in told
    assert read_info(DataFolder("birds")).sizes == {"train": 24, "val": 9, "test": 9}


def test_the_record_says_what_the_masks_are(root, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = [path.relative_to(root).as_posix() for path in root.rglob("*.*g")]
    (tmp_path / "boxes.csv").write_text("\n".join(["file,x1,y1,x2,y2", *(f"{name},0,0,6,6" for name in names)]))
    view = {"dataset": "image_folder", "root": "birds", "size": 16, "boxes": "boxes.csv"}
    stage.fetch_dataset("birds", {"datasets.birds": view})
    assert read_info(DataFolder("birds")).masks == "boxes of the user's own: boxes.csv"
