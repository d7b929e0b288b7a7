"""What can be claimed: the family's comparisons, with p values that know of each other."""

import math
from dataclasses import dataclass

import numpy as np

from smoot import statistics
from smoot.report.comparison import Difference, Row, Table
from smoot.report.hypotheses import Comparison


@dataclass(frozen=True)
class Claim:
    """What is known of a comparison."""

    comparison: Comparison
    row: Row | None
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


def claims(tables: list[Table], family: list[Comparison], confidence: float) -> dict[Comparison, Claim]:
    """One for every comparison of the family, their p adjusted for each other (Holm).

    What cannot be tested, as scores are missing, counts as p = 1: the family is what was declared, not what came out.
    """
    rows = {(row.dataset, row.model, row.attribution, row.metric): row for table in tables for row in table.rows}
    compared = {}
    for comparison in family:
        row = rows.get((comparison.dataset, comparison.model, comparison.attribution, comparison.metric))
        difference = row.compare(comparison.method, comparison.against, confidence) if row else Difference()
        compared[comparison] = row, difference
    raw = np.array([difference.p for _, difference in compared.values()])
    adjusted = np.where(np.isnan(raw), np.nan, statistics.holm(np.nan_to_num(raw, nan=1.0)))
    return {
        comparison: Claim(comparison, *compared[comparison], float(p))
        for comparison, p in zip(compared, adjusted, strict=True)
    }
