"""Scores that find no place are named, and those of before stay; with more place, the same command makes them."""

import os
import shutil

import pytest
import scored_cells
from score_on_full_disk import CELL, MODEL, run

from smoot.artifacts.scores import read_maps, read_scores
from smoot.core.errors import TransientError

SCORES, MAPS = CELL.scores("p"), CELL.maps("p")


@pytest.fixture
def scored(tmp_path, monkeypatch):
    """(scores, maps): the bytes of those that are there."""
    monkeypatch.chdir(tmp_path)
    scored_cells.write_data()
    scored_cells.write_weights(CELL, MODEL)
    assert run(tmp_path, 0.1) == 0
    return SCORES.read_bytes(), MAPS.read_bytes()


def whole():
    """A record and its maps, both whole, and no half of another."""
    assert read_scores(CELL, "p").panel == "p"
    assert len(read_maps(CELL, "p")[0]) == scored_cells.SIZE
    assert {path.name for path in SCORES.parent.iterdir()} <= {SCORES.name, MAPS.name, "filler"}


def said(folder):
    return (folder / "messages").read_text().splitlines()[-1]


def test_a_file_that_grows_too_large_is_named(scored, tmp_path):
    scores, maps = scored
    for largest, path in ((len(maps) - 1, MAPS), (len(scores) - 1, SCORES)):
        assert run(tmp_path, 0.95, largest) == TransientError.exit_code
        assert said(tmp_path) == f"{path}: cannot be written: File too large"
        assert SCORES.read_bytes() == scores
        whole()
    assert run(tmp_path, 0.95) == 0
    assert SCORES.read_bytes() != scores


def test_a_full_disk_is_named(scored, tmp_path, small_disk):
    scores, _ = scored
    folder = SCORES.parent
    shutil.move(folder, tmp_path / "before")
    small_disk(tmp_path / folder, 200_000)
    for path in (tmp_path / "before").iterdir():
        shutil.copy(path, folder)
    filler = folder / "filler"
    filler.write_bytes(os.urandom(shutil.disk_usage(folder).free))
    assert run(tmp_path, 0.95) == TransientError.exit_code
    assert ": no space left on the disk: 0.0 MiB are free" in said(tmp_path)
    assert (SCORES.read_bytes(), MAPS.read_bytes()) == scored
    whole()
    filler.unlink()
    assert run(tmp_path, 0.95) == 0
    assert SCORES.read_bytes() != scores
