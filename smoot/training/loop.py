"""The training loop: epochs, checkpoints, validation and history."""

import math
import os
import shutil
import signal
from typing import Any

import torch
from torch.nn.utils import clip_grad_norm_

from smoot.core.errors import SmootError
from smoot.core.memory import give_back
from smoot.core.params_file import PARAMS_FILE
from smoot.core.progress import Progress
from smoot.core.seeding import derive
from smoot.core.termination import Termination
from smoot.training.batch import Batch
from smoot.training.checkpoint import Checkpoints
from smoot.training.data import Images
from smoot.training.evaluation import MEASURES, evaluate
from smoot.training.state import State, best_epoch, out_of_patience

STEPS_BETWEEN_CHECKS = 100  # for a loss that is not finite, which waits for the device; and for memory to give back


class Loop:
    """Trains a `State` to its end, from wherever it stands."""

    def __init__(self, state: State, label: str) -> None:
        """label: what the run is called in messages."""
        context = state.method.context
        self.state, self.label = state, label
        self.recipe, self.seed, self.machine = context.recipe, context.seed, context.machine
        compiler = os.environ.get("CXX", "g++")
        if self.recipe.compile and self.machine.device.type == "cpu" and not shutil.which(compiler):
            raise SmootError(f"{PARAMS_FILE}: training.compile: true, but there is no C++ compiler {compiler}")
        self.network: Any = torch.compile(state.model) if self.recipe.compile else state.model
        self.machine.world.align(state.model)

    def run(self, train: Images, val: Images, checkpoints: Checkpoints, termination: Termination) -> None:
        """Raises SmootError where a loss is not finite; SystemExit, with a checkpoint written, where told to end."""
        state = self.state
        total = state.epochs * state.steps
        with Progress(self.label, total, state.number, silent=not self.machine.world.main) as progress:
            while state.epoch < state.epochs and not out_of_patience(state.history, self.recipe.patience):
                with termination.deferred():
                    self._train(train, checkpoints, termination, progress)
                self._validate(val)

    def step(self, batch: Batch) -> None:
        """One update of the weights."""
        state = self.state
        # Dropout's numbers depend on the step alone, so that no generator's state need be kept.
        torch.manual_seed(derive(self.seed, "dropout", batch.number, self.machine.world.rank))
        state.optimizer.zero_grad(set_to_none=True)
        result = state.method.step(self.network, batch)
        self.machine.world.average_gradients(state.model)
        if self.recipe.clip_norm:
            clip_grad_norm_(state.model.parameters(), self.recipe.clip_norm)
        state.optimizer.step()
        self.machine.world.average_buffers(state.model)
        state.follow(result)

    def _train(self, train: Images, checkpoints: Checkpoints, termination: Termination, progress: Progress) -> None:
        """The rest of the epoch, or up to the moment when the process is told to end."""
        state, recipe, every = self.state, self.recipe, self.recipe.checkpoint_steps
        started = self.machine.now()
        self.network.train()
        for batch in train.shuffled(recipe, self.seed, state.epoch, state.step):
            self.step(batch)
            progress.advance()
            if self.machine.world.any(termination.requested is not None):
                termination.requested = termination.requested or signal.SIGTERM
                break
            if state.step % STEPS_BETWEEN_CHECKS == 0:
                state.totals.refuse_divergence(self.label, state)
                give_back()
            if every and state.step % every == 0:
                started = self._save(checkpoints, started)
        self._save(checkpoints, started)

    def _save(self, checkpoints: Checkpoints, started: float) -> float:
        """Writes a checkpoint. Returns the time from which the next steps count: those before it are counted."""
        self.state.seconds += self.machine.now() - started
        self.state.totals.refuse_divergence(self.label, self.state)
        if self.machine.world.main:
            checkpoints.save(self.state.dump())
        give_back()
        return self.machine.now()

    def _validate(self, val: Images) -> None:
        """Closes the epoch with its row of the history."""
        state, world = self.state, self.machine.world
        own = evaluate(state.result, val, self.machine) if world.main else dict.fromkeys(MEASURES, 0.0)
        measures = world.share([own[name] for name in MEASURES])
        row = {
            "epoch": state.epoch + 1,
            "lr": state.optimizer.param_groups[0]["lr"],
            **state.totals.means(state.steps),
            **{f"val_{name}": value for name, value in zip(MEASURES, measures, strict=True)},
            **state.method.record(),
        }
        if not math.isfinite(row["val_loss"]):
            good = state.history[-1] if state.history else "none"
            raise SmootError(
                f"{self.label}: the validation loss is not finite after epoch {row['epoch']}: {row['val_loss']}; "
                f"last good epoch: {good}"
            )
        state.close_epoch(row)
        if self.recipe.patience and best_epoch(state.history) == state.epoch - 1:
            state.best = {name: tensor.detach().clone() for name, tensor in state.result.state_dict().items()}
