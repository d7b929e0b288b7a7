"""What several test modules share."""

import copy
from typing import Any

import pytest
import torch
from builders import PROJECT

from smoot.core.blocks import read


@pytest.fixture
def smoke() -> dict[str, Any]:
    """The smoke preset, as a dictionary of one's own."""
    return copy.deepcopy(read(PROJECT / "workflow/presets/smoke.yaml"))


@pytest.fixture(autouse=True)
def restore_torch():
    """A Machine sets up the whole process; every test has its own."""
    threads, deterministic = torch.get_num_threads(), torch.are_deterministic_algorithms_enabled()
    yield
    torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(deterministic)
