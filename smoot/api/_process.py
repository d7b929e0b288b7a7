"""A user's process and model, which are left as they were."""

import random
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch
from torch import nn

from smoot.core.errors import SmootError
from smoot.core.modes import evaluating


def device_of(model: nn.Module) -> torch.device:
    """Where the model is. Raises SmootError where it is no model."""
    if not isinstance(model, nn.Module):
        raise SmootError(f"model: {type(model).__name__}; should be a torch.nn.Module")
    tensors = (tensor for group in (model.parameters(), model.buffers()) for tensor in group)
    first = next(tensors, torch.empty(0))
    return first.device


@contextmanager
def borrowed(model: nn.Module) -> Iterator[torch.device]:
    """The model's device, for as long as the model is in eval mode, its weights are frozen and gradients are on.

    Afterwards all is as it was: modes, weights that learn, and the random streams of Python, NumPy and torch. Raises
    SmootError where it is no model, or its weights are not in 32 bits.
    """
    device = device_of(model)
    for name, weight in model.named_parameters():
        if weight.is_floating_point() and weight.dtype != torch.float32:
            raise SmootError(f"model: {name} is {weight.dtype}; should be torch.float32")
    learning = [weight for weight in model.parameters() if weight.requires_grad]
    streams = random.getstate(), np.random.get_state()
    devices = list(range(torch.cuda.device_count())) if torch.cuda.is_initialized() else []
    with torch.random.fork_rng(devices), torch.inference_mode(False), evaluating(model):
        try:
            model.requires_grad_(False)
            yield device
        finally:
            for weight in learning:
                weight.requires_grad_()
            random.setstate(streams[0])
            np.random.set_state(streams[1])
