"""results.csv: one row for each data set, model, method, seed, attribution and metric."""

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from smoot.artifacts.paths import GridCell
from smoot.artifacts.run import RunRecord
from smoot.artifacts.scores import ScoreRecord
from smoot.report.evidence.performance import performance
from smoot.report.evidence.records import Hole

CELL_COLUMNS = ["dataset", "model", "method", "seed"]


class ResultRow(NamedTuple):
    """One score of one run."""

    dataset: str
    """Its key in params.yaml."""
    model: str
    """Its key in params.yaml."""
    method: str
    """Its key in params.yaml."""
    seed: int
    """The training seed."""
    panel: str
    """Empty for what training measures."""
    attribution: str
    """Empty for a metric of the model itself."""
    metric: str
    """Its key in params.yaml; a further value of it as {metric}_{summary}; or what training measures."""
    value: float
    """The mean over `images`; NaN where status is not ok."""
    images: int
    """How many have a value that counts."""
    status: str
    """ok; undefined, where no image has a value; not applicable; not run, where the cell has no result."""
    reason: str
    """Why some images have no value."""
    split: str
    """The split that the images are of: test or val."""


RESULT_COLUMNS = [*ResultRow._fields]

NONE_AGREED = "no image that all trained models classify correctly"
NUMBER_TYPES = {"seed": int, "value": float, "images": int}  # a frame without rows would have no types


def result_table(rows: Iterable[ResultRow]) -> pd.DataFrame:
    """COLUMNS."""
    return pd.DataFrame(rows, columns=RESULT_COLUMNS).astype(NUMBER_TYPES)


def trained_rows(cell: GridCell, run: RunRecord, splits: list[str]) -> Iterator[ResultRow]:
    """What training has measured."""
    for split in splits:
        for metric in performance(split):
            row = _row(cell, "", split, "", metric, np.array([run.metrics[metric]]))
            yield row._replace(images=run.dataset_summary.sizes[split])


class ImageScores(NamedTuple):
    """What a metric, or one of its summaries, gives each image of a cell by a panel."""

    attribution: str
    metric: str
    """The metric's key; {metric}_{summary} for a summary."""
    values: np.ndarray
    """(n,), NaN for null."""
    correct_only: bool
    applies: bool
    reason: str


def columns(scores: Iterable[ScoreRecord]) -> list[ImageScores]:
    found = []
    for score in scores:
        named = {score.metric: score.values}
        named |= {f"{score.metric}_{name}": summary for name, summary in sorted(score.summaries.items())}
        about = score.info.correct_only, score.applies, score.reason or ""
        found += [ImageScores(score.attribution, name, np.array(one, float), *about) for name, one in named.items()]
    return found


def scored_rows(
    cell: GridCell, panel: str, split: str, columns: list[ImageScores], agreed: np.ndarray
) -> Iterator[ResultRow]:
    """agreed: as from `agreed_images`."""
    for column in columns:
        values = column.values[agreed[: len(column.values)]] if column.correct_only else column.values
        status = "ok" if column.applies else "not applicable"
        reason = column.reason or ("" if len(values) else NONE_AGREED)
        yield _row(cell, panel, split, column.attribution, column.metric, values, status, reason)


def not_run_rows(
    missing: list[Hole], splits: list[str], scores: Mapping[str, list[tuple[str, str, str]]]
) -> Iterator[ResultRow]:
    """A row for every score that is missing, as far as some other cell's record tells what its panel scores.

    scores: by panel, the split, attribution and metric of each.
    """
    of_training = [(split, "", metric) for split in splits for metric in performance(split)]
    for hole in missing:
        reason = f"{hole.path}: not there"
        for split, attribution, metric in scores.get(hole.panel, []) if hole.panel else of_training:
            yield _row(hole.cell, hole.panel, split, attribution, metric, np.array([]), "not run", reason)


def agreed_images(correct: list[np.ndarray], size: int) -> np.ndarray:
    """(size,) bool: the images that all get right. correct: (size,) each, of all methods that train, by one panel and
    with one data set, model and seed."""
    return np.logical_and.reduce([np.ones(size, dtype=bool), *correct])


def _row(
    cell: GridCell,
    panel: str,
    split: str,
    attribution: str,
    metric: str,
    values: np.ndarray,
    status: str = "ok",
    reason: str = "",
) -> ResultRow:
    """values: those that are averaged, NaN for null."""
    valid = values[np.isfinite(values)]
    if status == "ok" and not len(valid):
        status = "undefined"
    value = float(valid.sum() / len(valid)) if len(valid) else math.nan
    return ResultRow(
        cell.dataset, cell.model, cell.method, cell.seed, panel, attribution, metric, value, len(valid), status, reason,
        split,
    )  # fmt: skip
