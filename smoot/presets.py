"""`smoot preset`: complete params files to start from."""

from pathlib import Path

from smoot.core.errors import ParamsError
from smoot.core.files import write_text
from smoot.core.progress import say

PRESETS = Path("workflow/presets")
PARAMS_FILE = Path("params.yaml")
"""Not the file that is read in its place, whatever that is."""


def use(name: str) -> None:
    """Puts a preset in the place of params.yaml, which is kept beside it as params.yaml.bak, .bak2, and so on.

    Raises ParamsError where there is no such preset.
    """
    preset = PRESETS / f"{name}.yaml"
    if not preset.is_file():
        allowed = ", ".join(sorted(path.stem for path in PRESETS.glob("*.yaml")))
        raise ParamsError([f"preset: {name}: not found; allowed: {allowed or f'none, as {PRESETS} is not here'}"])
    text = preset.read_text(encoding="utf-8")
    if PARAMS_FILE.exists() and PARAMS_FILE.read_text(encoding="utf-8") != text:
        kept = _free_name()
        PARAMS_FILE.rename(kept)
        say(f"{PARAMS_FILE} is now {kept}")
    write_text(PARAMS_FILE, text)
    say(f"{PARAMS_FILE} is {preset}; `smoot check` says what it asks for")


def _free_name() -> Path:
    names = (PARAMS_FILE.with_name(f"{PARAMS_FILE.name}.bak{number}") for number in ("", *range(2, 1000)))
    return next(path for path in names if not path.exists())
