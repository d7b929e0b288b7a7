"""Do scores measure something? Whether a metric tells a map from noise, and whether its settings decide who wins."""

from dataclasses import dataclass, field
from itertools import combinations
from typing import NamedTuple

import pandas as pd

from smoot import statistics
from smoot.report.comparison import Described, Difference
from smoot.report.hypotheses import ALL

NULL, GRADIENT = "random", "gradient"

MARKS = {
    "?": "it could not be checked: fewer than five runs have a score of both the map and the random one",
    "!": "in some run the random map scores as well as the map, or better",
    "~": "another of its settings turns two methods round, where the intervals of both exclude 0",
    "≠": "a method changes the score of the random map, so a difference may be of the model and not of its map",
}


class Agreement(NamedTuple):
    """Of the pairs of methods, how many two settings tell apart in the same order, in opposite ones, or one alone."""

    same: int
    opposite: int
    one_only: int

    def __str__(self) -> str:
        return f"{self.same} alike, {self.opposite} opposite, {self.one_only} by one only"


@dataclass(frozen=True)
class Check:
    """One metric on one data set and model, by one attribution; empty where none has scores beside the random map's.

    separated: of how many of the `runs` the map scored better than the random one. settings: the names of the same
    metric's other settings, with how far both order the methods alike. shifted: the methods whose random map scores
    otherwise than the baseline's, by how much.
    """

    dataset: str
    model: str
    metric: str
    title: str
    attribution: str
    separated: int
    runs: int
    settings: dict[str, Agreement] = field(default_factory=dict)
    shifted: dict[str, float] = field(default_factory=dict)

    @property
    def mark(self) -> str:
        """What the tables show beside the metric's name: keys of MARKS."""
        found = {
            # Noise would beat noise in all of four runs once in 16 times.
            "?": self.runs < 5,
            "!": self.separated < self.runs,
            "~": any(agreement.opposite for agreement in self.settings.values()),
            "≠": bool(self.shifted),
        }
        return "".join(mark for mark, holds in found.items() if holds)


def sanity(
    results: pd.DataFrame,
    metrics: dict[str, Described],
    components: dict[str, str],
    untrained: set[str],
    baseline: str,
    confidence: float,
) -> list[Check]:
    """A check of every metric of maps that applies, by the gradient if it can be, in the order of the tables.

    results: as from `smoot.report.results`. components: of each metric. untrained: methods that are nulls.
    """
    scores = results[results["metric"].isin(metrics) & (results["attribution"] != "")]
    scores = scores[~scores["method"].isin(untrained) & (scores["status"] != "not applicable")]
    checks = []
    for (dataset, model), rows in scores.groupby(["dataset", "model"], sort=False):
        tables = {metric: by_run(part) for metric, part in rows.groupby("metric", sort=False)}
        for metric in (name for name in metrics if name in tables):
            title, about = metrics[metric]
            own, attribution = tables[metric], comparable(tables[metric])
            separated, runs = separation(own, attribution, about.higher_is_better)
            settings = {
                other: agreement(own[attribution], tables[other][attribution], confidence)
                for other in tables
                if other != metric and components[other] == components[metric]
                if attribution in own and attribution in tables[other]
            }
            found = [title, attribution, separated, runs, settings, shifted(own, baseline, confidence)]
            checks.append(Check(dataset, model, metric, *found))
    return checks


def marks(checks: list[Check]) -> dict[tuple[str, str, str], str]:
    """(data set, model, metric) → its marks; over all data sets, those of any of them."""
    found: dict[tuple[str, str, str], str] = {}
    for check in checks:
        found[check.dataset, check.model, check.metric] = check.mark
        key = ALL, check.model, check.metric
        found[key] = "".join(mark for mark in MARKS if mark in found.get(key, "") + check.mark)
    return found


def by_run(rows: pd.DataFrame) -> pd.DataFrame:
    """The scores of one metric, (runs, attributions): a run is a method and a seed."""
    return rows.pivot(index=["method", "seed"], columns="attribution", values="value").dropna(axis=1, how="all")


def comparable(table: pd.DataFrame) -> str:
    """The gradient, or else the first attribution, that some run has a score of beside the random map's; "" if none."""
    names = [name for name in table if name != NULL and NULL in table and table[[name, NULL]].dropna().size]
    return GRADIENT if GRADIENT in names else next(iter(names), "")


def separation(table: pd.DataFrame, attribution: str, higher_is_better: bool) -> tuple[int, int]:
    """(in how many runs the attribution's map scored better than the random one, how many runs have both)."""
    if not attribution:
        return 0, 0
    both = table[[attribution, NULL]].dropna()
    gain = both[attribution] - both[NULL]
    return int((gain > 0 if higher_is_better else gain < 0).sum()), len(both)


def agreement(one: pd.Series, other: pd.Series, confidence: float) -> Agreement:
    """Of two settings' scores by method and seed."""
    same = opposite = one_only = 0
    tables = [scores.unstack("method") for scores in (one, other)]
    for first, second in combinations(tables[0], 2):
        pairs = [difference(table, first, second, confidence) for table in tables]
        if all(pair.apart for pair in pairs):
            alike = (pairs[0].mean > 0) == (pairs[1].mean > 0)
            same, opposite = same + alike, opposite + (not alike)
        elif any(pair.apart for pair in pairs):
            one_only += 1
    return Agreement(same, opposite, one_only)


def shifted(table: pd.DataFrame, baseline: str, confidence: float) -> dict[str, float]:
    """By how much a method's random map scores otherwise than the baseline's, at the confidence for all together."""
    if NULL not in table:
        return {}
    scores = table[NULL].unstack("method")
    methods = [name for name in scores if name != baseline]
    corrected = 1 - (1 - confidence) / max(len(methods), 1)
    found = {method: difference(scores, method, baseline, corrected) for method in methods}
    return {method: of.mean for method, of in found.items() if of.apart}


def difference(scores: pd.DataFrame, method: str, other: str, confidence: float) -> Difference:
    """method − other, of scores (seeds, methods), without P and p."""
    if not {method, other} <= {*scores}:
        return Difference()
    paired = (scores[method] - scores[other]).dropna().to_numpy()
    return Difference(float(paired.mean()), statistics.t_interval(paired, confidence)) if len(paired) else Difference()
