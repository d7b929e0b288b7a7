"""Small models, batches and tasks for the tests of training."""

from pathlib import Path

import torch
from torch import nn

from smoot.core.machine import Compute, Machine
from smoot.masking import Masking
from smoot.training.context import Context
from smoot.training.method import Method
from smoot.training.step import Batch

PROJECT = Path(__file__).resolve().parent.parent


def make_batch(
    size: int = 8, channels: int = 1, side: int = 8, classes: int = 4, dtype=torch.float32, seed: int = 0
) -> Batch:
    generator = torch.Generator().manual_seed(seed)
    images = torch.randn((size, channels, side, side), generator=generator, dtype=dtype)
    labels = torch.randint(classes, (size,), generator=generator)
    return Batch(images, labels, torch.arange(size), number=seed)


def make_model(
    channels: int = 1, side: int = 8, classes: int = 4, dtype=torch.float32, dropout: float = 0.0
) -> nn.Module:
    torch.manual_seed(0)
    layers = [
        nn.Conv2d(channels, 6, 3),
        nn.ReLU(),
        nn.Flatten(),
        nn.Dropout(dropout),
        nn.Linear(6 * (side - 2) ** 2, classes),
    ]
    return nn.Sequential(*layers).to(dtype).train()


def make_machine(**compute) -> Machine:
    return Machine(Compute(**{"threads": 1, "device": "cpu", "precision": "fp32"} | compute))


def make_context(
    images: int = 8,
    pixels: int = 64,
    classes: int = 4,
    seed: int = 0,
    label_smoothing: float = 0.0,
    steps: int = 6,
    **masking: str,
) -> Context:
    return Context(images, pixels, classes, seed, Masking(**masking), make_machine(), label_smoothing, steps)


def gradients(model: nn.Module) -> list[torch.Tensor]:
    return [parameter.grad.clone() for parameter in model.parameters()]


def train_step(method: Method, model: nn.Module, number: int, lr: float = 0.1) -> None:
    """One step of plain gradient descent, whose batch and dropout depend on `number` alone."""
    torch.manual_seed(number)
    model.zero_grad()
    method.step(model, make_batch(seed=number))
    with torch.no_grad():
        for parameter in model.parameters():
            parameter -= lr * parameter.grad
