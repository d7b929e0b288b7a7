"""params.yaml as a whole: its schema, and all that is wrong with it, at once.

The schema of each block stands beside the code that reads the block; this module puts them together. It is what the
command line checks before any stage works; a stage itself reads its own blocks only.
"""

from collections import Counter
from typing import Any, get_args, get_origin

from pydantic import TypeAdapter, ValidationError

from smoot.core import registry
from smoot.core.blocks import PARAMS_FILE, Block, Key
from smoot.core.compute import Compute
from smoot.core.errors import ParamsError
from smoot.grid import Grid
from smoot.masking import Masking
from smoot.models.params import Model
from smoot.report.family import PERFORMANCE, comparisons, unmatched
from smoot.report.params import Report
from smoot.scoring.params import Panel
from smoot.training.method import MaskedParams
from smoot.training.params import Training

Arguments = dict[str, Any]

# Packages of components that an entry can name by this key, else by its own.
WORDS = {"smoot.datasets": "dataset", "smoot.metrics": "metric"}


class Params(Block):
    """The whole file."""

    grid: Grid
    compute: Compute
    datasets: dict[Key, Arguments]
    models: dict[Key, Model]
    methods: dict[Key, Arguments]
    masking: Masking
    training: Training
    panels: dict[Key, Panel]
    report: Report


def validate(raw: dict[str, Any]) -> Params:
    """The typed file. Raises ParamsError with a line for everything that is wrong with it."""
    lines = _errors(Params, raw, ())
    lines += _component_errors(raw, "datasets", "smoot.datasets")
    lines += _component_errors(raw, "methods", "smoot.methods")
    for panel in _mapping(raw, "panels"):
        lines += _component_errors(raw, f"panels.{panel}.attributions", "smoot.attributions")
        lines += _component_errors(raw, f"panels.{panel}.metrics", "smoot.metrics")
    if not lines:
        lines = _contradictions(Params.model_validate(raw))
    if lines:
        raise ParamsError([f"{PARAMS_FILE}: {line}" for line in lines])
    return Params.model_validate(raw)


def untrained(params: Params) -> set[str]:
    """The methods that do not train: nulls."""
    components = {name: registry.load("smoot.methods", name) for name in params.grid.methods}
    return {
        name
        for name, component in components.items()
        if not component.Method.epochs(component.Params.model_validate(params.methods[name]), params.training.epochs)
    }


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


def _component_errors(raw: dict[str, Any], block: str, package: str) -> list[str]:
    """What is wrong with the entries of `block`, each of which names a component of `package`."""
    lines = []
    for key, entry in _mapping(raw, block).items():
        if not isinstance(entry, dict):
            continue
        name, arguments = registry.component_of(WORDS[package], key, entry) if package in WORDS else (key, entry)
        try:
            component = registry.load(package, name)
        except LookupError as error:
            lines.append(f"{block}.{key}: {error}")
        else:
            lines += _errors(component.Params, arguments, (*block.split("."), str(key)))
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
        schema = registry.load("smoot.methods", name).Params
        if issubclass(schema, MaskedParams):
            own = schema.model_validate(arguments).masking.model_dump(exclude_none=True)
            options = params.masking.model_dump() | own
            lines += _errors(Masking, options, ("methods", name, "masking"))
            if options["saliency"] == "fused" and params.training.label_smoothing:
                lines.append(
                    f"methods.{name}: masking.saliency: fused has no label smoothing, but training.label_smoothing "
                    f"is {params.training.label_smoothing}; allowed with it: separate, shared"
                )
    return lines
