"""The metrics of a report: what the records say of each, by its name in results.csv."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from smoot.artifacts.performance import ON_SPLIT, performance
from smoot.artifacts.scores import MetricInfo, PanelScores


@dataclass(frozen=True)
class Metric:
    """A metric, by whatever attribution."""

    title: str
    """The title, with what tells the metric from other variants of its component."""
    info: MetricInfo
    component: str
    has_settings: bool
    """Whether its component has parameters that could be set otherwise."""
    split: str
    """What its images are of: of `performance.SPLITS`."""
    has_curves: bool = False
    """Whether any of its scores has curves."""


def metrics_of(record: PanelScores) -> dict[str, Metric]:
    """The metrics of one panel, in its order.

    A variant that a panel names for itself, such as road_mean of road, has its own part of the name in its title.
    """
    metrics: dict[str, Metric] = {}
    for score in record.results:
        title = variant_title(score.info.title, score.metric, score.component)
        own = Metric(title, score.info, score.component, score.has_settings, record.split, bool(score.curves))
        metrics[score.metric] = _after(metrics.get(score.metric), own)
    return metrics


def variant_title(title: str, name: str, component: str) -> str:
    """The component's title, with what a variant's name has of its own."""
    # A generic component is followed by the name of what it calls.
    variant = name.removeprefix(component.split(" ")[0]).replace("_", " ").strip()
    return title + (f" ({variant})" if variant else "")


def all_metrics(splits: list[str], panels: Iterable[Mapping[str, Metric]]) -> dict[str, Metric]:
    """What training measures first, then the panels' metrics in their order. panels: as from `metrics_of`."""
    metrics = {
        name: Metric(info.title, info, component=name, has_settings=False, split=split)
        for split in splits
        for name, info in performance(split).items()
    }
    for panel in panels:
        for name, metric in panel.items():
            metrics[name] = _after(metrics.get(name), metric)
    return metrics


def _after(earlier: Metric | None, metric: Metric) -> Metric:
    """The metric as it is known after an earlier score of it."""
    return replace(metric, has_curves=True) if earlier and earlier.has_curves > metric.has_curves else metric


def on_split(name: str, split: str) -> str:
    """A metric's name or title, with the split that its images are of where that is not the usual one."""
    return f"{name} ({ON_SPLIT[split]})" if ON_SPLIT[split] else name


def title_with_arrow(metric: Metric) -> str:
    """Its title, with its split and its direction."""
    return f"{on_split(metric.title, metric.split)} {metric.info.arrow}"


def named_on_split(name: str, split: str, joint: str = "-") -> str:
    """A table's or a file's name, with the split where that is not the usual one."""
    return f"{name}{joint}{split}" if ON_SPLIT[split] else name
