"""The SLURM plugin, while SLURM does not answer."""

import asyncio
import contextlib
import logging
import shutil
from types import SimpleNamespace

import pytest
import snakemake_executor_plugin_slurm as plugin
from snakemake_interface_executor_plugins.executors.base import SubmittedJobInfo

from smoot.executors import _patient

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
    executor._status_query_calls = executor._status_query_failures = 0
    return executor


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
