"""What a recipe asks for: timm's optimiser and schedule, and a moving average of the weights."""

from inspect import signature
from typing import Any

from timm.optim import create_optimizer_v2, get_optimizer_class
from timm.scheduler import create_scheduler_v2
from timm.scheduler.scheduler import Scheduler
from timm.utils import ModelEmaV3
from torch import nn
from torch.optim import Optimizer

from smoot.core.errors import SmootError
from smoot.core.params_file import PARAMS_FILE
from smoot.training.recipe import Recipe


def make_optimizer(model: nn.Module, recipe: Recipe, block: str = "training") -> Optimizer:
    """block: where the optimiser is named in the parameter file.

    Raises SmootError where timm knows no such optimiser, or it takes none of these arguments.
    """
    try:
        # One kernel for the whole update, where PyTorch has it.
        accepted = signature(get_optimizer_class(recipe.optimizer, bind_defaults=False)).parameters
        options: dict[str, Any] = {"fused": True} if "fused" in accepted else {}
        return create_optimizer_v2(
            model,
            recipe.optimizer,
            recipe.lr,
            recipe.weight_decay,
            recipe.momentum,
            **options,
        )
    except (ValueError, TypeError, AssertionError, RuntimeError, ImportError) as error:
        raise SmootError(
            f"{PARAMS_FILE}: {block}.optimizer: {recipe.optimizer}: {error or type(error).__name__}"
        ) from None


def make_schedule(optimizer: Optimizer, recipe: Recipe, steps: int) -> Scheduler:
    """Stepped once an update. steps: of an epoch."""
    # timm lets the rate fall with the update before; half an update later is between that one and the right one.
    milestones: Any = [epoch + 0.5 / steps for epoch in recipe.milestones]
    schedule, _ = create_scheduler_v2(
        optimizer,
        recipe.schedule,
        num_epochs=recipe.epochs,
        decay_milestones=milestones,
        decay_rate=recipe.decay_rate,
        warmup_epochs=recipe.warmup_epochs,
        step_on_epochs=False,
        updates_per_epoch=steps,
    )
    return schedule


def make_average(model: nn.Module, recipe: Recipe) -> ModelEmaV3 | None:
    """The moving average of the weights; its decay starts low, so that a short run forgets its first steps."""
    return ModelEmaV3(model, recipe.ema, use_warmup=True) if recipe.ema else None
