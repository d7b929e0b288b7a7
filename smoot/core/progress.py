"""Progress: a bar with the time left on a terminal, plain lines elsewhere."""

import sys
import time
from contextlib import suppress
from typing import Self

from tqdm import tqdm

SECONDS_BETWEEN_LINES = 10.0


class Progress:
    """Reports on standard error how much of `total` is done: `with Progress("train", steps) as bar: bar.advance()`."""

    def __init__(self, label: str, total: int, done: int = 0, silent: bool = False) -> None:
        self.label, self.total, self.done, self.silent = label, total, done, silent
        self.before = done
        self.started = self.reported = time.monotonic()
        bar = sys.stderr.isatty() and not silent
        self.bar = tqdm(desc=label, total=total, initial=done, dynamic_ncols=True, leave=False) if bar else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        if self.bar is not None:
            self.bar.close()

    def advance(self, by: int = 1) -> None:
        self.done += by
        if self.bar is not None:
            self.bar.update(by)
            return
        now = time.monotonic()
        if now - self.reported >= SECONDS_BETWEEN_LINES and self.done < self.total and not self.silent:
            left = (now - self.started) / (self.done - self.before) * (self.total - self.done)
            say(f"{self.label}: {self.done}/{self.total}, {left:.0f} s left")
            self.reported = now


def say(line: str) -> None:
    """One plain line on standard error, if anyone still reads it: a scheduler's signal ends the reader too."""
    with suppress(BrokenPipeError):
        print(line, file=sys.stderr, flush=True)
