"""The keys of a block, with type, range, default and meaning: from the JSON schema that pydantic makes of the block."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from smoot.core.params_file import Block

Node = dict[str, Any]
"""A part of a JSON schema."""

TYPES = {"integer": "whole number", "number": "number", "string": "text", "boolean": "true or false", "null": "null"}
RANGE = {
    "minimum": "≥ {}",
    "exclusiveMinimum": "> {}",
    "maximum": "≤ {}",
    "exclusiveMaximum": "< {}",
    "maxLength": "at most {} characters",
    "minItems": "at least {}",
    "minProperties": "at least {}",
}
REQUIRED = "must be given"


@dataclass(frozen=True)
class Key:
    """A key of a block, as a reader sees it."""

    name: str
    type: str
    """Such as "whole number", "cosine or constant", "list of whole numbers"."""
    range: str
    """Such as "> 0, < 1"; empty where every value of the type is allowed."""
    default: str
    """The default as YAML has it; REQUIRED where there is none."""
    meaning: str
    """Its docstring, on one line."""

    @property
    def allowed(self) -> str:
        """Type and range."""
        return f"{self.type}, {self.range}" if self.range else self.type


class Schema:
    """A block's JSON schema."""

    def __init__(self, block: type[Block]) -> None:
        self.root: Node = block.model_json_schema()

    def block(self, node: Node) -> Node:
        """The block that `node` is, or refers to; `node` itself where it is none."""
        for inner in [node, *node.get("anyOf", [])]:
            if "$ref" in inner:
                definition: Node = self.root["$defs"][inner["$ref"].rpartition("/")[2]]
                return definition
        return node

    def keys(self, node: Node) -> list[Key]:
        """Those of the block at `node`, in its order."""
        block = self.block(node)
        return [self.key(name, block) for name in block.get("properties", {})]

    def key(self, name: str, block: Node) -> Key:
        """The one of that name in `block`."""
        node = block["properties"][name]
        default = REQUIRED if name in block.get("required", []) else self._default(node)
        return Key(
            name, self._type(node), ", ".join(self._range(node)), default, _one_line(node.get("description", ""))
        )

    def _default(self, node: Node) -> str:
        value = node.get("default", {} if node.get("type") == "object" else None)
        if isinstance(value, dict):
            return "{}" if self.keys(node) else json.dumps(value)
        return value if value and isinstance(value, str) else json.dumps(value, ensure_ascii=False)

    def _type(self, node: Node) -> str:
        if "anyOf" in node:
            return " or ".join(self._type(inner) for inner in node["anyOf"])
        if "enum" in node:
            return " or ".join(one if isinstance(one, str) else json.dumps(one) for one in node["enum"])
        if "prefixItems" in node:
            return f"list of {' and '.join(map(self._type, node['prefixItems']))}"
        if node.get("type") == "array":
            return f"list of {self._type(node['items'])}".replace("number", "numbers")
        return TYPES.get(node.get("type", ""), "block" if "type" in node or "$ref" in node else "anything")

    def _range(self, node: Node) -> Iterator[str]:
        for inner in node.get("anyOf", []):
            yield from self._range(inner)
        yield from (words.format(node[bound]) for bound, words in RANGE.items() if bound in node)
        if "items" in node and (of_each := ", ".join(self._range(node["items"]))):
            yield f"each {of_each}"


def keys(block: type[Block]) -> list[Key]:
    """Those of a block, in its order."""
    schema = Schema(block)
    return schema.keys(schema.root)


def _one_line(text: str) -> str:
    return " ".join(text.split())
