"""Small models, batches and contexts for the tests of training."""

from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest
import torch
from torch import nn

from smoot.artifacts.dataset import DatasetInfo
from smoot.core.errors import ParamsError
from smoot.core.machine import Compute, Machine
from smoot.masking import Masking
from smoot.settings.validation import validate
from smoot.training.method import Batch, Context, Method, own_masking, own_recipe
from smoot.training.recipe import Recipe

PROJECT = Path(__file__).resolve().parent.parent


def make_batch(
    size: int = 8, channels: int = 1, side: int = 8, classes: int = 4, dtype=torch.float32, seed: int = 0
) -> Batch:
    generator = torch.Generator().manual_seed(seed)
    images = torch.randn((size, channels, side, side), generator=generator, dtype=dtype)
    labels = torch.randint(classes, (size,), generator=generator)
    index = torch.arange(size)
    return Batch(images, labels, index, index, number=seed)


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


def make_info(images: int = 8, classes: int = 4, shape: tuple[int, int, int] = (1, 8, 8)) -> DatasetInfo:
    """Of up to ten classes."""
    return DatasetInfo(
        title="Toy",
        source="made here",
        licence="none",
        classes=tuple("abcdefghij"[:classes]),
        sizes={"train": images, "val": 20, "test": 20},
        shape=shape,
        mean=(0.4,) * shape[0],
        std=(0.2,) * shape[0],
        sha256={},
    )


def make_context(
    images: int = 8,
    seed: int = 0,
    steps: int = 6,
    label_smoothing: float = 0.0,
    recipe: Recipe | None = None,
    info: DatasetInfo | None = None,
    **masking: str,
) -> Context:
    """steps: of the run, where no recipe says how many. info: in the place of `make_info(images)`."""
    recipe = recipe or Recipe(epochs=steps, batch_size=images, lr=0.1, label_smoothing=label_smoothing)
    return Context(info or make_info(images), recipe, Masking(**masking), seed, make_machine())


def make_method(module: ModuleType, context: Context | None = None, **params) -> Method:
    """A method with its own options, as the stage makes it."""
    context, own = context or make_context(), module.Params(**params)
    recipe, masking = own_recipe(own, context.recipe), own_masking(own, context.masking)
    return module.Method(own, replace(context, recipe=recipe, masking=masking))


def gradients(model: nn.Module) -> list[torch.Tensor]:
    return [parameter.grad.clone() for parameter in model.parameters()]


def train_step(method: Method, model: nn.Module, batch: Batch | int, lr: float = 0.1) -> None:
    """One step of plain gradient descent, on a batch or on that of a number; dropout depends on the number alone."""
    batch = make_batch(seed=batch) if isinstance(batch, int) else batch
    torch.manual_seed(batch.number)
    model.zero_grad()
    method.step(model, batch)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter -= lr * parameter.grad


def problems(raw: dict) -> list[str]:
    """What is said of parameters that are refused, a line each."""
    with pytest.raises(ParamsError) as caught:
        validate(raw)
    return caught.value.lines
