"""Two reports' scores against each other: which are the same, which differ, which only one has."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd

from smoot import statistics
from smoot.artifacts.results import CELL_COLUMNS
from smoot.report.analysis.comparison import Difference

COMPARED_KEYS = ["dataset", "model", "method", "panel", "split", "attribution", "metric"]


class Verdict(StrEnum):
    """What is said of a score of both reports, over the seeds that both have a value of."""

    SAME = "the same"
    """Scores that are equal to the last digit."""
    WITHIN = "within the interval"
    """The interval of the difference holds 0, or has no width."""
    BEYOND = "beyond the interval"
    FEW = "of too few seeds to tell"
    APART = "of seeds that only one has"


@dataclass(frozen=True)
class Score:
    """A score of both reports: one metric of one map, of one method on one data set and model."""

    dataset: str
    model: str
    method: str
    panel: str
    split: str
    attribution: str
    metric: str
    means: tuple[float, float]
    """The mean of each report, over its own seeds."""
    seeds: int
    """The seeds that both have."""
    difference: Difference
    """The second less the first, over the seeds that both have."""
    verdict: Verdict


@dataclass(frozen=True)
class Differences:
    scores: list[Score]
    only: tuple[pd.DataFrame, pd.DataFrame]
    """CELL, panel, scores: of each report, how many scores of a cell by a panel the other has not; "" of a run."""
    statuses: pd.DataFrame
    """SCORE, seed, first, second: what is ok, and has a value, in one alone, and its status in both."""


def score_differences(first: pd.DataFrame, second: pd.DataFrame, confidence: float) -> Differences:
    """The differences between two reports' scores.

    first, second: RESULT_COLUMNS of `smoot.artifacts.results`. confidence: of the intervals over seeds (t).
    """
    key = [*COMPARED_KEYS, "seed"]
    tables = [table[table["status"] != "not run"].drop_duplicates(key) for table in (first, second)]
    both = tables[0].merge(tables[1], how="outer", on=key, suffixes=("_1", "_2"), sort=False, indicator=True)
    # As the first has them, then what the second alone has.
    places = {name: place for place, name in enumerate(dict.fromkeys(map(tuple, pd.concat(tables)[key].to_numpy())))}
    both = both.iloc[np.argsort([places[tuple(row)] for row in both[key].to_numpy()], kind="stable")]
    only = tuple(
        both[both["_merge"] == side].groupby([*CELL_COLUMNS, "panel"], sort=False).size().reset_index(name="scores")
        for side in ("left_only", "right_only")
    )
    shared = both[both["_merge"] == "both"]
    odd = shared[shared["status_1"] != shared["status_2"]]
    statuses = odd[[*key, "status_1", "status_2"]].rename(columns={"status_1": "first", "status_2": "second"})
    scores = [
        _score(dict(zip(COMPARED_KEYS, keys, strict=True)), rows, confidence)
        for keys, rows in both.groupby(COMPARED_KEYS, sort=False)
        if rows["value_1"].notna().any() and rows["value_2"].notna().any()
    ]
    return Differences(scores, (only[0], only[1]), statuses.reset_index(drop=True))


def _score(names: Mapping[str, str], rows: pd.DataFrame, confidence: float) -> Score:
    first, second = rows["value_1"].to_numpy(), rows["value_2"].to_numpy()
    differences = second - first
    differences = differences[np.isfinite(differences)]
    mean = float(differences.mean()) if len(differences) else float("nan")
    low, high = statistics.t_interval(differences, confidence)
    difference = Difference(mean, (float(low), float(high)))
    if not len(differences):
        verdict = Verdict.APART
    elif not differences.any():
        verdict = Verdict.SAME
    elif len(differences) == 1:
        verdict = Verdict.FEW
    else:
        verdict = Verdict.BEYOND if difference.apart else Verdict.WITHIN
    means = float(np.nanmean(first)), float(np.nanmean(second))
    return Score(**names, means=means, seeds=len(differences), difference=difference, verdict=verdict)
