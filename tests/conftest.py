"""What several test modules share."""

import copy
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import torch
from builders import PROJECT

from smoot.core.params_file import read_params


def pytest_configure(config: pytest.Config) -> None:
    """The tests are about the CPU, whatever the machine has; those that `-m gpu` asks for are not."""
    if config.getoption("markexpr") != "gpu" and Path("/dev/nvidiactl").exists():
        os.environ["CUDA_VISIBLE_DEVICES"] = ""


@pytest.fixture
def smoke() -> dict[str, Any]:
    """The smoke preset, as a dictionary of one's own."""
    return copy.deepcopy(read_params(PROJECT / "workflow/presets/smoke.yaml"))


@pytest.fixture(autouse=True)
def restore_torch():
    """A Machine sets up the whole process; every test has its own."""
    threads, deterministic = torch.get_num_threads(), torch.are_deterministic_algorithms_enabled()
    yield
    torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(deterministic)


@pytest.fixture
def small_disk():
    """`small_disk(folder, size)` mounts a disk of that many bytes, or changes the size of the one that is there."""
    mounted = []

    def mount(folder, size):
        folder.mkdir(parents=True, exist_ok=True)
        options = f"size={size}" + (",remount" if folder in mounted else "")
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
        if not shutil.which("mount") or subprocess.run(command, capture_output=True).returncode:
            pytest.skip("cannot mount a small disk here")
        mounted.append(folder)

    yield mount
    for folder in set(mounted):
        subprocess.run(["umount", str(folder)], check=True)
