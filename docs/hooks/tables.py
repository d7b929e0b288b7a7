"""Tables of Markdown."""

from collections.abc import Iterable

from smoot.settings.keys import REQUIRED, Key


def table(headers: list[str], rows: Iterable[list[str]]) -> str:
    """With a line for each row; whatever stands in a cell, a bar in it is no border."""
    lines = [headers, ["---"] * len(headers), *([cell.replace("|", "&#124;") for cell in row] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def keys_table(keys: Iterable[Key]) -> str:
    rows = [[f"`{key.name}`", key.allowed, _default(key), key.meaning] for key in keys]
    return table(["key", "allowed", "default", "meaning"], rows)


def _default(key: Key) -> str:
    return REQUIRED if key.default == REQUIRED else f"`{key.default}`"
