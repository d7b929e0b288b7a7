"""Variants of one component that differ in numbers alone: the points of a frontier, in the order of those numbers."""

from collections.abc import Mapping
from typing import Any

from smoot.artifacts.run import RunRecord


def chains(runs: Mapping[str, RunRecord], entries: Mapping[str, Mapping[str, Any]]) -> list[list[str]]:
    """Lists of two or more methods. runs: a record of each method. entries: the `methods` block of params.yaml.

    Variants whose numbers all rise, or fall, from one to the next make one list: they are strengths of one method.
    Of others, a method may stand in several lists, one for each number that is varied about it.
    """
    numbers: dict[str, dict[str, float]] = {}
    alike: dict[tuple[Any, ...], list[str]] = {}
    for name, run in runs.items():
        if run.trained and not run.draw:
            options = _flat(entries.get(name, {}))
            numbers[name] = {key: value for key, value in options.items() if _is_number(value)}
            rest = {key: repr(value) for key, value in options.items() if not _is_number(value)}
            alike.setdefault((run.component, *sorted(rest.items()), *sorted(numbers[name])), []).append(name)
    found = []
    for names in alike.values():
        own = {name: numbers[name] for name in names}
        found += [whole] if (whole := _in_step(own)) else _by_number(own)
    return found


def _in_step(numbers: Mapping[str, Mapping[str, float]]) -> list[str]:
    """All of them in an order in which every number rises or falls; none, if there is no such order."""
    keys = [key for key in next(iter(numbers.values())) if len({own[key] for own in numbers.values()}) > 1]
    order = sorted(numbers, key=lambda name: [numbers[name][key] for key in keys])
    for key in keys:
        values = [numbers[name][key] for name in order]
        if values not in (sorted(values), sorted(values, reverse=True)):
            return []
    return order if keys else []


def _by_number(numbers: Mapping[str, Mapping[str, float]]) -> list[list[str]]:
    """Those that differ in one number alone, in its order."""
    found = []
    for key in next(iter(numbers.values())):
        groups: dict[tuple[float, ...], list[str]] = {}
        for name, own in numbers.items():
            groups.setdefault(tuple(value for other, value in own.items() if other != key), []).append(name)
        for names in groups.values():
            if len({numbers[name][key] for name in names}) > 1:
                found.append(sorted(names, key=lambda name: numbers[name][key]))
    return found


def _flat(entry: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Options by dotted key, without the name of the component, and without what makes an entry a control."""
    flat: dict[str, Any] = {}
    for key, value in entry.items():
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{prefix}{key}.")
        elif prefix or key not in ("method", "control_of", "equal"):
            flat[prefix + key] = value
    return flat


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
