"""What each method costs."""

from smoot.report.costs import cost_table, quality_and_cost
from smoot.report.figures.costs import cost
from smoot.report.page import Block, Cell, Column, Picture, Row, Section, Table
from smoot.report.study import Study
from smoot.report.words import number


def build(study: Study) -> Section | None:
    evidence, report = study.evidence, study.report
    if evidence.costs.empty:
        return None
    quality = quality_and_cost(evidence.results, evidence.costs, study.metrics, report.attribution)
    figure = cost(quality, study.look)
    blocks: list[Block] = []
    if figure is not None:
        caption = "Seconds of training and what they bring; a point is a run."
        blocks.append(Picture("cost", figure, caption, caption))
    columns = ["method", "data set", "model", "training, s", f"× {report.baseline}", "images / s", "peak memory, MiB"]
    rows = []
    for row in cost_table(evidence.costs, study.grid.methods, report.baseline):
        names = [Cell(str(row[key])) for key in ("method", "dataset", "model")]
        amounts = zip(("seconds", "ratio", "images_per_second", "memory"), (1, 2, 0, 0), strict=True)
        numbers = [Cell(number(row[key], digits), _known(row[key])) for key, digits in amounts]
        labels = {key: str(row[key]) for key in ("method", "dataset", "model")}
        rows.append(Row((*names, *numbers), labels, null=row["method"] in study.nulls.methods))
    titles = tuple(Column(title, number=place > 2) for place, title in enumerate(columns))
    blocks.append(Table("cost", titles, tuple(rows), "Cost of training, means over seeds"))
    reading = "Means over seeds; ratios are paired by seed. Times are of the machines below, whatever else ran on them."
    return Section("cost", "Cost", reading, tuple(blocks), of_machine=True)


def _known(value: float) -> float | None:
    return float(value) if value == value else None
