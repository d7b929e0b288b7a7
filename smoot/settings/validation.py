"""All that is wrong with params.yaml, at once: what the command line checks before any stage works."""

from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import TypeAdapter, ValidationError

from smoot.core import components
from smoot.core.errors import ParamsError
from smoot.core.params_file import PARAMS_FILE, Block, read_params
from smoot.core.text import short
from smoot.masking import Masking
from smoot.settings import contradictions
from smoot.settings.params import Params
from smoot.training.method import control_of
from smoot.training.recipe import Recipe


def validate(raw: dict[str, Any]) -> Params:
    """The typed file. Raises ParamsError with a line for everything that is wrong with it."""
    lines = errors(Params, raw, ())
    for kind in ("datasets", "methods"):
        lines += component_errors(raw, kind, kind)
    for panel in _mapping(raw, "panels"):
        for kind in ("attributions", "metrics"):
            lines += component_errors(raw, f"panels.{panel}.{kind}", kind)
    if not lines:
        params = Params.model_validate(raw)
        lines = _override_errors(params) or contradictions.all_of(params)
    if lines:
        raise ParamsError([f"{PARAMS_FILE}: {line}" for line in lines])
    return params


def errors(schema: Any, value: Any, block: tuple[str, ...]) -> list[str]:
    """One line for each way in which `value`, at `block` of the file, is not what `schema` allows."""
    try:
        TypeAdapter(schema).validate_python(value)
    except ValidationError as error:
        return _lines(schema, error, block)
    return []


def _lines(schema: Any, error: ValidationError, block: tuple[str, ...]) -> list[str]:
    return [_line(schema, problem, block) for problem in error.errors(include_url=False)]


def _line(schema: Any, problem: Any, block: tuple[str, ...]) -> str:
    location = [_named(part) for part in (*block, *problem["loc"]) if part != "[key]"]
    where = ".".join(location) or "the file"
    if problem["type"] == "extra_forbidden":
        return f"{where}: unknown key; allowed: {', '.join(_keys(schema, problem['loc'][:-1])) or 'none'}"
    if problem["type"] == "missing":
        return f"{where}: missing" + (f"; {where}: {{}} will do" if _may_be_empty(schema, problem["loc"]) else "")
    message = problem["msg"].removeprefix("Value error, ").replace("Input should", "should")
    message = message.split(" after validation")[0]
    value = "" if isinstance(problem["input"], dict | list) else f"{short(repr(problem['input']), 80)}: "
    return f"{where}: {value}{message}"


def _may_be_empty(schema: Any, location: tuple[int | str, ...]) -> bool:
    """Whether at `location` stands a block of the file, none of whose keys has to be written."""
    blocks = schema.model_fields if schema is Params else {}
    block = blocks[location[0]].annotation if len(location) == 1 and location[0] in blocks else None
    return isinstance(block, type) and issubclass(block, Block) and not errors(block, {}, ())


def _named(key: int | str) -> str:
    """A key of the file, by which it can be found: as it is, or quoted where that could not be seen."""
    return short(key if isinstance(key, str) and key.isprintable() and key.strip() else repr(key), 80)


def _keys(schema: Any, location: tuple[int | str, ...]) -> list[str]:
    """The keys that `schema` allows at `location`."""
    for part in location:
        schema = get_args(schema)[1] if get_origin(schema) is dict else schema.model_fields[part].annotation
        if get_origin(schema) in (Union, UnionType):  # such as a block that may also be null
            schema = next(one for one in get_args(schema) if hasattr(one, "model_fields"))
    return sorted(schema.model_fields)


def component_errors(raw: dict[str, Any], block: str, kind: str) -> list[str]:
    """What is wrong with the entries of `block`, each of which is a variant of a component of `kind`."""
    lines = []
    for key, arguments in _mapping(raw, block).items():
        if not isinstance(arguments, dict):
            continue
        entry = components.resolve(kind, key, arguments)
        if wrong := components.misnamed(entry, arguments) or components.incomplete(entry):
            lines.append(f"{block}.{_named(key)}: {wrong}")
        else:
            lines += errors(entry.load().Params, entry.arguments, (*block.split("."), str(key)))
    return lines


def _mapping(raw: Any, block: str) -> dict[str, Any]:
    for key in block.split("."):
        raw = raw.get(key) if isinstance(raw, dict) else None
    return raw if isinstance(raw, dict) else {}


def _override_errors(params: Params) -> list[str]:
    """What is wrong with the methods' own options of the shared blocks, and with what they are controls of."""
    lines = []
    for name in params.methods:
        entry = params.method(name)
        for block, schema, merge in (("training", Recipe, params.recipe), ("masking", Masking, params.own_masking)):
            try:
                merge(name)
            except ValidationError as error:
                lines += _lines(schema, error, ("methods", name, block))
            except ValueError as error:
                lines.append(f"methods.{name}.{block}: {error}")
        try:
            control_of(entry, entry.params())
        except ValueError as error:
            lines.append(str(error))
    return lines


def checked(**coordinates: str) -> dict[str, Any]:
    """The raw params.yaml, valid as a whole, with a block for each of the coordinates. Raises ParamsError otherwise."""
    raw = read_params()
    validate(raw)
    wrong = [
        f"--{block.removesuffix('s')} {key}: no such block in {PARAMS_FILE}; allowed: {', '.join(raw[block])}"
        for block, key in coordinates.items()
        if key not in raw[block]
    ]
    if wrong:
        raise ParamsError(wrong)
    return raw
