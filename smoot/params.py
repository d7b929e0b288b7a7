"""params.yaml as a whole: its schema, and all that is wrong with it, at once.

The schema of each block stands beside the code that reads the block; this module puts them together. It is what the
command line checks before any stage works; a stage itself reads its own blocks only.
"""

from collections import Counter
from typing import Any, get_args, get_origin

from pydantic import TypeAdapter, ValidationError

from smoot.core import components
from smoot.core.errors import ParamsError
from smoot.core.machine import Compute
from smoot.core.params_file import PARAMS_FILE, Block, Key
from smoot.grid import Grid
from smoot.masking import Masking
from smoot.models.entry import ModelEntry
from smoot.report.hypotheses import PERFORMANCE, comparisons, unmatched
from smoot.report.options import Report
from smoot.scoring.panel import Panel
from smoot.training.method import MaskedParams
from smoot.training.recipe import Recipe

Arguments = dict[str, Any]


class Params(Block):
    """The whole file."""

    grid: Grid
    compute: Compute
    datasets: dict[Key, Arguments]
    models: dict[Key, ModelEntry]
    methods: dict[Key, Arguments]
    masking: Masking
    training: Recipe
    panels: dict[Key, Panel]
    report: Report


def validate(raw: dict[str, Any]) -> Params:
    """The typed file. Raises ParamsError with a line for everything that is wrong with it."""
    lines = _errors(Params, raw, ())
    lines += _component_errors(raw, "datasets", "datasets")
    lines += _component_errors(raw, "methods", "methods")
    for panel in _mapping(raw, "panels"):
        lines += _component_errors(raw, f"panels.{panel}.attributions", "attributions")
        lines += _component_errors(raw, f"panels.{panel}.metrics", "metrics")
    if not lines:
        lines = _contradictions(Params.model_validate(raw))
    if lines:
        raise ParamsError([f"{PARAMS_FILE}: {line}" for line in lines])
    return Params.model_validate(raw)


def untrained(params: Params) -> set[str]:
    """The methods of the grid that do not train: nulls."""
    entries = {name: components.resolve("methods", name, params.methods[name]) for name in params.grid.methods}
    return {name for name, entry in entries.items() if not entry.load().Method.trained}


def _errors(schema: Any, value: Any, place: tuple[str, ...]) -> list[str]:
    """One line for each way in which `value`, found at `place` of the file, is not what `schema` allows."""
    try:
        TypeAdapter(schema).validate_python(value)
    except ValidationError as error:
        return [_line(schema, found, place) for found in error.errors(include_url=False)]
    return []


def _line(schema: Any, found: Any, place: tuple[str, ...]) -> str:
    location = [str(part) for part in (*place, *found["loc"]) if part != "[key]"]
    where = ".".join(location) or "the file"
    if found["type"] == "extra_forbidden":
        return f"{where}: unknown key; allowed: {', '.join(_keys(schema, found['loc'][:-1])) or 'none'}"
    if found["type"] == "missing":
        return f"{where}: missing"
    message = found["msg"].removeprefix("Value error, ").replace("Input should", "should")
    value = "" if isinstance(found["input"], dict | list) else f"{found['input']!r}: "
    return f"{where}: {value}{message}"


def _keys(schema: Any, location: tuple[int | str, ...]) -> list[str]:
    """The keys that `schema` allows at `location`."""
    for part in location:
        schema = get_args(schema)[1] if get_origin(schema) is dict else schema.model_fields[part].annotation
    return sorted(schema.model_fields)


def _component_errors(raw: dict[str, Any], block: str, kind: str) -> list[str]:
    """What is wrong with the entries of `block`, each of which is a variant of a component of `kind`."""
    lines = []
    for key, arguments in _mapping(raw, block).items():
        if not isinstance(arguments, dict):
            continue
        entry = components.resolve(kind, key, arguments)
        if wrong := components.misnamed(entry, arguments):
            lines.append(f"{block}.{key}: {wrong}")
        else:
            lines += _errors(entry.load().Params, entry.arguments, (*block.split("."), str(key)))
    return lines


def _mapping(raw: Any, block: str) -> dict[str, Any]:
    for key in block.split("."):
        raw = raw.get(key) if isinstance(raw, dict) else None
    return raw if isinstance(raw, dict) else {}


def _contradictions(params: Params) -> list[str]:
    """Blocks that are right by themselves, but not together."""
    lines = []
    for name, keys in params.grid:
        repeated = [key for key, count in Counter(keys).items() if count > 1]
        lines += [f"grid.{name}: {key} is there more than once" for key in repeated]
        if name != "seeds":
            blocks = getattr(params, name)
            lines += [
                f"grid.{name}: {key}: has no block; allowed: {', '.join(blocks)}" for key in keys if key not in blocks
            ]
    if params.report.baseline not in params.grid.methods:
        allowed = ", ".join(params.grid.methods)
        lines.append(f"report.baseline: {params.report.baseline}: not a method of the grid; allowed: {allowed}")
    if params.report.primary and not lines:
        everything = comparisons(params.grid, params.panels, untrained(params))
        lines += [
            f"report.primary.{line}" for line in unmatched(params.report.primary, params.report.baseline, everything)
        ]
    owner: dict[str, str] = {}
    for panel in params.grid.panels:
        for metric in params.panels[panel].metrics if panel in params.panels else []:
            if metric in PERFORMANCE or metric.endswith("_area"):
                lines.append(f"panels.{panel}.metrics.{metric}: the name of a result of another kind; give it another")
            if owner.setdefault(metric, panel) != panel:
                lines.append(
                    f"panels.{panel}.metrics.{metric}: also in panel {owner[metric]}; give it a name of its own"
                )
    if params.training.processes > params.compute.threads:
        lines.append(
            f"training.processes: {params.training.processes}: more than compute.threads, {params.compute.threads}, "
            "of which each process needs one"
        )
    return lines + _masking_contradictions(params)


def _masking_contradictions(params: Params) -> list[str]:
    """Methods whose masking, the shared block's options with their own, cannot be had."""
    lines = []
    for name, arguments in params.methods.items():
        entry = components.resolve("methods", name, arguments)
        if issubclass(entry.load().Params, MaskedParams):
            own = entry.params().masking.model_dump(exclude_none=True)
            options = params.masking.model_dump() | own
            lines += _errors(Masking, options, ("methods", name, "masking"))
            if options["saliency"] == "fused" and params.training.label_smoothing:
                lines.append(
                    f"methods.{name}: masking.saliency: fused has no label smoothing, but training.label_smoothing "
                    f"is {params.training.label_smoothing}; allowed with it: separate, shared"
                )
    return lines
