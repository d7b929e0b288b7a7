"""Do scores measure something? Whether a metric tells a map from noise, and whether its settings decide who wins."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from smoot import statistics
from smoot.report.analysis.agreement import Agreement, agreement
from smoot.report.analysis.hypotheses import ALL
from smoot.report.evidence.metrics import Metric

MARKS = {
    "?": "it could not be checked: fewer than five runs have a score of both the map and a null map",
    "!": "in some run a map that does not look at the model scores as well as the map, or better",
    "~": "another of its settings turns two methods round, where the intervals of both exclude 0",
    "≠": "a method changes the score of a null map, so a difference may be of the model and not of its map",
}


@dataclass(frozen=True)
class Nulls:
    """What says nothing of training, or of the model at all."""

    methods: set[str]
    """The methods that do not train."""
    maps: set[str]
    """Attributions that do not look at the model."""


@dataclass(frozen=True)
class Check:
    """One metric on one data set and model, by one attribution."""

    dataset: str
    model: str
    split: str
    metric: str
    title: str
    has_settings: bool
    """Whether the metric has parameters that could be set otherwise."""
    attribution: str
    """The attribution that the check is made by; empty where none has scores beside a null map's."""
    separated: int
    """The number of `runs` in which the map scored better than every null map."""
    runs: int
    """How many have a score of the map and of a null map."""
    unbeaten: dict[str, int] = field(default_factory=dict)
    """The null maps that scored as well as the map, or better, with in how many runs."""
    settings: dict[str, Agreement] = field(default_factory=dict)
    """The names of the same metric's other settings, with how far both order the methods alike."""
    shifted: dict[str, dict[str, float]] = field(default_factory=dict)
    """The null maps that score otherwise by some method than by the baseline: by how much, by method."""

    @property
    def mark(self) -> str:
        """What the tables show beside the metric's name: keys of MARKS."""
        holding = {
            # Noise would beat noise in all of four runs once in 16 times.
            "?": self.runs < 5,
            "!": self.separated < self.runs,
            "~": any(agreement.opposite for agreement in self.settings.values()),
            "≠": bool(self.shifted),
        }
        return "".join(mark for mark, holds in holding.items() if holds)

    def reason(self, sign: str) -> str:
        """What a sign of the `mark` says here, with the null maps that it is about."""
        about = {"!": [*self.unbeaten], "≠": [*self.shifted]}.get(sign)
        return f"{MARKS[sign]}: {', '.join(about)}" if about else MARKS[sign]


def sanity(
    results: pd.DataFrame,
    metrics: Mapping[str, Metric],
    nulls: Nulls,
    preferred: str,
    baseline: str,
    confidence: float,
) -> list[Check]:
    """A check of every metric of maps that applies, by the preferred attribution if it can be, in the tables' order.

    results: as from `smoot.artifacts.results`.
    """
    scores = results[results["metric"].isin(metrics) & (results["attribution"] != "")]
    scores = scores[~scores["method"].isin(nulls.methods) & (scores["status"] != "not applicable")]
    checks = []
    for (dataset, model), rows in scores.groupby(["dataset", "model"], sort=False):
        tables = {metric: by_run(part) for metric, part in rows.groupby("metric", sort=False)}
        for metric in (name for name in metrics if name in tables):
            about, own = metrics[metric], tables[metric]
            null_maps = [name for name in own if name in nulls.maps]
            attribution = comparable(own, null_maps, preferred)
            separated, runs, unbeaten = separation(own, attribution, null_maps, about.info.higher_is_better)
            settings = {
                other: agreement(own[attribution], tables[other][attribution], confidence)
                for other in tables
                if other != metric
                and (metrics[other].component, metrics[other].split) == (about.component, about.split)
                if attribution in own and attribution in tables[other]
            }
            checks.append(
                Check(
                    dataset,
                    model,
                    about.split,
                    metric,
                    about.title,
                    about.has_settings,
                    attribution,
                    separated,
                    runs,
                    unbeaten,
                    settings,
                    shifted(own, null_maps, baseline, confidence),
                )
            )
    return checks


def marks(checks: list[Check]) -> dict[tuple[str, str, str], str]:
    """(data set, model, metric) → its marks; over all data sets, those of any of them."""
    by_row: dict[tuple[str, str, str], str] = {}
    for check in checks:
        by_row[check.dataset, check.model, check.metric] = check.mark
        key = ALL, check.model, check.metric
        by_row[key] = "".join(mark for mark in MARKS if mark in by_row.get(key, "") + check.mark)
    return by_row


def by_run(rows: pd.DataFrame) -> pd.DataFrame:
    """The scores of one metric, (runs, attributions): a run is a method and a seed."""
    return rows.pivot(index=["method", "seed"], columns="attribution", values="value").dropna(axis=1, how="all")


def comparable(table: pd.DataFrame, null_maps: list[str], preferred: str) -> str:
    """The preferred, or else the first attribution, that some run has a score of beside a null map's; "" if none."""
    of_nulls = table[null_maps].notna().any(axis=1)
    names = [name for name in table if name not in null_maps and (table[name].notna() & of_nulls).any()]
    return preferred if preferred in names else next(iter(names), "")


def separation(
    table: pd.DataFrame, attribution: str, null_maps: list[str], higher_is_better: bool
) -> tuple[int, int, dict[str, int]]:
    """The number of runs in which the attribution's map scored better than every null map; how many runs have both; and
    the null maps that it was not better than, with in how many runs."""
    if not attribution:
        return 0, 0, {}
    gains = table[null_maps].rsub(table[attribution], axis=0) * (1 if higher_is_better else -1)
    gains = gains[gains.notna().any(axis=1)]
    unbeaten = (gains <= 0).sum()
    return int((gains.min(axis=1) > 0).sum()), len(gains), {str(name): int(n) for name, n in unbeaten.items() if n}


def shifted(table: pd.DataFrame, null_maps: list[str], baseline: str, confidence: float) -> dict[str, dict[str, float]]:
    """How far the scores of each null map lie from its scores by the baseline: the mean over seeds, by null map and
    method, where the interval leaves out 0.

    table: as from `by_run`. confidence: that of all intervals together (Bonferroni).
    """
    by_map = {name: table[name].unstack("method") for name in null_maps}
    intervals = sum(len(scores.columns.drop(baseline, errors="ignore")) for scores in by_map.values())
    of_each = 1 - (1 - confidence) / max(intervals, 1)
    found = {name: _shifts(scores, baseline, of_each) for name, scores in by_map.items()}
    return {name: shifts for name, shifts in found.items() if shifts}


def _shifts(scores: pd.DataFrame, baseline: str, confidence: float) -> dict[str, float]:
    """scores: (seeds, methods) of one null map."""
    if baseline not in scores:
        return {}
    others = scores.drop(columns=baseline)
    mean, low, high = statistics.paired(others.to_numpy().T, scores[[baseline]].to_numpy().T, confidence)
    apart = (low < high) & ((low > 0) | (high < 0))
    return dict(zip(others.columns[apart], mean[apart].tolist(), strict=True))
