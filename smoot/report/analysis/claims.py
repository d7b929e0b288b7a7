"""What can be claimed: the family's comparisons, with p values that know of each other."""

import math
from dataclasses import dataclass

import numpy as np

from smoot import statistics
from smoot.report.analysis.comparison import Difference, ScoreRow, ScoreTable
from smoot.report.analysis.hypotheses import Comparison


@dataclass(frozen=True)
class Claim:
    """What is known of a comparison."""

    comparison: Comparison
    row: ScoreRow | None
    """Of the tables; None where there is none."""
    difference: Difference
    p: float
    """Adjusted for the whole family; NaN where nothing could be tested."""

    @property
    def tested(self) -> bool:
        return not math.isnan(self.p)

    @property
    def title(self) -> str:
        return f"{self.row.title} {self.row.info.arrow}" if self.row else self.comparison.metric

    def verdict(self, possible: bool, alpha: float = statistics.ALPHA) -> str:
        """possible: whether the report can make claims at all."""
        if self.row is None or not self.tested:
            return "not tested"
        if not possible or self.p > alpha:
            return "not shown"
        return "better" if (self.difference.mean > 0) == self.row.info.higher_is_better else "worse"


def claims(tables: list[ScoreTable], family: list[Comparison]) -> dict[Comparison, Claim]:
    """One for every comparison of the family, their p adjusted for each other (Holm).

    What cannot be tested, as scores are missing, counts as p = 1: the family is what was declared, not what came out.
    """
    rows = {(row.dataset, row.model, row.attribution, row.metric): row for table in tables for row in table.rows}
    found, paired = [], []
    for comparison in family:
        row = rows.get((comparison.dataset, comparison.model, comparison.attribution, comparison.metric))
        pair = comparison.method, comparison.against
        found.append((comparison, row, row.compare(*pair) if row else Difference()))
        paired.append(row.paired(*pair) if row else np.empty(0))
    raw = p_values(paired)
    adjusted = np.where(np.isnan(raw), np.nan, statistics.holm(np.nan_to_num(raw, nan=1.0)))
    return {one[0]: Claim(*one, float(p)) for one, p in zip(found, adjusted, strict=True)}


def p_values(paired: list[np.ndarray]) -> np.ndarray:
    """(m,) p of the paired sign-flip test, not adjusted, of m arrays of differences; NaN for empty ones."""
    p, sizes = np.full(len(paired), np.nan), np.array([len(differences) for differences in paired], dtype=int)
    # Together, as they then have the drawn flips in common.
    for size in np.unique(sizes):
        alike = np.flatnonzero(sizes == size)
        p[alike] = statistics.sign_flip_p(np.array([paired[place] for place in alike]))
    return p
