"""What metrics measure at several points."""

from smoot.core.text import count
from smoot.report.curves import Summaries, summaries
from smoot.report.figures.curves import metric_curves
from smoot.report.metrics import named_on_split, on_split
from smoot.report.page import Block, Cell, Column, Picture, Row, Section, Table
from smoot.report.sections import _parts
from smoot.report.sections._cells import ends_alone, method_columns
from smoot.report.study import Study
from smoot.report.words import number


def build(study: Study) -> Section | None:
    points = study.evidence.curves
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
    blocks += _parts.blocks(study)
    for split in study.splits:
        rows = summaries(study.evidence.results, study.metrics, study.nulls.maps, split)
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
