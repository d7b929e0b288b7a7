"""`smoot status`: what is finished, stale, missing or failed; why, and what to do next."""

import signal
from typing import Any

from smoot.core.errors import PERMANENT
from smoot.core.params_file import read_params
from smoot.engines.attempts import Attempt
from smoot.engines.jobs import STATES, Job, counted, jobs
from smoot.settings.params import Params
from smoot.settings.validation import validate


def status() -> None:
    """Say which cells are finished, stale, missing or failed, why, where the logs are and what to do next."""
    raw = read_params()
    print(status_text(raw, validate(raw)))


def status_text(raw: dict[str, Any], params: Params) -> str:
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
