"""Two settings of one metric: whether they order the methods alike."""

from itertools import combinations
from typing import NamedTuple

import pandas as pd

from smoot import statistics
from smoot.report.comparison import Difference


class Agreement(NamedTuple):
    """Of the pairs of methods, how many two settings tell apart in the same order, in opposite ones, or one alone."""

    same: int
    opposite: int
    one_only: int

    def __str__(self) -> str:
        return f"{self.same} alike, {self.opposite} opposite, {self.one_only} by one only"


def agreement(first_scores: pd.Series, second_scores: pd.Series, confidence: float) -> Agreement:
    """Of two settings' scores by method and seed."""
    same = opposite = one_only = 0
    tables = [scores.unstack("method") for scores in (first_scores, second_scores)]
    for first, second in combinations(tables[0], 2):
        pairs = [difference(table, first, second, confidence) for table in tables]
        if all(pair.apart for pair in pairs):
            alike = (pairs[0].mean > 0) == (pairs[1].mean > 0)
            same, opposite = same + alike, opposite + (not alike)
        elif any(pair.apart for pair in pairs):
            one_only += 1
    return Agreement(same, opposite, one_only)


def difference(scores: pd.DataFrame, method: str, other: str, confidence: float) -> Difference:
    """method − other, of scores (seeds, methods), without P and p."""
    if not {method, other} <= {*scores}:
        return Difference()
    paired = (scores[method] - scores[other]).dropna().to_numpy()
    return Difference(float(paired.mean()), statistics.t_interval(paired, confidence)) if len(paired) else Difference()
