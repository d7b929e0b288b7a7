"""Additions to a YAML file that leave every other character of it as it is: comments, quotes and line breaks.

A file that ruamel.yaml reads and writes again is not that: the comment above the next block would come to stand above
the new entry, and broken lines would be broken elsewhere.
"""

import functools
import operator
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import CollectionNode, MappingNode, Node


def with_entry(text: str, block: str, key: str, value: str) -> str:
    """The text with `key: value` as the last entry of a mapping.

    block: its dotted key, such as "methods". value: as YAML, on one line. Raises LookupError where there is no such
    mapping, or an alias in it leads elsewhere.
    """
    return _checked(text, block, _added(text, _found(text, block), f"{key}: {value}"), key)


def with_item(text: str, block: str, item: str) -> str:
    """The text with `item` as the last of a list at the dotted key `block`. Raises LookupError as `with_entry` does."""
    node = _found(text, block)
    return _checked(text, block, _added(text, node, item if node.flow_style else f"- {item}"), -1)


def _checked(text: str, block: str, added: str, place: str | int) -> str:
    """`added`, if it is what `text` is, and one more at the `place` of the block. Raises LookupError if not."""
    reader = YAML(typ="safe", pure=True)
    try:
        content = reader.load(added)
        functools.reduce(operator.getitem, block.split("."), content).pop(place)
        if content == reader.load(text):
            return added
    except (LookupError, YAMLError):
        pass
    raise LookupError(block)


def _found(text: str, block: str) -> Any:
    node: Any = YAML().compose(text)
    for key in block.split("."):
        values = {name.value: value for name, value in node.value} if isinstance(node, MappingNode) else {}
        if key not in values:
            raise LookupError(block)
        node = values[key]
    if not isinstance(node, CollectionNode):
        raise LookupError(block)
    return node


def _added(text: str, node: Any, entry: str) -> str:
    if node.flow_style:
        place = _end(node.value[-1]) if node.value else node.end_mark.index - 1
        return text[:place] + (", " if node.value else "") + entry + text[place:]
    # The end of text by `|` and of an entry without a value is where the next thing begins.
    end = text.find("\n", len(text[: _end(node)].rstrip()))
    place = len(text) if end < 0 else end
    return f"{text[:place]}\n{' ' * node.start_mark.column}{entry}{text[place:]}"


def _end(node: Node | tuple[Node, Node]) -> int:
    """Where its last character is; what ends a block that is nested is the next thing, after comments."""
    if isinstance(node, tuple):
        return _end(node[1])
    if isinstance(node, CollectionNode) and not node.flow_style:
        return _end(node.value[-1])
    return node.end_mark.index
