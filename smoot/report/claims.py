"""What can be claimed: the family's comparisons, with p values that know of each other."""

import math
from dataclasses import dataclass

import numpy as np

from smoot import statistics
from smoot.report.family import Comparison
from smoot.report.summary import Entry, Row, Table


@dataclass(frozen=True)
class Claim:
    """What is known of a comparison, with its p adjusted for the whole family."""

    row: Row
    entry: Entry
    p: float

    def verdict(self, alpha: float) -> str:
        """better or worse than the baseline, or that neither can be said."""
        if self.p > alpha:
            return "not shown"
        return "better" if (self.entry.difference > 0) == self.row.about.higher_is_better else "worse"


def claims(tables: list[Table], found: list[Comparison]) -> dict[Comparison, Claim]:
    """Those of the family that could be tested, their p adjusted for each other (Holm), in the order of the tables."""
    family = set(found)
    tested = {
        comparison: (row, entry)
        for table in tables
        for row in table.rows
        for entry in row.entries
        if (comparison := Comparison(row.dataset, row.model, entry.method, row.attribution, row.metric)) in family
        and math.isfinite(entry.p)
    }
    adjusted = statistics.holm(np.array([entry.p for _, entry in tested.values()]))
    return {
        comparison: Claim(row, entry, float(p))
        for (comparison, (row, entry)), p in zip(tested.items(), adjusted, strict=True)
    }
