"""A user's table of results as a report's: results.csv, whole, with a row for each score that is missing."""

from typing import Any

import numpy as np
import pandas as pd

from smoot.api._inputs import valid
from smoot.artifacts.grid import Grid
from smoot.artifacts.performance import SCORED_SPLITS, performance
from smoot.artifacts.results import CELL_COLUMNS, NUMBER_TYPES, RESULT_COLUMNS
from smoot.core.errors import SmootError

NEEDED = [*CELL_COLUMNS, "metric", "value"]
TEXTS = [name for name in RESULT_COLUMNS if name not in NUMBER_TYPES]
SCORE = ["panel", "split", "attribution", "metric"]
STATUSES = ("ok", "undefined", "not applicable", "not run")
PANEL = "scores"
OF_TRAINING = {metric: split for split in SCORED_SPLITS for metric in performance(split)}


def results_of(frame: pd.DataFrame) -> pd.DataFrame:
    """COLUMNS of results.csv, what the frame leaves out filled in. Raises SmootError."""
    if not isinstance(frame, pd.DataFrame) or frame.empty:
        raise SmootError(f"frame: {type(frame).__name__} without rows; should be a pandas.DataFrame that has some")
    if lacking := [name for name in NEEDED if name not in frame]:
        raise SmootError(f"frame: no column {', '.join(lacking)}; needed: {', '.join(NEEDED)}")
    frame = frame.reset_index(drop=True)
    value = _numbers(frame, "value")
    filled: dict[str, Any] = {
        "panel": frame["metric"].map(lambda metric: "" if metric in OF_TRAINING else PANEL),
        "attribution": "",
        "images": 0,
        "status": value.isna().map({True: "undefined", False: "ok"}),
        "reason": "",
        "split": frame["metric"].map(OF_TRAINING).fillna(SCORED_SPLITS[0]),
    }
    texts = {name: frame[name].fillna("").astype(str) for name in TEXTS if name in frame}  # CSV has NaN for no text
    numbers = {name: _numbers(frame, name, whole=True) for name in ("seed", "images") if name in frame}
    results = pd.DataFrame(filled | texts | numbers | {"value": value})[RESULT_COLUMNS].astype(NUMBER_TYPES)
    _refuse_contradictions(results)
    return results


def _numbers(frame: pd.DataFrame, name: str, whole: bool = False) -> pd.Series:
    numbers = pd.to_numeric(frame[name], errors="coerce").astype(float)
    strange = (numbers.isna() & frame[name].notna()) | np.isinf(numbers)
    if whole:
        strange |= ~(numbers >= 0) | (numbers % 1 != 0)
    if strange.any():
        what = "whole numbers, at least 0" if whole else "finite numbers, or NaN"
        raise SmootError(f"frame: {name}: {frame[name][strange].iloc[0]}; should be {what}")
    return numbers


def _refuse_contradictions(results: pd.DataFrame) -> None:
    for column, allowed in (("split", SCORED_SPLITS), ("status", STATUSES)):
        if strangers := sorted(set(results[column]) - set(allowed)):
            raise SmootError(f"frame: {column}: {strangers[0]}; allowed: {', '.join(allowed)}")
    if (wrong := (results["status"] == "ok") != results["value"].notna()).any():
        row = results[wrong].iloc[0]
        raise SmootError(f"frame: status: {row['status']}, but value is {row['value']}; ok means that there is a value")
    if (twice := results.duplicated([*CELL_COLUMNS, *SCORE])).any():
        row = results[twice].iloc[0]
        names = " ".join(str(row[name]) for name in [*CELL_COLUMNS, *SCORE] if row[name] != "")
        raise SmootError(f"frame: two rows of {names}")
    of_each = results.groupby("metric", sort=False)["split"].nunique()
    if (several := of_each[of_each > 1]).any():
        raise SmootError(f"frame: metric {several.index[0]}: of both splits; give it a name of its own on each")


def grid_of(results: pd.DataFrame) -> Grid:
    """Every combination of what the results are of, in their order. Raises SmootError where a name is no key."""
    axes = {f"{name}s": list(results[name].unique()) for name in CELL_COLUMNS}
    panels = [panel for panel in results["panel"].unique() if panel] or [PANEL]
    seeds = sorted(map(int, axes["seeds"]))
    return valid(Grid, axes | {"seeds": seeds, "panels": panels}, "frame")


def with_holes(results: pd.DataFrame, grid: Grid) -> pd.DataFrame:
    """The results in the grid's order, with a row that says "not run" for each score that some cell lacks."""
    cells = pd.DataFrame([cell.coordinates for cell in grid.cells()])
    whole = cells.merge(results[SCORE].drop_duplicates(), how="cross").merge(
        results, how="left", on=[*CELL_COLUMNS, *SCORE]
    )
    missing = whole["status"].isna()
    whole["images"] = whole["images"].fillna(0)
    whole["status"] = whole["status"].mask(missing, "not run")
    whole["reason"] = whole["reason"].mask(missing, "not in the table")
    return whole[RESULT_COLUMNS].astype(NUMBER_TYPES)
