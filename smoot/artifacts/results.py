"""results.csv: one row for each data set, model, method, seed, attribution and metric."""

import math
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from smoot.artifacts.paths import GridCell
from smoot.artifacts.scores import ScoreRecord

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
    """A frame with RESULT_COLUMNS."""
    return pd.DataFrame(rows, columns=RESULT_COLUMNS).astype(NUMBER_TYPES)


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


def image_scores(scores: Iterable[ScoreRecord]) -> list[ImageScores]:
    """Those of each score, followed by those of its summaries by name."""
    found = []
    for score in scores:
        named = {score.metric: score.values}
        named |= {f"{score.metric}_{name}": summary for name, summary in sorted(score.summaries.items())}
        about = score.info.correct_only, score.applies, score.reason or ""
        found += [ImageScores(score.attribution, name, np.array(one, float), *about) for name, one in named.items()]
    return found


def scored_rows(
    cell: GridCell, panel: str, split: str, scores: list[ImageScores], agreed: np.ndarray
) -> Iterator[ResultRow]:
    """A row for each score, its mean over all images or over those agreed on. agreed: as from `agreed_images`."""
    for score in scores:
        values = score.values[agreed[: len(score.values)]] if score.correct_only else score.values
        status = "ok" if score.applies else "not applicable"
        reason = score.reason or ("" if len(values) else NONE_AGREED)
        yield result_row(cell, panel, split, score.attribution, score.metric, values, status, reason)


def agreed_images(correct: list[np.ndarray], size: int) -> np.ndarray:
    """(size,) bool: the images that all get right. correct: (size,) each, of all methods that train, by one panel and
    with one data set, model and seed."""
    return np.logical_and.reduce([np.ones(size, dtype=bool), *correct])


def result_row(
    cell: GridCell,
    panel: str,
    split: str,
    attribution: str,
    metric: str,
    values: np.ndarray,
    status: str = "ok",
    reason: str = "",
) -> ResultRow:
    """The row of a mean. values: those that are averaged, NaN for null."""
    valid = values[np.isfinite(values)]
    if status == "ok" and not len(valid):
        status = "undefined"
    value = float(valid.sum() / len(valid)) if len(valid) else math.nan
    return ResultRow(
        cell.dataset, cell.model, cell.method, cell.seed, panel, attribution, metric, value, len(valid), status, reason,
        split,
    )  # fmt: skip
