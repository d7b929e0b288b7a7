"""Reading the cells of the current grid, and no others: their records, and what is missing."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import TypeVar

from smoot.artifacts.grid import Grid
from smoot.artifacts.paths import GridCell
from smoot.artifacts.run import Cost, RunRecord, history_text, read_cost, read_run
from smoot.artifacts.scores import PanelScores, read_scores
from smoot.core.errors import SmootError
from smoot.core.text import listed

Content = TypeVar("Content")


@dataclass(frozen=True)
class Hole:
    """What a cell lacks."""

    cell: GridCell
    panel: str
    """The panel whose scores it lacks; empty where it lacks the run."""

    @property
    def path(self) -> Path:
        return self.cell.scores(self.panel) if self.panel else self.cell.run_folder


@dataclass(frozen=True)
class Run:
    """What the training of a cell has written."""

    record: RunRecord
    cost: Cost
    history: bytes
    """CSV."""


class Reader:
    """Reads what there is of a grid, and keeps what is wrong with it."""

    def __init__(self, grid: Grid) -> None:
        self.grid, self.missing = grid, holes(grid)
        self._damaged: dict[GridCell, list[str]] = {}

    def runs(self) -> dict[GridCell, Run]:
        """The records of the cells that have one, in the grid's order; only of whole files."""
        runs, untrained = {}, {hole.cell for hole in self.missing if not hole.panel}
        for cell in (cell for cell in self.grid.cells() if cell not in untrained):
            record, cost = self._read(cell, read_run, cell), self._read(cell, read_cost, cell)
            history = self._read(cell, history_text, cell, record) if record else None
            if record and cost and history is not None:
                runs[cell] = Run(record, cost, history)
        return runs

    def scores(
        self, reduce: Callable[[GridCell, PanelScores], Content]
    ) -> Iterator[tuple[str, dict[GridCell, Content]]]:
        """(panel, its scores by all methods with one data set, model and seed), until all are read.

        reduce: what to keep of a record. Where a file is damaged, the rest is only looked at.
        """
        grid, missing = self.grid, {(hole.cell, hole.panel) for hole in self.missing}
        for panel, dataset, model, seed in product(grid.panels, grid.datasets, grid.models, grid.seeds):
            kept = {}
            for cell in (GridCell(dataset, model, method, seed) for method in grid.methods):
                record = self._read(cell, read_scores, cell, panel) if (cell, panel) not in missing else None
                if record and not self._damaged:
                    kept[cell] = reduce(cell, record)
            yield panel, kept

    def check(self) -> None:
        """Raises SmootError with a line for each of the first files that are damaged, or of another cell."""
        if self._damaged:
            raise SmootError(listed([line for cell in self.grid.cells() for line in self._damaged.get(cell, [])]))

    def _read(self, cell: GridCell, reader: Callable[..., Content], *arguments: object) -> Content | None:
        try:
            return reader(*arguments)
        except SmootError as error:
            self._damaged.setdefault(cell, []).append(str(error))
            return None


def holes(grid: Grid) -> list[Hole]:
    """The runs and scores that are not there, in the grid's order."""
    missing = []
    for cell in grid.cells():
        trained = all(path.exists() for path in (cell.run_record, cell.history, cell.cost))
        if not trained:
            missing.append(Hole(cell, ""))
        for panel in grid.panels:
            # Scores without their run are those of a run that is gone.
            if not (trained and cell.scores(panel).exists() and cell.maps(panel).exists()):
                missing.append(Hole(cell, panel))
    return missing


@contextmanager
def no_search_for_cycles() -> Iterator[None]:
    """Records are of millions of objects without cycles, and looking for some takes a sixth of the time of reading."""
    searching = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if searching:
            gc.enable()
