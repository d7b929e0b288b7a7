"""Tables as LaTeX: tables.tex."""

from collections.abc import Iterable, Iterator

from smoot.report.page import Cell, Column, Section, Table, tables
from smoot.report.render.small_print import small_print
from smoot.report.words import one_line

PREAMBLE = (
    r"% Needs \usepackage{booktabs,longtable}. Compile by lualatex or xelatex where names are not in Latin letters."
    "\n"
)

LONG = 40  # characters beyond which a column breaks its lines

REPLACEMENTS = {
    "\\": r"\textbackslash{}",
    **{character: f"\\{character}" for character in "_%&#{}$"},
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    "`": r"\textasciigrave{}",
    "[": "{[}",
    "]": "{]}",
    "↑": r"$\uparrow$",
    "↓": r"$\downarrow$",
    "−": "$-$",
    "–": "--",
    "×": r"$\times$",
    "≠": r"$\neq$",
    "·": r"$\cdot$",
    "\N{NO-BREAK SPACE}": "~",
}
"""This report's symbols, and what LaTeX would take for its own."""


def tex(sections: Iterable[Section]) -> str:
    """The tables of the sections, one after the other, but for what tells of machines: the same for the same runs."""
    told = [section for section in sections if not section.of_machine]
    return PREAMBLE + "\n".join(tex_table(found) for section in told for found in tables(section.blocks))


def tex_table(table: Table) -> str:
    columns = "".join(map(_alignment, table.columns, zip(*(row.cells for row in table.rows), strict=True)))
    titles = " & ".join(escaped(column.title) + (" (null)" if column.null else "") for column in table.columns)
    caption = escaped(table.caption)
    if table.compared_with:
        caption += f"; below each mean the paired difference to {escaped(table.compared_with)} with its interval"
    body = "\n".join(line for row in table.rows for line in _lines(row.cells))
    return "\n".join(
        [
            rf"\begin{{longtable}}{{{columns}}}",
            rf"\caption{{{caption}.}} \\",
            r"\toprule",
            rf"{titles} \\",
            r"\midrule",
            r"\endhead",
            body,
            r"\bottomrule",
            r"\end{longtable}",
            "",
        ]
    )


def _alignment(column: Column, cells: tuple[Cell, ...]) -> str:
    if column.number:
        return "r"
    longest = max(len(text) for text in [column.title, *(cell.text for cell in cells)])
    return r"p{0.28\linewidth}" if longest > LONG else "l"


def _lines(cells: tuple[Cell, ...]) -> Iterator[str]:
    yield " & ".join(_shown(cell) for cell in cells) + r" \\"
    small = ["; ".join(small_print(cell)) for cell in cells]
    if any(small):
        yield " & ".join(rf"{{\scriptsize {escaped(text)}}}" if text else "" for text in small) + r" \\"


def _shown(cell: Cell) -> str:
    text = escaped(f"{cell.text} {cell.mark}".strip())
    return rf"\textbf{{{text}}}" if cell.apart else text


def escaped(text: str) -> str:
    """For LaTeX."""
    return "".join(REPLACEMENTS.get(character, character) for character in one_line(text))
