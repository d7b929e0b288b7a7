"""Sections as Markdown."""

import pytest
from markdown_it import MarkdownIt

from smoot.report.analysis.comparison import Difference
from smoot.report.page import Cell, Column, Listing, Note, Part, Points, Row, Section, Span, Table
from smoot.report.render.markdown import markdown, markdown_table

HOSTILE = 'a<b> & c_d 50% "quoted" |x| `y` *z* [w](v) ~ \\ #'


def of_cells(*cells):
    return Table(
        "t", tuple(Column(f"column {place}", number=place > 0) for place in range(len(cells))), (Row(cells),), "c"
    )


def test_a_table_has_a_rule_and_aligns_numbers():
    lines = markdown_table(of_cells(Cell("a"), Cell("1.0"))).splitlines()
    assert lines == ["| column 0 | column 1 |", "| --- | ---: |", "| a | 1.0 |"]


def test_a_cell_says_what_it_is():
    cell = Cell(
        "0.5", 0.5, seeds="0.4 0.6", difference=Difference(0.1, (0.05, 0.15), 1.0), detail="p 0.03", mark="!",
        apart=True, hole="2 of 3 seeds",
    )  # fmt: skip
    line = markdown_table(of_cells(cell)).splitlines()[-1]
    assert line == (r"| **0.5** ! (0.4 0.6); +0.100 \[+0.050, +0.150\], P(better) 1.00; p 0.03; 2 of 3 seeds |")


def test_what_markdown_would_take_for_its_own_is_escaped():
    line = markdown_table(of_cells(Cell(HOSTILE))).splitlines()[-1]
    assert line == (r'| a\<b\> \& c\_d 50% "quoted" \|x\| \`y\` \*z\* \[w\](v) \~ \\ \# |')


def test_code_with_backticks_is_fenced_by_more_of_them():
    text = markdown([Section("a", "T", "", (Note((Span("x`y", "code"), " and ", Span("z", "strong"))),))])
    assert "`` x`y `` and **z**" in text
    assert "````\na```b\n````" in markdown([Section("a", "T", "", (Listing("a```b"),))])


def test_sections_are_headed_in_their_order():
    part = Part("Inner", (Points(("one", (Span("two", "link", "file.md"),))),))
    text = markdown([Section("a", "Title", "Asked.", ()), Section("b", "Next", "", (part,))])
    assert text == "# Title\n\nAsked.\n\n## Next\n\n### Inner\n\n- one\n- [two](file.md)\n"


@pytest.mark.parametrize(
    "text",
    [
        *(HOSTILE, "# x #", "C #", "- x", "+ x", "* x", "1. x", "12) x", "> x", "---", "===", "a &lt; b &amp; c"),
        *(
            "![i](s)",
            "[a]: /b",
            "<script>",
            "    code",
            "x\\",
            "| a | b |",
            "``` x",
            "~~~ x",
            "-1 is less",
            "1.5 times",
        ),
    ],
)
def test_a_reader_of_markdown_sees_the_text_as_it_is(text):
    page = markdown([Section("a", text, text, (Note(text), Points((text,)), of_cells(Cell(text))))])
    tokens = MarkdownIt("commonmark").enable("table").parse(page)
    shown = ["".join(child.content for child in token.children) for token in tokens if token.type == "inline"]
    assert shown == [text.strip()] * 4 + ["column 0", text.strip()]
    kinds = {token.type.removesuffix("_open") for token in tokens if token.type.endswith("_open")}
    assert kinds == {"heading", "paragraph", "bullet_list", "list_item", "table", "thead", "tbody", "tr", "th", "td"}
