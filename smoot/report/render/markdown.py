"""Sections as Markdown: report.md."""

import re
from collections.abc import Iterable

from smoot.report.page import (
    Block,
    Cell,
    Gallery,
    Listing,
    Note,
    Part,
    Picture,
    Points,
    Section,
    Span,
    Table,
    Text,
)
from smoot.report.render.small_print import small_print
from smoot.report.words import one_line

# What Markdown, or the HTML inside it, would take for its own: anywhere, and where a block begins.
MARKUP = re.compile(r"([\\`*_{}\[\]<>|~&#])")
BEGINNING = re.compile(r"^(\d*)([-+=.)])(?=[-=\s]|$)")


def markdown(sections: Iterable[Section]) -> str:
    """The first section's title is the page's."""
    return "\n\n".join(part for place, section in enumerate(sections) for part in _section(section, place == 0)) + "\n"


def _section(section: Section, first: bool) -> list[str]:
    heading = f"{'#' if first else '##'} {_escaped(section.title)}"
    return [heading, *([_text(section.reading)] if section.reading else []), *_blocks(section.blocks, depth=3)]


def _blocks(blocks: Iterable[Block], depth: int) -> list[str]:
    return [part for block in blocks for part in _block(block, depth)]


def _block(block: Block, depth: int) -> list[str]:
    match block:
        case Note(text=text):
            return [_text(text)]
        case Points(items=items):
            return ["\n".join(f"- {_text(item)}" for item in items)]
        case Listing(text=text):
            fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
            return [f"{fence}\n{text.rstrip()}\n{fence}"]
        case Table():
            return [markdown_table(block)]
        case Picture(name=name, alt=alt, caption=caption):
            return [f"![{_escaped(alt)}](figures/{name}.svg)", _text(caption)]
        case Gallery():
            return ["The maps are in [the page](index.html#maps)."]
        case Part(title=title, blocks=inner):
            return [f"{'#' * min(depth, 6)} {_escaped(title)}", *_blocks(inner, depth + 1)]


def markdown_table(table: Table) -> str:
    columns = [_escaped(column.title) + (" (null)" if column.null else "") for column in table.columns]
    rules = ["---:" if column.number else "---" for column in table.columns]
    lines = [columns, rules, *([_cell(cell) for cell in row.cells] for row in table.rows)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _cell(cell: Cell) -> str:
    shown = f"**{_escaped(cell.text)}**" if cell.apart else _escaped(cell.text)
    # The seeds belong to the mean; the rest to the comparison.
    seeds = f" ({_escaped(cell.seeds)})" if cell.seeds else ""
    rest = "; ".join(["", *map(_escaped, small_print(cell))])
    return f"{shown}{' ' + _escaped(cell.mark) if cell.mark else ''}{seeds}{rest}"


def _text(text: Text) -> str:
    # Four spaces at the beginning would make code of it.
    return "".join(map(_part, (text,) if isinstance(text, str) else text)).strip()


def _part(part: str | Span) -> str:
    if isinstance(part, str):
        return _escaped(part)
    match part.kind:
        case "code":
            longest = max(map(len, re.findall("`+", part.text)), default=0)
            fence = "`" * (longest + 1)
            space = " " if longest else ""
            return f"{fence}{space}{one_line(part.text)}{space}{fence}"
        case "strong":
            return f"**{_escaped(part.text)}**"
        case "link":
            return f"[{_escaped(part.text)}]({part.target})"
        case "mark":
            return f"`{part.text}`"


def _escaped(text: str) -> str:
    return BEGINNING.sub(r"\1\\\2", MARKUP.sub(r"\\\1", one_line(text)))
