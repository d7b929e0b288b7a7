"""The map, or the model? What a method changes of a score by its maps, and what by its model."""

import math
from collections.abc import Iterator

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from smoot.artifacts.effects import EFFECTS, effect_names
from smoot.core.text import count, short
from smoot.report.analysis.comparison import Difference, ScoreRow
from smoot.report.evidence.metrics import named_on_split, on_split
from smoot.report.figures.canvas import NORMAL, SMALL, aimed, sheet
from smoot.report.figures.intervals import segments
from smoot.report.figures.look import INK, LINE, NULL, PAPER, SOFT, Look
from smoot.report.page import Block, Cell, Column, Picture, Row, Section, Table
from smoot.report.sections._cells import labels, metric_cell
from smoot.report.study import Study
from smoot.report.words import signed, with_interval

NAMES, COLUMN, ROW, HEAD, ACROSS = 170, 310, 26, 60, 3  # pixels, and columns side by side
SHOWN_AT_FIRST = 6  # metrics that are drawn
EFFECT_COLUMNS = (
    Column("metric"),
    Column("attribution"),
    Column("data set"),
    Column("model"),
    Column("method"),
    Column("difference", number=True),
    *(Column(title, number=True) for title in EFFECTS.values()),
)


def build(study: Study) -> Section | None:
    if study.effects.empty:
        return None
    blocks: list[Block] = []
    for split in study.splits:
        rows = [row for row in study.rows if row.split == split and _is_base(study, row)]
        drawn = effect_table(study, [row for row in rows if row.info.tries_maps and _is_judged(study, row)])
        figure = stacked_effects(drawn, study.look)
        if figure is not None:
            caption = _caption(study)
            blocks.append(Picture(named_on_split("map_or_model", split, "_"), figure, caption, caption))
        lines = tuple(line for row in rows for line in _lines(study, row))
        caption = on_split(f"Effects against {study.report.baseline}, {study.mean_over_seeds}", split)
        blocks.append(Table(named_on_split("map-or-model", split), EFFECT_COLUMNS, lines, caption))
    return Section("map_or_model", "The map, or the model?", _reading(study), tuple(blocks))


def _reading(study: Study) -> str:
    again = ""
    if study.second_draws:
        named = ", ".join(sorted(study.second_draws))
        again = f" {named} is {study.report.baseline} trained once more: its effects are what chance gives."
    return (
        "A training method changes the model and its maps, and a score of removed pixels depends on both. So each map "
        f"is tried on its own model and on that of {study.report.baseline}, and so is the map of "
        f"{study.report.baseline}. The map's effect is how much better the map is on either model, the model's effect "
        "how much kinder the model is to either map; the two add up to the difference. The fit is how much better the "
        f"maps suit their own models than each other's. What is said of maps is said of the map's effect alone.{again}"
    )


def _caption(study: Study) -> str:
    return (
        f"The difference to {study.report.baseline} by {study.report.attribution} in its two parts, "
        f"{study.mean_over_seeds}: full, the map's effect; pale, the model's; hollow, the fit, which is no part of the "
        "sum. Grey are methods that are nulls. Right is better, and each metric has its own scale."
    )


def _is_base(study: Study, row: ScoreRow) -> bool:
    """Whether there are effects on the row's score."""
    return effect_names(row.metric)[0] in study.effect_metrics and row.attribution in set(study.effects["attribution"])


def _is_judged(study: Study, row: ScoreRow) -> bool:
    return row.attribution == study.report.attribution and (row.dataset, row.model) in study.places


def of_effects(study: Study, row: ScoreRow, method: str) -> dict[str, Difference]:
    """The value of each effect on the row's score, method less baseline; the baseline's own effects are 0."""
    found = {}
    for effect, name in zip(EFFECTS, effect_names(row.metric), strict=True):
        own = study.row_of(row.dataset, row.model, row.attribution, name)
        found[effect] = own.compare(method, study.report.baseline) if own else Difference()
    return found


def effect_table(study: Study, rows: list[ScoreRow]) -> pd.DataFrame:
    """place, metric, method, effect, mean, low, high and null of each effect that is known; right is better."""
    found = []
    for row in rows:
        sign = 1 if row.info.higher_is_better else -1
        for method in study.grid.methods:
            if method == study.report.baseline:
                continue
            null = method in study.nulls.methods | study.second_draws
            for effect, difference in of_effects(study, row, method).items():
                low, high = sorted(sign * end for end in difference.interval)
                known = (sign * difference.mean, low, high)
                title = aimed(on_split(row.title, row.split), row.info.higher_is_better)
                found.append((row.place, title, method, effect, *known, null))
    columns = ["place", "metric", "method", "effect", "mean", "low", "high", "null"]
    return pd.DataFrame(found, columns=columns).dropna(subset=["mean"])


def stacked_effects(effects: pd.DataFrame, look: Look) -> Figure | None:
    """A row a method, a column a metric: the two effects one after the other, and the fit below them.

    To be seen: a full bar for the map's effect and a pale one for the model's, each with its interval; a hollow point
    with an interval for the fit; grey for nulls. effects: as from `effect_table`. Of many metrics, the first few.
    """
    if effects.empty:
        return None
    blocks = []
    for place, own in effects.groupby("place", sort=False):
        metrics = list(own["metric"].unique())[:SHOWN_AT_FIRST]
        blocks += [(str(place), own, metrics[start : start + ACROSS]) for start in range(0, len(metrics), ACROSS)]
    methods = list(effects["method"].unique())
    height = HEAD + ROW * len(methods) + 14
    figure, axes = sheet(
        NAMES + COLUMN * min(ACROSS, max(len(metrics) for *_, metrics in blocks)), height * len(blocks)
    )
    for number, (place, own, metrics) in enumerate(blocks):
        top = height * number
        axes.text(0, top + 16, short(place, 90), weight="bold", size=NORMAL * 1.1)
        edges = [float(top + HEAD + ROW * line) for line in range(len(methods) + 1)]
        segments(axes, [(0, NAMES + COLUMN * len(metrics), y, y) for y in edges], color=LINE, linewidth=0.5)
        for method, edge in zip(methods, edges, strict=False):
            axes.text(0, edge + ROW / 2 + 3.5, short(method, 26), color=INK)
        for column, metric in enumerate(metrics):
            part = own[own["metric"] == metric]
            _column(axes, part, methods, edges, NAMES + COLUMN * column, look)
            axes.text(NAMES + COLUMN * column + COLUMN / 2, top + 36, short(metric, 46), ha="center", weight="bold")
    return figure


def _column(axes: Axes, rows: pd.DataFrame, methods: list[str], edges: list[float], left: float, look: Look) -> None:
    by = {(row.method, row.effect): row for row in rows.itertuples()}
    sums = [by[method, "map_effect"].mean + by[method, "model_effect"].mean for method in methods if _whole(by, method)]
    ends = [*rows[["mean", "low", "high"]].to_numpy(float).ravel(), *sums]
    finite = [abs(end) for end in ends if math.isfinite(end)]
    half, scale = COLUMN / 2 - 16, max(finite, default=1.0) or 1.0
    zero = left + COLUMN / 2
    axes.text(zero, edges[0] - 8, "← worse | better →", color=SOFT, size=SMALL, ha="center")
    axes.text(left + COLUMN - 16, edges[0] - 8, f"{scale:.2g}", color=SOFT, size=SMALL, ha="right")
    segments(axes, [(zero, zero, edges[0], edges[-1])], color=SOFT, linewidth=0.75)
    for method, edge in zip(methods, edges, strict=False):
        if not _whole(by, method):
            continue
        own, model, fit = (by[method, effect] for effect in EFFECTS)
        colour = NULL if own.null else look.colours[method]

        def at(value: float) -> float:
            return zero + half * value / scale

        # What has the other sign begins at 0 again.
        start = own.mean if own.mean * model.mean > 0 else 0.0
        bar, below = edge + 9, edge + 20
        segments(axes, [(at(start), at(start + model.mean), bar, bar)], color=colour, alpha=0.35, linewidth=7,
                 solid_capstyle="butt", label=f"{method}: model's effect")  # fmt: skip
        segments(axes, [(zero, at(own.mean), bar, bar)], color=colour, linewidth=7, solid_capstyle="butt",
                 label=f"{method}: map's effect")  # fmt: skip
        whiskers = [(at(own.low), at(own.high), bar - 3, bar - 3)] if math.isfinite(own.low) else []
        if math.isfinite(model.low):
            whiskers.append((at(start + model.low), at(start + model.high), bar + 3, bar + 3))
        segments(axes, whiskers, color=INK, linewidth=1.0, label=f"{method}: intervals")
        if math.isfinite(fit.low):
            segments(axes, [(at(fit.low), at(fit.high), below, below)], color=colour, linewidth=1.0,
                     label=f"{method}: fit")  # fmt: skip
        axes.plot([at(fit.mean)], [below], "o", markersize=4, markerfacecolor=PAPER, markeredgecolor=colour,
                  markeredgewidth=1.0, label=f"{method}: fit")  # fmt: skip


def _whole(by: dict, method: str) -> bool:
    return all((method, effect) in by for effect in EFFECTS)


def _lines(study: Study, row: ScoreRow) -> Iterator[Row]:
    for method in study.grid.methods:
        if method == study.report.baseline:
            continue
        null = method in study.nulls.methods | study.second_draws
        found = [row.compare(method, study.report.baseline), *of_effects(study, row, method).values()]
        if not any(difference.known for difference in found):
            continue
        cells = [
            metric_cell(study, row),
            Cell(row.attribution),
            Cell(row.dataset),
            Cell(row.model),
            Cell(method, null=null),
        ]
        cells += [_cell(difference, null) for difference in found]
        of = labels(dataset=row.dataset, model=row.model, attribution=row.attribution, method=method)
        yield Row(tuple(cells), of, null=null)


def _cell(difference: Difference, null: bool) -> Cell:
    if not difference.known:
        return Cell("–", null=null)
    detail = with_interval(difference).removeprefix(signed(difference.mean)).strip()
    return Cell(signed(difference.mean), difference.mean, detail=detail, apart=difference.apart, null=null)


def warning(study: Study) -> str:
    """What must be said of declared scores that try maps on models and lack the pairs; empty where there is nothing."""
    declared = {(claim.comparison.attribution, claim.comparison.metric) for claim in study.claims.values()}
    alone = sorted(
        {
            study.metrics[metric].title
            for attribution, metric in (declared if study.report.declares else ())
            if attribution and metric not in study.effect_metrics and study.metrics[metric].info.tries_maps
            if not (set(effect_names(metric)) & set(study.effect_metrics))
        }
    )
    if not alone:
        return ""
    return (
        f"{count(len(alone), 'declared score')} ({', '.join(alone)}) cannot tell a better map from a model that is "
        "kinder to any map: the panel has no entries “of: baseline” and “on: baseline”"
    )
