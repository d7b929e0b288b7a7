"""A project's commands run that project's code, whichever copy of the package Python has found."""

import os
import sys
from pathlib import Path

from smoot.core.errors import SmootError


def run_the_folders_own() -> None:
    """Starts the command anew with the package `smoot` of the working folder, where that is not the one that runs.

    So it is in DVC's experiments, which run in folders of their own, and in clones that share an environment. Raises
    SmootError where Python finds another one even then.
    """
    folder = Path.cwd()
    theirs, ours = folder / "smoot", Path(__file__).resolve().parents[1]
    if not (theirs / "__init__.py").is_file() or theirs.samefile(ours):
        return
    path = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    if path[0] == str(folder):
        raise SmootError(f"this folder's code is {theirs}, but Python finds {ours}; one of them has to go")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(folder), *path]))
    os.execv(sys.executable, [sys.executable, "-m", "smoot", *sys.argv[1:]])
