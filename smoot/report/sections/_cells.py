"""What tables of several sections have alike."""

from smoot.report.analysis.comparison import ScoreRow
from smoot.report.page import Cell, Column
from smoot.report.study import Study


def metric_cell(study: Study, row: ScoreRow, null: bool = False) -> Cell:
    """Names the row's metric, with its direction and its marks."""
    return Cell(f"{row.title} {row.info.arrow}", metric=row.metric, mark=study.mark(row), null=null)


def method_columns(study: Study) -> list[Column]:
    """One a method, in the grid's order."""
    nulls = study.nulls.methods
    return [Column(name, number=True, method=name, null=name in nulls) for name in study.grid.methods]


def ends_alone(study: Study) -> str:
    """What a caption says of lines that are left out."""
    return " Of variants of one method, the last alone is shown." if study.look.many and study.chains else ""


def labels(**of: str) -> dict[str, str]:
    """What a row is of, as filters know it; what it is of none of is left out."""
    return {name: value for name, value in of.items() if value}
