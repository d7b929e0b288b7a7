"""A small cell to train in processes of their own, which are killed where a test says."""

import multiprocessing
import os
import resource
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from toy_data import bright_rows, write_data

from smoot.artifacts.paths import DataFolder, GridCell
from smoot.core.errors import SmootError

Death = tuple[str, str, int]
"""An audit event, a part of its path, and at which such event the process is to be killed."""

SIDE, EPOCHS, STEPS, EVERY = 8, 12, 16, 3
CONTEXT = multiprocessing.get_context("forkserver")
# Imported once, so that a process costs a fork and not ten seconds of imports.
CONTEXT.set_forkserver_preload(["smoot.training.stage", "smoot.methods.smoot", "smoot.methods.sgt", "timm"])


def cell(method: str) -> GridCell:
    return GridCell("toy", "cnn", method, 0)


def view(method: str, **training: Any) -> dict[str, Any]:
    """Dropout, augmentation, a moving average and every third step's checkpoint are on."""
    return {
        "compute": {"threads": 1, "device": "cpu", "precision": "fp32"},
        "training": {
            "epochs": EPOCHS,
            "batch_size": 8,
            "lr": 0.003,
            "augment": {"flip": True, "crop": 1},
            "ema": 0.9,
            "patience": EPOCHS,
            "checkpoint_steps": EVERY,
        }
        | training,
        "masking": {},
        "models.cnn": {"timm": "sgt_cnn"},
        f"methods.{method}": {"smoot": {"decay": 0.5}}.get(method, {}),
    }


def make_data(folder: Path, images: int = 8 * STEPS + 3) -> None:
    write_data(folder / DataFolder("toy").path, *(bright_rows(size, SIDE) for size in (images, 20, 20)))


def die_at(death: Death | None) -> None:
    """Lets this process kill itself then."""
    if not death:
        return
    event, part, left = death

    def audit(name: str, arguments: tuple) -> None:
        nonlocal left
        if name == event and any(part in str(argument) for argument in arguments[:2]):
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(audit)


def train(
    folder: Path, own_cell: GridCell, params: dict[str, Any], death: Death | None = None, memory: int | None = None
) -> None:
    """What the process does: trains the cell, unless it is killed. memory: bytes that it may take."""
    os.chdir(folder)
    with Path("messages").open("ab") as file:
        os.dup2(file.fileno(), 2)
    tempfile._name_sequence = None  # A forked child would draw the names of its siblings.
    die_at(death)
    if memory is not None:
        used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + memory, resource.RLIM_INFINITY))
    from smoot.training import stage

    try:
        stage.train_cell(own_cell, params, code="")
    except SmootError as error:
        print(error, file=sys.stderr)
        sys.exit(error.exit_code)


def start(
    folder: Path, own_cell: GridCell, params: dict[str, Any], death: Death | None = None, memory: int | None = None
):
    process = CONTEXT.Process(target=train, args=(folder, own_cell, params, death, memory))
    process.start()
    return process


def run(
    folder: Path, own_cell: GridCell, params: dict[str, Any], death: Death | None = None, seconds: float = 60
) -> int:
    """The exit code; of one that is killed after `seconds`, -9."""
    process = start(folder, own_cell, params, death)
    process.join(seconds)
    if process.is_alive():
        process.kill()
        process.join()
    return process.exitcode


def until(condition, seconds: float = 30) -> None:
    """Waits for `condition` to hold."""
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends, "it did not happen"
        time.sleep(0.005)


def messages(folder: Path) -> str:
    """Standard error of all processes in the folder."""
    return (folder / "messages").read_text()


def results(folder: Path, own_cell: GridCell) -> dict[str, bytes]:
    """The run's files but what it cost."""
    run_folder = folder / own_cell.run_folder
    return {path.name: path.read_bytes() for path in run_folder.iterdir() if path.name != "cost.json"}
