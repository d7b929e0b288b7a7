"""`smoot new`: a small component that works, to be made into one's own, and its entry in params.yaml."""

import functools
import keyword
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from smoot.cli import templates
from smoot.core import components
from smoot.core.errors import ParamsError
from smoot.core.files import write_text
from smoot.core.params_file import PARAMS_FILE, read_params
from smoot.core.progress import say
from smoot.core.yaml_text import with_entry, with_item
from smoot.settings.validation import validate

MOST_CHARACTERS = 64
NewKind = Literal["method", "dataset", "attribution", "metric", "section"]


@dataclass(frozen=True)
class Destination:
    """Where a new component of some kind goes."""

    folder: str
    """A key of `components.PACKAGES`."""
    entry: str = ""
    """The value of its entry in params.yaml, as YAML; empty where it has none."""
    block: str = ""
    """The block of params.yaml where the entry goes; {panel} is the first one of the grid."""
    grid: str = ""
    """The list of params.yaml that names it, so that it is run."""


NEW_KINDS = {
    "method": Destination("methods", "{weight: 0.01}", "methods", "grid.methods"),
    "dataset": Destination("datasets", "{val: 200, test: 500}", "datasets", "grid.datasets"),
    "attribution": Destination("attributions", "{}", "panels.{panel}.attributions"),
    "metric": Destination("metrics", "{}", "panels.{panel}.metrics"),
    "section": Destination("sections"),
}


def new(
    kind: Annotated[NewKind, typer.Argument(help="What it is to be.")],
    name: Annotated[str, typer.Argument(help="Of its file and its entry: a-z, 0-9 and _.")],
) -> None:
    """Write a small component that works, and its entry in params.yaml: to be made into your own.

    In a clone its file is in smoot/, elsewhere in components/. A method and a data set are put into the grid, an
    attribution and a metric into the grid's first panel, a section at the end of the report.
    """
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or len(name) > MOST_CHARACTERS or keyword.iskeyword(name):
        allowed = f"up to {MOST_CHARACTERS} of a-z, 0-9 and _, a letter first, and no keyword of Python"
        raise ParamsError([f"{name!r}: no name for a {kind}; allowed: {allowed}"])
    validate(raw := read_params())
    folder = NEW_KINDS[kind].folder
    if name in [*components.shipped(folder), *components.own(folder)]:
        raise ParamsError([f"{name}: there is a {kind} of this name; give it another one"])
    text = Path(templates.__file__).with_name(f"{kind}.py").read_text(encoding="utf-8").replace("NAME", name)
    written = {_folder(folder) / f"{name}.py": text} | _named(kind, name, raw)
    for path, content in written.items():
        write_text(path, content)
    say(f"{', '.join(map(str, written))}: written. `smoot check` says what it changes")


def _folder(kind: str) -> Path:
    package = components.PACKAGES[kind]
    return Path(*package.split(".")) if components.in_clone() else components.OWN_FOLDER / kind


def _named(kind: str, name: str, raw: dict[str, Any]) -> dict[Path, str]:
    """What else is to be written, so that the component is used: content by file."""
    if NEW_KINDS[kind].entry:
        return {PARAMS_FILE: _params(NEW_KINDS[kind], name, raw)}
    if components.in_clone():
        path = _folder("sections") / "__init__.py"
        return {path: _listed(path.read_text(encoding="utf-8"), name)}
    return {}  # A project's own sections need no list.


def _params(goes: Destination, name: str, raw: dict[str, Any]) -> str:
    """params.yaml with the entry. Raises ParamsError where it has one of that key, or cannot be added to."""
    block = goes.block.format(panel=raw["grid"]["panels"][0])
    if name in functools.reduce(dict.__getitem__, block.split("."), raw):
        raise ParamsError([f"{PARAMS_FILE}: {block}.{name}: there is an entry of this key; give it another name"])
    try:
        text = with_entry(PARAMS_FILE.read_text(encoding="utf-8"), block, name, goes.entry)
        return with_item(text, goes.grid, name) if goes.grid else text
    except LookupError as error:
        said = "cannot be added to, as it is written by `<<` or an alias; write it out"
        raise ParamsError([f"{PARAMS_FILE}: {error}: {said}"]) from None


def _listed(code: str, name: str) -> str:
    """The package of sections, with one more at the end of its list."""
    imported = re.search(r"sections import \(\n(.*?)\n\)", code, re.DOTALL)
    assert imported
    names = sorted([*imported[1].splitlines(), f"    {name},"])
    code = code.replace(imported[1], "\n".join(names), 1)
    return re.sub(r"(SECTIONS = \[.*?)\n\]", rf"\1\n    {name},\n]", code, count=1, flags=re.DOTALL)
