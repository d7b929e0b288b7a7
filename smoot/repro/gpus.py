"""The GPUs of this machine that jobs are given."""

import os
import subprocess

COMMAND = ("nvidia-smi", "--query-gpu=uuid", "--format=csv,noheader")


def visible() -> list[str]:
    """What CUDA_VISIBLE_DEVICES names, else all by their unique names; none on a machine without any."""
    if (listed := os.environ.get("CUDA_VISIBLE_DEVICES")) is not None:
        return [name.strip() for name in listed.split(",") if name.strip()]
    try:
        return subprocess.run(COMMAND, capture_output=True, text=True, check=True).stdout.split()
    except (FileNotFoundError, subprocess.CalledProcessError):
        return []
