"""Two reports' comparison, in any of the formats."""

from pathlib import Path
from typing import Literal

from smoot.compare.page import sections
from smoot.compare.source import read
from smoot.compare.text import text
from smoot.core.errors import SmootError
from smoot.core.files import write_text
from smoot.report.page import Picture, Section
from smoot.report.render.html import page
from smoot.report.render.markdown import markdown

Format = Literal["text", "markdown", "html"]


def run(first: str, second: str, format: Format = "text", output: Path | None = None) -> None:
    """Prints what differs, or writes it to `output`. first, second: as `source.read` takes them.

    Raises SmootError where one cannot be read, or html has no file to go to.
    """
    if format == "html" and output is None:
        raise SmootError("--format html: needs --output FILE")
    built = sections(read(first), read(second))
    content = {"text": text, "markdown": markdown, "html": _html}[format](built)
    if output:
        write_text(output, content)
    else:
        print(content, end="")


def _html(built: list[Section]) -> str:
    return page(built[0].title, built, (), {}, (), "", _no_picture)


def _no_picture(picture: Picture) -> str:
    raise ValueError(f"{picture.name}: a comparison has no pictures")
