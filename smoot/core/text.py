"""Text for people."""

from collections.abc import Sequence

MOST_NAMED = 20
"""How many files or images an error names."""


def short(text: str, most: int) -> str:
    """Cut to that many characters, with an ellipsis."""
    return text if len(text) <= most else text[: most - 1] + "…"


def some(names: Sequence[str], between: str = ", ", most: int = 6) -> str:
    """The names, or the first of them and how many others there are."""
    others = len(names) - most
    return between.join(names[:most]) + (f" and {others} more" if others > 0 else "")


def listed(lines: Sequence[str], indent: str = "", most: int = 10) -> str:
    """The first lines, and how many more there are."""
    more = [f"and {len(lines) - most} more"] if len(lines) > most else []
    return "\n".join(f"{indent}{line}" for line in [*lines[:most], *more])


def count(things: int, singular: str, plural: str = "") -> str:
    """Such as "1 data set" and "2 data sets"."""
    return f"{things:,} {singular if things == 1 else plural or singular + 's'}"
