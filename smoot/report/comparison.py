"""The comparison itself: each method's scores over seeds, and their paired differences to the baseline's."""

import math
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from smoot import statistics
from smoot.artifacts.scores import MetricInfo
from smoot.report.metrics import Metric
from smoot.report.performance import ON_SPLIT

GROUP = ["dataset", "model", "split", "panel", "attribution", "metric"]


@dataclass(frozen=True)
class Difference:
    """Of two methods' scores, paired by seed; all NaN where they have no seed in common."""

    mean: float = math.nan
    interval: tuple[float, float] = (math.nan, math.nan)
    improvement: float = math.nan
    """The probability that a run of the first is better than one of the second."""
    p: float = math.nan
    """Of the paired sign-flip test, not adjusted."""

    @property
    def known(self) -> bool:
        return not math.isnan(self.mean)

    @property
    def apart(self) -> bool:
        """Whether the interval excludes 0. Not that of two seeds that happen to agree to the last digit."""
        low, high = self.interval
        return (low > 0 or high < 0) and low < high


@dataclass(frozen=True)
class Entry:
    """One method in one row of the table."""

    method: str
    values: dict[int, float]
    """By seed."""
    seeds: int
    """How many the grid has; those of `values` can be fewer."""
    difference: Difference
    """To the baseline."""

    @property
    def mean(self) -> float:
        return float(np.mean(list(self.values.values()))) if self.values else math.nan


@dataclass(frozen=True)
class Row:
    """One metric of one attribution (or of the model itself, where attribution is empty), for all methods."""

    dataset: str
    model: str
    split: str
    panel: str
    attribution: str
    metric: str
    title: str
    info: MetricInfo
    entries: list[Entry]

    def compare(self, method: str, other: str, confidence: float) -> Difference:
        """method − other."""
        values = {entry.method: entry.values for entry in self.entries}
        return compare(values[method], values[other], confidence, self.info.higher_is_better)


@dataclass(frozen=True)
class Table:
    """All rows of one data set, model and split."""

    dataset: str
    model: str
    split: str
    """What the images are of: of `performance.SPLITS`."""
    categories: dict[str, list[Row]] = field(default_factory=dict)
    """By category: performance first, then the metrics' categories as they come."""
    not_applicable: dict[str, list[str]] = field(default_factory=dict)
    """The titles of what says nothing here, by the reason."""

    @property
    def title(self) -> str:
        return " · ".join(filter(None, [self.dataset, self.model, ON_SPLIT[self.split]]))

    @property
    def rows(self) -> list[Row]:
        return [row for rows in self.categories.values() for row in rows]


def summarise(
    results: pd.DataFrame,
    metrics: dict[str, Metric],
    methods: list[str],
    seeds: int,
    baseline: str,
    confidence: float,
) -> list[Table]:
    """Compares the methods by those of `results` (see `smoot.report.results`) that are scores of `metrics`, by name.

    seeds: how many the grid has.
    """
    tables: dict[tuple[str, str, str], Table] = {}
    for keys, group in results[results["metric"].isin(metrics)].groupby(GROUP, sort=False):
        by_method = {
            method: {
                int(seed): float(value)
                for seed, value in zip(part["seed"], part["value"], strict=True)
                if value == value
            }
            for method, part in group.groupby("method", sort=False)
        }
        dataset, model, split, panel, attribution, metric = keys
        title, info = metrics[metric].title, metrics[metric].info
        table = tables.setdefault((dataset, model, split), Table(dataset, model, split))
        scored = group[group["status"] != "not run"]
        if len(scored) and (scored["status"] == "not applicable").all():
            titles = table.not_applicable.setdefault(scored["reason"].iloc[0], [])
            titles.append(f"{title} of {attribution}" if attribution else title)
            continue
        reference = by_method.get(baseline, {})
        entries = []
        for method in methods:
            values = by_method.get(method, {})
            others = {} if method == baseline else reference
            entries.append(Entry(method, values, seeds, compare(values, others, confidence, info.higher_is_better)))
        table.categories.setdefault(info.category, []).append(
            Row(dataset, model, split, panel, attribution, metric, title, info, entries)
        )
    for table in tables.values():
        for rows in table.categories.values():
            rows.sort(key=lambda row: list(metrics).index(row.metric))
    return list(tables.values())


def compare(
    values: dict[int, float], reference: dict[int, float], confidence: float, higher_is_better: bool
) -> Difference:
    """values − reference, scores by seed."""
    paired = sorted(values.keys() & reference.keys())
    if not paired:
        return Difference()
    differences = np.array([values[seed] - reference[seed] for seed in paired])
    scores, others = (np.array(list(by_seed.values())) for by_seed in (values, reference))
    sign = 1 if higher_is_better else -1
    return Difference(
        float(differences.mean()),
        statistics.t_interval(differences, confidence),
        statistics.probability_of_improvement(sign * scores, sign * others),
        statistics.sign_flip_p(differences),
    )
