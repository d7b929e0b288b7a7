"""The parameters of several reports as those of one."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

from smoot.artifacts.paths import ReportFolder
from smoot.core.dotted import differing
from smoot.core.errors import SmootError
from smoot.report.evidence.evidence import Evidence

AXES = ("datasets", "models", "methods", "panels")
SHARED = ("training", "masking")


@dataclass(frozen=True)
class PublishedReport:
    """A report that is merged with others."""

    name: str
    """The folder or file, as errors call it."""
    evidence: Evidence
    params: dict[str, Any]
    """The report's parameters, as from `read_published`."""


def united(sources: Sequence[PublishedReport], name: str = "") -> dict[str, Any]:
    """The blocks of all; `conflicts` has found none.

    The grid is every combination of what the grids have, in their order. An entry is that of the first report whose
    grid has it. The blocks `compute` and `report` are the first's, but for the name.
    name: of the merged report; that of the first and "_merged", if not given. Raises SmootError where it is a source's.
    """
    first = sources[0].params
    name = name or first["report"]["name"] + "_merged"
    if not re.fullmatch("[a-z0-9_]+", name):
        raise SmootError(f"--name {name}: should be of a-z, 0-9 and _")
    for source in sources:
        own, target = Path(source.name).resolve(), ReportFolder(name).path.resolve()
        if source.params["report"]["name"] == name or target in (own, own.parent):
            raise SmootError(f"--name {name}: the name of {source.name}, which is merged; give another")
    grid = {axis: _in_order(source.params["grid"][axis] for source in sources) for axis in first["grid"]}
    merged = {block: first[block] for block in first} | {"grid": grid}
    for block in AXES:
        # Later ones give way: first all, then those that a grid has, so that these win.
        entries: dict[str, Any] = {}
        for source in reversed(sources):
            entries |= source.params[block]
        for source in reversed(sources):
            entries |= _in_grid(source, block)
        merged[block] = {key: entries[key] for key in _in_order(source.params[block] for source in sources)}
    return merged | {"report": first["report"] | {"name": name}}


def conflicts(sources: Sequence[PublishedReport]) -> list[str]:
    """A line for each parameter that two reports do not share, of entries that both grids have, and of what all share.

    `compute` may differ: the machines of groups do, and the report lists them.
    """
    lines = []
    for one, other in combinations(sources, 2):
        compared = [(block, one.params[block], other.params[block]) for block in SHARED]
        for block in AXES:
            first, second = _in_grid(one, block), _in_grid(other, block)
            compared += [(f"{block}.{key}", first[key], second[key]) for key in first if key in second]
        lines += [
            f"{key}: {value} in {one.name}, {another} in {other.name}"
            for where, values, others in compared
            for key, value, another in differing(values, others, where)
        ]
    return lines


def _in_grid(source: PublishedReport, block: str) -> dict[str, Any]:
    """The entries that the report's grid has."""
    entries = source.params[block]
    return {key: entries[key] for key in source.params["grid"][block] if key in entries}


def _in_order(lists: Any) -> list[Any]:
    """Each item once, as they come."""
    return list(dict.fromkeys(item for items in lists for item in items))
