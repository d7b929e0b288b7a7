"""Reading the cells of the current grid, and no others: their records, and what is missing."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pandas as pd

from smoot.artifacts.paths import Cell
from smoot.artifacts.run import RunRecord, read_cost, read_history, read_run
from smoot.artifacts.scores import PanelScores, read_scores
from smoot.core.errors import SmootError
from smoot.grid import Grid
from smoot.report.performance import SPLITS

Content = TypeVar("Content")

SHOWN = 10  # lines of a list of files


@dataclass(frozen=True)
class Hole:
    """What a cell lacks."""

    cell: Cell
    panel: str
    """The panel whose scores it lacks; empty where it lacks the run."""

    @property
    def path(self) -> Path:
        return self.cell.scores(self.panel) if self.panel else self.cell.run_folder


@dataclass(frozen=True)
class Records:
    """What the stages have written of a grid, in its order. Tables have a cell's coordinates among their columns."""

    runs: dict[Cell, RunRecord]
    scores: dict[tuple[Cell, str], PanelScores]
    """By cell and panel, of cells in `runs` alone."""
    history: pd.DataFrame
    """One row an epoch of a run; without columns where nothing was trained."""
    costs: pd.DataFrame
    """One row a run: the fields of `Cost`."""
    missing: list[Hole]
    """Runs and scores that are not there."""

    @property
    def untrained(self) -> set[str]:
        """The methods that are nulls."""
        return {cell.method for cell, run in self.runs.items() if not run.trained}

    @property
    def null_maps(self) -> set[str]:
        """The attributions that are nulls."""
        attributions = [item for record in self.scores.values() for item in record.attributions.items()]
        return {name for name, attribution in attributions if attribution.null}

    @property
    def splits(self) -> list[str]:
        """Those that the panels are of, of SPLITS and in its order; the first where no panel is there."""
        present = {record.split for record in self.scores.values()}
        return [split for split in SPLITS if split in present] or [SPLITS[0]]

    @property
    def panels(self) -> dict[str, PanelScores]:
        """A record of each panel, that of the first cell that has one."""
        first: dict[str, PanelScores] = {}
        for (_, panel), record in self.scores.items():
            first.setdefault(panel, record)
        return first

    def pairs(self, panel: str) -> list[tuple[str, str]]:
        """(attribution, metric) of every score by a panel; none where no cell has been scored by it."""
        records = [record for (_, name), record in self.scores.items() if name == panel]
        return list(dict.fromkeys((score.attribution, score.metric) for record in records for score in record.results))

    @property
    def methods(self) -> dict[str, RunRecord]:
        """A record of each method, that of its first run."""
        first: dict[str, RunRecord] = {}
        for cell, run in self.runs.items():
            first.setdefault(cell.method, run)
        return first


def read_records(grid: Grid) -> Records:
    """Raises SmootError with a line for each of the first SHOWN files that are damaged, or of another cell."""
    runs, scores, histories, costs = {}, {}, [], []
    missing: list[Hole] = []
    damaged: list[str] = []

    def read(reader: Callable[..., Content], *arguments: object) -> Content | None:
        try:
            return reader(*arguments)
        except SmootError as error:
            damaged.append(str(error))
            return None

    for cell in grid.cells():
        if trained := all(path.exists() for path in (cell.run_record, cell.history, cell.cost)):
            run, cost = read(read_run, cell), read(read_cost, cell)
            history = read(read_history, cell, run) if run else None
            if run and cost and history is not None:
                runs[cell] = run
                histories.append(history.assign(**cell.coordinates))
                costs.append(cell.coordinates | dict(cost))
        else:
            missing.append(Hole(cell, ""))
        for panel in grid.panels:
            # Scores without their run are those of a run that is gone.
            if trained and cell.scores(panel).exists() and cell.maps(panel).exists():
                if record := read(read_scores, cell, panel):
                    scores[cell, panel] = record
            else:
                missing.append(Hole(cell, panel))
    if damaged:
        raise SmootError(listed(damaged))
    history = pd.concat([rows for rows in histories if len(rows)] or [pd.DataFrame()], ignore_index=True)
    return Records(runs, scores, history, pd.DataFrame(costs), missing)


def listed(lines: list[str], indent: str = "") -> str:
    """The first SHOWN lines, and how many more there are."""
    more = [f"and {len(lines) - SHOWN} more"] if len(lines) > SHOWN else []
    return "\n".join(f"{indent}{line}" for line in [*lines[:SHOWN], *more])
