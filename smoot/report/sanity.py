"""Do scores measure something? Whether a metric tells a map from noise, and whether its settings decide who wins."""

from dataclasses import dataclass, field
from itertools import combinations
from typing import NamedTuple

import numpy as np
import pandas as pd

from smoot import statistics
from smoot.report.family import ALL
from smoot.report.summary import Described

NULL, GRADIENT = "random", "gradient"


class Agreement(NamedTuple):
    """Of the pairs of methods that either of two settings tells apart (`told`), how many both put in the same order.

    Told apart: the interval of the difference over seeds excludes 0. The order of the others is chance.
    """

    alike: int
    told: int


@dataclass(frozen=True)
class Check:
    """One metric on one data set and model, by one attribution.

    separated: of how many of the `runs` the map scored better than the random one. settings: the titles of the same
    metric's other settings, with how far both order the methods alike.
    """

    dataset: str
    model: str
    metric: str
    title: str
    attribution: str
    separated: int
    runs: int
    settings: dict[str, Agreement] = field(default_factory=dict)

    @property
    def tells_noise(self) -> bool:
        """True also where no run has a score of both maps, and nothing can be said."""
        return self.separated == self.runs

    @property
    def keeps_ranking(self) -> bool:
        return all(agreement.alike == agreement.told for agreement in self.settings.values())

    @property
    def mark(self) -> str:
        """What the summary shows beside the metric's name: "!" if noise is not beaten, "~" if settings decide."""
        return ("" if self.tells_noise else "!") + ("" if self.keeps_ranking else "~")


def sanity(
    results: pd.DataFrame,
    metrics: dict[str, Described],
    components: dict[str, str],
    untrained: set[str],
    confidence: float,
) -> list[Check]:
    """A check of every metric of maps, by the gradient, or else the first attribution, in the order of the tables.

    results: as from `smoot.report.tidy`. components: the component of each metric. untrained: methods that are nulls.
    """
    scores = results[results["metric"].isin(metrics) & (results["attribution"] != "") & (results["status"] == "ok")]
    scores = scores[~scores["method"].isin(untrained)]
    checks = []
    for (dataset, model), rows in scores.groupby(["dataset", "model"], sort=False):
        names = [name for name in rows["attribution"].unique() if name != NULL]
        if not names or NULL not in set(rows["attribution"]):
            continue
        attribution = GRADIENT if GRADIENT in names else names[0]
        for metric in (name for name in metrics if name in set(rows["metric"])):
            separated, runs = separation(rows[rows["metric"] == metric], attribution, metrics[metric])
            own = by_seed(rows, metric, attribution)
            settings = {
                metrics[other][0]: agreement(own, by_seed(rows, other, attribution), confidence)
                for other in metrics
                if other != metric and components[other] == components[metric]
            }
            checks.append(Check(dataset, model, metric, metrics[metric][0], attribution, separated, runs, settings))
    return checks


def marks(checks: list[Check]) -> dict[tuple[str, str, str], str]:
    """(data set, model, metric) → its mark; over all data sets, that of any of them."""
    found: dict[tuple[str, str, str], str] = {}
    for check in checks:
        found[check.dataset, check.model, check.metric] = check.mark
        key = ALL, check.model, check.metric
        found[key] = "".join(sorted({*found.get(key, ""), *check.mark}))
    return found


def separation(rows: pd.DataFrame, attribution: str, described: Described) -> tuple[int, int]:
    """(in how many runs the attribution's map scored better than the random one, how many runs have both)."""
    wide = rows.pivot(index=["method", "seed"], columns="attribution", values="value")
    if not {attribution, NULL} <= set(wide.columns):
        return 0, 0
    both = wide[[attribution, NULL]].dropna()
    sign = 1 if described[1].higher_is_better else -1
    return int((sign * (both[attribution] - both[NULL]) > 0).sum()), len(both)


def by_seed(rows: pd.DataFrame, metric: str, attribution: str) -> pd.DataFrame:
    """(seeds, methods)."""
    part = rows[(rows["metric"] == metric) & (rows["attribution"] == attribution)]
    return part.pivot(index="seed", columns="method", values="value")


def agreement(one: pd.DataFrame, other: pd.DataFrame, confidence: float) -> Agreement:
    """Of two tables as from `by_seed`."""
    pairs = [
        [(table[first] - table[second]).dropna().to_numpy() for table in (one, other)]
        for first, second in combinations(one.columns.intersection(other.columns), 2)
    ]
    told = [both for both in pairs if any(apart(differences, confidence) for differences in both)]
    alike = [np.sign(differences.mean()) == np.sign(others.mean()) for differences, others in told]
    return Agreement(sum(alike), len(told))


def apart(differences: np.ndarray, confidence: float) -> bool:
    """Whether the interval over seeds excludes 0."""
    low, high = statistics.t_interval(differences, confidence)
    return low > 0 or high < 0
