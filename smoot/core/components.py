"""Components: a data set, training method, attribution or metric is one module of its package, found by its name.

A project keeps its own ones in `components/methods/NAME.py` and so on, beside its params.yaml. They are modules of the
same packages: `smoot.methods.NAME` is in either place.

A component module has a `Params` block, the schema of its entry in params.yaml, and whatever its package's docstring
asks for. Modules are imported only when they are named, so that a run loads (and depends on) its own components alone.
A file whose name begins with "_" is a helper of the components beside it.

An entry of params.yaml is a *variant* of a component: `sgt_k30: {method: sgt, k: 0.3}` is the component `sgt` with its
own parameters. Without the key that names the component (see WORDS), the entry's own key does: `sgt: {k: 0.5}`.
"""

import functools
import pkgutil
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

from smoot.core.errors import ParamsError

WORDS = {
    "datasets": "dataset",
    "models": "timm",
    "methods": "method",
    "attributions": "attribution",
    "metrics": "metric",
}
"""The kinds of components, and the key by which an entry names its component. That of a model is timm's name."""

OWN_FOLDER = Path("components")
PACKAGES = {
    "datasets": "smoot.datasets",
    "methods": "smoot.methods",
    "attributions": "smoot.attributions",
    "metrics": "smoot.metrics",
    "sections": "smoot.report.sections",
}
"""The folders of OWN_FOLDER, and the packages that their modules are in."""
PARTS = {
    "datasets": ("CARD", "Params", "load", "where"),
    "methods": ("Params", "Method"),
    "attributions": ("Params", "attribute"),
    "metrics": ("Params", "score"),
}
"""What the module of a component has at least; the docstrings of PACKAGES say more."""


OPTIONS = {"attributions": ("of", "on")}
"""Keys that every entry of a kind may have beside its component's parameters. They are for the stage that reads it."""


@dataclass(frozen=True)
class Entry:
    """An entry of params.yaml, resolved."""

    kind: str
    """A key of WORDS."""
    key: str
    """Its key in params.yaml."""
    component: str
    """The name of its component."""
    arguments: dict[str, Any]
    """The component's parameters."""
    options: dict[str, Any] = field(default_factory=dict)
    """What the entry says beside them, by keys of OPTIONS."""

    def load(self) -> ModuleType:
        """The component's module. Raises LookupError naming the components there are."""
        return load(self.kind, self.component)

    def params(self) -> Any:
        """The parameters, as the component's `Params`. Raises LookupError and pydantic's ValidationError."""
        return self.load().Params.model_validate(self.arguments)


def names(kind: str) -> list[str]:
    """All components of a kind, such as "methods", in alphabetical order, without importing them.

    Raises ParamsError where the project's own ones are not as they should be.
    """
    return sorted(name for name in [*shipped(kind), *own(kind)] if not name.startswith("_"))


@functools.cache
def shipped(kind: str) -> list[str]:
    """The package's modules of a kind, a key of PACKAGES, helpers too, without importing them."""
    package = find_spec(PACKAGES[kind])
    assert package and package.submodule_search_locations
    return [module.name for module in pkgutil.iter_modules([package.submodule_search_locations[0]])]


def load(kind: str, name: str) -> ModuleType:
    """The module of one component.

    Raises LookupError naming the components there are, and ParamsError where its file is not valid Python.
    """
    if name not in names(kind):
        raise LookupError(f"no such {WORDS[kind]}; allowed: {', '.join(names(kind))}")
    try:
        return import_module(f"{_package(kind).__name__}.{name}")
    except SyntaxError as error:
        raise ParamsError([f"{error.filename}: line {error.lineno}: {error.msg}"]) from None


@functools.cache
def own(kind: str) -> list[str]:
    """The project's own modules of a kind, a key of PACKAGES, helpers too, without importing them.

    Raises ParamsError where the package has a module of the same name, or is itself in the working folder.
    """
    folder = OWN_FOLDER / kind
    if not folder.is_dir():
        return []
    if in_clone():
        raise ParamsError([f"{folder}: the package is in this folder; the place is {PACKAGES[kind].replace('.', '/')}"])
    found = [module.name for module in pkgutil.iter_modules([str(folder)])]
    if both := [name for name in found if name in shipped(kind)]:
        raise ParamsError([f"{folder / both[0]}.py: {PACKAGES[kind]} has a module of this name; give another"])
    return found


def in_clone() -> bool:
    """Whether the package's source is in the working folder, which is then the place for new components."""
    return Path("smoot/__init__.py").is_file()


def load_own(kind: str) -> list[ModuleType]:
    """The modules of `own`, but for helpers."""
    return [load(kind, name) for name in own(kind) if not name.startswith("_")]


@functools.cache
def _package(kind: str) -> ModuleType:
    """The package that modules of the kind are in, in which the project's own ones can then be imported."""
    package = import_module(PACKAGES[kind])
    if own(kind):
        package.__path__.append(str(Path(OWN_FOLDER, kind).resolve()))
    return package


def resolve(kind: str, key: str, entry: dict[str, Any]) -> Entry:
    """The entry at `key` of a block of `kind`; whether there is such a component is for `Entry.load` to say."""
    word, options = WORDS[kind], OPTIONS.get(kind, ())
    arguments = {name: value for name, value in entry.items() if name != word and name not in options}
    return Entry(kind, key, entry.get(word, key), arguments, {name: entry[name] for name in options if name in entry})


def misnamed(entry: Entry, raw: dict[str, Any]) -> str | None:
    """What is wrong with how an entry names its component, if anything. raw: the entry as it stands in params.yaml.

    A key that is the name of another component would show that one's results under this one's name.
    """
    word = WORDS[entry.kind]
    allowed = names(entry.kind)
    if word in raw and not isinstance(entry.component, str):
        return f"{word}: {entry.component!r}: should be a name; allowed: {', '.join(allowed)}"
    if entry.component not in allowed:
        where = f"{word}: {entry.component}: no such {word}" if word in raw else f"no such {word}"
        return f"{where}; allowed: {', '.join(allowed)}"
    if word in raw and entry.component == entry.key:
        return f"{word}: {entry.component}: names itself; leave `{word}` out, or give the entry a key of its own"
    if entry.component != entry.key and entry.key in allowed:
        return f"{word}: {entry.component}: the key is the name of another {word}; give the entry a key of its own"
    return None


def incomplete(entry: Entry) -> str | None:
    """What the module of an entry that is named rightly lacks, if anything."""
    module = entry.load()
    if missing := [part for part in PARTS[entry.kind] if not hasattr(module, part)]:
        return f"{module.__file__} has no {', '.join(missing)}; needed: {', '.join(PARTS[entry.kind])}"
    fields = getattr(module.Params, "model_fields", {})
    if taken := [name for name in OPTIONS.get(entry.kind, ()) if name in fields]:
        return f"{module.__file__}: Params.{taken[0]}: a key of every {WORDS[entry.kind]}; give it another name"
    return None
