"""reports/index.html: all reports, for whoever opens the folder or the site that serves it."""

import re
from collections.abc import Sequence
from pathlib import Path

from smoot.artifacts.paths import REPORTS
from smoot.core.files import write_text
from smoot.core.folders import locked
from smoot.report import summary
from smoot.report.render.templates import environment

FINDINGS = 4  # of a report; its page has the rest
GRID_LISTS = {"datasets": "data sets", "models": "models", "methods": "methods", "seeds": "seeds"}


def write_index(folder: Path = REPORTS) -> Path:
    """Writes the list of the reports in `folder` as its index.html, atomically. Returns its path.

    The same reports give the same bytes. One process at a time: the last one sees what all before it have written.
    """
    path = folder / "index.html"
    with locked(folder / ".index.lock", f"{path} is being written by another process; waiting"):
        write_text(path, index_page(folder))
    return path


def index_page(folder: Path) -> str:
    """One HTML file that asks nothing of the network. A report of another version is listed by its name alone."""
    reports = [
        (report.parent.name, summary.read_summary(report.parent)) for report in sorted(folder.glob("[!.]*/index.html"))
    ]
    template = environment(ranges=ranges).get_template("reports.html.j2")
    return template.render(reports=reports, axes=GRID_LISTS, shown=FINDINGS)


def ranges(values: Sequence[str | int]) -> str:
    """The values one after the other; whole numbers that follow each other as 0–4."""
    text = ", ".join(map(str, values))
    if len(values) > 2 and all(isinstance(value, int) for value in values):
        first = int(values[0])
        if list(values) == list(range(first, first + len(values))):
            return re.sub(r", .*, ", "–", text)
    return text
