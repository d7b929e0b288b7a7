"""The SLURM plugin, while SLURM does not answer, and what it makes of a cancelled job."""

import asyncio
import contextlib
import logging
import shutil
from types import SimpleNamespace

import pytest
import snakemake_executor_plugin_slurm as plugin
from snakemake_interface_executor_plugins.executors.base import SubmittedJobInfo

from smoot.engines.executors import _in_one_word, _patient

JOBS = [SubmittedJobInfo(None, external_jobid=str(number), aux={}) for number in (1, 2)]


@pytest.fixture
def executor(tmp_path, monkeypatch):
    """The plugin's own, as far as it asks for states, where no command of SLURM is found."""
    (tmp_path / "which").symlink_to(shutil.which("which"))
    monkeypatch.setenv("PATH", str(tmp_path))
    executor = object.__new__(plugin.Executor)
    settings = plugin.ExecutorSettings(status_command="squeue", status_attempts=2)
    executor.workflow = SimpleNamespace(executor_settings=settings)
    executor.logger, executor.run_uuid = logging.getLogger("slurm"), "run"
    executor.status_rate_limiter = contextlib.nullcontext()
    executor._status_query_calls = executor._status_query_failures = executor._status_query_total_seconds = 0
    executor._status_query_min_seconds = executor._status_query_max_seconds = 0
    executor._status_query_cycle_rows = []
    executor.next_seconds_between_status_checks = 10
    return executor


@pytest.fixture
def cancelled(executor, tmp_path):
    """The jobs that are reported as failed, where sacct says that job 1 was cancelled and job 2 runs."""
    (tmp_path / "sacct").write_text("#!/bin/sh\n[ $1 = -X ] && echo '1|CANCELLED by 1000' && echo '2|RUNNING'\ntrue\n")
    (tmp_path / "sacct").chmod(0o755)
    executor.workflow.executor_settings.status_command = "sacct"
    failed = []
    executor.report_job_error = lambda job, **_: failed.append(job)
    return failed


async def still_active(check, executor, jobs):
    return [job async for job in check(executor, jobs)]


def test_jobs_are_kept_while_slurm_does_not_answer(executor, caplog):
    check = _patient(plugin.Executor.check_active_jobs)
    assert asyncio.run(still_active(check, executor, JOBS)) == JOBS
    assert executor._status_query_failures == 2
    assert "SLURM does not answer; 2 jobs are kept, and asked for again." in caplog.text
    assert asyncio.run(still_active(check, executor, [])) == []


def test_the_plugin_itself_forgets_them(executor):
    """Where this fails, the plugin has been mended, and `_patient` can go."""
    assert asyncio.run(still_active(plugin.Executor.check_active_jobs, executor, JOBS)) == []


def test_a_cancelled_job_has_failed(executor, cancelled, monkeypatch):
    monkeypatch.setattr(plugin, "query_job_status", _in_one_word(plugin.query_job_status))
    assert asyncio.run(still_active(plugin.Executor.check_active_jobs, executor, JOBS)) == JOBS[1:]
    assert cancelled == JOBS[:1]


def test_the_plugin_itself_takes_it_for_a_job_that_runs(executor, cancelled):
    """Where this fails, the plugin has been mended, and `_in_one_word` can go."""
    assert asyncio.run(still_active(plugin.Executor.check_active_jobs, executor, JOBS)) == JOBS
    assert cancelled == []
