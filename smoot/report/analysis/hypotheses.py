"""The family of comparisons that claims are made of: their p values are adjusted for each other.

It follows from params.yaml alone, so how many seeds a claim needs is known before anything is trained.
"""

from collections.abc import Mapping, Set
from itertools import permutations, product
from typing import TYPE_CHECKING, NamedTuple

from smoot.artifacts.effects import is_effect
from smoot.artifacts.grid import Grid
from smoot.artifacts.performance import performance
from smoot.report.evidence.metrics import Metric
from smoot.report.options import Primary

if TYPE_CHECKING:
    import pandas as pd

ALL = "all data sets"

PERFORMANCE = performance("test")


class Comparison(NamedTuple):
    """A comparison of `method` with the method `against`, by one score."""

    dataset: str
    model: str
    method: str
    against: str
    attribution: str
    """Empty for a metric of the model itself."""
    metric: str


def compared(
    results: "pd.DataFrame", metrics: Mapping[str, Metric], null_maps: Set[str]
) -> dict[str, list[tuple[str, str]]]:
    """The scores of each panel of test images, as attribution and metric: of all its scores but those of null maps."""
    of_panels = results[(results["panel"] != "") & (results["split"] == "test")]
    scores = of_panels[of_panels["metric"].isin(metrics) & ~of_panels["attribution"].isin(null_maps)]
    distinct = scores[["panel", "attribution", "metric"]].drop_duplicates()
    return {
        panel: list(zip(rows["attribution"], rows["metric"], strict=True))
        for panel, rows in distinct.groupby("panel", sort=False)
    }


def comparisons(grid: Grid, scores: dict[str, list[tuple[str, str]]], nulls: set[str]) -> list[Comparison]:
    """All of the grid on test images: of every two methods but `nulls`, by every score.

    scores: as from `compared`. The attribution is empty for a metric of the model itself.
    """
    pairs = permutations([name for name in grid.methods if name not in nulls], 2)
    datasets = [*grid.datasets, ALL] if len(grid.datasets) > 1 else grid.datasets
    scored = [("", metric) for metric in PERFORMANCE]
    scored += [score for panel in grid.panels for score in scores.get(panel, [])]
    return [
        Comparison(dataset, model, *methods, *score)
        for dataset, model, methods, score in product(datasets, grid.models, list(pairs), scored)
    ]


def family(primary: Primary | None, baseline: str, everything: list[Comparison]) -> list[Comparison]:
    """Those of all `comparisons` that `primary` names; if it is None, all scores but effects with the baseline's."""
    if primary is None:
        return [one for one in everything if one.against == baseline and not is_effect(one.metric)]
    datasets = {comparison.dataset for comparison in everything}
    chosen = primary.datasets or (datasets & {ALL} or datasets)
    return [
        comparison
        for comparison in everything
        if comparison.dataset in chosen
        and comparison.method in primary.methods
        and comparison.against in (primary.against or [baseline])
        and comparison.metric in primary.metrics
        and comparison.attribution in ("", *primary.attributions)
        and (primary.models is None or comparison.model in primary.models)
    ]


def unmatched(primary: Primary, baseline: str, everything: list[Comparison]) -> list[str]:
    """A line for each name in `primary` that no comparison of its family has."""
    of_maps = {comparison.metric for comparison in everything if comparison.attribution}.intersection(primary.metrics)
    if of_maps and not primary.attributions:
        allowed = ", ".join(sorted({comparison.attribution for comparison in everything} - {""}))
        return [f"attributions: none, where {', '.join(sorted(of_maps))} needs one; allowed: {allowed}"]
    declared, lines = family(primary, baseline, everything), []
    for key, names in primary.model_dump(exclude_none=True).items():
        field = key.removesuffix("s")
        matched = {getattr(comparison, field) for comparison in declared}
        for name in (name for name in names if name not in matched):
            allowed = ", ".join(sorted({getattr(comparison, field) for comparison in everything} - {""})) or "none"
            where = "in no comparison of the grid, or in none with the rest of the block"
            lines.append(f"{key}: {name}: {where}; allowed: {allowed}")
    return lines
