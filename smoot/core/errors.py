"""Errors that a person can act on: printed as plain lines, never as a traceback."""


class SmootError(Exception):
    """Something outside the code is wrong; the message says what, where, and what is allowed."""

    exit_code = 1


class ParamsError(SmootError):
    """params.yaml is wrong. One line for each problem."""

    exit_code = 2

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines
