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
    ("#1d6a4b", "#69b28f"),
    ("#729258", "#a7c98c"),
    ("#514aab", "#9292fa"),
    ("#7f1d89", "#cf6ed8"),
    ("#0072b2", "#5ab4f8"),
    ("#e064b7", "#ffa8de"),
    ("#d55e00", "#ffa373"),
    ("#9c7400", "#d9af54"),
    ("#7f1d4f", "#c23c78"),
    ("#5b2aa8", "#a27bfd"),
    ("#3a94d6", "#87c8fe"),
    ("#b0459a", "#f383d9"),
    ("#94556f", "#d994af"),
    ("#a70f3f", "#fa6782"),
    ("#385f04", "#7eaa59"),
    ("#0a6e88", "#5fb2ce"),
    ("#00875f", "#5cd7a8"),
    ("#6b406e", "#b687ba"),
    ("#b23f3f", "#fc817c"),
    ("#44845e", "#81c299"),
]

Marker = Any  # what matplotlib takes as one
BASELINE_MARKER, NULL_MARKER = "o", "x"
MARKERS: list[Marker] = [
    "<", ">", (6, 1, 0), "h", "s", (4, 1, 0), "D", "H", "d", "P", "X", "v", (5, 0, 180), (4, 1, 45), "*", "p", "^",
    (7, 1, 0), (3, 0, 30), "8",
]  # fmt: skip

# Of this, the names that presets and papers use have slots of their own.
SALT = 176541

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
