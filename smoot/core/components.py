"""Components: a data set, training method, attribution or metric is one module of its package, found by its name.

A component module has a `Params` block, the schema of its entry in params.yaml, and whatever its package's docstring
asks for. Modules are imported only when they are named, so that a run loads (and depends on) its own components alone.
A file whose name begins with "_" is a helper of the components beside it.

An entry of params.yaml is a *variant* of a component: `sgt_k30: {method: sgt, k: 0.3}` is the component `sgt` with its
own parameters. Without the key that names the component (see WORDS), the entry's own key does: `sgt: {k: 0.5}`.
"""

import functools
import pkgutil
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import Any

WORDS = {
    "datasets": "dataset",
    "models": "timm",
    "methods": "method",
    "attributions": "attribution",
    "metrics": "metric",
}
"""The kinds of components, and the key by which an entry names its component. That of a model is timm's name."""


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

    def load(self) -> ModuleType:
        """The component's module. Raises LookupError naming the components there are."""
        return load(self.kind, self.component)

    def params(self) -> Any:
        """The parameters, as the component's `Params`. Raises LookupError and pydantic's ValidationError."""
        return self.load().Params.model_validate(self.arguments)


@functools.cache
def names(kind: str) -> list[str]:
    """All components of a kind, such as "methods", in alphabetical order, without importing them."""
    modules = pkgutil.iter_modules(import_module(f"smoot.{kind}").__path__)
    return sorted(module.name for module in modules if not module.name.startswith("_"))


def load(kind: str, name: str) -> ModuleType:
    """The module of one component. Raises LookupError naming the components there are."""
    if name not in names(kind):
        raise LookupError(f"no such {WORDS[kind]}; allowed: {', '.join(names(kind))}")
    return import_module(f"smoot.{kind}.{name}")


def resolve(kind: str, key: str, entry: dict[str, Any]) -> Entry:
    """The entry at `key` of a block of `kind`; whether there is such a component is for `Entry.load` to say."""
    word = WORDS[kind]
    return Entry(kind, key, entry.get(word, key), {name: value for name, value in entry.items() if name != word})


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
