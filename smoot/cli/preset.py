"""`smoot preset`: complete params files to start from."""

from pathlib import Path
from typing import Annotated

import typer

from smoot.core.errors import ParamsError
from smoot.core.files import write_text
from smoot.core.progress import say

PRESETS = Path("workflow/presets")
DEFAULT_PARAMS = Path("params.yaml")
"""The file that a preset replaces, also where another one is read in its place."""


def preset(name: Annotated[str, typer.Argument(help="A file of workflow/presets/, without its suffix.")]) -> None:
    """Put a preset in the place of params.yaml; the old one becomes params.yaml.bak."""
    source = PRESETS / f"{name}.yaml"
    if not source.is_file():
        allowed = ", ".join(sorted(path.stem for path in PRESETS.glob("*.yaml")))
        raise ParamsError([f"preset: {name}: not found; allowed: {allowed or f'none, as {PRESETS} is not here'}"])
    text = source.read_text(encoding="utf-8")
    if DEFAULT_PARAMS.exists() and DEFAULT_PARAMS.read_text(encoding="utf-8") != text:
        kept = _free_name()
        DEFAULT_PARAMS.rename(kept)
        say(f"{DEFAULT_PARAMS} is now {kept}")
    write_text(DEFAULT_PARAMS, text)
    say(f"{DEFAULT_PARAMS} is {source}; `smoot check` says what it asks for")


def _free_name() -> Path:
    names = (DEFAULT_PARAMS.with_name(f"{DEFAULT_PARAMS.name}.bak{number}") for number in ("", *range(2, 1000)))
    return next(path for path in names if not path.exists())
