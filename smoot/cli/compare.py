"""Two reports' comparison, in any of the formats."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from smoot.compare.page import comparison_sections
from smoot.compare.source import read_compared
from smoot.core.errors import SmootError
from smoot.core.files import write_text
from smoot.report.page import Picture, Section
from smoot.report.render.html import html_page
from smoot.report.render.markdown import markdown
from smoot.report.render.text import terminal_text


def compare(
    first: Annotated[str, typer.Argument(help="A report's folder, REVISION:reports/NAME, or a git revision.")],
    second: Annotated[str, typer.Argument(help="As the first.")],
    format: Annotated[Literal["text", "markdown", "html"], typer.Option(help="Of what is said.")] = "text",
    output: Annotated[Path | None, typer.Option(help="The file to write; the terminal, if not given.")] = None,
) -> None:
    """Say in which parameters and scores two reports differ, by their results.csv and params.yaml."""
    if format == "html" and output is None:
        raise SmootError("--format html: needs --output FILE")
    built = comparison_sections(read_compared(first), read_compared(second))
    content = {"text": terminal_text, "markdown": markdown, "html": _html}[format](built)
    if output:
        write_text(output, content)
    else:
        print(content, end="")


def _html(built: list[Section]) -> str:
    return html_page(built[0].title, built, (), {}, (), "", _no_picture)


def _no_picture(picture: Picture) -> str:
    raise ValueError(f"{picture.name}: a comparison has no pictures")
