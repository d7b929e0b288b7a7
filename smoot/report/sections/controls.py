"""What a method has that its control has not."""

from smoot.report.analysis.controls import Contrast
from smoot.report.evidence.metrics import named_on_split, on_split
from smoot.report.page import Block, Cell, Column, Row, Section, Table
from smoot.report.sections._cells import labels, metric_cell
from smoot.report.study import Study
from smoot.report.words import signed


def build(study: Study) -> Section | None:
    blocks: list[Block] = []
    columns = [Column("metric"), Column("data set"), Column("model")]
    columns += [Column(f"{method} − {control}", number=True) for method, control in study.pairs]
    for split in study.splits:
        contrasts = [contrast for contrast in study.contrasts if contrast.row.split == split]
        if contrasts:
            rows = tuple(_row(study, contrast) for contrast in contrasts)
            caption = on_split("Methods less their controls", split)
            blocks.append(Table(named_on_split("controls", split), tuple(columns), rows, caption))
    one_in = 1 / (1 - study.report.confidence)
    reading = (
        f"Paired differences with their {100 * study.report.confidence:.0f} % interval, by the "
        f"{study.report.attribution} or of the model itself: what is left of a gain beside a control, the control does "
        f"not explain. Intervals that exclude 0 stand out; of so many, one in {one_in:.0f} does by chance."
    )
    return Section("controls", "Controls", reading, tuple(blocks)) if blocks else None


def _row(study: Study, contrast: Contrast) -> Row:
    row = contrast.row
    cells = [metric_cell(study, row)]
    cells += [Cell(row.dataset), Cell(row.model)]
    for pair in study.pairs:
        difference = contrast.differences[pair]
        low, high = difference.interval
        known = difference.known
        cells.append(
            Cell(
                signed(difference.mean),
                difference.mean if known else None,
                detail=f"[{signed(low)}, {signed(high)}]" if difference.bounded else "",
                apart=difference.apart,
            )
        )
    of = labels(dataset=row.dataset, model=row.model, category=row.info.category, attribution=row.attribution)
    return Row(tuple(cells), of)
