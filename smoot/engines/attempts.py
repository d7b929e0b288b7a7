"""What became of the last attempt at a job: a small file beside its log, until an attempt succeeds.

`smoot status` reads them, and Snakemake, which asks here whether another attempt makes sense.
"""

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

from smoot.artifacts.paths import RESULTS, GridCell
from smoot.core.errors import PERMANENT, SmootError
from smoot.core.files import write_json
from smoot.core.termination import Termination

LOGS = RESULTS / "logs"
"""Where Snakemake's rules put the jobs' logs."""
CRASHES = 2  # attempts at what ends with an unexpected error


@dataclass(frozen=True)
class Attempt:
    """One attempt, under way or failed."""

    began: str = ""
    """Local time, ISO 8601; empty where the job never began."""
    host: str = ""
    exit_code: int | None = None
    """None where it has not ended, or was killed and could not say so."""
    said: str = ""
    """The last line of its error."""
    scheduler: str = ""
    """The cluster's word for its end, such as TIMEOUT; empty where none is known."""

    @property
    def over(self) -> bool:
        return self.exit_code is not None or bool(self.scheduler) or not self.began

    @property
    def killed(self) -> bool:
        """It began, and could not say how it ended."""
        return bool(self.began) and self.exit_code is None


def fetch_log(dataset: str) -> Path:
    return LOGS / "fetch" / f"{dataset}.log"


def train_log(cell: GridCell) -> Path:
    return LOGS / "train" / f"{cell}.log"


def score_log(cell: GridCell, panel: str) -> Path:
    return LOGS / "score" / str(cell) / f"{panel}.log"


def report_log(name: str) -> Path:
    return LOGS / "report" / f"{name}.log"


def read_attempt(log: Path, since: Path | None = None) -> Attempt | None:
    """None where none was made, the last one succeeded or cannot be read, or where `since` is a newer file."""
    try:
        if since and since.exists() and since.stat().st_mtime > _beside(log).stat().st_mtime:
            return None
        return Attempt(**json.loads(_beside(log).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


@contextmanager
def recorded(log: Path) -> Iterator[None]:
    """Keeps record of the attempt that the block makes. SIGTERM and SIGINT end it with SystemExit."""
    if "WORLD_SIZE" in os.environ:  # one of several processes, whose starter keeps the record
        yield
        return
    attempt = Attempt(datetime.now().isoformat(timespec="seconds"), socket.gethostname())
    _write(log, attempt)
    try:
        with Termination():
            yield
    except SmootError as error:
        _write(log, replace(attempt, exit_code=error.exit_code, said=str(error).splitlines()[-1]))
        raise
    except SystemExit as error:
        code = error.code if isinstance(error.code, int) else 1
        said = f"told to end by signal {code - 128}" if code > 128 else ""
        _write(log, replace(attempt, exit_code=code, said=said))
        raise
    except BaseException as error:
        said = f"{type(error).__name__}: {error}".splitlines()[0]
        _write(log, replace(attempt, exit_code=1, said=said))
        raise
    with suppress(OSError):
        _beside(log).unlink()


def ended(log: Path, scheduler: str, refused: str = "") -> Attempt:
    """The attempt, with what the cluster says of its end. refused: why it did not take the job, so that none began."""
    attempt = Attempt(said=refused) if refused else read_attempt(log) or Attempt()
    attempt = replace(attempt, scheduler=scheduler)
    _write(log, attempt)
    return attempt


def worth_another(attempt: Attempt, number: int) -> bool:
    """Whether a job may succeed where `attempt`, its number-th, failed: it needed time, memory or another node."""
    if attempt.exit_code in PERMANENT:
        return False
    return attempt.exit_code != 1 or number < CRASHES


def _beside(log: Path) -> Path:
    return log.with_suffix(".attempt.json")


def _write(log: Path, attempt: Attempt) -> None:
    # A record that cannot be kept is no reason to fail.
    with suppress(SmootError):
        write_json(_beside(log), asdict(attempt))
