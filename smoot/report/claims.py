"""What can be claimed: the family's comparisons, with p values that know of each other."""

import math
from dataclasses import dataclass

import numpy as np

from smoot import statistics
from smoot.report.comparison import Difference, Row, Table
from smoot.report.hypotheses import Comparison


@dataclass(frozen=True)
class Claim:
    """What is known of a comparison. row: of the tables, None where there is none. p: adjusted for the whole family."""

    comparison: Comparison
    row: Row | None
    difference: Difference
    p: float

    @property
    def tested(self) -> bool:
        return not math.isnan(self.p)

    @property
    def title(self) -> str:
        return f"{self.row.title} {self.row.about.arrow}" if self.row else self.comparison.metric

    def verdict(self, possible: bool, alpha: float = statistics.ALPHA) -> str:
        """possible: whether the report can make claims at all."""
        if self.row is None or not self.tested:
            return "not tested"
        if not possible or self.p > alpha:
            return "not shown"
        return "better" if (self.difference.mean > 0) == self.row.about.higher_is_better else "worse"


def claims(tables: list[Table], family: list[Comparison], confidence: float) -> dict[Comparison, Claim]:
    """One for every comparison of the family, their p adjusted for each other (Holm).

    What cannot be tested, as scores are missing, counts as p = 1: the family is what was declared, not what came out.
    """
    rows = {(row.dataset, row.model, row.attribution, row.metric): row for table in tables for row in table.rows}
    found = {}
    for one in family:
        row = rows.get((one.dataset, one.model, one.attribution, one.metric))
        found[one] = row, row.compare(one.method, one.against, confidence) if row else Difference()
    raw = np.array([difference.p for _, difference in found.values()])
    adjusted = np.where(np.isnan(raw), np.nan, statistics.holm(np.nan_to_num(raw, nan=1.0)))
    return {one: Claim(one, *found[one], float(p)) for one, p in zip(found, adjusted, strict=True)}
