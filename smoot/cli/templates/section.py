"""How far the accuracies of each method are apart.

`smoot new section` has written this file. Put your own tables, figures and text in its place: `smoot.report.page` has
what a section is made of, and `smoot.report.study` what it can show.
"""

from smoot.report.page import Cell, Column, Row, Section, Table
from smoot.report.study import Study
from smoot.report.words import number

COLUMNS = (Column("method"), Column("lowest", number=True), Column("highest", number=True))


def build(study: Study) -> Section | None:
    results = study.evidence.results
    runs = results[results["metric"] == f"{study.splits[0]}_accuracy"].groupby("method")["value"]
    lowest, highest = runs.min(), runs.max()
    rows = tuple(
        Row((Cell(method), *(Cell(number(of[method]), of[method]) for of in (lowest, highest))))
        for method in study.grid.methods
    )
    table = Table("NAME", COLUMNS, rows, "Accuracy over all data sets, models and seeds")
    return Section("NAME", "NAME", "The lowest and the highest accuracy of a run.", (table,))
