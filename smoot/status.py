"""`smoot status`: what is finished, stale, missing or failed; why, and what to do next."""

import signal
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from smoot import attempts
from smoot.artifacts.paths import DataFolder, ReportFolder
from smoot.attempts import Attempt
from smoot.core.errors import PERMANENT, SmootError
from smoot.core.params_file import read
from smoot.params import Params
from smoot.stages import view_of

STATES = ("finished", "stale", "missing", "failed", "under way or killed")


@dataclass(frozen=True)
class Job:
    """One job of the grid, as it stands on disk."""

    stage: str
    name: str
    state: str
    """Of STATES."""
    log: Path
    attempt: Attempt | None
    """The last one, if it did not succeed."""


def status(raw: dict[str, Any], params: Params) -> str:
    """A line of counts for each stage, and four lines for each job that failed. raw: the file that `params` is."""
    found = list(jobs(raw, params))
    lines = list(counted(found).values())
    for job in found:
        if job.attempt and job.state in STATES[3:]:
            # DVC keeps no logs.
            logs = [f"log: {job.log}"] if job.log.exists() else []
            lines += ["", f"{job.stage} {job.name}: {job.state}"]
            lines += [f"  {line}" for line in [_ended(job.attempt), *logs, f"next: {_advice(job)}"]]
    return "\n".join(lines)


def counted(found: list[Job]) -> dict[str, str]:
    """By stage, how many jobs it has in each state, in a line."""
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
    trained = {}
    for cell in grid.cells():
        view = view_of(raw, "train", **cell.coordinates)
        job = _job("train", str(cell), attempts.train_log(cell), cell.run_record, _made(cell.run_record) == view)
        trained[cell] = job.state == "finished"
        yield job
    for cell, panel in product(grid.cells(), grid.panels):
        view, path = view_of(raw, "score", **cell.coordinates, panel=panel), cell.scores(panel)
        fresh = trained[cell] and _made(path) == view
        job = _job("score", f"{cell} {panel}", attempts.score_log(cell, panel), path, fresh)
        lacking |= job.state != "finished"
        yield job
    folder = ReportFolder(params.report.name)
    fresh = not lacking and _published(folder.path / "params.yaml") == view_of(raw, "report")
    yield _job("report", params.report.name, attempts.report_log(params.report.name), folder.page, fresh)


def _job(stage: str, name: str, log: Path, output: Path, fresh: bool = True) -> Job:
    """output: what the stage writes last. fresh: whether it is what today's params would make."""
    attempt = attempts.read(log, since=output)
    if attempt:
        state = "failed" if attempt.over else "under way or killed"
    elif not output.exists():
        state = "missing"
    else:
        state = "finished" if fresh else "stale"
    return Job(stage, name, state, log, attempt)


class _Made(BaseModel):
    """What a stage's record says of how it was made."""

    params: dict[str, Any]


def _made(record: Path) -> dict[str, Any] | None:
    """The blocks of params.yaml that it was made with; None where it is missing or damaged."""
    try:
        return _Made.model_validate_json(record.read_bytes()).params
    except (OSError, ValidationError):
        return None


def _published(path: Path) -> dict[str, Any] | None:
    """The blocks of params.yaml that a report was made with; None where they are missing or damaged."""
    try:
        return view_of(read(path), "report")
    except (OSError, SmootError):
        return None


def _ended(attempt: Attempt) -> str:
    """How the attempt ended, in a line."""
    where = f" on {attempt.host}" if attempt.host else ""
    if attempt.said:
        return f"{attempt.said}{f' ({attempt.scheduler})' if attempt.scheduler else ''}"
    began = f"began {attempt.began}{where}" if attempt.began else "smoot never began"
    return f"{began}, {attempt.scheduler or 'and has not ended, as far as is known'}"


def _advice(job: Job) -> str:
    """What to do next, in a line."""
    attempt = job.attempt
    assert attempt is not None
    again = "run again" + ("; it resumes from its checkpoint" if job.stage == "train" else "")
    key = f"workflow/cluster.yaml, {job.stage}"
    if attempt.exit_code in PERMANENT:
        return "correct what it names, and run again; as it is, it would fail again"
    if attempt.scheduler == "TIMEOUT":
        return f"more time, runtime in {key}; then {again}"
    # SLURM calls a job that it ended itself CANCELLED or TIMEOUT, but one that took too much memory may be FAILED.
    ended = attempt.killed or attempt.exit_code == 128 + signal.SIGTERM
    if attempt.scheduler == "OUT_OF_MEMORY" or (ended and attempt.scheduler == "FAILED"):
        return f"most likely out of memory: more of it, mem_mb in {key}; then {again}"
    if not attempt.began and attempt.scheduler:
        return f"more memory, mem_mb in {key}, or see SLURM's log in .snakemake/slurm_logs: smoot was not reached"
    if not attempt.began:
        return f"run again; if the cluster refuses what the job asks for, change it in {key}"
    if attempt.exit_code == 1:
        return "a defect of the code or the machine: the log says where"
    if attempt.exit_code is None and not attempt.scheduler:
        return f"nothing, if it is under way; if it was killed, most often by lack of memory (mem_mb in {key}): {again}"
    return again
