"""Data sets that know what is evidence and what is not."""

import numpy as np

from smoot.artifacts.scores import read_maps
from smoot.report import ground_truth
from smoot.report.figures.regions import regions
from smoot.report.metrics import named_on_split, on_split
from smoot.report.page import Block, Cell, Column, Picture, Row, Section, Table
from smoot.report.performance import ON_SPLIT
from smoot.report.sections._cells import labels
from smoot.report.study import Study
from smoot.report.words import number


def build(study: Study) -> Section | None:
    blocks: list[Block] = []
    for split in study.splits:
        shares = ground_truth.with_truth(study.evidence.shares.get(split, {}))
        rows = ground_truth.table(study.evidence.results, shares, study.metrics, split)
        for dataset in shares:
            blocks += _picture(study, dataset, split)
        if rows:
            blocks.append(_table(study, rows, split))
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
