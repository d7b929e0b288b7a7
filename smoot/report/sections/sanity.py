"""Do scores measure something?"""

from smoot.report.metrics import named_on_split, on_split
from smoot.report.page import Block, Cell, Column, Note, Points, Row, Section, Span, Table
from smoot.report.sanity import MARKS, Check
from smoot.report.study import Study
from smoot.report.words import signed

COLUMNS = (
    Column("metric"),
    Column("data set"),
    Column("model"),
    Column("map"),
    Column("better than a null map", number=True),
    Column("null map differs from the baseline's"),
    Column("pairs of methods told apart, by another setting too"),
)


def build(study: Study) -> Section:
    blocks: list[Block] = [Points(tuple((Span(mark, "mark"), f" {meaning}.") for mark, meaning in MARKS.items()))]
    for split in study.splits:
        checks = [check for check in study.checks if check.split == split]
        if checks:
            caption = on_split("Checks of every metric", split)
            rows = tuple(_row(check) for check in checks)
            blocks.append(Table(named_on_split("sanity", split), COLUMNS, rows, caption))
    if len(blocks) == 1:
        blocks.append(Note("Nothing to check: the grid has no score of a trained model's map."))
    reading = (
        "A metric can be believed if, in every run of a trained model, it scores the map better than a map that does "
        "not look at the model; if its other settings put in the same order the methods that their intervals over "
        "seeds tell apart; and if training does not move its score of a null map. Where a check fails, a mark stands "
        "beside the metric in every table:"
    )
    return Section("sanity", "Can the scores be believed?", reading, tuple(blocks))


def _row(check: Check) -> Row:
    share = check.separated / check.runs if check.runs else None
    settings = [f"{name}: {agreement}" for name, agreement in check.settings.items()]
    cells = (
        Cell(check.title, metric=check.metric, mark=check.mark),
        Cell(check.dataset),
        Cell(check.model),
        Cell(check.attribution or "–"),
        Cell(f"{check.separated} of {check.runs} runs" if check.runs else "no score of both", share),
        Cell(", ".join(f"{method} {signed(by)}" for method, by in check.shifted.items()) or "–"),
        Cell("; ".join(settings) or ("one setting only" if check.has_settings else "has no settings")),
    )
    return Row(cells, {"dataset": check.dataset, "model": check.model, "attribution": check.attribution})
