"""Errors that a person can act on: printed as plain lines, never as a traceback."""


class SmootError(Exception):
    """Something outside the code is wrong; the message says what, where, and what is allowed.

    It stays wrong until a person changes something, so engines do not try again.
    """

    exit_code = 65  # EX_DATAERR


class TransientError(SmootError):
    """It may be right the next time, or on another machine: a network, a disk, memory, another process."""

    exit_code = 75  # EX_TEMPFAIL


class ParamsError(SmootError):
    """params.yaml is wrong. One line for each problem."""

    exit_code = 2

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


PERMANENT = {ParamsError.exit_code, SmootError.exit_code}
"""Exit codes of what fails again in the same way."""
