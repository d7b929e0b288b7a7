"""Lines by seed: each its own while they are few, else their mean and the band that they fill."""

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from smoot.report.figures.look import Look

MANY = 20
"""Seeds beyond which single lines say less than their mean and range."""


def draw(axes: Axes, rows: pd.DataFrame, x: str, y: str, look: Look) -> None:
    """A colour and marker a method. rows: method, seed and x, with y NaN where there is none."""
    methods, rows = look.shown(rows), rows.dropna(subset=[y])
    many = rows["seed"].nunique() > MANY
    if many:
        rows = bands(axes, rows, x, y, ["method"], look)
    sns.lineplot(
        rows, x=x, y=y, hue="method", hue_order=methods, palette=look.colours, units=None if many else "seed",
        estimator=None, style="method", style_order=methods, dashes=False, markersize=3, markeredgewidth=0,
        markers={method: look.markers[method] for method in methods}, legend=False, ax=axes,
    )  # fmt: skip


def bands(axes: Axes, rows: pd.DataFrame, x: str, y: str, keys: list[str], look: Look) -> pd.DataFrame:
    """Draws from the lowest to the highest y of each x, a band a line. Returns the means: keys, x and y.

    keys: the columns that tell lines apart, `method` the first.
    """
    spread = rows.groupby([*keys, x], sort=False)[y].agg(["mean", "min", "max"]).reset_index().sort_values(x)
    for line, part in spread.groupby(keys, sort=False):
        low, high = part["min"].to_numpy(float), part["max"].to_numpy(float)
        axes.fill_between(part[x].to_numpy(float), low, high, color=look.colours[line[0]], alpha=0.12, linewidth=0)
    return spread.rename(columns={"mean": y})[[*keys, x, y]]
