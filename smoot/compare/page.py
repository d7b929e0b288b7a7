"""What is said of two reports, as sections that every renderer takes."""

from collections.abc import Iterable, Sequence

from smoot.compare.scores import Differences, Score, Verdict, score_differences
from smoot.compare.source import Compared
from smoot.core.dotted import differing
from smoot.core.text import count
from smoot.report.page import Cell, Column, Points, Row, Section, Table

NUMBERS = {"difference", "seed", "seeds", "scores"}


def comparison_sections(first: Compared, second: Compared) -> list[Section]:
    """How much is the same comes first; then one for each kind of difference that there is.

    The intervals have the first report's confidence.
    """
    confidence = float(first.params["report"].get("confidence", 0.95))
    parameters = differing(first.params, second.params)
    found = score_differences(first.results, second.results, confidence)
    names = (first.name, second.name)
    beyond = _scores(found, (Verdict.BEYOND,))
    few = _scores(found, (Verdict.FEW, Verdict.APART))
    columns = ["score", *names, "difference", "interval", "seeds"]
    means, only = "Means over each report's seeds", "How many scores of a cell"
    statuses = [(_name(row), str(row.seed), str(row.first), str(row.second)) for row in found.statuses.itertuples()]
    answer = Points(tuple(_points(found, len(parameters))))
    tables = [
        ("Parameters that differ", "", _table("parameters", ["key", *names], parameters, "Values by dotted key")),
        ("Scores that differ beyond the interval", _reading(confidence), _table("beyond", columns, beyond, means)),
        ("Scores that differ, of too few seeds to tell", "", _table("few", columns, few, means)),
        *((f"Only in {names[place]}", "", _only(found, place, only)) for place in (0, 1)),
        ("Results of another kind", "", _table("kind", ["score", "seed", *names], statuses, "The status of each")),
    ]
    return [
        Section("answer", f"{first.name} and {second.name}", "", (answer,)),
        *(Section(table.name, title, reading, (table,)) for title, reading, table in tables if table.rows),
    ]


def _points(found: Differences, parameters: int) -> Iterable[str]:
    counted = {verdict: sum(score.verdict == verdict for score in found.scores) for verdict in Verdict}
    total = len(found.scores)
    yield f"{counted[Verdict.SAME]} of {total:,} scores that both have are the same to the last digit."
    others = [f"{number} {verdict}" for verdict, number in counted.items() if number and verdict != Verdict.SAME]
    if others:
        yield f"The others: {', '.join(others)}."
    yield f"{count(parameters, 'parameter differs', 'parameters differ')}." if parameters else "No parameter differs."
    only = [int(table["scores"].sum()) for table in found.only]
    if any(only):
        yield f"{count(only[0], 'value')} only in the first, {only[1]} only in the second."
    if len(found.statuses):
        yield f"{count(len(found.statuses), 'value')} that one has, and the other not, or for another reason."


def _reading(confidence: float) -> str:
    return (
        "Differences are the second less the first, paired by the seeds that both have, with the "
        f"{100 * confidence:g} % interval of their mean (Student's t). Of scores that do not differ in truth, about "
        f"{100 * (1 - confidence):.3g} in 100 are beyond it by chance."
    )


def _scores(found: Differences, verdicts: tuple[Verdict, ...]) -> list[tuple[str, ...]]:
    return [_row(score) for score in found.scores if score.verdict in verdicts]


def _row(score: Score) -> tuple[str, ...]:
    low, high = score.difference.interval
    interval = f"[{_signed(low)}, {_signed(high)}]" if low == low else "–"
    means = [_number(mean) for mean in score.means]
    return _name(score), *means, _signed(score.difference.mean), interval, str(score.seeds)


def _only(found: Differences, place: int, caption: str) -> Table:
    rows = [
        (f"{row.dataset}/{row.model}/{row.method}/seed{row.seed}", str(row.panel) or "training", str(row.scores))
        for row in found.only[place].itertuples(index=False)
    ]
    return _table(f"only_{place + 1}", ["cell", "panel", "scores"], rows, caption)


def _name(score: object) -> str:
    """Such as mnist5k/sgt_cnn/sgt sparseness of gradient."""
    parts = {key: str(getattr(score, key)) for key in ("dataset", "model", "method", "metric", "attribution")}
    of = f" of {parts['attribution']}" if parts["attribution"] else ""
    return f"{parts['dataset']}/{parts['model']}/{parts['method']} {parts['metric']}{of}"


def _number(value: float) -> str:
    """Four digits that count, wherever they stand: differences between reports can be small."""
    return f"{value:.4g}".replace("-", "−") if value == value else "–"


def _signed(value: float) -> str:
    return f"{value:+.4g}".replace("-", "−") if value == value else "–"


def _table(name: str, titles: Sequence[str], rows: Sequence[Sequence[str]], caption: str) -> Table:
    columns = tuple(Column(title, number=title in NUMBERS) for title in titles)
    return Table(name, columns, tuple(Row(tuple(map(Cell, row))) for row in rows), caption)
