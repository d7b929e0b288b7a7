"""A GPU for each command, where several commands run side by side on one machine's GPUs.

Nothing is done unless the environment variable SMOOT_GPUS lists devices, such as "0,1,2,3". A batch system that hands
out GPUs itself needs none of this.
"""

import os
import subprocess
import tempfile
import time
from pathlib import Path

from filelock import FileLock, Timeout

from smoot.core.distributed import launched
from smoot.core.errors import SmootError
from smoot.core.progress import say

GPUS_VARIABLE = "SMOOT_GPUS"
QUERY = ("nvidia-smi", "--query-gpu=uuid", "--format=csv,noheader")
PAUSE = 1.0  # seconds between one look for a free device and the next

_held: list[FileLock] = []


def claim(count: int, device: str = "auto") -> None:
    """Makes `count` devices of SMOOT_GPUS that no other command has the only ones that this process sees.

    count: 1 or more. device: of the `compute` block; "cpu" needs none. Waits until as many are free. They are its own
    until it ends, however it ends; the devices are those of one user, whatever the project. To be called before CUDA is
    started. Raises SmootError where the list has fewer, or names one twice.
    """
    if device == "cpu" or GPUS_VARIABLE not in os.environ or launched():
        return
    devices = [device.strip() for device in os.environ[GPUS_VARIABLE].split(",") if device.strip()]
    if len(set(devices)) < len(devices) or len(devices) < count:
        raise SmootError(
            f"{GPUS_VARIABLE}: {os.environ[GPUS_VARIABLE]}: should name {count} or more different devices, such as "
            "0,1,2,3"
        )
    taken = _free(devices, count)
    if not taken:
        say(f"waiting for {count} of the GPUs {', '.join(devices)}: other commands have them")
    while not taken:
        time.sleep(PAUSE)
        taken = _free(devices, count)
    _held.extend(taken.values())
    os.environ["CUDA_VISIBLE_DEVICES"] = ",".join(taken)


def visible() -> list[str]:
    """What CUDA_VISIBLE_DEVICES names, else all devices by their unique names; none on a machine without any."""
    if (listed := os.environ.get("CUDA_VISIBLE_DEVICES")) is not None:
        return [name.strip() for name in listed.split(",") if name.strip()]
    try:
        return subprocess.run(QUERY, capture_output=True, text=True, check=True).stdout.split()
    except (FileNotFoundError, subprocess.CalledProcessError):
        return []


def _free(devices: list[str], count: int) -> dict[str, FileLock]:
    """`count` devices, now locked; or none, as two that each hold a part would wait for each other."""
    taken: dict[str, FileLock] = {}
    for device in devices:
        lock = FileLock(_folder() / f"{device}.lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            continue
        taken[device] = lock
        if len(taken) == count:
            return taken
    for lock in taken.values():
        lock.release()
    return {}


def _folder() -> Path:
    folder = Path(tempfile.gettempdir(), f"smoot-gpus-{os.getuid()}")
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder
