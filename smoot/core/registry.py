"""Components: a training method, data set, attribution or metric is one module of its package, found by its name.

A component module has a `Params` block, the schema of its entry in params.yaml, and whatever its package's docstring
asks for. Modules are imported only when they are named, so that a run loads (and depends on) its own components alone.
"""

import pkgutil
from importlib import import_module
from types import ModuleType
from typing import Any


def names(package: str) -> list[str]:
    """All components of `package`, such as "smoot.methods", in alphabetical order, without importing them."""
    return sorted(module.name for module in pkgutil.iter_modules(import_module(package).__path__))


def load(package: str, name: str) -> ModuleType:
    """The module of one component. Raises LookupError naming the components there are."""
    if name not in names(package):
        raise LookupError(f"no such {package.split('.')[-1]}: {name}; allowed: {', '.join(names(package))}")
    return import_module(f"{package}.{name}")


def component_of(word: str, key: str, entry: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """(the component's name, its parameters) of the entry at `key` of params.yaml.

    The name is the key, unless the entry gives another one as the value of `word`, so that one component can have
    several entries: `birds: {dataset: image_folder, root: …}`.
    """
    return entry.get(word, key), {name: value for name, value in entry.items() if name != word}
