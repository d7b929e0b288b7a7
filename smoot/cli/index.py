"""`smoot index`: the list of all reports."""

from smoot.core.progress import say
from smoot.report.index import write_index


def index() -> None:
    """List all reports in reports/index.html; every report does so when it is made."""
    say(f"{write_index()}")
