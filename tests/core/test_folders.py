"""Folders: whole or not at all, whatever happens between two renames, and through links."""

from pathlib import Path

import pytest

from smoot.core import folders
from smoot.core.errors import SmootError
from smoot.core.folders import atomic_folder, recover


def write(path, text):
    with atomic_folder(path) as temporary:
        (temporary / "a").write_text(text)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture(params=["exchanged", "renamed"])
def way(request, monkeypatch):
    """With and without a system that exchanges two folders at once."""
    if request.param == "renamed":
        monkeypatch.setattr(folders, "_exchanged", lambda one, other: False)


@pytest.mark.usefixtures("way")
def test_a_folder_is_replaced_and_nothing_is_left_beside_it(tmp_path):
    write(tmp_path / "x", "old")
    write(tmp_path / "x", "new")
    assert (tmp_path / "x" / "a").read_text() == "new"
    assert names(tmp_path) == ["x"]


def test_what_fails_leaves_the_old_one(tmp_path):
    write(tmp_path / "x", "old")
    with pytest.raises(RuntimeError), atomic_folder(tmp_path / "x") as temporary:
        (temporary / "a").write_text("half")
        raise RuntimeError
    assert (tmp_path / "x" / "a").read_text() == "old"
    assert names(tmp_path) == ["x"]


def test_a_rename_that_fails_puts_the_old_one_back(tmp_path, monkeypatch):
    write(tmp_path / "x", "old")
    rename = Path.rename

    def fails(path, target):
        if Path(target) == tmp_path / "x" and not path.name.endswith("old"):
            raise OSError(5, "Input/output error")
        return rename(path, target)

    monkeypatch.setattr(folders, "_exchanged", lambda one, other: False)
    monkeypatch.setattr(Path, "rename", fails)
    with pytest.raises(SmootError, match=r"x: cannot be written: Input/output error"):
        write(tmp_path / "x", "new")
    assert (tmp_path / "x" / "a").read_text() == "old"
    assert names(tmp_path) == ["x"]


def test_a_writer_that_was_killed_between_two_renames_has_lost_nothing(tmp_path, monkeypatch):
    write(tmp_path / "x", "old")
    (tmp_path / "x").rename(tmp_path / ".x.smoot-old")
    (tmp_path / ".x.smoot-half").mkdir()
    (tmp_path / ".x.lock").touch()
    recover(tmp_path / "x")
    assert (tmp_path / "x" / "a").read_text() == "old"
    assert names(tmp_path) == [".x.lock", "x"]


def test_what_was_moved_aside_goes_where_the_new_one_is_there(tmp_path):
    write(tmp_path / "x", "new")
    (tmp_path / ".x.smoot-old").mkdir()
    recover(tmp_path / "x")
    assert (tmp_path / "x" / "a").read_text() == "new"
    assert names(tmp_path) == ["x"]


@pytest.mark.parametrize("name", ["x", "*"])
def test_only_what_a_writer_has_left_goes_and_no_file_of_a_like_name(tmp_path, name):
    write(tmp_path / name, "new")
    (tmp_path / f".{name}.local").write_text("a file of someone else's")
    (tmp_path / ".y.smoot-half").mkdir()
    recover(tmp_path / name)
    assert names(tmp_path) == sorted([f".{name}.local", ".y.smoot-half", name])


def test_a_killed_writer_leaves_nothing_for_long(tmp_path, monkeypatch):
    with monkeypatch.context() as killed:
        killed.setattr(folders.shutil, "rmtree", lambda path, **options: None)
        write(tmp_path / "x", "new")
        with pytest.raises(RuntimeError), atomic_folder(tmp_path / "x"):
            raise RuntimeError
    assert names(tmp_path) != ["x"]
    recover(tmp_path / "x")
    assert names(tmp_path) == ["x"]


def test_a_link_stays_a_link_and_its_target_is_replaced(tmp_path):
    (tmp_path / "disk").mkdir()
    write(tmp_path / "disk" / "y", "old")
    (tmp_path / "x").symlink_to(tmp_path / "disk" / "y")
    write(tmp_path / "x", "new")
    recover(tmp_path / "x")
    assert (tmp_path / "x").is_symlink()
    assert (tmp_path / "disk" / "y" / "a").read_text() == "new"
    assert names(tmp_path) == ["disk", "x"]
    assert names(tmp_path / "disk") == ["y"]
