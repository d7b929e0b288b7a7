"""`smoot train`: trains one cell of the grid, from its checkpoint if there is one, and writes its run folder."""

import time
from contextlib import ExitStack
from typing import Any

import torch

from smoot.artifacts.paths import Cell, data_folder
from smoot.core import components
from smoot.core.distributed import launched
from smoot.core.errors import SmootError
from smoot.core.machine import Compute, Machine
from smoot.core.progress import say
from smoot.core.seeding import derive
from smoot.core.termination import Termination
from smoot.data import store
from smoot.masking import Masking
from smoot.models.create import create
from smoot.models.entry import ModelEntry
from smoot.training import errors, outputs
from smoot.training.checkpoint import Checkpoints
from smoot.training.context import Context
from smoot.training.data import Images, steps_per_epoch
from smoot.training.evaluation import evaluate
from smoot.training.fingerprint import digests, fingerprint
from smoot.training.launch import launch
from smoot.training.loop import Loop
from smoot.training.recipe import Recipe
from smoot.training.state import State


def blocks(cell: Cell) -> list[str]:
    """The blocks of params.yaml that this stage reads."""
    return ["compute", "training", "masking", f"models.{cell.model}", f"methods.{cell.method}"]


def code(cell: Cell) -> list[str]:
    """The modules that this stage runs."""
    return [
        "smoot/core",
        "smoot/data/__init__.py",
        "smoot/data/store.py",
        "smoot/masking.py",
        "smoot/methods/__init__.py",
        f"smoot/methods/{cell.method}.py",
        "smoot/models",
        "smoot/training",
    ]


def run(cell: Cell, view: dict[str, Any]) -> None:
    recipe = Recipe.model_validate(view["training"])
    if recipe.processes > 1 and launched() is None:
        launch(cell, recipe.processes)
        return
    with Termination() as termination, ExitStack() as stack:
        machine = Machine(Compute.model_validate(view["compute"]), recipe.processes)
        stack.callback(machine.world.leave)
        description = store.describe(data_folder(cell.dataset))
        own = fingerprint(params=view, code=digests(code(cell)), data=description, machine=machine.kind)
        checkpoints = Checkpoints(cell.checkpoint_folder, own)
        finished = stack.enter_context(checkpoints.locked()) if machine.world.main else False
        if machine.world.share([finished and outputs.complete(cell)])[0]:
            if machine.world.main:
                say(f"{cell}: trained by the other process")
            return
        with errors.named(recipe):
            _train(cell, view, recipe, description, machine, checkpoints, termination)
        if machine.world.main:
            checkpoints.finish()


def _train(
    cell: Cell,
    view: dict[str, Any],
    recipe: Recipe,
    description: dict[str, Any],
    machine: Machine,
    checkpoints: Checkpoints,
    termination: Termination,
) -> None:
    started = time.monotonic()
    folder, label = data_folder(cell.dataset), f"train {cell}"
    train, val, test = (
        Images(store.open_split(folder, name), description, machine, recipe.data) for name in store.SPLITS
    )
    state = _begin(cell, view, recipe, description, machine)
    _resume(state, checkpoints, machine, label)
    Loop(state, recipe, cell.seed, machine, label).run(train, val, checkpoints, termination)
    if state.best:
        state.result.load_state_dict(state.best)
    if machine.world.main:
        metrics = {
            f"{name}_{key}": value
            for name, split in (("val", val), ("test", test))
            for key, value in evaluate(state.result, split, machine).items()
        }
        outputs.write(cell, view, state, metrics, description, outputs.cost_of(state, recipe, started, machine))
        accuracy, epochs = metrics["test_accuracy"], len(state.history)
        say(f"{cell}: test accuracy {accuracy:.4f} after {epochs} epochs, {state.seconds:.0f} s")


def _begin(cell: Cell, view: dict[str, Any], recipe: Recipe, description: dict[str, Any], machine: Machine) -> State:
    """The model as it was drawn. The same seed gives every method the same first weights and order of the images."""
    channels, height, width = description["shape"]
    classes, images = len(description["classes"]), description["sizes"]["train"]
    for name, value, largest in (
        ("batch_size", recipe.batch_size, images),
        ("augment.crop", recipe.augment.crop, min(height, width) // 2),
    ):
        if value > largest:
            raise SmootError(
                f"params.yaml: training.{name}: {value}: for {cell.dataset} it should be {largest} at most"
            )
    torch.manual_seed(derive(cell.seed, "weights"))
    model = create(ModelEntry.model_validate(view[f"models.{cell.model}"]), channels, classes, (height, width))
    entry = components.resolve("methods", cell.method, view[f"methods.{cell.method}"])
    component, params = entry.load(), entry.params()
    masking = Masking.model_validate(view["masking"])
    epochs = component.Method.epochs(params, recipe.epochs)
    steps = steps_per_epoch(images, recipe.batch_size)
    context = Context(
        images, height * width, classes, cell.seed, masking, machine, recipe.label_smoothing, epochs * steps
    )
    return State(machine.place(model), component.Method(params, context), recipe, epochs, steps)


def _resume(state: State, checkpoints: Checkpoints, machine: Machine, label: str) -> None:
    # The first rank looks before the others do: it may set the checkpoint aside.
    if not machine.world.main:
        machine.world.wait()
    saved = checkpoints.load()
    if machine.world.main:
        machine.world.wait()
    if saved is not None:
        try:
            state.load(saved)
        except (KeyError, TypeError, ValueError, RuntimeError) as error:
            if machine.world.main:
                checkpoints.set_aside(f"cannot be gone on from ({error})")
            raise SmootError(f"{label}: run it again to start from the beginning") from error
        if machine.world.main:
            say(f"{label}: goes on from step {state.number} of {state.epochs * state.steps}")
    if machine.world.share([state.number]) != [state.number]:
        raise SmootError(f"{label}: {checkpoints.folder} is not the same on all machines")
    if machine.device_name not in state.devices[-1:]:
        state.devices.append(machine.device_name)
