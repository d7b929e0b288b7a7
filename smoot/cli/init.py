"""`smoot init`: a folder that runs the installed package on parameters of its own, by DVC and by Snakemake."""

import shutil
import subprocess
from pathlib import Path
from typing import Annotated

import typer

import smoot
from smoot.cli.preset import DEFAULT_PARAMS, PRESETS
from smoot.core.errors import ParamsError, SmootError
from smoot.core.files import plainly, write_text
from smoot.core.git import git
from smoot.core.progress import say

FILES = (".dvc/.gitignore", ".dvc/config", ".dvcignore", ".gitignore", "Snakefile", "dvc.yaml", "profiles", "workflow")
"""What a clone and a new project have in common. pyproject.toml puts the same into the wheel."""
FIRST_PRESET = "quick"

OF_A_CLONE = "    deps:\n      - smoot\n"
OF_A_PROJECT = "    always_changed: true # the package is not in this folder, so DVC cannot see when it changes\n"


def init(folder: Annotated[Path, typer.Argument(help="A new or an empty folder.")]) -> None:
    """Make a new project: params.yaml, the stages for DVC and Snakemake, presets and profiles."""
    if folder.exists() and not folder.is_dir():
        raise ParamsError([f"{folder}: is a file; a new or an empty folder is allowed"])
    if folder.is_dir() and (found := sorted({path.name for path in folder.iterdir()} - {".git"})):
        raise ParamsError([f"{folder}: not empty, it holds {found[0]}; a new or an empty folder is allowed"])
    if shutil.which("git") is None:
        raise SmootError("git: not found; DVC needs it")
    with plainly(folder):
        for name in FILES:
            _copy(_source() / name, folder / name)
        dvc = (folder / "dvc.yaml").read_text(encoding="utf-8")
        write_text(folder / "dvc.yaml", dvc.replace(OF_A_CLONE, OF_A_PROJECT))
        shutil.copyfile(folder / PRESETS / f"{FIRST_PRESET}.yaml", folder / DEFAULT_PARAMS)
    if not _under_git(folder):
        git("-C", str(folder), "init", "--quiet")
    say(f"{folder}: a new project. `cd {folder}`, then `smoot check`, then `dvc repro` or `snakemake`")


def _source() -> Path:
    """The folder of FILES: inside the package where a wheel has put it, else the clone."""
    package = Path(smoot.__file__).parent
    inside = package / "project_files"
    return inside if inside.is_dir() else package.parent


def _copy(source: Path, target: Path) -> None:
    """Copies a file or folder with permissions, and without times: engines compare times."""
    if source.is_dir():
        shutil.copytree(source, target, copy_function=shutil.copy)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)


def _under_git(folder: Path) -> bool:
    try:
        git("-C", str(folder), "rev-parse", "--is-inside-work-tree")
    except subprocess.CalledProcessError:
        return False
    return True
