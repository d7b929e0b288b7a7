"""results.csv: one row for each data set, model, method, seed, attribution and metric."""

from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from smoot.artifacts.paths import Cell
from smoot.metrics.accuracy_drop import area
from smoot.report.hypotheses import PERFORMANCE
from smoot.report.records import Collected, Hole
from smoot.scoring.apply_metric import describe
from smoot.scoring.metric import About, MetricParams
from smoot.scoring.panel import Panel

# A record of `smoot.scoring.apply_metric`, with its attribution and metric.
Result = dict[str, Any]

CELL = ["dataset", "model", "method", "seed"]
COLUMNS = [*CELL, "panel", "attribution", "metric", "value", "images", "status", "reason"]

NUMBERS = {"seed": int, "value": float, "images": int}  # a frame without rows would have no types


def about(result: Result) -> About:
    """Direction, category and citation of a score's metric."""
    return describe(result["component"], result["arguments"])


def metric_components(collected: Collected) -> dict[str, str]:
    """The component of every metric of the grid, by the metric's name in results.csv.

    Of the generic one, with what it calls: other metrics of Quantus are not other settings of it.
    """
    found = {metric: metric for metric in PERFORMANCE}
    for scores in collected.scores.values():
        for result in scores["results"]:
            called = f" {result['arguments']['name']}" if result["component"] == "quantus" else ""
            found[result["metric"]] = result["component"] + called
    return found


def without_settings(kinds: dict[str, str]) -> set[str]:
    """The names of the metrics whose component has no parameters that could be set otherwise."""
    return {
        metric
        for metric, component in kinds.items()
        if component in components.names("metrics")
        and components.load("metrics", component).Params.model_fields.keys() == MetricParams.model_fields.keys()
    }


def described(collected: Collected) -> dict[str, tuple[str, About]]:
    """(title, About) of every metric of the grid, by its name in results.csv, in the order of the panels.

    A variant that a panel names for itself, such as accuracy_drop_uniform, has its own part of the name in its title.
    """
    metrics = {metric: (known.title, known) for metric, known in PERFORMANCE.items()}
    for scores in collected.scores.values():
        for result in scores["results"]:
            metric, known = result["metric"], about(result)
            variant = metric.removeprefix(result["component"]).replace("_", " ").strip()
            metrics[metric] = (known.title + (f" ({variant})" if variant else ""), known)
    return metrics


def tidy(collected: Collected) -> pd.DataFrame:
    """COLUMNS, in the grid's order. Where status is not ok, value is NaN and reason says why.

    status: ok; undefined, where no image has a value; not applicable; not run, where the cell has no result.
    Beside an accuracy drop stand the two areas that it is the difference of, as {metric}_random_area and
    {metric}_saliency_area.
    """
    rows: list[dict[str, Any]] = []
    for cell, run in collected.runs.items():
        for metric in PERFORMANCE:
            value, size = run["metrics"][metric], run["dataset_description"]["sizes"]["test"]
            rows.append(_row(cell, "", "", metric, np.array([value]), None) | {"images": size})
    for (cell, panel), scores in collected.scores.items():
        agreed = agreed_images(collected, cell, panel)
        for result in scores["results"]:
            values = np.array(result["values"], dtype=float)
            reason = result["reason"]
            if about(result).correct_only:
                values = values[agreed[: len(values)]]
                reason = reason or (None if len(values) else "no image that all trained models classify correctly")
            row = _row(cell, panel, result["attribution"], result["metric"], values, reason)
            rows.append(row if result["applies"] else row | {"status": "not applicable"})
            for order, points in result["curves"].items():
                name = f"{result['metric']}_{order}_area"
                rows.append(_row(cell, panel, result["attribution"], name, area(np.array(points)), reason))
    return pd.DataFrame(rows, columns=COLUMNS)


def not_run(missing: list[Hole], panels: dict[str, Panel]) -> pd.DataFrame:
    """COLUMNS, for every score that the cells in `missing` do not have."""
    nothing = np.array([])
    rows = []
    for hole in missing:
        for attribution, metric in panels[hole.panel].scores() if hole.panel else product([""], PERFORMANCE):
            rows.append(_row(hole.cell, hole.panel, attribution, metric, nothing, f"{hole.path}: not there"))
    return pd.DataFrame(rows, columns=COLUMNS).astype(NUMBERS).assign(status="not run")


def agreed_images(collected: Collected, cell: Cell, panel: str) -> np.ndarray:
    """(n,) bool: the panel's images that all trained models with the cell's data set, model and seed get right."""
    alike = [
        np.array(scores["correct"])
        for (other, other_panel), scores in collected.scores.items()
        if other_panel == panel
        and (other.dataset, other.model, other.seed) == (cell.dataset, cell.model, cell.seed)
        and collected.runs.get(other, {"epochs": 0})["epochs"] > 0
    ]
    own = collected.scores[cell, panel]["correct"]
    return np.logical_and.reduce(alike) if alike else np.ones(len(own), dtype=bool)


def _row(
    cell: Cell, panel: str, attribution: str, metric: str, values: np.ndarray, reason: str | None
) -> dict[str, Any]:
    valid = values[np.isfinite(values)]
    return {
        **cell.coordinates,
        "panel": panel,
        "attribution": attribution,
        "metric": metric,
        "value": valid.mean() if len(valid) else np.nan,
        "images": len(valid),
        "status": "ok" if len(valid) else "undefined",
        "reason": reason or "",
    }


def areas(results: pd.DataFrame) -> list[dict[str, Any]]:
    """The areas under the accuracy curves, a row for each data set, model, metric and attribution.

    `methods` holds (random order, the map's order) for each method, means over seeds.
    """
    rows: dict[tuple[str, ...], dict[str, tuple[float, float]]] = {}
    means = results.groupby(["dataset", "model", "metric", "attribution", "method"], sort=False)["value"].mean()
    for (dataset, model, metric, attribution, method), value in means.items():
        name = metric.removesuffix("_random_area")
        if name != metric and attribution != "random":
            by_map = means[dataset, model, f"{name}_saliency_area", attribution, method]
            rows.setdefault((dataset, model, name, attribution), {})[method] = (value, by_map)
    return [
        {**dict(zip(("dataset", "model", "metric", "attribution"), keys, strict=True)), "methods": values}
        for keys, values in rows.items()
    ]


def curves(collected: Collected) -> pd.DataFrame:
    """Accuracy as pixels go: coordinates, attribution, metric, order, removed (a fraction), accuracy."""
    rows = []
    for (cell, _), scores in collected.scores.items():
        for result in scores["results"]:
            for order, points in result["curves"].items():
                accuracy = np.mean(points, axis=0)
                for place, value in enumerate(accuracy):
                    rows.append(
                        {
                            **cell.coordinates,
                            "attribution": result["attribution"],
                            "metric": result["metric"],
                            "order": order,
                            "removed": place / len(accuracy),
                            "accuracy": value,
                        }
                    )
    return pd.DataFrame(rows, columns=[*CELL, "attribution", "metric", "order", "removed", "accuracy"])
