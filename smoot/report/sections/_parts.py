"""What scores that are a difference of two areas are made of: a figure, and a table of every part."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from smoot.core.text import count, short
from smoot.report.analysis.comparison import MethodScores, ScoreRow, summarise
from smoot.report.analysis.parts import with_shares
from smoot.report.evidence.metrics import Metric, named_on_split, on_split
from smoot.report.figures.canvas import limits, panels, span
from smoot.report.figures.look import PAPER, SOFT, Look, placed
from smoot.report.figures.ticks import finish
from smoot.report.page import Block, Cell, Column, Picture, Row, Table
from smoot.report.sections._cells import ends_alone, labels, method_columns
from smoot.report.study import Study
from smoot.report.words import number


def areas(parts: pd.DataFrame, attribution: str, titles: Mapping[str, str], look: Look) -> Figure | None:
    """The areas of one attribution: a panel a metric, a column a method in its colour.

    To be seen: a hollow point at the first area and a full one at the second, means over seeds, with a line between
    them that is as long as the score; a dotted line at chance. parts: as from `smoot.report.analysis.parts`.
    titles: by metric. Of very many methods, those that `Look.thinned` leaves.
    """
    rows = look.thinned(parts[parts["attribution"] == attribution])
    if rows.empty:
        return None
    rows = placed(rows)
    metrics = {place: list(part["metric"].unique()) for place, part in rows.groupby("place", sort=False)}
    present = set(rows["method"])
    methods = [method for method in look.methods if method in present]
    names = [short(method, 24) for method in methods]
    firsts, seconds = (" or ".join(dict.fromkeys(rows[end].str.replace("_", " "))) for end in ("first", "second"))
    figure, axes = panels(
        {place: [titles[metric] for metric in own] for place, own in metrics.items()},
        _legend(firsts, seconds, bool(rows["chance"].notna().any())),
        columns=3,
        height=150,
        bottom=16 + 4.2 * max(map(len, names)),
    )
    by_panel = dict(list(rows.groupby(["place", "metric"], sort=False)))
    for place, own in metrics.items():
        for panel, metric in zip(axes[place], own, strict=True):
            _panel(panel, by_panel[place, metric], methods, names, look)
    return figure


def _panel(axes: Axes, rows: pd.DataFrame, methods: list[str], names: list[str], look: Look) -> None:
    means = rows.groupby("method")[["first_area", "second_area"]].mean().reindex(methods)
    chance = rows["chance"].iloc[0]
    axes.set_xlim(-0.6, len(methods) - 0.4)
    axes.set_ylim(*limits(span(means), span(chance), 1.5))
    low, high = axes.get_ylim()
    if np.isfinite(chance) and low <= chance <= high:
        axes.axhline(chance, color=SOFT, linestyle=":", linewidth=1, label="chance")
    for place, (method, first, second) in enumerate(means.itertuples(name=None)):
        colour = look.colours[method]
        style: dict[str, Any] = {"color": colour, "markersize": 5, "label": method}
        axes.plot([place, place], [first, second], "-", color=colour, linewidth=1.5, label=method)
        axes.plot(place, first, "o", markerfacecolor=PAPER, markeredgewidth=1.25, **style)
        axes.plot(place, second, "o", markeredgewidth=0, **style)
    finish(axes, names)


def _legend(first: str, second: str, chance: bool) -> list[Artist]:
    full: dict[str, Any] = {"linestyle": "", "marker": "o", "color": SOFT, "markersize": 5}
    handles: list[Artist] = [
        Line2D([], [], markerfacecolor=PAPER, markeredgewidth=1.25, label=first, **full),
        Line2D([], [], markeredgewidth=0, label=second, **full),
        Line2D([], [], color=SOFT, linewidth=1.5, label="the score"),
    ]
    return handles + ([Line2D([], [], color=SOFT, linestyle=":", linewidth=1, label="chance")] if chance else [])


SHARE_TITLE = "share of the headroom"


def part_blocks(study: Study) -> Iterator[Block]:
    """The parts of the scores of all maps but null ones; the figure is of the report's attribution. Nothing without
    such scores."""
    parts = study.parts[~study.parts["attribution"].isin(study.nulls.maps)]
    if parts.empty:
        return
    titles = {name: on_split(metric.title, metric.split) for name, metric in study.metrics.items()}
    attribution = study.report.attribution
    figure = areas(parts, attribution, titles, study.look)
    if figure is not None:
        seeds = count(len(study.grid.seeds), "seed")
        caption = (
            f"The two areas whose difference is the score by {attribution}, means over {seeds}.{ends_alone(study)}"
        )
        yield Picture(f"areas_{attribution}", figure, caption, caption)
    for split in study.splits:
        rows = tuple(_rows(study, parts[parts["split"] == split]))
        if rows:
            columns = (Column("metric"), Column("part"), Column("attribution"), Column("data set"), Column("model"))
            yield Table(
                named_on_split("parts", split),
                (*columns, *method_columns(study)),
                rows,
                on_split(
                    "What scores are the difference of; the share of the headroom is the score over the first area "
                    "less chance",
                    split,
                ),
                study.report.baseline,
            )


def _rows(study: Study, parts: pd.DataFrame) -> Iterator[Row]:
    scores, named = with_shares(study.results, parts), _named(study, parts)
    grid, report = study.grid, study.report
    tables = summarise(scores, named, grid.methods, grid.seeds, report.baseline, report.confidence)
    found = {(row.dataset, row.model, row.attribution, row.metric): row for table in tables for row in table.rows}
    keys = ["dataset", "model", "attribution", "metric"]
    for dataset, model, attribution, metric in parts[keys].drop_duplicates().itertuples(index=False, name=None):
        for name in _names(study, metric):
            row = found.get((dataset, model, attribution, name))
            if row and any(entry.values for entry in row.entries):
                yield _row(study, metric, row)


def _names(study: Study, metric: str) -> list[str]:
    """The names of a score's parts in results.csv and of its share; the score is third."""
    first, second = study.metrics[metric].info.difference or ("", "")
    return [f"{metric}_{first}", f"{metric}_{second}", metric, f"{metric}_share"]


def _named(study: Study, parts: pd.DataFrame) -> dict[str, Metric]:
    """The parts as metrics by their names, titled as parts.

    The score rises with the first area, and falls with the second.
    """
    named = {}
    for metric in parts["metric"].unique():
        about = study.metrics[metric]
        up = about.info.higher_is_better
        titles = [name.replace("_", " ") for name in about.info.difference or ()]
        for name, title, better in zip(
            _names(study, metric), [*titles, "the score", SHARE_TITLE], [up, not up, up, up], strict=True
        ):
            info = about.info.model_copy(update={"higher_is_better": better})
            named[name] = Metric(title, info, about.component, about.has_settings, about.split)
    return named


def _row(study: Study, metric: str, row: ScoreRow) -> Row:
    title = study.metrics[metric].title
    cells = [Cell(title, metric=metric), Cell(row.title), Cell(row.attribution), Cell(row.dataset), Cell(row.model)]
    cells += [_cell(study, entry) for entry in row.entries]
    of = labels(dataset=row.dataset, model=row.model, attribution=row.attribution)
    return Row(tuple(cells), of, False, row.info.higher_is_better, row.differences)


def _cell(study: Study, entry: MethodScores) -> Cell:
    difference = entry.difference if entry.difference.known else None
    return Cell(
        number(entry.mean),
        entry.mean if entry.values else None,
        difference=difference,
        null=entry.method in study.nulls.methods,
        apart=difference is not None and difference.apart,
        hole=f"{len(entry.values)} of {entry.seeds} seeds" if len(entry.values) < entry.seeds else "",
    )
