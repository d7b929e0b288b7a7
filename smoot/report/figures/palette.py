"""The colours of figures, in light and in dark, and the colour and the marker that a method's name gives it."""

import zlib
from collections.abc import Iterable
from typing import Any

# By the name of their CSS variable, on light paper and on dark.
NEUTRAL = {
    "paper": ("#ffffff", "#14181d"),
    "ink": ("#1b1f24", "#e6e9ed"),
    "soft": ("#57606a", "#a3adb8"),
    "line": ("#d8dee4", "#333b45"),
    "null": ("#868e97", "#8b959f"),
}

# Those of methods, by slot. Far apart for most kinds of colour blindness where a preset uses them together.
HUES = [
    ("#ae5849", "#cf5e4a"),
    ("#651261", "#d397cc"),
    ("#18346e", "#5d81c6"),
    ("#d55e00", "#ffa373"),
    ("#b276aa", "#ea97e0"),
    ("#1e4195", "#6e93e2"),
    ("#b14e1d", "#df6221"),
    ("#0072b2", "#5ab4f8"),
    ("#2256cd", "#7e99cd"),
    ("#5b2aa8", "#a27bfd"),
    ("#3a94d6", "#87c8fe"),
    ("#679a5a", "#b3eba5"),
    ("#9b6ffc", "#8476b4"),
    ("#153fbe", "#507de8"),
    ("#8b4249", "#a93f63"),
    ("#7e3581", "#af7ab0"),
    ("#642430", "#faaab3"),
    ("#a35a5d", "#e66d75"),
    ("#037b8a", "#5eddf1"),
    ("#763419", "#f47d4f"),
]

Marker = Any  # what matplotlib takes as one
BASELINE_MARKER, NULL_MARKER = "o", "x"
MARKERS: list[Marker] = [
    "<", ">", (6, 1, 0), "D", "H", (4, 1, 0), "h", "s", "d", "P", "X", "v", (5, 0, 180), (4, 1, 45), "*", "p", "^",
    (7, 1, 0), (3, 0, 30), "8",
]  # fmt: skip

# Of this, the names that presets and papers use have slots of their own.
SALT = 7982

VARIABLES = NEUTRAL | {f"method-{slot}": pair for slot, pair in enumerate(HUES)}
"""(light, dark) by CSS variable. No two variables have the same light colour."""


def home(method: str) -> int:
    """The slot that a name asks for, in every report the same."""
    return zlib.crc32(f"{SALT}:{method}".encode()) % len(HUES)


def slots(methods: Iterable[str]) -> dict[str, int]:
    """A slot for each method, its home where no earlier one lives; the others get the next that is free.

    Beyond as many methods as there are slots, some share one.
    """
    names = list(dict.fromkeys(methods))
    given: dict[str, int] = {}
    for method in names:
        if home(method) not in given.values():
            given[method] = home(method)
    for method in (name for name in names if name not in given):
        candidates = [(home(method) + step) % len(HUES) for step in range(len(HUES))]
        given[method] = next((slot for slot in candidates if slot not in given.values()), home(method))
    return given
