"""Do scores measure something? Whether a metric tells a map from noise, and whether its settings decide who wins."""

import math
from dataclasses import dataclass, field

import pandas as pd
from scipy import stats

from smoot.report.aggregate import ALL
from smoot.report.summary import Described

NULL, GRADIENT = "random", "gradient"


@dataclass(frozen=True)
class Check:
    """One metric on one data set and model, by one attribution.

    separated: of how many of the `runs` the map scored better than the random one. settings: the names of the same
    metric's other settings, with the rank correlation (Kendall's τ) of the methods' means under both; NaN where methods
    tie.
    """

    dataset: str
    model: str
    metric: str
    title: str
    attribution: str
    separated: int
    runs: int
    settings: dict[str, float] = field(default_factory=dict)

    @property
    def tells_noise(self) -> bool:
        """True also where no run has a score of both maps, and nothing can be said."""
        return self.separated == self.runs

    @property
    def keeps_ranking(self) -> bool:
        return all(math.isclose(tau, 1) or math.isnan(tau) for tau in self.settings.values())

    @property
    def mark(self) -> str:
        """What the summary shows beside the metric's name: "!" if noise is not beaten, "~" if settings decide."""
        return ("" if self.tells_noise else "!") + ("" if self.keeps_ranking else "~")


def sanity(
    results: pd.DataFrame, metrics: dict[str, Described], components: dict[str, str], untrained: set[str]
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
            others = [other for other in metrics if other != metric and components[other] == components[metric]]
            own = means(rows, metric, attribution)
            settings = {metrics[other][0]: agreement(own, means(rows, other, attribution)) for other in others}
            title = metrics[metric][0]
            checks.append(Check(dataset, model, metric, title, attribution, separated, runs, settings))
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


def means(rows: pd.DataFrame, metric: str, attribution: str) -> pd.Series:
    """The mean over seeds, by method."""
    part = rows[(rows["metric"] == metric) & (rows["attribution"] == attribution)]
    return part.groupby("method", sort=False)["value"].mean()


def agreement(one: pd.Series, other: pd.Series) -> float:
    """Kendall's τ of the methods' order by both; NaN for fewer than two methods."""
    both = pd.concat([one, other], axis=1, join="inner")
    if len(both) < 2:
        return float("nan")
    return float(stats.kendalltau(*both.to_numpy().T).statistic)
