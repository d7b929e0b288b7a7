"""What the tests of the Python API share."""

import pytest
import torch


@pytest.fixture(autouse=True)
def one_thread():
    """Small tensors are slow on several threads where others are at work too; conftest.py puts the number back."""
    torch.set_num_threads(1)
