"""Every seed's score."""

from collections.abc import Sequence, Set

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from smoot.core.text import count, short
from smoot.report.evidence.metrics import title_with_arrow
from smoot.report.figures.canvas import LEFT, WIDTH, from_to, limits, panels, span
from smoot.report.figures.look import INK, NULL, SOFT, Look
from smoot.report.figures.marks import band
from smoot.report.figures.ticks import finish
from smoot.report.page import Block, Part, Picture, Section
from smoot.report.study import Study

SHAPES = ["o", "^", "s", "D", "v", "P", "X", "*"]
SPREAD = 0.7  # of the room of a method, for its attributions and seeds


def seeds(
    results: pd.DataFrame, titles: dict[str, str], look: Look, attributions: Sequence[str], null_maps: Set[str]
) -> Figure | None:
    """Every run of one data set and model: a panel a metric, a column a method in its colour, a shape an attribution.

    To be seen: a point a run, the seeds of a method from left to right, their mean as a dash; behind them a short grey
    bar over what the null maps score with the same method, and a grey band over what untrained models score, all
    seeds and `attributions` together. results: as from `smoot.artifacts.results`, of one data set and model.
    titles: by metric, those to be shown. attributions: those to be shown; what is of the model itself is shown too.
    null_maps: the attributions that are nulls.
    """
    rows = results[results["value"].notna() & results["metric"].isin(titles)]
    shown = [name for name in attributions if name not in null_maps]
    own = rows[rows["attribution"].isin([*shown, ""])]
    methods = look.shown(own)
    if not methods:
        return None
    trained = own[own["method"].isin(methods)]
    scored, explained = (set(trained[column].unique()) for column in ("metric", "attribution"))
    metrics = [metric for metric in titles if metric in scored]
    shown = [name for name in shown if name in explained]
    untrained = own[own["method"].isin(look.nulls)]
    nulls = rows[rows["attribution"].isin(null_maps) & rows["method"].isin(methods)]
    columns = 3 if look.many else 4
    names = _names(methods, look, WIDTH / columns)
    longest = max(map(len, names))
    figure, axes = panels(
        {"": [titles[metric] for metric in metrics]},
        _legend(shown, len(nulls) > 0, sorted(untrained["method"].unique(), key=look.methods.index)),
        columns=columns,
        height=120,
        bottom=16 + 4.2 * longest,
    )
    parts = [dict(list(frame.groupby("metric"))) for frame in (trained, untrained, nulls)]
    for panel, metric in zip(axes[""], metrics, strict=True):
        here, below, behind = (part.get(metric, rows[:0]) for part in parts)
        _panel(panel, here, below, behind, methods, names, shown, look)
    return figure


def _panel(
    axes: Axes, rows: pd.DataFrame, untrained: pd.DataFrame, nulls: pd.DataFrame, methods: list[str], names: list[str],
    shown: list[str], look: Look,
) -> None:  # fmt: skip
    explained = set(rows["attribution"].unique())
    kinds = [name for name in ["", *shown] if name in explained]
    room = SPREAD / len(kinds)
    axes.set_xlim(-0.6, len(methods) - 0.4)
    both = span(nulls["value"], untrained["value"])
    axes.set_ylim(*limits(span(rows["value"]), both, 1.5))
    low, high = axes.get_ylim()
    if len(untrained):
        band(axes, "y", span(untrained["value"]), ", ".join(untrained["method"].unique()))
    means = []
    by_kind = {keys: part.sort_values("seed")["value"] for keys, part in rows.groupby(["method", "attribution"])}
    of_nulls = {method: span(part["value"]) for method, part in nulls.groupby("method")}
    thin = 0.006 * (high - low)
    for place, method in enumerate(methods):
        bar = of_nulls.get(method, (np.nan, np.nan))
        if bar[1] >= low and bar[0] <= high:
            ends = max(bar[0] - thin, low), min(bar[1] + thin, high)
            axes.fill_between([place - 0.45, place + 0.45], *ends, color=NULL, alpha=0.45, linewidth=0, label="null")
        for number, kind in enumerate(kinds):
            if (values := by_kind.get((method, kind))) is not None:
                centre = place + room * (number - (len(kinds) - 1) / 2)
                across = room * 0.8 * (np.linspace(-0.5, 0.5, len(values)) if len(values) > 1 else np.zeros(1))
                shape = SHAPES[shown.index(kind) % len(SHAPES)] if kind else "o"
                axes.plot(
                    centre + across, values, shape, color=look.colours[method], markersize=3, markeredgewidth=0,
                    alpha=0.8, label=method,
                )  # fmt: skip
                means.append((centre - room * 0.45, centre + room * 0.45, values.mean()))
    points = np.array(means)
    gap = np.full(len(points), np.nan)
    lines = np.column_stack([points[:, 0], points[:, 1], gap]), np.column_stack([points[:, 2], points[:, 2], gap])
    axes.plot(lines[0].ravel(), lines[1].ravel(), color=INK, linewidth=1, label="means")
    finish(axes, names)


def _names(methods: list[str], look: Look, width: float) -> list[str]:
    """What stands below each method's column, in a panel that wide; of a family that shares a colour, one name."""
    families: dict[str, list[str]] = {}
    for method in methods:
        families.setdefault(look.colours[method] if look.many else method, []).append(method)
    names = dict.fromkeys(methods, "")
    for own in families.values():
        place = len(own) // 2
        # Written slantwise, a name must not begin left of the figure.
        room = LEFT + (width - LEFT) * methods.index(own[place]) / len(methods)
        names[own[place]] = short(from_to(own), min(24, int(room / 4.4)))
    return list(names.values())


def _legend(shown: list[str], nulls: bool, untrained: list[str]) -> list[Artist]:
    shapes: list[Artist] = [
        Line2D([], [], linestyle="", marker=SHAPES[number % len(SHAPES)], color=SOFT, markersize=4, label=name)
        for number, name in enumerate(shown)
    ]
    means: list[Artist] = [Line2D([], [], color=INK, linewidth=1, label="mean")]
    bars: list[Artist] = [Patch(color=NULL, alpha=0.45, linewidth=0, label="null maps")] if nulls else []
    band: list[Artist] = [Patch(color=NULL, alpha=0.22, linewidth=0, label=", ".join(untrained))] if untrained else []
    return shapes + means + bars + band


def build(study: Study) -> Section | None:
    titles = {name: title_with_arrow(metric) for name, metric in study.evidence.metrics.items()}
    results = study.results
    attributions = [name for name in results["attribution"].unique() if name and name not in study.nulls.maps]
    blocks: list[Block] = []
    for (dataset, model), rows in results.groupby(["dataset", "model"], sort=False):
        figure = seeds(rows, titles, study.look, attributions, study.nulls.maps)
        if figure is not None:
            caption = (
                f"{dataset} · {model}: a point is one of {count(len(study.grid.seeds), 'training run')} a method. Grey "
                "is what a null scores: a map that does not look at the model, or a model that was not trained."
            )
            picture = Picture(f"seeds_{dataset}_{model}", figure, caption, caption)
            blocks.append(Part(f"{dataset} · {model}", (picture,), folded=bool(blocks)))
    reading = "A metric that does not tell a map from the grey of the nulls measures nothing here."
    return Section("seeds", "Every seed", reading, tuple(blocks)) if blocks else None
