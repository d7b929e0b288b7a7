"""Reading the cells of the current grid, and no others: tidy tables of what they say, and what is missing."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from smoot.artifacts.paths import Cell
from smoot.core.files import read_json
from smoot.grid import Grid

Score = dict[str, Any]


@dataclass(frozen=True)
class Hole:
    """What a cell lacks: its run, where panel is empty, or its scores by a panel."""

    cell: Cell
    panel: str

    @property
    def path(self) -> Path:
        return self.cell.scores(self.panel) if self.panel else self.cell.run_folder


@dataclass(frozen=True)
class Collected:
    """runs: Cell → run.json. scores: (Cell, panel) → its JSON. Tables have a cell's coordinates as their first columns.

    history: one row an epoch. costs: one row a run. missing: runs and scores that are not there.
    """

    runs: dict[Cell, dict[str, Any]]
    scores: dict[tuple[Cell, str], dict[str, Any]]
    history: pd.DataFrame
    costs: pd.DataFrame
    missing: list[Hole]


def collect(grid: Grid) -> Collected:
    runs, scores, histories, costs = {}, {}, [], []
    missing: list[Hole] = []
    for cell in grid.cells():
        files = [cell.run_folder / name for name in ("run.json", "history.csv", "cost.json")]
        if trained := all(path.exists() for path in files):
            runs[cell] = read_json(files[0])
            histories.append(pd.read_csv(files[1]).assign(**cell.coordinates))
            costs.append(cell.coordinates | read_json(files[2]))
        else:
            missing.append(Hole(cell, ""))
        for panel in grid.panels:
            path = cell.scores(panel)
            # Scores without their run are those of a run that is gone.
            if trained and path.exists() and path.with_suffix(".npz").exists():
                scores[cell, panel] = read_json(path)
            else:
                missing.append(Hole(cell, panel))
    history = pd.concat([rows for rows in histories if len(rows)] or [pd.DataFrame()], ignore_index=True)
    return Collected(runs, scores, history, pd.DataFrame(costs), missing)


def gallery(cell: Cell, panel: str) -> dict[str, np.ndarray]:
    """images, labels and masks as in a `Split` of g images, and map.{attribution} (g, 1, H, W) for each attribution."""
    with np.load(cell.scores(panel).with_suffix(".npz")) as arrays:
        return dict(arrays)
