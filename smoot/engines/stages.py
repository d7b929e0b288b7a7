"""What each stage depends on, declared once: blocks of params.yaml, and code.

The workflow engines, the command line and the checkpoints all ask here; dvc.yaml repeats the blocks, which a test
compares. Nothing heavy is imported, as both engines ask before they run anything.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from smoot.artifacts.paths import REPORT_BLOCKS
from smoot.core.components import Entry, misnamed, resolve
from smoot.core.errors import ParamsError
from smoot.core.params_file import PARAMS_FILE, view


@dataclass(frozen=True)
class Stage:
    """One stage of the pipeline."""

    module: str
    """The module that runs it. Its code is what this module imports, and what its entries' components import."""
    blocks: tuple[str, ...]
    """The blocks of params.yaml that it reads, with coordinates in braces."""
    variable: str | None = None
    """The block whose entries differ in code, such as "methods"; None where all code is always the same."""
    files: tuple[str, ...] = ()
    """What is code without being a module, beside the package's own folder."""


STAGES = {
    "fetch": Stage("smoot.data.stage", ("datasets.{dataset}",), "datasets"),
    "train": Stage(
        "smoot.training.stage", ("compute", "training", "masking", "models.{model}", "methods.{method}"), "methods"
    ),
    "score": Stage("smoot.scoring.stage", ("compute", "models.{model}", "panels.{panel}", "report.baseline"), "panels"),
    "report": Stage(
        "smoot.report.stage",
        REPORT_BLOCKS,
        files=("report/templates",),
    ),
}


def stage_blocks(stage: str, **coordinates: str | int) -> list[str]:
    """The blocks that a job of the stage reads, such as ["datasets.mnist5k"]."""
    return [block.format(**coordinates) for block in STAGES[stage].blocks]


def view_of(raw: dict[str, Any], stage: str, **coordinates: str | int) -> dict[str, Any]:
    """The part of params.yaml that a job of the stage may see. Raises ParamsError where it is not there."""
    return view(raw, stage_blocks(stage, **coordinates))


def code_keys(raw: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """(stage, key) of everything that has code of its own: each stage's entries; key "" for a stage without any."""
    for name, stage in STAGES.items():
        for key in raw[stage.variable] if stage.variable else [""]:
            yield name, key


def entries(raw: dict[str, Any], stage: str, key: str) -> list[Entry]:
    """The components that the stage's jobs of an entry load. key: of the stage's variable block.

    Raises ParamsError where an entry names no component that there is.
    """
    variable = STAGES[stage].variable
    if variable is None:
        return []
    block = f"{variable}.{key}"
    content = view(raw, [block])[block]
    if variable == "panels":
        named = [
            (f"{block}.{kind}.{name}", kind, name, arguments)
            for kind in ("attributions", "metrics")
            for name, arguments in content[kind].items()
        ]
    else:
        named = [(block, variable, *nested) for nested in _with_nested(key, content)]
    resolved, wrong = [], []
    for where, kind, name, arguments in named:
        entry = resolve(kind, name, arguments)
        resolved.append(entry)
        if line := misnamed(entry, arguments):
            wrong.append(f"{PARAMS_FILE}: {where}: {line}")
    if wrong:
        raise ParamsError(wrong)
    return resolved


def _with_nested(key: str, content: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The entry, and those within it: a data set can be made from another one."""
    yield key, content
    for value in content.values():
        if isinstance(value, dict) and "dataset" in value:
            yield from _with_nested("", value)
