"""Do scores measure something?"""

from smoot.report.analysis.validity import MARKS, Check
from smoot.report.evidence.metrics import named_on_split, on_split
from smoot.report.page import Block, Cell, Column, Note, Points, Row, Section, Span, Table
from smoot.report.study import Study
from smoot.report.words import signed

CHECK_COLUMNS = (
    Column("metric"),
    Column("data set"),
    Column("model"),
    Column("map"),
    Column("better than every null map", number=True),
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
            blocks.append(Table(named_on_split("sanity", split), CHECK_COLUMNS, rows, caption))
    if len(blocks) == 1:
        blocks.append(Note("Nothing to check: the grid has no score of a trained model's map."))
    reading = (
        "A metric can be believed if, in every run of a trained model, it scores the map better than every map that "
        "does not look at the model; if its other settings put in the same order the methods that their intervals over "
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
        Cell(_separated(check), share),
        Cell("; ".join(_moved(name, by_method) for name, by_method in check.shifted.items()) or "–"),
        Cell("; ".join(settings) or ("one setting only" if check.has_settings else "has no settings")),
    )
    return Row(cells, {"dataset": check.dataset, "model": check.model, "attribution": check.attribution})


def _separated(check: Check) -> str:
    """Such as "3 of 5 runs; not than edges in 2"."""
    if not check.runs:
        return "no score of both"
    unbeaten = ", ".join(f"{name} in {runs}" for name, runs in check.unbeaten.items())
    return f"{check.separated} of {check.runs} runs" + (f"; not than {unbeaten}" if unbeaten else "")


def _moved(null_map: str, by_method: dict[str, float]) -> str:
    """Such as "random: sgt +0.012, smoot −0.003"."""
    return f"{null_map}: {', '.join(f'{method} {signed(by)}' for method, by in by_method.items())}"
