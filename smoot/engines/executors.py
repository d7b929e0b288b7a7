"""What Snakemake's executors are taught of this pipeline, within the process that a person starts.

A failure of a job is told to `smoot.engines.attempts`, which says whether it is to be tried again. And the SLURM plugin
does not forget its jobs while SLURM does not answer, and learns from `sacct` that a job was cancelled.
"""

import re
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from snakemake_interface_executor_plugins.executors.base import AbstractExecutor, SubmittedJobInfo

from smoot.engines import attempts
from smoot.engines.stages import STAGES

SLURM = "snakemake_executor_plugin_slurm"


def teach() -> None:
    """Once a process."""
    AbstractExecutor.report_job_error = _telling(AbstractExecutor.report_job_error)
    if SLURM in sys.modules:
        plugin: Any = sys.modules[SLURM]
        plugin.query_job_status = _in_one_word(plugin.query_job_status)
        plugin.Executor.check_active_jobs = _patient(plugin.Executor.check_active_jobs)


def _telling(report: Any) -> Any:
    def report_job_error(self: AbstractExecutor, job_info: SubmittedJobInfo, msg: Any = None, **options: Any) -> None:
        job: Any = job_info.job
        state = re.search(r"SLURM status is: '(\w+)'", msg or "")
        refused = " ".join((msg or "").split("sbatch call:")[0].split()) if job_info.external_jobid is None else ""
        for one in job.jobs if job.is_group() else [job]:
            # Of a group, those without a record did not fail.
            if one.rule.name in STAGES and (refused or not job.is_group() or attempts.read_attempt(Path(one.log[0]))):
                attempt = attempts.ended(Path(one.log[0]), state[1] if state else "", "" if one.is_local else refused)
                if not attempts.worth_another(attempt, job.attempt):
                    job.attempt = job.restart_times + 1
        report(self, job_info, msg, **options)

    return report_job_error


def _patient(check: Any) -> Any:
    """Up to version 2.8 it yields no job where SLURM answers none of a cycle's questions, and all are forgotten."""

    async def check_active_jobs(self: Any, active_jobs: list[SubmittedJobInfo]) -> AsyncIterator[SubmittedJobInfo]:
        # It is called before the executor is complete, without jobs.
        answers, silent = self._status_query_calls if active_jobs else 0, bool(active_jobs)
        async for job in check(self, active_jobs):
            silent = False
            yield job
        if silent and self._status_query_calls == answers:
            self.logger.warning(f"SLURM does not answer; {len(active_jobs)} jobs are kept, and asked for again.")
            for job in active_jobs:
                yield job

    return check_active_jobs


def _in_one_word(query: Any) -> Any:
    """`sacct` says "CANCELLED by 1000", which the plugin, up to version 2.8, takes for a job that runs."""

    async def query_job_status(*arguments: Any) -> tuple[dict[str, str] | None, float | None]:
        states, seconds = await query(*arguments)
        return states and {job: state.split()[0] for job, state in states.items() if state}, seconds

    return query_job_status
