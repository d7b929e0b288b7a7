"""results.csv: one row for each data set, model, method, seed, attribution and metric."""

from typing import Any

import numpy as np
import pandas as pd

from smoot.artifacts.paths import Cell
from smoot.artifacts.scores import ScoreRecord
from smoot.report.performance import performance
from smoot.report.records import Records

CELL = ["dataset", "model", "method", "seed"]
COLUMNS = [*CELL, "panel", "attribution", "metric", "value", "images", "status", "reason", "split"]

NUMBERS = {"seed": int, "value": float, "images": int}  # a frame without rows would have no types


def measured(records: Records) -> pd.DataFrame:
    """COLUMNS, in the grid's order. Where status is not ok, value is NaN and reason says why.

    status: ok; undefined, where no image has a value; not applicable; not run, where the cell has no result.
    Beside a metric that has summaries stands each of them, as {metric}_{summary}.
    """
    rows: list[dict[str, Any]] = []
    for cell, run in records.runs.items():
        for split in records.splits:
            size = run.dataset_summary.sizes[split]
            for metric in performance(split):
                value = np.array([run.metrics[metric]])
                rows.append(_row(cell, "", split, "", metric, value, None) | {"images": size})
    for (cell, panel), record in records.scores.items():
        agreed = agreed_images(records, cell, panel)
        for score in record.results:
            reason = score.reason
            values = _averaged(score, score.values, agreed)
            if not len(values):
                reason = reason or "no image that all trained models classify correctly"
            columns = {score.metric: values}
            for name, summary in score.summaries.items():
                columns[f"{score.metric}_{name}"] = _averaged(score, summary, agreed)
            for name, column in columns.items():
                row = _row(cell, panel, record.split, score.attribution, name, column, reason)
                rows.append(row if score.applies else row | {"status": "not applicable"})
    return pd.DataFrame(rows, columns=COLUMNS)


def not_run(records: Records) -> pd.DataFrame:
    """COLUMNS, for every score that is missing, as far as some other cell's record tells what its panel scores."""
    rows = []
    for hole in records.missing:
        if not hole.panel:
            scores = [(split, "", metric) for split in records.splits for metric in performance(split)]
        elif panel := records.panels.get(hole.panel):
            scores = [(panel.split, attribution, metric) for attribution, metric in records.pairs(hole.panel)]
        else:
            continue
        rows += [_row(hole.cell, hole.panel, *score, np.array([]), f"{hole.path}: not there") for score in scores]
    return pd.DataFrame(rows, columns=COLUMNS).astype(NUMBERS).assign(status="not run")


def agreed_images(records: Records, cell: Cell, panel: str) -> np.ndarray:
    """(n,) bool: the panel's images that all trained models with the cell's data set, model and seed get right."""
    alike = [
        record.correct
        for (other, other_panel), record in records.scores.items()
        if other_panel == panel
        and (other.dataset, other.model, other.seed) == (cell.dataset, cell.model, cell.seed)
        and records.runs[other].trained
    ]
    return np.logical_and.reduce(alike) if alike else np.ones(len(records.scores[cell, panel].labels), dtype=bool)


def _averaged(score: ScoreRecord, values: tuple[float | None, ...], agreed: np.ndarray) -> np.ndarray:
    """Those of a score's values that are averaged, NaN for null. agreed: as from `agreed_images`."""
    column = np.array(values, dtype=float)
    return column[agreed[: len(column)]] if score.info.correct_only else column


def _row(
    cell: Cell, panel: str, split: str, attribution: str, metric: str, values: np.ndarray, reason: str | None
) -> dict[str, Any]:
    valid = values[np.isfinite(values)]
    return {
        **cell.coordinates,
        "panel": panel,
        "attribution": attribution,
        "metric": metric,
        "value": valid.mean() if len(valid) else np.nan,
        "images": len(valid),
        "status": "ok" if len(valid) else "undefined",
        "reason": reason or "",
        "split": split,
    }
