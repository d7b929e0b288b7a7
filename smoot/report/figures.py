"""The report's figures: seaborn on tidy tables. Each function returns a matplotlib figure, or None without data."""

import textwrap

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure

# Editable text in the SVGs, and the same bytes for the same figure.
STYLE = {"svg.fonttype": "none", "svg.hashsalt": "smoot", "font.family": ["DejaVu Sans", "sans-serif"]}
sns.set_theme(context="paper", style="whitegrid", palette="colorblind", rc=STYLE)


def training_curves(history: pd.DataFrame, methods: list[str]) -> Figure | None:
    """Validation accuracy and cross-entropy of the clean training images by epoch, every seed a line."""
    if history.empty:
        return None
    rows = history.melt(
        ["dataset", "model", "method", "seed", "epoch"], ["val_accuracy", "train_ce"], var_name="quantity"
    )
    grid = sns.relplot(
        rows.assign(model=rows["dataset"] + " · " + rows["model"]),
        kind="line", x="epoch", y="value", hue="method", hue_order=_present(methods, rows), palette=colours(methods),
        units="seed", estimator=None, marker="o",
        row="model", col="quantity", height=2.4, aspect=1.5, facet_kws={"sharey": "col"},
    )  # fmt: skip
    grid.set_titles("{row_name}\n{col_name}").set_axis_labels("epoch", "")
    _whole_epochs(grid)
    return laid_out(grid)


def budget_curves(history: pd.DataFrame, methods: list[str]) -> Figure | None:
    """The fraction of images masked and of pixels masked in an image, by epoch; the band spans quartiles of images."""
    if "masked_images" not in history:
        return None
    masked = history.dropna(subset=["masked_images"])
    rows = masked.melt(
        ["dataset", "model", "method", "seed", "epoch"], ["masked_images", "masked_pixels"], var_name="budget"
    )
    grid = sns.relplot(
        rows.assign(model=rows["dataset"] + " · " + rows["model"]),
        kind="line", x="epoch", y="value", hue="method", hue_order=_present(methods, rows), palette=colours(methods),
        units="seed", estimator=None, marker="o",
        row="model", col="budget", height=2.4, aspect=1.5,
    )  # fmt: skip
    grid.set(ylim=(0, 1)).set_titles("{row_name}\n{col_name}").set_axis_labels("epoch", "fraction")
    if "masked_pixels_q1" in masked:
        spread = masked.dropna(subset=["masked_pixels_q1"])
        for (dataset, model, method, _), part in spread.groupby(["dataset", "model", "method", "seed"], sort=False):
            axes = grid.axes_dict[f"{dataset} · {model}", "masked_pixels"]
            low, high = part["masked_pixels_q1"], part["masked_pixels_q3"]
            axes.fill_between(part["epoch"], low, high, color=colours(methods)[method], alpha=0.12, linewidth=0)
    _whole_epochs(grid)
    return laid_out(grid)


def seeds(results: pd.DataFrame, titles: dict[str, str], methods: list[str]) -> Figure | None:
    """Every seed's score: a panel a metric, a column a method, a colour an attribution. The random map is the null."""
    rows = results[(results["attribution"] != "") & results["value"].notna() & results["metric"].isin(titles)]
    if rows.empty:
        return None
    grid = sns.catplot(
        rows.assign(metric=rows["metric"].map(titles).map(lambda title: textwrap.fill(title, 26))),
        kind="strip", x="method", order=methods, y="value", hue="attribution", dodge=True, jitter=False, size=4,
        col="metric", col_wrap=4, sharey=False, height=2.2, aspect=1.2,
    )  # fmt: skip
    grid.set_titles("{col_name}").set_axis_labels("", "").tick_params(axis="x", rotation=25)
    return laid_out(grid)


def cost(points: pd.DataFrame, methods: list[str]) -> Figure | None:
    """Quality beside cost, a point a run. points: method, seconds, and the columns of quality in their order."""
    quality = [column for column in points if column not in ("dataset", "model", "method", "seed", "seconds")]
    if points.empty:
        return None
    rows = points.melt(["dataset", "model", "method", "seed", "seconds"], quality, var_name="quality")
    grid = sns.relplot(
        rows.assign(model=rows["dataset"] + " · " + rows["model"]),
        kind="scatter", x="seconds", y="value", hue="method", hue_order=_present(methods, rows),
        palette=colours(methods), style="method",
        row="model", col="quality", height=2.4, aspect=1.3, s=45, facet_kws={"sharey": False, "sharex": False},
    )  # fmt: skip
    grid.set_titles("{row_name}\n{col_name}").set_axis_labels("seconds of training", "")
    return laid_out(grid)


def map_grid(images: np.ndarray, labels: list[str], maps: dict[str, np.ndarray]) -> Figure:
    """A row an image, a column a method. images: (g, C, H, W) uint8. maps: (g, 1, H, W) by method; white is 0.

    Each map has its own scale, symmetric about 0 where it has a sign.
    """
    figure, axes = plt.subplots(
        len(images), 1 + len(maps), squeeze=False, layout="constrained",
        figsize=(1.15 * (1 + len(maps)), 1.15 * len(images) + 0.3),
        subplot_kw={"xticks": [], "yticks": [], "frame_on": False},
    )  # fmt: skip
    for row, (image, label) in enumerate(zip(images, labels, strict=True)):
        picture = image.transpose(1, 2, 0)
        axes[row, 0].imshow(picture.squeeze(-1) if picture.shape[-1] == 1 else picture, cmap="gray", vmin=0, vmax=255)
        axes[row, 0].set_ylabel(label, rotation=0, ha="right", va="center")
        for column, values in enumerate(maps.values(), start=1):
            peak = float(np.abs(values[row]).max()) or 1.0
            axes[row, column].imshow(values[row, 0], cmap="RdBu_r", vmin=-peak, vmax=peak)
    for axis, title in zip(axes[0], ["image", *maps], strict=True):
        axis.set_title(title, fontsize=9)
    return figure


def colours(methods: list[str]) -> dict[str, tuple[float, float, float]]:
    """The same colour for a method in every figure."""
    return dict(zip(methods, sns.color_palette("colorblind", len(methods)), strict=True))


def _present(methods: list[str], rows: pd.DataFrame) -> list[str]:
    return [method for method in methods if method in set(rows["method"])]


def laid_out(grid: sns.FacetGrid) -> Figure:
    """The grid's figure, with room for the titles that were set after seaborn laid it out."""
    grid.tight_layout()
    return grid.figure


def _whole_epochs(grid: sns.FacetGrid) -> None:
    for axes in grid.axes.flat:
        axes.xaxis.get_major_locator().set_params(integer=True)
