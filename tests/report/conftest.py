"""A grid of made-up cells."""

import pytest
from made_up import METHODS, usual_scores, value_of, write_panel, write_run

from smoot.artifacts.grid import Grid


@pytest.fixture
def make_grid(tmp_path, monkeypatch):
    """Writes the cells of these seeds; returns their grid."""
    monkeypatch.chdir(tmp_path)

    def make(seeds: list[int], datasets: tuple[str, ...] = ("toy",)) -> Grid:
        grid = Grid(datasets=list(datasets), models=["net"], methods=METHODS, seeds=seeds, panels=["quick"])
        for cell in grid.cells():
            write_run(cell, value_of(cell))
            write_panel(cell, "quick", usual_scores(value_of(cell)))
        return grid

    return make


@pytest.fixture
def grid(make_grid) -> Grid:
    return make_grid([0, 1, 2])
