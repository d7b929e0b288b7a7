"""What metrics measure at several points: the curves, and what they are summarised by."""

import math
from dataclasses import dataclass

import pandas as pd

from smoot.report.metrics import Metric
from smoot.report.records import Records
from smoot.report.results import CELL

POINTS = [*CELL, "attribution", "metric", "split", "line", "reference", "x", "y", "x_label", "y_label", "low", "high"]


def curve_points(records: Records) -> pd.DataFrame:
    """POINTS: one row a point, y its mean over images. low, high: the limits of y, NaN where they are not known."""
    rows = []
    for (cell, _), record in records.scores.items():
        for score in record.results:
            for line, curve in score.curves.items():
                low, high = curve.limits or (math.nan, math.nan)
                whole = {
                    **cell.coordinates,
                    "attribution": score.attribution,
                    "metric": score.metric,
                    "split": record.split,
                    "line": line,
                    "reference": curve.reference,
                    "x_label": curve.x_label,
                    "y_label": curve.y_label,
                    "low": low,
                    "high": high,
                }
                rows += [whole | {"x": x, "y": y} for x, y in zip(curve.x, curve.mean, strict=True)]
    return pd.DataFrame(rows, columns=POINTS)


@dataclass(frozen=True)
class Summaries:
    """The summaries of one metric by one attribution, means over seeds."""

    dataset: str
    model: str
    metric: str
    attribution: str
    methods: dict[str, dict[str, float]]
    """By method, by summary."""
    difference: tuple[str, str] | None
    """The two summaries, if there are two, whose difference is the score."""


def summaries(results: pd.DataFrame, metrics: dict[str, Metric], null_maps: set[str], split: str) -> list[Summaries]:
    """Of every metric on `split` that has any, by all maps but `null_maps`.

    results: as from `smoot.report.results`.
    """
    own = results[(results["split"] == split) & ~results["attribution"].isin(null_maps)]
    means = own.groupby(["dataset", "model", "metric", "attribution", "method"], sort=False)["value"].mean()
    rows = []
    for (dataset, model, metric, attribution), part in own.groupby(
        ["dataset", "model", "metric", "attribution"], sort=False
    ):
        names = metrics[metric].info.summaries if metric in metrics else ()
        methods = {}
        for method in part["method"].unique():
            keys = {name: (dataset, model, f"{metric}_{name}", attribution, method) for name in names}
            if keys and all(key in means for key in keys.values()):
                methods[method] = {name: means[key] for name, key in keys.items()}
        if methods:
            rows.append(Summaries(dataset, model, metric, attribution, methods, metrics[metric].info.difference))
    return rows
