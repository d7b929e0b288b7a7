"""What metrics measure at several points."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import seaborn as sns
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from smoot.core.text import count
from smoot.report.evidence.metrics import Metric, named_on_split, on_split
from smoot.report.figures.canvas import method_handles, panels
from smoot.report.figures.lines import bands
from smoot.report.figures.look import SOFT, Look, placed
from smoot.report.figures.ticks import finish
from smoot.report.page import Block, Cell, Column, Picture, Row, Section, Table
from smoot.report.sections import _parts
from smoot.report.sections._cells import ends_alone, method_columns
from smoot.report.study import Study
from smoot.report.words import number

REFERENCE = (4, 2)
DASHES: list[Any] = ["", (1.5, 1.5), (3, 1.5, 1, 1.5), (7, 2, 1, 2, 1, 2), (9, 3)]


def metric_curves(points: pd.DataFrame, attribution: str, titles: Mapping[str, str], look: Look) -> Figure | None:
    """The curves of one attribution, a panel a metric; a colour a method, grey for nulls, a dash a line.

    To be seen: means over seeds, and a band from the lowest seed to the highest; what lines are held against is dashed.
    points: as from `smoot.report.evidence.curves`. titles: by metric. Of very many methods, those that `Look.thinned`
    leaves.
    """
    rows = look.thinned(points[points["attribution"] == attribution])
    if rows.empty:
        return None
    rows = placed(rows)
    present = set(rows["method"].unique())
    methods = [method for method in look.methods if method in present]
    metrics = {place: list(part["metric"].unique()) for place, part in rows.groupby("place", sort=False)}
    dashes = _dashes(rows)
    about = rows.groupby(["place", "metric"]).first()
    figure, axes = panels(
        {place: [titles[metric] for metric in own] for place, own in metrics.items()},
        [*method_handles(methods, look, line=True, marker=False), *(_line_handles(dashes) if len(dashes) > 1 else [])],
        height=150,
    )
    for place, own in metrics.items():
        for panel, metric in zip(axes[place], own, strict=True):
            part = rows[(rows["place"] == place) & (rows["metric"] == metric)]
            sns.lineplot(
                bands(panel, part, "x", "y", ["method", "line"], look), x="x", y="y", estimator=None,
                hue="method", hue_order=methods, palette=look.colours, style="line", style_order=list(dashes),
                dashes=dashes, linewidth=1.25, legend=False, ax=panel,
            )  # fmt: skip
            first = about.loc[(place, metric)]
            if math.isfinite(first["low"]):
                panel.set_ylim(first["low"], first["high"])
            panel.set_xlabel(first["x_label"])
            panel.set_ylabel(first["y_label"])
            finish(panel)
    return figure


def _dashes(rows: pd.DataFrame) -> dict[str, Any]:
    """A style for each line; what the others are held against has its own."""
    references = set(rows.loc[rows["reference"].astype(bool), "line"])
    lines = list(rows["line"].unique())
    others = [line for line in lines if line not in references]
    styles = {line: DASHES[number % len(DASHES)] for number, line in enumerate(others)}
    return {line: styles.get(line, REFERENCE) for line in lines}


def _line_handles(dashes: dict[str, Any]) -> list[Artist]:
    return [
        Line2D([], [], color=SOFT, linestyle=(0, style) if style else "-", label=line) for line, style in dashes.items()
    ]


@dataclass(frozen=True)
class Summaries:
    """The summaries of one metric by one attribution, means over seeds."""

    dataset: str
    model: str
    metric: str
    attribution: str
    methods: dict[str, dict[str, float]]
    """The mean of each summary, by method and then by summary."""


def build(study: Study) -> Section | None:
    points = study.curves
    titles = {name: on_split(metric.title, metric.split) for name, metric in study.metrics.items()}
    blocks: list[Block] = []
    for attribution in points["attribution"].unique():
        if attribution in study.nulls.maps:
            continue
        figure = metric_curves(points, attribution, titles, study.look)
        if figure is not None:
            of = f"by {attribution}" if attribution else "of the model itself"
            seeds = count(len(study.grid.seeds), "seed")
            bands = "; bands span the seeds" if study.has_intervals else ""
            caption = f"Curves {of}: means over images, then over {seeds}{bands}.{ends_alone(study)}"
            blocks.append(Picture(f"curves_{attribution or 'of_the_model'}", figure, caption, caption))
    blocks += _parts.part_blocks(study)
    for split in study.splits:
        rows = summaries(study.results, study.metrics, study.nulls.maps, split)
        if rows:
            blocks.append(_table(study, rows, split))
    readings = dict.fromkeys(metric.info.reading for metric in study.metrics.values() if metric.info.reading)
    reading = " ".join(["What metrics measure at several points, and the areas that sum it up.", *readings])
    return Section("curves", "Curves", reading, tuple(blocks)) if blocks else None


def _table(study: Study, rows: list[Summaries], split: str) -> Table:
    columns = [Column("metric"), Column("attribution"), Column("data set"), Column("model")]
    columns += method_columns(study)
    nulls = study.nulls.methods
    lines = []
    for row in rows:
        cells = [Cell(study.metrics[row.metric].title, metric=row.metric), Cell(row.attribution or "–")]
        cells += [Cell(row.dataset), Cell(row.model)]
        cells += [_cell(row, method, method in nulls) for method in study.grid.methods]
        lines.append(Row(tuple(cells), {"dataset": row.dataset, "model": row.model, "attribution": row.attribution}))
    caption = on_split("What sums up the curves, means over seeds", split)
    return Table(named_on_split("summaries", split), tuple(columns), tuple(lines), caption)


def _cell(row: Summaries, method: str, null: bool) -> Cell:
    own = row.methods.get(method)
    if own is None:
        return Cell(null=null)
    return Cell(", ".join(f"{name} {number(value)}" for name, value in own.items()), null=null)


def summaries(results: pd.DataFrame, metrics: Mapping[str, Metric], null_maps: set[str], split: str) -> list[Summaries]:
    """The summaries of every metric on `split` that has any, by all maps but `null_maps`.

    Without those that a score is the difference of: `smoot.report.analysis.parts` has them.
    results: as from `smoot.artifacts.results`.
    """
    own = results[(results["split"] == split) & ~results["attribution"].isin(null_maps)]
    means = own.groupby(["dataset", "model", "metric", "attribution", "method"], sort=False)["value"].mean()
    rows = []
    for (dataset, model, metric, attribution), part in own.groupby(
        ["dataset", "model", "metric", "attribution"], sort=False
    ):
        info = metrics[metric].info if metric in metrics else None
        names = info.summaries if info and not info.difference else ()
        methods = {}
        for method in part["method"].unique():
            keys = {name: (dataset, model, f"{metric}_{name}", attribution, method) for name in names}
            if keys and all(key in means for key in keys.values()):
                methods[method] = {name: means[key] for name, key in keys.items()}
        if methods:
            rows.append(Summaries(dataset, model, metric, attribution, methods))
    return rows
