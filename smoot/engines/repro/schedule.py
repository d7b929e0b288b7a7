"""The order in which commands run: at most so many side by side, and none that needs a failed one."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Literal

from smoot.artifacts.paths import RESULTS
from smoot.core.errors import SmootError
from smoot.engines.repro.pipeline import Pipeline

ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
SECONDS_BETWEEN_LOOKS = 0.05
State = Literal["unchanged", "restored", "run", "failed", "stopped", "not run"]
DONE = ("unchanged", "restored", "run")


@dataclass(frozen=True)
class Outcome:
    """What became of a stage."""

    state: State
    """restored: from DVC's run-cache. stopped: by a signal to us. not run: as a stage that it needs failed."""
    seconds: float = 0.0
    """Seconds that the stage's command took."""
    reason: str = ""
    """Why it failed."""


@dataclass(frozen=True)
class Command:
    """A command that runs."""

    name: str
    process: subprocess.Popen[bytes]
    started: float

    def send(self, number: int) -> None:
        """A signal to the command, and to all that it has started."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)


class Schedule:
    """Runs the stages of a pipeline that are not up to date. Afterwards `outcomes` holds all that was decided, by name.

    After SIGINT, SIGTERM or SIGHUP no command is started, those that run get the signal and are waited for, and
    `signalled` is its number. A second signal kills them.
    """

    def __init__(self, pipeline: Pipeline, jobs: int, watch: "Callable[[Schedule], None]") -> None:
        """jobs: commands side by side, at least 1. watch: called whenever something has changed."""
        self.pipeline, self.jobs = pipeline, jobs
        self.outcomes: dict[str, Outcome] = {}
        self.running: list[Command] = []
        self.signalled: int | None = None
        self._watch = watch

    def run(self) -> None:
        """What is finished is recorded, however this ends."""
        self._handlers = {number: signal.signal(number, self._handle) for number in ENDING_SIGNALS}
        try:
            self._start_what_can_be()
            while self.running:
                time.sleep(SECONDS_BETWEEN_LOOKS)
                for job in [job for job in self.running if job.process.poll() is not None]:
                    self._end(job)
                self._start_what_can_be()
        finally:
            for job in self.running:
                job.send(signal.SIGKILL)
            self.pipeline.record()
            self._restore_handlers()

    def _start_what_can_be(self) -> None:
        """The stages in the pipeline's order, in which none comes before one that it needs."""
        under_way = {job.name for job in self.running}
        for name in self.pipeline.names:
            if self.signalled or len(self.running) >= self.jobs:
                return
            needs = [self.outcomes.get(need) for need in self.pipeline.needs(name)]
            if name in self.outcomes or name in under_way:
                continue
            if any(need and need.state not in DONE for need in needs):
                self.outcomes[name] = Outcome("not run")
            elif all(needs):
                self._start(name)

    def _start(self, name: str) -> None:
        if outcome := self._without_its_command(name):
            self._decide(name, outcome)
            return
        self.running.append(Command(name, self.pipeline.start(name, log_of(name)), time.monotonic()))
        if self.signalled:  # Since it was looked at: so this one did not get it.
            self.running[-1].send(self.signalled)

    def _without_its_command(self, name: str) -> Outcome | None:
        """What becomes of a stage whose command does not run; None if it is to run."""
        try:
            if self.pipeline.is_up_to_date(name):
                return Outcome("unchanged")
            return Outcome("restored") if self.pipeline.prepare(name) else None
        except SmootError as error:
            return Outcome("failed", reason=str(error))

    def _end(self, job: Command) -> None:
        self.running.remove(job)
        seconds, code = time.monotonic() - job.started, job.process.returncode
        if code == 0:
            try:
                self.pipeline.finish(job.name)
                outcome = Outcome("run", seconds)
            except SmootError as error:
                outcome = Outcome("failed", seconds, str(error))
        elif self.signalled:
            outcome = Outcome("stopped", seconds)
        else:
            outcome = Outcome("failed", seconds, f"exit {code}: {last_line(log_of(job.name))}")
        self._decide(job.name, outcome)

    def _decide(self, name: str, outcome: Outcome) -> None:
        self.outcomes[name] = outcome
        self._watch(self)

    def _handle(self, number: int, frame: FrameType | None) -> None:
        for job in self.running:
            job.send(signal.SIGKILL if self.signalled else number)
        if self.signalled:
            self._restore_handlers()
        self.signalled = number

    def _restore_handlers(self) -> None:
        for number, handler in self._handlers.items():
            signal.signal(number, handler)


def log_of(name: str) -> Path:
    """What the stage's command said when it last ran."""
    return RESULTS / "logs" / "repro" / f"{name}.log"


def last_line(log: Path) -> str:
    """The last lines that a command said, without the bars that it drew over."""
    lines = log.read_text(encoding="utf-8", errors="replace").replace("\r", "\n").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "it said nothing")
