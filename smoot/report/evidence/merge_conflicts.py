"""What keeps two reports from being merged: the same name for something else, and means over other images."""

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

from smoot.core.dotted import differing
from smoot.report.evidence.evidence import Evidence
from smoot.report.evidence.merged_params import PublishedReport
from smoot.report.evidence.metrics import Metric

MEANING = ("category", "higher_is_better", "correct_only", "of_model")
"""What must be alike of a metric for its scores to be; the rest are texts, of which the first report's stand."""


def other_descriptions(sources: Sequence[PublishedReport]) -> Iterator[str]:
    """A line for each data set, metric or attribution that two reports take for something else."""
    for one, other in combinations(sources, 2):
        for kind in ("datasets", "metrics", "attributions"):
            first, second = getattr(one.evidence, kind), getattr(other.evidence, kind)
            for name in (name for name in first if name in second):
                for key, value, another in differing(_facts(first[name]), _facts(second[name]), f"{kind} {name}"):
                    yield f"{key}: {value} in {one.name}, {another} in {other.name}"


def _facts(described: Any) -> dict[str, Any]:
    """What is the same wherever scores mean the same."""
    if not isinstance(described, Metric):
        return dict(described)
    info = {name: getattr(described.info, name) for name in MEANING}
    return info | {"component": described.component, "split": described.split}


def other_images(sources: Sequence[PublishedReport]) -> Iterator[str]:
    """A line for each panel of a data set and model whose images two reports have chosen by other methods."""
    for one, other in combinations(sources, 2):
        first, second = _agreeing(one.evidence), _agreeing(other.evidence)
        apart: dict[tuple[Any, ...], list[int]] = {}
        for key in (key for key in first if key in second and first[key] != second[key]):
            *cell, seed = key
            apart.setdefault((*cell, tuple(sorted(first[key])), tuple(sorted(second[key]))), []).append(seed)
        for (panel, dataset, model, methods, others), seeds in apart.items():
            where = f"{dataset}/{model}, panel {panel}, seeds {', '.join(map(str, seeds))}"
            named = [", ".join(names) or "none that is trained" for names in (methods, others)]
            yield f"{where}: {named[0]} in {one.name}; {named[1]} in {other.name}"


def _agreeing(evidence: Evidence) -> dict[tuple[Any, ...], set[str]]:
    """The trained methods, by panel, data set, model and seed, of scores that are means over what these get right."""
    chosen = [name for name, metric in evidence.metrics.items() if metric.info.correct_only]
    trained = {name for name, run in evidence.methods.items() if run.trained}
    rows = evidence.results
    rows = rows[(rows["status"] != "not run") & (rows["panel"] != "") & rows["metric"].isin(chosen)]
    groups = rows.groupby(["panel", "dataset", "model", "seed"], sort=False)["method"]
    return {key: trained.intersection(methods) for key, methods in groups}
