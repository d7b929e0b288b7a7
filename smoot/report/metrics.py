"""The metrics of a report: what the records say of each, by its name in results.csv."""

from dataclasses import dataclass

from smoot.artifacts.scores import MetricInfo
from smoot.report.performance import ON_SPLIT, performance
from smoot.report.records import Records


@dataclass(frozen=True)
class Metric:
    """A metric, by whatever attribution."""

    title: str
    """With what tells it from other variants of its component."""
    info: MetricInfo
    component: str
    has_settings: bool
    """Whether its component has parameters that could be set otherwise."""
    split: str
    """What its images are of: of `performance.SPLITS`."""
    has_curves: bool = False
    """Whether any of its scores has curves."""


def read_metrics(records: Records) -> dict[str, Metric]:
    """What training measures first, then the panels' metrics in their order.

    A variant that a panel names for itself, such as road_mean of road, has its own part of the name in its title.
    """
    metrics = {
        name: Metric(info.title, info, component=name, has_settings=False, split=split)
        for split in records.splits
        for name, info in performance(split).items()
    }
    for record in records.scores.values():
        for score in record.results:
            earlier = metrics.get(score.metric)
            has_curves = bool(score.curves) or (earlier is not None and earlier.has_curves)
            # A generic component is followed by the name of what it calls.
            variant = score.metric.removeprefix(score.component.split(" ")[0]).replace("_", " ").strip()
            title = score.info.title + (f" ({variant})" if variant else "")
            metrics[score.metric] = Metric(
                title, score.info, score.component, score.has_settings, record.split, has_curves
            )
    return metrics


def on_split(name: str, split: str) -> str:
    """A metric's name or title, with the split that its images are of where that is not the usual one."""
    return f"{name} ({ON_SPLIT[split]})" if ON_SPLIT[split] else name
