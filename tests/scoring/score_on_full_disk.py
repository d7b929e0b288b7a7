"""`smoot score` in a process of its own, whose files cannot grow."""

import multiprocessing
import os
import resource
import sys
from pathlib import Path
from typing import Any

import scored_cells

from smoot.artifacts.paths import GridCell
from smoot.core.errors import SmootError

CONTEXT = multiprocessing.get_context("forkserver")
# Imported once, so that a process costs a fork and not ten seconds of imports.
CONTEXT.set_forkserver_preload(["smoot.scoring.stage", "scored_cells", "smoot.metrics.noise_accuracy"])
CELL, MODEL = GridCell("toy", "cnn", "baseline", 0), {"timm": "sgt_cnn"}


def view(sigma: float) -> dict[str, Any]:
    """Scores that differ by sigma; all 20 images of the data are in the gallery."""
    metrics = {"noise": {"metric": "noise_accuracy", "sigmas": [sigma]}}
    panel = {"images": 20, "gallery": 20, "attributions": {"random": {}}, "metrics": metrics}
    return scored_cells.view(CELL, MODEL, panel)


def score(folder: Path, sigma: float, largest: int) -> None:
    """What the process does. largest: bytes of a file."""
    os.chdir(folder)
    with Path("messages").open("ab") as file:
        os.dup2(file.fileno(), 2)
    from smoot.engines.attempts import recorded, score_log
    from smoot.scoring import stage

    resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))
    try:
        with recorded(score_log(CELL, "p")):
            stage.score_cell(CELL, "p", view(sigma))
    except SmootError as error:
        print(error, file=sys.stderr)
        sys.exit(error.exit_code)


def run(folder: Path, sigma: float, largest: int = resource.RLIM_INFINITY) -> int:
    """The exit code."""
    process = CONTEXT.Process(target=score, args=(folder, sigma, largest))
    process.start()
    process.join(120)
    assert not process.is_alive()
    return process.exitcode
