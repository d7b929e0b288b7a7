"""What each method costs."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from smoot.report.evidence.metrics import Metric, title_with_arrow
from smoot.report.figures.canvas import method_handles, panels
from smoot.report.figures.look import PAPER, Look, placed
from smoot.report.figures.ticks import finish
from smoot.report.page import Block, Cell, Column, Picture, Row, Section, Table
from smoot.report.study import Study
from smoot.report.words import number

RUN = ["dataset", "model", "method", "seed"]


def cost_table(costs: pd.DataFrame, methods: list[str], baseline: str) -> list[dict[str, Any]]:
    """A row for each data set, model and method: means over seeds.

    ratio: seconds of training over the baseline's, paired by seed; NaN where either is not there or zero.
    """
    rows = []
    for (dataset, model), group in costs.groupby(["dataset", "model"], sort=False):
        seconds = group.pivot(index="seed", columns="method", values="train_seconds")
        for method in (name for name in methods if name in seconds):
            own = group[group["method"] == method]
            trained = own["images_per_second"].notna().any()
            ratio = (seconds[method] / seconds[baseline]).mean() if baseline in seconds and trained else np.nan
            rows.append(
                {
                    "dataset": dataset,
                    "model": model,
                    "method": method,
                    "seconds": own["train_seconds"].mean(),
                    "ratio": ratio,
                    "images_per_second": own["images_per_second"].astype(float).mean(),
                    "memory": own["peak_memory_bytes"].mean() / 2**20,
                }
            )
    return rows


def quality_and_cost(
    results: pd.DataFrame, costs: pd.DataFrame, metrics: Mapping[str, Metric], attribution: str
) -> pd.DataFrame:
    """RUN, seconds, and for each trained run its accuracy, and what metrics with curves give the attribution's map."""
    with_curves = [name for name, metric in metrics.items() if metric.has_curves]
    accuracy = results["metric"] == results["split"] + "_accuracy"
    of_maps = results["metric"].isin(with_curves) & results["attribution"].isin(["", attribution])
    wanted = results[accuracy | of_maps]
    names = {name: title_with_arrow(metric) for name, metric in metrics.items()}
    wanted = wanted.assign(metric=wanted["metric"].map(names))
    quality = wanted.pivot_table(index=RUN, columns="metric", values="value", sort=False).reset_index()
    trained = costs[costs["images_per_second"].notna()]
    return quality.merge(trained[[*RUN, "train_seconds"]].rename(columns={"train_seconds": "seconds"}), on=RUN)


NOT_QUALITY = {"dataset", "model", "method", "seed", "seconds"}


def cost(points: pd.DataFrame, look: Look) -> Figure | None:
    """Each quality beside the seconds of training, a panel a quality.

    To be seen: a small point a run, and a large one at a method's mean. points: dataset, model, method, seed, seconds,
    and the columns of quality in their order, by their titles.
    """
    quality = [column for column in points if column not in NOT_QUALITY]
    if points.empty or not quality:
        return None
    rows = placed(points)
    methods = look.shown(rows)
    places = list(rows["place"].unique())
    by_run = dict(list(rows.groupby(["place", "method"])))
    figure, axes = panels(dict.fromkeys(places, quality), method_handles(methods, look))
    for place in places:
        for panel, name in zip(axes[place], quality, strict=True):
            for method in methods:
                part = by_run.get((place, method), rows[:0]).dropna(subset=[name])
                if part.empty:
                    continue
                colour = look.colours[method]
                panel.plot(part["seconds"], part[name], "o", color=colour, alpha=0.5, markersize=2.5, markeredgewidth=0)
                panel.plot(
                    part["seconds"].mean(), part[name].mean(), marker=look.markers[method], color=colour,
                    markersize=6.5, markeredgecolor=PAPER, markeredgewidth=0.6,
                )  # fmt: skip
            panel.set_xlim(left=0)
            panel.set_xlabel("seconds of training")
            finish(panel)
    return figure


def build(study: Study) -> Section | None:
    evidence, report = study.evidence, study.report
    if evidence.costs.empty:
        return None
    quality = quality_and_cost(study.results, evidence.costs, study.metrics, report.attribution)
    figure = cost(quality, study.look)
    blocks: list[Block] = []
    if figure is not None:
        caption = "Seconds of training and what they bring; a point is a run."
        blocks.append(Picture("cost", figure, caption, caption))
    columns = ["method", "data set", "model", "training, s", f"× {report.baseline}", "images / s", "peak memory, MiB"]
    rows = []
    for row in cost_table(evidence.costs, study.grid.methods, report.baseline):
        names = [Cell(str(row[key])) for key in ("method", "dataset", "model")]
        amounts = zip(("seconds", "ratio", "images_per_second", "memory"), (1, 2, 0, 0), strict=True)
        numbers = [Cell(number(row[key], digits), _known(row[key])) for key, digits in amounts]
        labels = {key: str(row[key]) for key in ("method", "dataset", "model")}
        rows.append(Row((*names, *numbers), labels, null=row["method"] in study.nulls.methods))
    titles = tuple(Column(title, number=place > 2) for place, title in enumerate(columns))
    blocks.append(Table("cost", titles, tuple(rows), "Cost of training, means over seeds"))
    reading = "Means over seeds; ratios are paired by seed. Times are of the machines below, whatever else ran on them."
    return Section("cost", "Cost", reading, tuple(blocks), of_machine=True)


def _known(value: float) -> float | None:
    return float(value) if value == value else None
