"""Places in params.yaml by their dotted names, such as `training.lr` and `methods.sgt.k`, and what the schemas say."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from smoot.core import components
from smoot.core.errors import ParamsError
from smoot.core.params_file import PARAMS_FILE
from smoot.settings.keys import Key, Node, Schema
from smoot.settings.params import Params
from smoot.training.recipe import Recipe

ANY = "*"
"""Stands for an entry of any name: `panels.*.images`."""
KINDS = components.WORDS.keys() - {"models"}
"""Blocks whose entries each have the schema of a component."""


@dataclass(frozen=True)
class Place:
    """A place in params.yaml: a block, a key of one, or an entry."""

    name: str
    """Dotted; empty for the whole file."""
    schema: Schema
    """The one that its node is a part of."""
    node: Node
    value: Any = None
    """What stands there; None where nothing does."""
    key: Key | None = None
    """What is known of it as a key of its block; None for an entry and the whole file."""
    about: str = ""
    """What an entry is, in a line."""

    @property
    def keys(self) -> list[Key]:
        return self.schema.keys(self.node)

    @property
    def kind(self) -> str:
        """The last part of its name."""
        return self.name.rpartition(".")[2]

    def below(self) -> list[str]:
        """The parts that a name may have after this place's."""
        if names := [key.name for key in self.keys]:
            return names
        if self._entry is None:
            return []
        own = list(self.value) if isinstance(self.value, dict) else []
        return list(dict.fromkeys([*own, *components.names(self.kind)])) if self.kind in KINDS else [*own, ANY]

    @property
    def _entry(self) -> Node | None:
        """The schema of an entry, of a block whose entries have names of their own."""
        return next(iter(self.node.get("patternProperties", {}).values()), None)

    def step(self, part: str) -> "Place":
        """The place below this one. part: one of `below()`.

        Raises ParamsError where it is an entry of a component that there is not.
        """
        name = f"{self.name}.{part}" if self.name else part
        value = self.value.get(part) if isinstance(self.value, dict) else None
        block = self.schema.block(self.node)
        if part in block.get("properties", {}):
            key, node = self.schema.key(part, block), block["properties"][part]
            schema = self.schema
            if part == "training" and self.name:  # of a method: any of the shared block's keys
                schema = Schema(Recipe)
                node = schema.root
            return Place(name, schema, node, value, key)
        if self.kind in KINDS:
            entry = components.resolve(self.kind, part, value if isinstance(value, dict) else {})
            try:
                module = entry.load()
            except LookupError as error:
                raise ParamsError([f"{PARAMS_FILE}: {name}: {entry.component}: {error}"]) from None
            schema, about = Schema(module.Params), (module.__doc__ or "").partition("\n")[0]
            return Place(name, schema, schema.root, value, about=about)
        assert self._entry is not None
        node = self.schema.block(self._entry)
        return Place(name, self.schema, node, value, about=node.get("description", "").partition("\n")[0])


def whole_file(raw: dict[str, Any]) -> Place:
    """raw: params.yaml, or {} where there is none."""
    schema = Schema(Params)
    return Place("", schema, schema.root, raw)


def find(name: str, raw: dict[str, Any]) -> Place:
    """The place of that name. Raises ParamsError, with the nearest name, where there is none."""
    place = whole_file(raw)
    for part in name.split("."):
        if part not in place.below():
            raise ParamsError([f"{name}: no such key of {PARAMS_FILE}; {_nearest(name, part, place, raw)}"])
        place = place.step(part)
    return place


def _nearest(name: str, part: str, place: Place, raw: dict[str, Any]) -> str:
    siblings = [f"{place.name}.{other}".lstrip(".") for other in place.below()]
    if near := get_close_matches(f"{place.name}.{part}".lstrip("."), siblings, 1):
        return f"the nearest is {near[0]}"
    everywhere = sorted(_names(whole_file(raw)), key=lambda known: known.count("."))
    if near := [known for known in everywhere if known.endswith(f".{name}")] or get_close_matches(name, everywhere, 1):
        return f"the nearest is {near[0]}"
    return f"allowed: {', '.join(siblings)}" if siblings else f"{place.name} has no keys of its own"


def _names(place: Place) -> Iterator[str]:
    """All names in the file."""
    for part in place.below():
        inner = place.step(part)
        yield inner.name
        yield from _names(inner)
