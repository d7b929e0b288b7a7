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
    "again": ("#101048", "#c0d0d0"),
}

# Those of methods, by slot. Far apart for most kinds of colour blindness where a preset uses them together.
HUES = [
    ("#4352b5", "#7a7eda"),
    ("#680962", "#ad6394"),
    ("#0d2bcb", "#4776fc"),
    ("#59250a", "#ff8253"),
    ("#315785", "#4e84b2"),
    ("#486ee3", "#6261cc"),
    ("#1f886c", "#2ec179"),
    ("#224497", "#6c80ef"),
    ("#35339d", "#6190e9"),
    ("#4e25a4", "#a584ff"),
    ("#a76bbc", "#ed97e3"),
    ("#0e83c2", "#60bdee"),
    ("#dc5800", "#cd7940"),
    ("#8668a1", "#b98eca"),
    ("#962f57", "#cf3674"),
    ("#985042", "#b74b44"),
    ("#779a62", "#c9dc9e"),
    ("#773533", "#ce6674"),
    ("#936324", "#c38636"),
    ("#5d8b19", "#a3ff8b"),
]

Marker = Any  # what matplotlib takes as one
BASELINE_MARKER, NULL_MARKER, AGAIN_MARKER = "o", "x", (8, 1, 0)
MARKERS: list[Marker] = [
    "<", ">", (6, 1, 0), "D", "H", (4, 1, 0), "h", "s", "d", "P", "X", "v", (5, 0, 180), (4, 1, 45), "*", "p", "^",
    (7, 1, 0), (3, 0, 30), "8",
]  # fmt: skip

# Of this, the names that presets and papers use have slots of their own.
SALT = 57422

VARIABLES = NEUTRAL | {f"method-{slot}": pair for slot, pair in enumerate(HUES)}
"""(light, dark) by CSS variable. No two variables have the same light colour."""


def home(method: str) -> int:
    """The slot that a name asks for, in every report the same."""
    return zlib.crc32(f"{SALT}:{method}".encode()) % len(HUES)


def name_slots(methods: Iterable[str]) -> dict[str, int]:
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
