"""The comparison itself: each method's scores over seeds, and their paired differences to the baseline's."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import combinations, permutations

import numpy as np
import pandas as pd

from smoot import statistics
from smoot.artifacts.performance import ON_SPLIT
from smoot.artifacts.scores import MetricInfo
from smoot.report.evidence.metrics import Metric

GROUP = ["dataset", "model", "split", "panel", "attribution", "metric"]


@dataclass(frozen=True)
class Difference:
    """The difference of two methods' scores, paired by seed; all NaN where they have no seed in common."""

    mean: float = math.nan
    interval: tuple[float, float] = (math.nan, math.nan)
    improvement: float = math.nan
    """The probability that a run of the first is better than one of the second."""

    @property
    def known(self) -> bool:
        return not math.isnan(self.mean)

    @property
    def bounded(self) -> bool:
        """Whether it has an interval; one seed gives none."""
        return not math.isnan(self.interval[0])

    @property
    def reversed(self) -> "Difference":
        """The difference of the second less the first."""
        low, high = self.interval
        return Difference(-self.mean, (-high, -low), 1 - self.improvement)

    @property
    def apart(self) -> bool:
        """Whether the interval excludes 0. Not that of two seeds that happen to agree to the last digit."""
        low, high = self.interval
        return (low > 0 or high < 0) and low < high


@dataclass(frozen=True)
class MethodScores:
    """One method in one row of the table."""

    method: str
    values: dict[int, float]
    """The score of each seed."""
    seeds: int
    """How many the grid has; those of `values` can be fewer."""
    difference: Difference
    """The difference to the baseline."""

    @property
    def mean(self) -> float:
        return float(np.mean(list(self.values.values()))) if self.values else math.nan


@dataclass(frozen=True)
class ScoreRow:
    """One metric of one attribution (or of the model itself, where attribution is empty), for all methods."""

    dataset: str
    model: str
    split: str
    panel: str
    attribution: str
    metric: str
    title: str
    info: MetricInfo
    entries: list[MethodScores]
    differences: Mapping[tuple[str, str], Difference]
    """The difference of every two methods, the first less the second."""

    @property
    def place(self) -> str:
        return f"{self.dataset} · {self.model}"

    def compare(self, method: str, other: str) -> Difference:
        """method − other."""
        return self.differences[method, other]

    def paired(self, method: str, other: str) -> np.ndarray:
        """(n,) method − other, of the seeds that both have."""
        values = {entry.method: entry.values for entry in self.entries}
        own, others = values[method], values[other]
        return np.array([value - others[seed] for seed, value in own.items() if seed in others])


@dataclass(frozen=True)
class ScoreTable:
    """All rows of one data set, model and split."""

    dataset: str
    model: str
    split: str
    """What the images are of: of `performance.SPLITS`."""
    categories: dict[str, list[ScoreRow]] = field(default_factory=dict)
    """The rows by category: performance first, then the metrics' categories as they come."""
    not_applicable: dict[str, list[str]] = field(default_factory=dict)
    """The titles of what says nothing here, by the reason."""

    @property
    def title(self) -> str:
        return " · ".join(filter(None, [self.dataset, self.model, ON_SPLIT[self.split]]))

    @property
    def rows(self) -> list[ScoreRow]:
        return [row for rows in self.categories.values() for row in rows]


def summarise(
    results: pd.DataFrame,
    metrics: Mapping[str, Metric],
    methods: list[str],
    seeds: list[int],
    baseline: str,
    confidence: float,
) -> list[ScoreTable]:
    """A table for each data set, model and split, which compares the methods by their scores.

    results: as from `smoot.artifacts.results`; only the scores of `metrics`, by name, are compared. methods,
    seeds: the grid's.
    """
    own = results[results["metric"].isin(metrics) & results["method"].isin(methods) & results["seed"].isin(seeds)]
    groups = own.groupby(GROUP, sort=False).ngroup().to_numpy()
    scores = np.full((groups.max(initial=-1) + 1, len(methods), len(seeds)), np.nan)
    places = pd.Index(methods).get_indexer(own["method"]), pd.Index(seeds).get_indexer(own["seed"])
    scores[groups, *places] = own["value"]
    reasons = not_applicable(own, groups)
    tables: dict[tuple[str, str, str], ScoreTable] = {}
    for number, keys in enumerate(own[GROUP].drop_duplicates().itertuples(index=False, name=None)):
        dataset, model, split, panel, attribution, metric = keys
        title, info = metrics[metric].title, metrics[metric].info
        table = tables.setdefault((dataset, model, split), ScoreTable(dataset, model, split))
        if number in reasons:
            titles = table.not_applicable.setdefault(reasons[number], [])
            titles.append(f"{title} of {attribution}" if attribution else title)
            continue
        found = pairwise_differences(methods, scores[number], confidence, info.higher_is_better)
        entries = []
        for method, values in zip(methods, scores[number], strict=True):
            by_seed = {seed: value for seed, value in zip(seeds, values.tolist(), strict=True) if not math.isnan(value)}
            entries.append(MethodScores(method, by_seed, len(seeds), found.get((method, baseline), Difference())))
        table.categories.setdefault(info.category, []).append(
            ScoreRow(dataset, model, split, panel, attribution, metric, title, info, entries, found)
        )
    order = {name: place for place, name in enumerate(metrics)}
    for table in tables.values():
        for rows in table.categories.values():
            rows.sort(key=lambda row: order[row.metric])
    return list(tables.values())


def not_applicable(results: pd.DataFrame, groups: np.ndarray) -> dict[int, str]:
    """The groups of rows of which all that have been run do not apply, and the first reason. groups: a number a row."""
    run = (results["status"] != "not run").to_numpy()
    applies = run & (results["status"] != "not applicable").to_numpy()
    applying = {*groups[applies].tolist()}
    reasons = dict(zip(groups[run][::-1], results["reason"][run][::-1], strict=True))
    return {group: reason for group, reason in reasons.items() if group not in applying}


def pairwise_differences(
    methods: list[str], scores: np.ndarray, confidence: float, higher_is_better: bool
) -> dict[tuple[str, str], Difference]:
    """The difference of every two methods, the first less the second.

    scores: (methods, seeds), NaN where there is none.
    """
    first, second = np.triu_indices(len(methods), 1)
    mean, low, high = (values.tolist() for values in statistics.paired(scores[first], scores[second], confidence))
    signed = scores if higher_is_better else -scores
    improvement = statistics.probability_of_improvement(signed[first], signed[second]).tolist()
    found = dict.fromkeys(permutations(methods, 2), Difference())
    for place, pair in enumerate(combinations(methods, 2)):
        if not math.isnan(mean[place]):
            found[pair] = Difference(mean[place], (low[place], high[place]), improvement[place])
            found[pair[::-1]] = found[pair].reversed
    return found
