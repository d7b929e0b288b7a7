"""The grid's jobs as they stand on disk: finished, stale, missing or failed."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from smoot.artifacts.paths import DataFolder, GridCell, ReportFolder
from smoot.core.errors import SmootError
from smoot.core.params_file import read_params
from smoot.engines import attempts
from smoot.engines.attempts import Attempt
from smoot.engines.stages import view_of
from smoot.settings.params import Params

STATES = ("finished", "stale", "missing", "failed", "under way or killed")


@dataclass(frozen=True)
class Job:
    """One job of the grid, as it stands on disk."""

    stage: str
    name: str
    state: str
    """One of STATES."""
    log: Path
    attempt: Attempt | None
    """The last one, if it did not succeed."""


def counted(found: list[Job]) -> dict[str, str]:
    """A line for each stage: how many jobs it has in each state."""
    lines = {}
    for stage in dict.fromkeys(job.stage for job in found):
        counts = Counter(job.state for job in found if job.stage == stage)
        named = ", ".join(f"{counts[state]} {state}" for state in STATES if counts[state])
        noun = "job" if counts.total() == 1 else "jobs"
        lines[stage] = f"{stage:9} {counts.total():4} {noun}: {named}"
    return lines


def jobs(raw: dict[str, Any], params: Params) -> Iterator[Job]:
    """All jobs of the grid, in the order of the stages. What was made from stale or missing results is stale too."""
    grid, lacking = params.grid, False
    for dataset in grid.datasets:
        yield _job("fetch", dataset, attempts.fetch_log(dataset), DataFolder(dataset).info)
    weights: dict[GridCell, str | None] = {}
    for cell in grid.cells():
        made = _made(cell.run_record)
        fresh = made.params == view_of(raw, "train", **cell.coordinates)
        job = _job("train", str(cell), attempts.train_log(cell), cell.run_record, fresh)
        weights[cell] = made.weights_sha256 if job.state == "finished" else None
        yield job
    for cell, panel in product(grid.cells(), grid.panels):
        view, path = view_of(raw, "score", **cell.coordinates, panel=panel), cell.scores(panel)
        made = _made(path)
        fresh = made.params == view and made.weights_sha256 == weights[cell]
        if params.panels[panel].asks_baseline:
            fresh &= made.baseline_sha256 == weights[replace(cell, method=params.report.baseline)]
        job = _job("score", f"{cell} {panel}", attempts.score_log(cell, panel), path, fresh)
        lacking |= job.state != "finished"
        yield job
    folder = ReportFolder(params.report.name)
    fresh = not lacking and _published(folder.path / "params.yaml") == view_of(raw, "report")
    yield _job("report", params.report.name, attempts.report_log(params.report.name), folder.page, fresh)


def _job(stage: str, name: str, log: Path, output: Path, fresh: bool = True) -> Job:
    """output: what the stage writes last. fresh: whether it is what today's params would make."""
    attempt = attempts.read_attempt(log, since=output)
    if attempt:
        state = "failed" if attempt.over else "under way or killed"
    elif not output.exists():
        state = "missing"
    else:
        state = "finished" if fresh else "stale"
    return Job(stage, name, state, log, attempt)


class _Made(BaseModel):
    """What a stage's record says of how it was made."""

    params: dict[str, Any] | None
    """The blocks of params.yaml; None where the record is missing or damaged."""
    weights_sha256: str = ""
    """The digest of the run's weights, or of those that were scored."""
    baseline_sha256: str = ""
    """The digest of the weights of the baseline's model, where an attribution asks for it."""


def _made(record: Path) -> _Made:
    try:
        return _Made.model_validate_json(record.read_bytes())
    except (OSError, ValidationError):
        return _Made(params=None)


def _published(path: Path) -> dict[str, Any] | None:
    """The blocks of params.yaml that a report was made with; None where they are missing or damaged."""
    try:
        return view_of(read_params(path), "report")
    except (OSError, SmootError):
        return None
