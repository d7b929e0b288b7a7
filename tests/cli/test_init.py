"""`smoot init`: what a new project holds, and where it is refused."""

import os
import subprocess
import sys
import tomllib

import pytest
from builders import PROJECT
from ruamel.yaml import YAML

from smoot.cli.init import FILES, init
from smoot.core.errors import ParamsError, SmootError, TransientError


def test_the_wheel_holds_what_a_project_is_made_of():
    build = tomllib.loads((PROJECT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]
    assert build["targets"]["wheel"]["force-include"] == {name: f"smoot/project_files/{name}" for name in FILES}


def test_a_project_is_the_clones_files_and_the_quick_grid(tmp_path):
    folder = tmp_path / "a/b"
    init(folder)
    assert {path.name for path in folder.iterdir()} == {name.split("/")[0] for name in FILES} | {".git", "params.yaml"}
    assert (folder / "params.yaml").read_bytes() == (PROJECT / "params.yaml").read_bytes()
    for name in ("Snakefile", "workflow/rules/train.smk", "profiles/default/config.yaml", ".dvc/config", ".gitignore"):
        assert (folder / name).read_bytes() == (PROJECT / name).read_bytes()
    assert os.access(folder / "workflow/keep_log.sh", os.X_OK)


def test_its_stages_are_those_of_the_clone_but_for_what_the_code_stands_on(tmp_path):
    init(tmp_path / "new")
    ours, theirs = (YAML(typ="safe").load(folder / "dvc.yaml") for folder in (PROJECT, tmp_path / "new"))
    assert ours["stages"]["code"].pop("deps") == ["smoot"]
    assert theirs["stages"]["code"].pop("always_changed") is True
    assert ours == theirs


def test_a_folder_with_files_is_refused_and_left_alone(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(ParamsError, match=rf"{tmp_path}: not empty, it holds notes\.txt; a new or an empty folder"):
        init(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]
    with pytest.raises(ParamsError, match=r"notes\.txt: is a file"):
        init(tmp_path / "notes.txt")


def test_an_empty_repository_is_used_as_it_is(tmp_path):
    subprocess.run(["git", "init", "-q", "-b", "mine"], cwd=tmp_path, check=True)
    init(tmp_path)
    assert (tmp_path / ".git/HEAD").read_text() == "ref: refs/heads/mine\n"


def test_inside_a_repository_no_other_is_made(tmp_path):
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    init(tmp_path / "study")
    assert not (tmp_path / "study/.git").exists()
    assert (tmp_path / "study/params.yaml").exists()


def test_without_git_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SmootError, match="git: not found"):
        init(tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(TransientError, match=rf"{tmp_path}/file/new: cannot be written: Not a directory"):
        init(tmp_path / "file/new")


def test_the_command_says_what_comes_next(tmp_path):
    command = [sys.executable, "-m", "smoot", "init", "new"]
    environment = os.environ | {"PYTHONPATH": str(PROJECT)}
    result = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    assert "`cd new`" in result.stderr
    again = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert (again.returncode, again.stderr.count("\n")) == (2, 1)
