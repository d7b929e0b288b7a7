"""Progress: a bar with the time left on a terminal, plain lines elsewhere."""

import sys
import time
from typing import Self

from tqdm import tqdm

SECONDS_BETWEEN_LINES = 10.0


class Progress:
    """Reports on standard error how much of `total` is done: `with Progress("train", steps) as bar: bar.advance()`."""

    def __init__(self, label: str, total: int) -> None:
        self.label, self.total, self.done = label, total, 0
        self.started = self.reported = time.monotonic()
        self.bar = tqdm(desc=label, total=total, dynamic_ncols=True, leave=False) if sys.stderr.isatty() else None

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
        if now - self.reported >= SECONDS_BETWEEN_LINES and self.done < self.total:
            left = (now - self.started) / self.done * (self.total - self.done)
            say(f"{self.label}: {self.done}/{self.total}, {left:.0f} s left")
            self.reported = now


def say(line: str) -> None:
    """One plain line on standard error."""
    print(line, file=sys.stderr, flush=True)
