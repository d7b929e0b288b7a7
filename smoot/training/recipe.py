"""The recipe: timm's optimiser and schedule, and a moving average of the weights."""

from inspect import signature

from timm.optim import create_optimizer_v2, get_optimizer_class
from timm.scheduler import create_scheduler_v2
from timm.scheduler.scheduler import Scheduler
from timm.utils import ModelEmaV3
from torch import nn
from torch.optim import Optimizer

from smoot.core.errors import SmootError
from smoot.training.params import Training


def make_optimizer(model: nn.Module, training: Training) -> Optimizer:
    """Raises SmootError where timm knows no such optimiser, or it takes none of these arguments."""
    try:
        # One kernel for the whole update, where PyTorch has it.
        fused = "fused" in signature(get_optimizer_class(training.optimizer, bind_defaults=False)).parameters
        return create_optimizer_v2(
            model,
            training.optimizer,
            training.lr,
            training.weight_decay,
            training.momentum,
            **({"fused": True} if fused else {}),
        )
    except (ValueError, TypeError, AssertionError, RuntimeError, ImportError) as error:
        raise SmootError(
            f"params.yaml: training.optimizer: {training.optimizer}: {error or type(error).__name__}"
        ) from None


def make_schedule(optimizer: Optimizer, training: Training, epochs: int, steps: int) -> Scheduler:
    """Stepped once an update. steps: of an epoch.

    epochs: of this run; where they are other than the recipe's, its milestones and warm-up are stretched with it.
    """
    stretch = epochs / training.epochs
    schedule, _ = create_scheduler_v2(
        optimizer,
        training.schedule,
        num_epochs=epochs,
        # timm lets the rate fall with the update before; half an update later is between that one and the right one.
        decay_milestones=[epoch * stretch + 0.5 / steps for epoch in training.milestones],
        decay_rate=training.decay_rate,
        warmup_epochs=training.warmup_epochs * stretch,
        step_on_epochs=False,
        updates_per_epoch=steps,
    )
    return schedule


def make_average(model: nn.Module, training: Training) -> ModelEmaV3 | None:
    """The moving average of the weights; its decay starts low, so that a short run forgets its first steps."""
    return ModelEmaV3(model, training.ema, use_warmup=True) if training.ema else None
