"""`smoot explain`: what a key of params.yaml means."""

import json
import textwrap
from typing import Annotated

import typer
from tabulate import tabulate

from smoot.core.params_file import PARAMS_FILE, read_params
from smoot.settings.places import Place, find

TEXT_WIDTH = 100


def explain(
    key: Annotated[str, typer.Argument(help="Such as training.lr, methods.sgt.k or 'panels.*.images'.")],
) -> None:
    """Say what a key of params.yaml means: type, allowed range, default, meaning; of a block, its keys."""
    print(explanation(key))


def explanation(name: str) -> str:
    """What is known of a place of params.yaml.

    name: its dotted key. Raises ParamsError, with the nearest name, where there is no such key.
    """
    return describe(find(name, read_params() if PARAMS_FILE.exists() else {}))


def describe(place: Place) -> str:
    """The type, range, default and meaning of a key; the keys of a block."""
    head = [place.name, *_indented(place.key.meaning if place.key else place.about)]
    return "\n".join(head + (_inside(place) or _facts(place)))


def _facts(place: Place) -> list[str]:
    key, here = place.key, place.value
    if key is None:
        return []
    rows = [("type", key.type), ("range", key.range), ("default", key.default)]
    if here is not None:
        rows.append((f"in {PARAMS_FILE}", here if isinstance(here, str) else json.dumps(here, ensure_ascii=False)))
    return _indented(tabulate([row for row in rows if row[1]], tablefmt="plain", disable_numparse=True))


def _inside(place: Place) -> list[str]:
    if place.keys:
        rows = [[key.name, key.allowed, key.default, key.meaning] for key in place.keys]
        return _table(rows, ["key", "allowed", "default", "meaning"], [None, 24, 16, 60])
    if rows := [[part, place.step(part).about] for part in place.below()]:
        return _table(rows, ["entry", "what it is"], [None, TEXT_WIDTH])
    return []


def _table(rows: list[list[str]], headers: list[str], widths: list[int | None]) -> list[str]:
    return ["", tabulate(rows, headers, "simple", maxcolwidths=widths, disable_numparse=True)]


def _indented(lines: str) -> list[str]:
    wrapped = [line for text in lines.splitlines() for line in textwrap.wrap(text, TEXT_WIDTH)]
    return [f"  {line}" for line in wrapped]
