"""The family of comparisons that claims are made of: their p values are adjusted for each other.

It follows from params.yaml alone, so how many seeds a claim needs is known before anything is trained.
"""

from itertools import permutations, product
from typing import NamedTuple

from smoot.grid import Grid
from smoot.report.options import Primary
from smoot.scoring.metric import About
from smoot.scoring.panel import Panel

ALL = "all data sets"

# What train measures.
PERFORMANCE = {
    "test_accuracy": About("Test accuracy", "performance", True, ""),
    "test_loss": About("Test cross-entropy", "performance", False, ""),
    "test_ece": About("Expected calibration error", "performance", False, "Guo et al., ICML 2017"),
}


class Comparison(NamedTuple):
    """Of `method` with the method `against`. attribution: empty for a metric of the model itself."""

    dataset: str
    model: str
    method: str
    against: str
    attribution: str
    metric: str


def comparisons(grid: Grid, panels: dict[str, Panel], nulls: set[str]) -> list[Comparison]:
    """All of the grid: of every two methods but `nulls`, by all maps but the random one."""
    scores = [("", metric) for metric in PERFORMANCE]
    scores += [score for name in grid.panels for score in panels[name].scores() if score[0] != "random"]
    pairs = permutations([name for name in grid.methods if name not in nulls], 2)
    datasets = [*grid.datasets, ALL] if len(grid.datasets) > 1 else grid.datasets
    return [
        Comparison(dataset, model, *methods, *score)
        for dataset, model, methods, score in product(datasets, grid.models, list(pairs), scores)
    ]


def family(primary: Primary | None, baseline: str, everything: list[Comparison]) -> list[Comparison]:
    """Those of all `comparisons` that `primary` names; if it is None, all with the baseline."""
    if primary is None:
        return [one for one in everything if one.against == baseline]
    datasets = {one.dataset for one in everything}
    chosen = primary.datasets or (datasets & {ALL} or datasets)
    return [
        one
        for one in everything
        if one.dataset in chosen
        and one.method in primary.methods
        and one.against in (primary.against or [baseline])
        and one.metric in primary.metrics
        and one.attribution in ("", *primary.attributions)
        and (primary.models is None or one.model in primary.models)
    ]


def unmatched(primary: Primary, baseline: str, everything: list[Comparison]) -> list[str]:
    """A line for each name in `primary` that no comparison of its family has."""
    of_maps = {one.metric for one in everything if one.attribution}.intersection(primary.metrics)
    if of_maps and not primary.attributions:
        allowed = ", ".join(sorted({one.attribution for one in everything} - {""}))
        return [f"attributions: none, where {', '.join(sorted(of_maps))} needs one; allowed: {allowed}"]
    found, lines = family(primary, baseline, everything), []
    for key, names in primary.model_dump(exclude_none=True).items():
        field = key.removesuffix("s")
        there = {getattr(one, field) for one in found}
        for name in (name for name in names if name not in there):
            allowed = ", ".join(sorted({getattr(one, field) for one in everything} - {""})) or "none"
            where = "in no comparison of the grid, or in none with the rest of the block"
            lines.append(f"{key}: {name}: {where}; allowed: {allowed}")
    return lines
