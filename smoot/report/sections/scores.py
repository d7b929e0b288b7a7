"""Every score of every method."""

from smoot.artifacts.performance import ON_SPLIT
from smoot.report.analysis.comparison import MethodScores, ScoreRow, ScoreTable
from smoot.report.analysis.hypotheses import Comparison
from smoot.report.page import Block, Cell, Column, Note, Part, Row, Section, Table
from smoot.report.sections._cells import labels, method_columns, metric_cell
from smoot.report.study import Study
from smoot.report.words import number

LISTED = 10  # seeds of which every value is listed; of more, the figures show them


def build(study: Study) -> Section:
    confidence = 100 * study.report.confidence
    reading = (
        "Each cell: the mean over seeds, every seed's value in small print, and the paired difference to "
        f"{study.report.baseline} with its {confidence:.0f} % interval (Student's t over seeds) and P(better), the "
        f"probability that a run is better than one of {study.report.baseline}. "
    )
    if study.can_claim:
        which = "declared comparisons" if study.report.declares else "comparisons of this report"
        reading += f"p is of the paired sign-flip test, adjusted for all {len(study.tests):,} {which} (Holm). "
    reading += (
        "Over all data sets, each weighs the same. ↑ higher is better, ↓ lower is better. A null says nothing "
        "of training: where "
        "the score of a null map differs between methods, the metric is of the model and not of the map alone."
    )
    return Section("scores", "All scores", reading, tuple(_part(study, table) for table in study.tables))


def _part(study: Study, table: ScoreTable) -> Part:
    blocks: list[Block] = []
    for place, (category, rows) in enumerate(table.categories.items()):
        name = "-".join(filter(None, [table.dataset, table.model, ON_SPLIT[table.split] and table.split, category]))
        page_table = Table(
            f"scores-{name}".replace(" ", "_"),
            _columns(study),
            tuple(_row(study, row) for row in rows if row.metric not in study.effect_metrics),
            f"{table.title}: {category}",
            study.report.baseline,
        )
        blocks.append(Part(category, (page_table,), folded=place > 0))
    for reason, titles in table.not_applicable.items():
        blocks.append(Note(f"Not applicable: {', '.join(titles)}: {reason}."))
    return Part(table.title, tuple(blocks))


def _columns(study: Study) -> tuple[Column, ...]:
    return (Column("metric"), Column("attribution"), *method_columns(study))


def _row(study: Study, row: ScoreRow) -> Row:
    null = row.attribution in study.nulls.maps
    cells = [metric_cell(study, row, null)]
    cells.append(Cell(row.attribution or "–", null=null))
    cells += [_cell(study, row, entry, null) for entry in row.entries]
    of = labels(dataset=row.dataset, model=row.model, attribution=row.attribution, category=row.info.category)
    return Row(
        tuple(cells),
        of,
        null,
        row.info.higher_is_better,
        row.differences,
    )


def _cell(study: Study, row: ScoreRow, entry: MethodScores, null: bool) -> Cell:
    key = Comparison(row.dataset, row.model, entry.method, study.report.baseline, row.attribution, row.metric)
    claim = study.claims.get(key) if row.split == "test" else None
    claimed = study.can_claim and claim is not None and claim.tested
    difference = entry.difference if entry.difference.known else None
    return Cell(
        number(entry.mean),
        entry.mean if entry.values else None,
        seeds=" ".join(map(number, entry.values.values())) if entry.seeds <= LISTED else "",
        difference=difference,
        detail=f"p {number(claim.p, 4)}" if claimed and claim else "",
        null=null or entry.method in study.nulls.methods,
        apart=difference is not None and difference.apart,
        hole=f"{len(entry.values)} of {entry.seeds} seeds" if len(entry.values) < entry.seeds else "",
    )
