"""Whether another workflow engine is at work in this folder: two at once would remove each other's files."""

import json
from pathlib import Path

import psutil

from smoot.core.errors import SmootError

SNAKEMAKE_LOCKS = Path(".snakemake/locks")
DVC_LOCK = Path(".dvc/tmp/rwlock")


def no_snakemake() -> None:
    """Raises SmootError where Snakemake is running here, or was killed."""
    if SNAKEMAKE_LOCKS.is_dir() and any(SNAKEMAKE_LOCKS.iterdir()):
        raise SmootError(
            f"{SNAKEMAKE_LOCKS}: Snakemake is running in this folder, or was killed there; if so, "
            "`snakemake --unlock` comes first"
        )


def no_dvc() -> None:
    """Raises SmootError, with its command and process, where DVC is running here and writes results."""
    try:
        writers = json.loads(DVC_LOCK.read_text(encoding="utf-8"))["write"].values()
        alive = [writer for writer in writers if psutil.pid_exists(writer["pid"])]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return  # DVC is not used here, or is just writing the file: then its jobs find Snakemake
    if alive:
        raise SmootError(f"{DVC_LOCK}: {alive[0]['cmd']} (process {alive[0]['pid']}) is running in this folder")
