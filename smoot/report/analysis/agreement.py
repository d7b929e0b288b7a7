"""Two settings of one metric: whether they order the methods alike."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from smoot import statistics


class Agreement(NamedTuple):
    """The numbers of pairs of methods that two settings tell apart in the same order, in opposite ones, or one
    alone."""

    same: int
    opposite: int
    one_only: int

    def __str__(self) -> str:
        return f"{self.same} alike, {self.opposite} opposite, {self.one_only} by one only"


def agreement(first_scores: pd.Series, second_scores: pd.Series, confidence: float) -> Agreement:
    """The agreement of two settings' scores by method and seed, for the methods that the first has."""
    tables = [scores.unstack("method") for scores in (first_scores, second_scores)]
    first, second = (order(table.reindex(columns=tables[0].columns), confidence) for table in tables)
    products = first * second
    one_only = (first != 0) != (second != 0)
    return Agreement(int((products > 0).sum()), int((products < 0).sum()), int(one_only.sum()))


def order(scores: pd.DataFrame, confidence: float) -> np.ndarray:
    """(pairs,) of every two methods: 1 where the first scores higher, -1 where lower, 0 where nothing tells them apart.

    scores: (seeds, methods).
    """
    values = scores.to_numpy().T
    first, second = np.triu_indices(len(values), 1)
    _, low, high = statistics.paired(values[first], values[second], confidence)
    # Not two seeds that happen to agree to the last digit.
    return np.where(low < high, np.sign(low) * (np.sign(low) == np.sign(high)), 0)
