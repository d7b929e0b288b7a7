"""A training run under way: all that its remaining steps depend on."""

from typing import Any

import torch
from torch import Tensor, nn

from smoot.core.errors import SmootError
from smoot.training.batch import StepResult
from smoot.training.method import Method
from smoot.training.optimiser import make_average, make_optimizer, make_schedule

Row = dict[str, float]


class State:
    """What a checkpoint holds."""

    def __init__(self, model: nn.Module, method: Method) -> None:
        recipe = method.context.recipe
        self.model, self.method = model, method
        self.epochs = recipe.epochs if method.trained else 0
        """The epochs to train."""
        self.steps = method.context.epoch_steps
        """The steps of one epoch."""
        self.optimizer = make_optimizer(model, recipe)
        self.schedule = make_schedule(self.optimizer, recipe, self.steps)
        self.average = make_average(model, recipe)
        self.epoch = 0
        """How many are complete."""
        self.step = 0
        """How many of the next epoch's steps are done."""
        self.seconds = 0.0
        """Seconds spent in training steps so far."""
        self.history: list[Row] = []
        """One row for each complete epoch."""
        self.best: dict[str, Tensor] = {}
        """The weights of the epoch with the lowest validation loss, where training may stop early."""
        self.devices: list[str] = []
        """What it ran on, one after the other."""
        self.totals = Totals(next(model.parameters()).device)

    @property
    def number(self) -> int:
        """How many steps of the run are done."""
        return self.epoch * self.steps + self.step

    @property
    def result(self) -> nn.Module:
        """The model to evaluate and to keep: the average, where there is one."""
        return self.average.module if self.average else self.model

    def follow(self, result: StepResult) -> None:
        """Counts a step, once the optimiser has made its update."""
        self.totals.add(result, self.number)
        self.step += 1
        self.schedule.step_update(self.number)
        if self.average:
            self.average.update(self.model, self.number)

    def close_epoch(self, row: Row) -> None:
        self.history.append(row)
        self.epoch, self.step = self.epoch + 1, 0
        self.totals = Totals(self.totals.sums.device)

    def dump(self) -> dict[str, Any]:
        """Nested dictionaries and lists of tensors and plain values."""
        return {
            "model": self.model.state_dict(),
            "method": self.method.state(),
            "optimizer": self.optimizer.state_dict(),
            "average": self.average.state_dict() if self.average else {},
            "totals": vars(self.totals),
            "best": self.best,
            "epoch": self.epoch,
            "step": self.step,
            "seconds": self.seconds,
            "history": self.history,
            "devices": self.devices,
        }

    def load(self, dumped: dict[str, Any]) -> None:
        self.model.load_state_dict(dumped["model"])
        self.method.restore(dumped["method"])
        self.optimizer.load_state_dict(dumped["optimizer"])
        for parameter, values in self.optimizer.state.items():
            for name, value in values.items():
                if torch.is_tensor(value) and value.shape == parameter.shape:
                    # In the parameter's memory layout again, as the layout decides how an update is rounded.
                    values[name] = torch.empty_like(parameter, dtype=value.dtype).copy_(value)
        if self.average:
            self.average.load_state_dict(dumped["average"])
        self.totals = Totals(self.totals.sums.device)
        for name, value in dumped["totals"].items():
            getattr(self.totals, name).copy_(value)
        self.best = dumped["best"]
        self.epoch, self.step = dumped["epoch"], dumped["step"]
        self.seconds, self.history, self.devices = dumped["seconds"], dumped["history"], dumped["devices"]
        self.schedule.step_update(self.number)


class Totals:
    """Sums over the steps of an epoch, and whether a loss was not finite. On the device: no step waits for them."""

    def __init__(self, device: torch.device) -> None:
        self.sums = torch.zeros(3, dtype=torch.float64, device=device)
        self.last_finite = torch.full((), torch.nan, dtype=torch.float64, device=device)
        self.first_bad = torch.tensor(-1, device=device)

    def add(self, result: StepResult, number: int) -> None:
        loss = result.loss.double()
        self.sums += torch.stack([loss, result.ce.double().mean(), result.correct.double().mean()])
        finite, good = loss.isfinite(), self.first_bad < 0
        self.last_finite = torch.where(good & finite, loss, self.last_finite)
        self.first_bad = torch.where(good & ~finite, number, self.first_bad)

    def means(self, steps: int) -> Row:
        return dict(zip(("train_loss", "train_ce", "train_accuracy"), (self.sums / steps).tolist(), strict=True))

    def refuse_divergence(self, label: str, state: State) -> None:
        """Raises SmootError where a loss was not finite."""
        if (number := int(self.first_bad)) >= 0:
            raise SmootError(
                f"{label}: the loss is not finite in epoch {number // state.steps + 1}, "
                f"step {number % state.steps + 1} of {state.steps}; the step before: {float(self.last_finite):.6g}; "
                f"last good epoch: {state.history[-1] if state.history else 'none'}"
            )


def best_epoch(history: list[Row]) -> int:
    """The index of the row with the lowest validation loss, the first of several."""
    losses = [row["val_loss"] for row in history]
    return losses.index(min(losses))


def out_of_patience(history: list[Row], patience: int | None) -> bool:
    """Whether `patience` epochs have gone by since the best one."""
    return patience is not None and bool(history) and len(history) - 1 - best_epoch(history) >= patience
