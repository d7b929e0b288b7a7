"""The figure of the metrics' curves."""

import math

import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure

from smoot.report.figures import colours, laid_out
from smoot.report.metrics import on_split

REFERENCE = (2, 2)
DASHES: list[tuple[float, ...]] = [(1, 0), (4, 1.5), (1, 1), (3, 1.25, 1.5, 1.25), (5, 1, 1, 1)]


def metric_curves(points: pd.DataFrame, attribution: str, methods: list[str]) -> Figure | None:
    """What metrics measure at several points, a facet a metric, a style a line; bands span the seeds.

    points: as from `smoot.report.curves`. Facets share an axis where all metrics have the same.
    """
    rows = points[points["attribution"] == attribution]
    if rows.empty:
        return None
    # NaN is not equal to itself, and "no limits" is the same as "no limits".
    axes_of = rows.groupby("metric", sort=False).agg(
        x=("x", lambda x: tuple(x.unique())), x_label=("x_label", "first"), y_label=("y_label", "first"),
        low=("low", lambda low: str(low.iloc[0])), high=("high", lambda high: str(high.iloc[0])),
    )  # fmt: skip
    shared_x = len(axes_of[["x", "x_label"]].drop_duplicates()) == 1
    shared_y = len(axes_of[["y_label", "low", "high"]].drop_duplicates()) == 1
    names = dict(zip(rows["metric"], map(on_split, rows["metric"], rows["split"]), strict=True))
    grid = sns.relplot(
        rows.assign(model=rows["dataset"] + " · " + rows["model"]),
        kind="line", x="x", y="y", hue="method", hue_order=methods, palette=colours(methods),
        style="line", dashes=_dashes(rows),
        row="model", col="metric", errorbar=("pi", 100), height=2.4, aspect=1.5,
        facet_kws={"sharex": shared_x or "col", "sharey": shared_y or "col"},
    )  # fmt: skip
    grid.set_axis_labels("", "")
    for (model, metric), axes in grid.axes_dict.items():
        about = axes_of.loc[metric]
        axes.set_title(f"{model}\n{names[metric]}")
        if math.isfinite(low := float(about["low"])):
            axes.set_ylim(low, float(about["high"]))
        if axes.get_subplotspec().is_last_row():
            axes.set_xlabel(about["x_label"])
        if axes.get_subplotspec().is_first_col() or not shared_y:
            axes.set_ylabel(about["y_label"])
    return laid_out(grid)


def _dashes(rows: pd.DataFrame) -> dict[str, tuple[float, ...]]:
    """A style for each line; what the others are held against has its own."""
    references = set(rows.loc[rows["reference"], "line"])
    others = [line for line in rows["line"].unique() if line not in references]
    styles = {line: DASHES[number % len(DASHES)] for number, line in enumerate(others)}
    return dict.fromkeys(references, REFERENCE) | styles
