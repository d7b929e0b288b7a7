"""Nested parameters by dotted keys, and in what two of them differ."""

from collections.abc import Iterator, Mapping
from typing import Any

ABSENT = "not set"


def dotted(value: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    """(key, value) of each value that is no mapping with entries, such as ("training.lr", 0.1). key: of the whole."""
    if isinstance(value, Mapping) and value:
        for name, inner in value.items():
            yield from dotted(inner, f"{key}.{name}" if key else str(name))
    else:
        yield key, value


def differing(first: Any, second: Any, key: str = "") -> list[tuple[str, str, str]]:
    """(key, of the first, of the second) wherever they differ; ABSENT where one has none. In the first's order."""
    values, others = dict(dotted(first, key)), dict(dotted(second, key))
    keys = list(values | others)
    return [
        (name, _shown(values, name), _shown(others, name))
        for name in keys
        if name not in values or name not in others or _differ(values[name], others[name])
    ]


def _differ(value: Any, other: Any) -> bool:
    # 1 and True are equal to Python, and not to a parameter.
    return value != other or isinstance(value, bool) != isinstance(other, bool)


def _shown(values: Mapping[str, Any], key: str) -> str:
    return f"{values[key]}" if key in values else ABSENT
