"""What several test modules share."""

import copy
from typing import Any

import pytest
from builders import PROJECT

from smoot.core.blocks import read


@pytest.fixture
def smoke() -> dict[str, Any]:
    """The smoke preset, as a dictionary of one's own."""
    return copy.deepcopy(read(PROJECT / "workflow/presets/smoke.yaml"))
