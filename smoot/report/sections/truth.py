"""Data sets that know what is evidence and what is not."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from smoot.artifacts.dataset import FOREGROUND, Region
from smoot.artifacts.performance import ON_SPLIT
from smoot.artifacts.scores import read_maps
from smoot.core.text import short
from smoot.report.evidence.ground_truth import REGIONS, Shares
from smoot.report.evidence.metrics import Metric, named_on_split, on_split
from smoot.report.figures.canvas import NORMAL, blank
from smoot.report.page import Block, Cell, Column, Picture, Row, Section, Table
from smoot.report.sections._cells import labels
from smoot.report.study import Study
from smoot.report.words import number

# On pictures, not on paper: the same in light and in dark.
COLOURS = {"object": "#0a84d0", "distractor": "#e69f00", "shortcut": "#c2479b"}
TILE, GAP = 104, 6


def regions(images: np.ndarray, masks: np.ndarray, labels: list[str]) -> Figure | None:
    """The images, and below them where their regions are; None without images.

    To be seen: the regions that are there, in COLOURS. images: (g, C, H, W) uint8. masks: (g, 1, H, W) of `Region`.
    labels: g titles.
    """
    if not len(images):
        return None
    width, height = max(3, len(images)) * (TILE + GAP) - GAP, 20 + 2 * (TILE + GAP) + 20
    figure = blank(width, height)
    for column, (image, mask, label) in enumerate(zip(images, masks, labels, strict=True)):
        picture = image.transpose(1, 2, 0)
        layer = np.zeros((*mask.shape[1:], 4))
        for name, colour in COLOURS.items():
            layer[mask[0] == Region[name.upper()]] = to_rgba(colour, 0.7)
        for row in range(2):
            left, top = column * (TILE + GAP), 20 + row * (TILE + GAP)
            axes = figure.add_axes((left / width, 1 - (top + TILE) / height, TILE / width, TILE / height))
            axes.set_axis_off()
            shown = picture.squeeze(-1) if picture.shape[-1] == 1 else picture
            axes.imshow(shown, cmap="gray", vmin=0, vmax=255, interpolation="none")
        axes.imshow(layer, interpolation="none")
        figure.text((column * (TILE + GAP) + TILE / 2) / width, 1 - 14 / height, short(label, 16), ha="center")
    present = [name for name in COLOURS if (masks == Region[name.upper()]).any()]
    figure.legend(
        handles=[Patch(color=COLOURS[name], label=name) for name in present], ncols=max(1, len(present)),
        loc="lower left", bbox_to_anchor=(0, 0), borderaxespad=0, borderpad=0.1, handlelength=1, handletextpad=0.5,
        fontsize=NORMAL,
    )  # fmt: skip
    return figure


def build(study: Study) -> Section | None:
    blocks: list[Block] = []
    known: list[str] = []
    for split in study.splits:
        shares = with_truth(study.evidence.shares.get(split, {}))
        rows = shares_by_region(study.results, shares, study.metrics, split)
        known += [*shares]
        for dataset in study.evidence.shares.get(split, {}):
            if dataset in shares or study.evidence.datasets[dataset].masks not in ("", FOREGROUND):
                blocks += _picture(study, dataset, split)
        if rows:
            blocks.append(_table(study, rows, split))
    if not known:
        reading = "Where the objects are: the scores of localisation ask whether a map lies there."
        return Section("truth", "Objects", reading, tuple(blocks)) if blocks else None
    reading = (
        "The share of absolute attribution on each region of an image, means over seeds; chance is the share of the "
        "image that the region covers. Scored are the images that all trained models of a seed classify correctly: "
        "with a shortcut, mostly those whose mark happens to agree. An explanation of a model that relies on the mark "
        "is right to point at it: read the share beside the shortcut reliance."
    )
    return Section("truth", "Ground truth", reading, tuple(blocks)) if blocks else None


def _table(study: Study, rows: list[dict], split: str) -> Table:
    names = list(rows[0]["regions"])
    columns = [Column("attribution"), Column("method"), Column("data set"), Column("model")]
    lines = []
    for row in rows:
        null = row["method"] in study.nulls.methods or row["attribution"] in study.nulls.maps or not row["attribution"]
        cells = [Cell(row["attribution"] or "chance", null=null)]
        cells += [Cell(row[key] or "–", null=null) for key in ("method", "dataset", "model")]
        cells += [Cell(number(share), share, null=null) for share in row["regions"].values()]
        of = labels(**{key: row[key] for key in ("dataset", "model", "method", "attribution")})
        lines.append(Row(tuple(cells), of, null=null))
    caption = " · ".join(filter(None, ["Share of absolute attribution by region", ON_SPLIT[split]]))
    return Table(
        named_on_split("truth", split),
        (*columns, *(Column(name, number=True) for name in names)),
        tuple(lines),
        caption,
    )


def _picture(study: Study, dataset: str, split: str) -> list[Picture]:
    """The first images of a data set, and where their regions are."""
    of_panels = {row.panel for row in study.rows if (row.dataset, row.split) == (dataset, split)}
    for cell, panel in study.evidence.galleries:
        if cell.dataset == dataset and panel in of_panels:
            shown, _ = read_maps(cell, panel)
            shown = shown.take(np.arange(min(study.report.gallery, len(shown))))
            classes = study.evidence.datasets[dataset].classes
            figure = regions(shown.images, shown.masks, [classes[label] for label in shown.labels])
            if figure is not None:
                name = named_on_split(f"truth_{dataset}", split, "_")
                caption = f"{on_split(dataset, split)}: images, and below them their regions."
                return [Picture(name, figure, caption, caption)]
    return []


def with_truth(shares: dict[str, Shares]) -> dict[str, Shares]:
    """The shares of the data sets that have what an explanation should not point at."""
    return {dataset: covered for dataset, covered in shares.items() if covered.keys() - {"object"}}


def shares_by_region(
    results: pd.DataFrame, shares: dict[str, Shares], metrics: Mapping[str, Metric], split: str
) -> list[dict[str, Any]]:
    """Shares of absolute attribution by region, a row for each data set, model, attribution and method; means of seeds.

    First of a data set is the row of chance, whose model, attribution and method are empty. regions: REGIONS and the
    background, which is the rest; NaN where the data set has no such region or the panel not its metric.
    results: as from `smoot.artifacts.results`. shares: as from `with_truth`, on `split`. Of several metrics of
    one region, the first counts.
    """
    rows = []
    on_split = {name: metric.info.region for name, metric in metrics.items() if metric.split == split}
    first = {region: name for name, region in reversed(on_split.items()) if region}
    results = results[results["metric"].isin(first.values())]
    results = results.assign(metric=results["metric"].map(on_split))
    means = results.groupby(["dataset", "model", "attribution", "method", "metric"], sort=False)["value"].mean()
    for dataset, covered in shares.items():
        rows.append(_shares((dataset, "", "", ""), covered, covered))
        scored = means[means.index.get_level_values("dataset") == dataset].unstack("metric", sort=False)
        scored = scored.reindex(columns=REGIONS).dropna(how="all")
        # A method beside the others, not beside its own other attributions.
        for _, alike in scored.groupby(["model", "attribution"], sort=False):
            for keys, values in alike.iterrows():
                rows.append(_shares(keys, dict(values), covered))
    return rows


def _shares(keys: tuple[str, ...], by_region: dict[str, float], covered: Shares) -> dict[str, Any]:
    regions = {region: by_region[region] if region in covered else np.nan for region in REGIONS}
    regions["background"] = 1 - sum(regions[region] for region in covered)
    return {**dict(zip(("dataset", "model", "attribution", "method"), keys, strict=True)), "regions": regions}
