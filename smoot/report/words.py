"""Numbers and lists as a reader meets them."""

import math
from collections.abc import Iterable, Sequence

from smoot.report.analysis.comparison import Difference
from smoot.report.page import Span


def number(value: float | None, digits: int = 3) -> str:
    """Fixed digits with a true minus; an en dash where there is none."""
    return "–" if value is None or not math.isfinite(value) else f"{value:.{digits}f}".replace("-", "−")


def signed(value: float, digits: int = 3) -> str:
    return "+" + number(abs(value), digits) if math.isfinite(value) and value >= 0 else number(value, digits)


def with_interval(difference: Difference) -> str:
    """Such as +0.100 [+0.050, +0.150]; of one seed without an interval."""
    low, high = difference.interval
    mean = signed(difference.mean)
    return f"{mean} [{signed(low)}, {signed(high)}]" if difference.bounded else mean


def enumerated(names: Sequence[str], last: str = "and") -> str:
    """Such as "a, b and c"."""
    *first, end = names
    return f"{', '.join(first)} {last} {end}" if first else end


def codes(texts: Iterable[str], limit: int = 20) -> tuple[str | Span, ...]:
    """The first `limit` as code, with how many more there are."""
    texts = list(texts)
    parts: list[str | Span] = []
    for text in texts[:limit]:
        parts += [", ", Span(text, "code")]
    more = [f" and {len(texts) - limit} more"] if len(texts) > limit else []
    return (*parts[1:], *more)


def one_line(text: str) -> str:
    return " ".join(text.splitlines())
