"""The training loop: epochs, optimiser, schedule and history."""

import math

import torch
from timm.optim import create_optimizer_v2
from timm.scheduler import create_scheduler_v2
from timm.scheduler.scheduler import Scheduler
from torch import nn
from torch.optim import Optimizer

from smoot.core.compute import Machine
from smoot.core.errors import SmootError
from smoot.core.progress import Progress
from smoot.training.data import Images, steps_per_epoch
from smoot.training.evaluate import evaluate
from smoot.training.method import Method
from smoot.training.params import Training
from smoot.training.step import Step

Row = dict[str, float]


def fit(
    model: nn.Module,
    method: Method,
    train: Images,
    val: Images,
    training: Training,
    epochs: int,
    seed: int,
    machine: Machine,
    label: str,
) -> tuple[list[Row], float]:
    """Trains `model` in place. Returns the history, a row an epoch, and the seconds that the steps alone took.

    Raises SmootError where a loss is not finite, with the epoch and the last good row of the history.
    """
    if epochs == 0:
        return [], 0.0
    steps = steps_per_epoch(len(train), training.batch_size)
    optimizer, schedule = recipe(model, training, epochs, steps)
    history: list[Row] = []
    seconds = 0.0
    with Progress(label, epochs * steps) as progress:
        for epoch in range(epochs):
            model.train()
            started = machine.now()
            sums = torch.zeros(3, dtype=torch.float64, device=machine.device)
            for batch in train.shuffled(training.batch_size, seed, epoch):
                optimizer.zero_grad(set_to_none=True)
                step = method.step(model, batch)
                optimizer.step()
                progress.advance()
                schedule.step_update(progress.done)
                sums += _sums(step)
            seconds += machine.now() - started
            history.append(
                {
                    "epoch": epoch + 1,
                    "lr": optimizer.param_groups[0]["lr"],
                    **dict(zip(("train_loss", "train_ce", "train_accuracy"), (sums / steps).tolist(), strict=True)),
                    **{f"val_{name}": value for name, value in evaluate(model, val, machine).items()},
                    **method.record(),
                }
            )
            _refuse_divergence(history, label)
    return history, seconds


def recipe(model: nn.Module, training: Training, epochs: int, steps: int) -> tuple[Optimizer, Scheduler]:
    """timm's optimiser and schedule, stepped once an update. steps: of an epoch.

    Raises SmootError where timm knows no such optimiser.
    """
    try:
        optimizer = create_optimizer_v2(
            model, training.optimizer, training.lr, training.weight_decay, training.momentum
        )
    except ValueError as error:
        raise SmootError(f"params.yaml: training.optimizer: {training.optimizer}: {error}") from None
    schedule, _ = create_scheduler_v2(
        optimizer,
        training.schedule,
        num_epochs=epochs,
        warmup_epochs=training.warmup_epochs,
        step_on_epochs=False,
        updates_per_epoch=steps,
    )
    return optimizer, schedule


def _sums(step: Step) -> torch.Tensor:
    return torch.stack([step.loss.double(), step.ce.double().mean(), step.correct.double().mean()])


def _refuse_divergence(history: list[Row], label: str) -> None:
    row = history[-1]
    if not all(math.isfinite(row[name]) for name in ("train_loss", "val_loss")):
        good = history[-2] if len(history) > 1 else "none"
        raise SmootError(
            f"{label}: the loss is not finite in epoch {row['epoch']}: "
            f"train {row['train_loss']}, validation {row['val_loss']}; last good epoch: {good}"
        )
