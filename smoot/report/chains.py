"""Variants of one component that differ in one number: the points of a frontier, in the order of that number."""

from collections.abc import Mapping
from typing import Any

from smoot.artifacts.run import RunRecord


def chains(runs: Mapping[str, RunRecord], entries: Mapping[str, Mapping[str, Any]]) -> list[list[str]]:
    """Lists of two or more methods. runs: a record of each method. entries: the `methods` block of params.yaml.

    A method may stand in several, one for each number that is varied about it.
    """
    options = {name: {"component": run.component, **_flat(entries.get(name, {}))} for name, run in runs.items()}
    varied = dict.fromkeys(key for own in options.values() for key, value in own.items() if _is_number(value))
    found = []
    for key in varied:
        alike: dict[tuple[Any, ...], list[str]] = {}
        for name, own in options.items():
            if runs[name].trained and _is_number(own.get(key)):
                rest = tuple(sorted((other, repr(value)) for other, value in own.items() if other != key))
                alike.setdefault(rest, []).append(name)
        for names in alike.values():
            if len({options[name][key] for name in names}) > 1:
                found.append([name for _, name in sorted((options[name][key], name) for name in names)])
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
