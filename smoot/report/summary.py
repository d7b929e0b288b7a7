"""summary.json: what the list of all reports says of one."""

from pathlib import Path

from smoot.artifacts.grid import Grid
from smoot.artifacts.record import Record
from smoot.core.errors import SmootError
from smoot.report.page import Text

SUMMARY = "summary.json"


class Summary(Record):
    """What the list of all reports says of one report."""

    name: str
    """The name of the report's folder."""
    title: str
    question: str
    """What was asked, in a sentence or two."""
    findings: tuple[str, ...]
    """What was found: sentences, the most important one first."""
    grid: Grid


def plain(text: Text) -> str:
    """What a reader reads, without what tells its stretches apart."""
    parts = (text,) if isinstance(text, str) else text
    return "".join(part if isinstance(part, str) else part.text for part in parts)


def write_summary(folder: Path, summary: Summary) -> None:
    """folder: the report's, or what is to take its place."""
    summary.write(folder / SUMMARY)


def read_summary(folder: Path) -> Summary | None:
    """None where there is none that this version can read: the report was made by another one."""
    try:
        return Summary.read(folder / SUMMARY, "make that report again")
    except SmootError:
        return None
