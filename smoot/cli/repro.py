"""`smoot repro`: its settings, a run, and what came of it."""

import os
import time
from pathlib import Path
from typing import Annotated

import typer

from smoot.core.errors import ParamsError, SmootError
from smoot.core.params_file import PARAMS_FILE, read_params
from smoot.core.progress import say
from smoot.engines import gpus
from smoot.engines.repro.pipeline import Pipeline
from smoot.engines.repro.schedule import Schedule
from smoot.engines.repro.words import StagesProgress, summary
from smoot.settings.validation import validate


def repro(
    targets: Annotated[list[str] | None, typer.Argument(help="Stages, with all that they need; all, if none.")] = None,
    jobs: Annotated[
        int | None, typer.Option("-j", "--jobs", min=1, help="Side by side; by default processors / compute.threads.")
    ] = None,
) -> None:
    """Do what `dvc repro` does, with several stages side by side."""
    started = time.monotonic()
    if Path("params.yaml") != PARAMS_FILE:
        raise ParamsError([f"{PARAMS_FILE}: DVC runs what params.yaml says, and reads no other file; copy it there"])
    compute = validate(read_params()).compute
    threads, devices = compute.threads, [] if compute.device == "cpu" else gpus.visible()
    processors = len(os.sched_getaffinity(0))
    wanted = jobs or max(1, processors // threads)
    if wanted * threads > processors and wanted > 1:
        said = f"-j {wanted} of compute.threads: {threads} in {PARAMS_FILE}"
        say(f"{said}: more threads than this machine's {processors} processors")
    allowed = min(wanted, len(devices)) if devices else wanted
    if devices:
        os.environ.setdefault(gpus.GPUS_VARIABLE, ",".join(devices))  # each command takes its own of them
    if allowed < wanted:
        say(f"{allowed} side by side: each gets a GPU of its own, and {len(devices)} can be seen")

    pipeline = Pipeline(targets or [])
    progress = StagesProgress(pipeline.names)
    schedule = Schedule(pipeline, allowed, progress)
    with pipeline.alone():
        try:
            schedule.run()
        finally:
            progress.close()
    outcomes = schedule.outcomes
    said = summary(outcomes, len(pipeline.names), time.monotonic() - started)
    if schedule.signalled:
        say(f"{said}\nstopped by a signal; what is finished is recorded, and the same command resumes the rest")
        raise SystemExit(128 + schedule.signalled)
    if any(outcome.state == "failed" for outcome in outcomes.values()):
        raise SmootError(said)
    say(said)
