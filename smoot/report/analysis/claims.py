"""What can be claimed: the family's comparisons, with p values that know of each other."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from smoot import statistics
from smoot.report.analysis.comparison import Difference, ScoreRow, ScoreTable
from smoot.report.analysis.hypotheses import Comparison
from smoot.report.analysis.questions import Equivalence, Hypothesis


@dataclass(frozen=True)
class Claim:
    """What is known of a comparison."""

    comparison: Comparison
    row: ScoreRow | None
    """The comparison's row in the tables; None where there is none."""
    difference: Difference
    p: float
    """Adjusted for the whole family; NaN where nothing could be tested."""
    margin: float | None = None
    """The margin of a claim that the two are as good as each other; None where the claim is that one is better."""

    @property
    def tested(self) -> bool:
        return not math.isnan(self.p)

    @property
    def title(self) -> str:
        return f"{self.row.title} {self.row.info.arrow}" if self.row else self.comparison.metric

    def answer(self, possible: bool, alpha: float = statistics.ALPHA) -> str:
        """Whether what is claimed holds: "yes", "no" or "not established". possible: as of `verdict`.

        No: the other one is shown to be better; or the interval lies wholly beyond the margin.
        """
        verdict = self.verdict(possible, alpha)
        if verdict in ("better", "as good"):
            return "yes"
        low, high = self.difference.interval
        beyond = self.margin is not None and (low > self.margin or high < -self.margin)
        return "no" if verdict == "worse" or (possible and beyond) else "not established"

    def verdict(self, possible: bool, alpha: float = statistics.ALPHA) -> str:
        """possible: whether the report can make claims at all."""
        if self.row is None or not self.tested:
            return "not tested"
        if not possible or self.p > alpha:
            return "not shown"
        if self.margin is not None:
            return "as good"
        return "better" if (self.difference.mean > 0) == self.row.info.higher_is_better else "worse"


def claims(tables: list[ScoreTable], family: Sequence[Hypothesis]) -> dict[Hypothesis, Claim]:
    """One for every test of the family, their p adjusted for each other (Holm).

    What cannot be tested, as scores are missing, counts as p = 1: the family is what was declared, not what came out.
    """
    rows = {(row.dataset, row.model, row.attribution, row.metric): row for table in tables for row in table.rows}
    found, paired, margins = [], [], []
    for hypothesis in family:
        comparison, margin = hypothesis if isinstance(hypothesis, Equivalence) else (hypothesis, None)
        row = rows.get((comparison.dataset, comparison.model, comparison.attribution, comparison.metric))
        pair = comparison.method, comparison.against
        found.append((comparison, row, row.compare(*pair) if row else Difference()))
        paired.append(row.paired(*pair) if row else np.empty(0))
        margins.append(margin)
    raw = p_values(paired)
    for place, margin in enumerate(margins):
        if margin is not None:
            raw[place] = statistics.equivalence_p(paired[place], margin)
    adjusted = np.where(np.isnan(raw), np.nan, statistics.holm(np.nan_to_num(raw, nan=1.0)))
    return {
        hypothesis: Claim(*one, float(p), margin)
        for hypothesis, one, p, margin in zip(family, found, adjusted, margins, strict=True)
    }


def p_values(paired: list[np.ndarray]) -> np.ndarray:
    """(m,) p of the paired sign-flip test, not adjusted, of m arrays of differences; NaN for empty ones."""
    p, sizes = np.full(len(paired), np.nan), np.array([len(differences) for differences in paired], dtype=int)
    # Together, as they then have the drawn flips in common.
    for size in np.unique(sizes):
        alike = np.flatnonzero(sizes == size)
        p[alike] = statistics.sign_flip_p(np.array([paired[place] for place in alike]))
    return p
