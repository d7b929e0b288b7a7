"""The tables of several reports as those of one: rows that they share count once, and must agree."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from smoot.artifacts.grid import Grid
from smoot.artifacts.performance import SCORED_SPLITS
from smoot.artifacts.results import CELL_COLUMNS, result_table
from smoot.report.evidence.metrics import Metric
from smoot.report.evidence.records import Hole
from smoot.report.evidence.results import not_run_rows

SCORE_KEYS = [*CELL_COLUMNS, "panel", "split", "attribution", "metric"]
RUN_KEYS = [*CELL_COLUMNS, "panel"]


def unite(
    tables: Sequence[tuple[str, pd.DataFrame]], key: list[str], compared: list[str]
) -> tuple[pd.DataFrame, list[str]]:
    """The rows of all, those of one key once, and a line for each in which two tables say other things of it.

    tables: with the names of their reports. key: the columns that tell rows apart. compared: those that must agree.
    """
    tables = [(name, table) for name, table in tables if len(table)]
    if not tables:
        return pd.DataFrame(), []
    whole = pd.concat([table.assign(_file=name) for name, table in tables], ignore_index=True)
    lines = []
    for _, rows in whole[whole.duplicated(key, keep=False)].groupby(key, sort=False):
        first = rows.iloc[0]
        for _, other in rows.iloc[1:].iterrows():
            for column in compared:
                if not (first[column] == other[column] or (pd.isna(first[column]) and pd.isna(other[column]))):
                    where = " ".join(str(first[name]) for name in key if str(first[name]))
                    said = [f"{row[column]} in {row['_file']}" for row in (first, other)]
                    lines.append(f"{where}: {column}: {', '.join(said)}")
    return whole.drop_duplicates(key, ignore_index=True).drop(columns="_file"), lines


def in_order(rows: pd.DataFrame, grid: Grid) -> pd.DataFrame:
    """The rows as the grid has their cells; those of a cell as they were, but panels and splits in order."""
    cells = {tuple(cell.coordinates.values()): place for place, cell in enumerate(grid.cells())}
    if not len(rows):
        return rows
    places = [np.array([cells[tuple(row)] for row in rows[CELL_COLUMNS].itertuples(index=False)])]
    if "panel" in rows:
        panels = {panel: place for place, panel in enumerate(["", *grid.panels])}
        panel = rows["panel"].map(panels).to_numpy()
        splits = np.where(panel > 0, 0, rows["split"].map(SCORED_SPLITS.index).to_numpy())
        # What training measured stands before what panels did.
        places = [splits, panel, *places, panel > 0]
    return rows.iloc[np.lexsort(places)].reset_index(drop=True)


def merged_holes(results: pd.DataFrame, costs: pd.DataFrame, grid: Grid) -> list[Hole]:
    """The runs and scores of the grid that are in no report. results: those that are. costs: one row a run."""
    runs = set(costs[CELL_COLUMNS].itertuples(index=False, name=None))
    scored = set(results[RUN_KEYS].itertuples(index=False, name=None))
    found = []
    for cell in grid.cells():
        coordinates = tuple(cell.coordinates.values())
        found += [Hole(cell, "")] if coordinates not in runs else []
        found += [Hole(cell, panel) for panel in grid.panels if (*coordinates, panel) not in scored]
    return found


def not_run(results: pd.DataFrame, missing: list[Hole], metrics: dict[str, Metric]) -> pd.DataFrame:
    """COLUMNS, a row for each score that is missing, as far as other cells' tell what its panel scores."""
    scored = results[results["panel"] != ""]
    splits = [split for split in SCORED_SPLITS if split in set(scored["split"])] or [SCORED_SPLITS[0]]
    kinds = scored[scored["metric"].isin(metrics)].drop_duplicates(["panel", "split", "attribution", "metric"])
    of_panels = {
        str(panel): list(rows[["split", "attribution", "metric"]].itertuples(index=False, name=None))
        for panel, rows in kinds.groupby("panel", sort=False)
    }
    return result_table(not_run_rows(missing, splits, of_panels))
