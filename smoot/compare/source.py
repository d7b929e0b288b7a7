"""Where a report that is compared is read from: a folder, or a git revision, which is never checked out."""

import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from smoot.artifacts.paths import REPORTS
from smoot.core.errors import SmootError
from smoot.core.git import git
from smoot.core.params_file import PARAMS_FILE, read_params
from smoot.report.evidence.csv_files import parse_results, read_text
from smoot.report.evidence.published import PARAMS, RESULTS, parse_params

ALLOWED = "a report's folder, its results.csv, REVISION:reports/NAME, or a git revision that has reports/NAME"


@dataclass(frozen=True)
class Compared:
    """One report."""

    name: str
    """The name by which it was asked for."""
    results: pd.DataFrame
    """RESULT_COLUMNS of `smoot.artifacts.results`."""
    params: dict[str, Any]
    """The blocks that it was made with."""


def read_compared(source: str) -> Compared:
    """A report by its folder, its results.csv, REVISION:FOLDER, or a revision alone: of the report in params.yaml.

    Raises SmootError, of one line, where it is none of these, or a file is missing or damaged.
    """
    path = Path(source)
    if path.exists():
        folder = path if path.is_dir() else path.parent
        texts = {name: (str(folder / name), read_text(folder / name)) for name in (RESULTS, PARAMS)}
    else:
        revision, _, inner = source.partition(":")
        inner = (inner or f"{REPORTS}/{_current(source)}").removesuffix(f"/{RESULTS}").rstrip("/")
        _check(revision, source)
        names = {name: f"{revision}:{inner}/{name}" for name in (RESULTS, PARAMS)}
        texts = {name: (place, _show(revision, f"{inner}/{name}", place)) for name, place in names.items()}
    results, params = texts[RESULTS], texts[PARAMS]
    return Compared(source, parse_results(results[1], results[0]), parse_params(params[1], params[0]))


def _current(source: str) -> str:
    """The name of the report that params.yaml asks for."""
    try:
        return str(read_params()["report"]["name"])
    except (SmootError, KeyError, TypeError):
        raise SmootError(
            f"{source}: not there, and {PARAMS_FILE} names no report to look for in a revision of that name; "
            f"allowed: {ALLOWED}"
        ) from None


def _check(revision: str, source: str) -> None:
    try:
        git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    except FileNotFoundError:
        raise SmootError(f"{source}: not there, and there is no git to look in") from None
    except subprocess.CalledProcessError:
        raise SmootError(f"{source}: neither there nor a git revision; allowed: {ALLOWED}") from None


def _show(revision: str, path: str, name: str) -> str:
    # A path that begins with ./ is that of this folder, and not of the repository's root.
    try:
        return git("show", "--end-of-options", f"{revision}:./{path}")
    except subprocess.CalledProcessError:
        raise SmootError(f"{name}: not in that revision") from None
    except UnicodeDecodeError:
        raise SmootError(f"{name}: damaged (no text)") from None
