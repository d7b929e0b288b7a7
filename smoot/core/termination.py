"""Ending on a signal as schedulers expect: soon, with what was done saved, and with the exit code 128 + signal."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Self

SIGNALS = (signal.SIGTERM, signal.SIGINT)


class Termination:
    """Within `with Termination() as termination`, SIGTERM and SIGINT raise SystemExit.

    They do so at once, but within a `termination.deferred()` block at its end. Code in there looks at `requested`,
    the signal's number or None, saves what it has, and leaves the block.
    """

    def __init__(self) -> None:
        self.requested: int | None = None
        self._deferring = False

    def __enter__(self) -> Self:
        self._before = {number: signal.signal(number, self._handle) for number in SIGNALS}
        return self

    def __exit__(self, *exception: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    @contextmanager
    def deferred(self) -> Iterator[None]:
        self._deferring = True
        try:
            yield
        finally:
            self._deferring = False
        if self.requested is not None:
            raise SystemExit(128 + self.requested)

    def _handle(self, number: int, frame: FrameType | None) -> None:
        self.requested = number
        if not self._deferring:
            raise SystemExit(128 + number)
