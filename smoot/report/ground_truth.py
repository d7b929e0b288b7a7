"""Data sets that know what is evidence and what is not: where attribution lies, beside where it could lie by chance."""

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from smoot.artifacts.dataset import Region
from smoot.report.metrics import Metric
from smoot.report.records import Records

REGIONS = [region.name.lower() for region in Region if region is not Region.BACKGROUND]
COLOURS = {"object": "tab:green", "distractor": "tab:orange", "shortcut": "tab:red"}

# A data set's regions, and the fraction of an image that each covers.
Shares = dict[str, float]


def covered_shares(records: Records, split: str) -> dict[str, Shares]:
    """Of each data set that has masks, in the order of REGIONS, on the images of the panels on `split`."""
    return {
        cell.dataset: {region: record.shares[region] for region in REGIONS if region in record.shares}
        for (cell, _), record in records.scores.items()
        if record.shares and record.split == split
    }


def with_truth(shares: dict[str, Shares]) -> dict[str, Shares]:
    """Of the data sets that have what an explanation should not point at."""
    return {dataset: covered for dataset, covered in shares.items() if covered.keys() - {"object"}}


def table(
    results: pd.DataFrame, shares: dict[str, Shares], metrics: dict[str, Metric], split: str
) -> list[dict[str, Any]]:
    """Shares of absolute attribution by region, a row for each data set, model, attribution and method; means of seeds.

    First of a data set is the row of chance, whose model, attribution and method are empty. regions: REGIONS and the
    background, which is the rest; NaN where the data set has no such region or the panel not its metric.
    results: as from `smoot.report.results`. shares: as from `with_truth`, on `split`. Of several metrics of one region,
    the first counts.
    """
    rows = []
    on_split = {name: metric.info.region for name, metric in metrics.items() if metric.split == split}
    first = {region: name for name, region in reversed(on_split.items()) if region}
    results = results[results["metric"].isin(first.values())]
    results = results.assign(metric=results["metric"].map(on_split))
    means = results.groupby(["dataset", "model", "attribution", "method", "metric"], sort=False)["value"].mean()
    for dataset, covered in shares.items():
        rows.append(_row((dataset, "", "", ""), covered, covered))
        scored = means[means.index.get_level_values("dataset") == dataset].unstack("metric", sort=False)
        scored = scored.reindex(columns=REGIONS).dropna(how="all")
        # A method beside the others, not beside its own other attributions.
        for _, alike in scored.groupby(["model", "attribution"], sort=False):
            for keys, values in alike.iterrows():
                rows.append(_row(keys, dict(values), covered))
    return rows


def _row(keys: tuple[str, ...], by_region: dict[str, float], covered: Shares) -> dict[str, Any]:
    regions = {region: by_region[region] if region in covered else np.nan for region in REGIONS}
    regions["background"] = 1 - sum(regions[region] for region in covered)
    return {**dict(zip(("dataset", "model", "attribution", "method"), keys, strict=True)), "regions": regions}


def masked(images: np.ndarray, masks: np.ndarray, labels: list[str]) -> Figure | None:
    """The images, and below them where their regions are, in COLOURS; None without images.

    images: (g, C, H, W) uint8. masks: (g, 1, H, W) of `Region`. labels: g titles.
    """
    if not len(images):
        return None
    figure, axes = plt.subplots(
        2, len(images), squeeze=False, layout="constrained", figsize=(1.15 * max(3, len(images)), 2.9),
        subplot_kw={"xticks": [], "yticks": [], "frame_on": False},
    )  # fmt: skip
    for column, (image, mask, label) in zip(axes.T, zip(images, masks, labels, strict=True), strict=True):
        picture = image.transpose(1, 2, 0)
        for axis in column:
            axis.imshow(picture.squeeze(-1) if picture.shape[-1] == 1 else picture, cmap="gray", vmin=0, vmax=255)
        layer = np.zeros((*mask.shape[1:], 4))
        for name, colour in COLOURS.items():
            layer[mask[0] == Region[name.upper()]] = to_rgba(colour, 0.75)
        column[1].imshow(layer)
        column[0].set_title(label, fontsize=9)
    present = [name for name in COLOURS if (masks == Region[name.upper()]).any()]
    patches = [Patch(color=COLOURS[name], label=name) for name in present]
    figure.legend(handles=patches, loc="outside lower center", ncols=max(1, len(present)), frameon=False)
    return figure
