"""Sections as plain text, for a terminal."""

from collections.abc import Iterable, Iterator

from tabulate import tabulate

from smoot.report.page import Block, Note, Points, Section, Table
from smoot.report.summary import plain


def terminal_text(sections: Iterable[Section]) -> str:
    """Sections that are made of notes, points and tables, as text for a terminal."""
    return "\n\n".join(part for section in sections for part in _section(section)) + "\n"


def _section(section: Section) -> Iterator[str]:
    yield section.title
    if section.reading:
        yield plain(section.reading)
    yield from (_block(block) for block in section.blocks)


def _block(block: Block) -> str:
    match block:
        case Note():
            return plain(block.text)
        case Points():
            return "\n".join(f"- {plain(item)}" for item in block.items)
        case Table():
            titles = [column.title for column in block.columns]
            align = ["right" if column.number else "left" for column in block.columns]
            rows = [[" ".join(cell.text.split("\n")) for cell in row.cells] for row in block.rows]
            return tabulate(rows, titles, tablefmt="simple", disable_numparse=True, colalign=align)
    raise TypeError(f"{type(block).__name__}: not for a terminal")
