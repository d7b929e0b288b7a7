"""`smoot train`: trains one cell of the grid, from its checkpoint if there is one, and writes its run folder."""

import math
import time
from contextlib import ExitStack
from typing import Any

import torch

from smoot.artifacts.dataset import DatasetInfo, open_split, read_info
from smoot.artifacts.paths import SPLITS, DataFolder, GridCell
from smoot.artifacts.run import Weights
from smoot.core.components import Entry, resolve
from smoot.core.distributed import launched
from smoot.core.errors import ParamsError, SmootError, TransientError
from smoot.core.machine import Compute, Machine
from smoot.core.params_file import PARAMS_FILE
from smoot.core.progress import say
from smoot.core.seeding import derive
from smoot.core.termination import Termination
from smoot.core.text import count
from smoot.masking import Masking
from smoot.models.create import initialise
from smoot.models.model_entry import ModelEntry
from smoot.training import outputs, plain_errors
from smoot.training.checkpoint import Checkpoints
from smoot.training.context import Context
from smoot.training.data import Images
from smoot.training.data_limits import beyond_data
from smoot.training.drawn_images import drawn_rows
from smoot.training.evaluation import evaluate
from smoot.training.fingerprint import fingerprint
from smoot.training.launch import launch
from smoot.training.loop import Loop
from smoot.training.method import Method, own_masking, own_recipe, own_seed
from smoot.training.recipe import Recipe
from smoot.training.state import State


def train_cell(cell: GridCell, view: dict[str, Any], code: str) -> None:
    """Raises SmootError, of one line, where it cannot be trained; SystemExit where told to end by a signal.

    view: its blocks of params.yaml, by their dotted names. code: a digest of the code that it runs.
    """
    processes = Recipe.model_validate(view["training"]).processes
    if processes > 1 and launched() is None:
        launch(cell, processes)
        return
    entry = resolve("methods", cell.method, view[f"methods.{cell.method}"])
    with Termination() as termination, ExitStack() as stack:
        machine = Machine(Compute.model_validate(view["compute"]), processes)
        stack.callback(machine.world.leave)
        info = read_info(DataFolder(cell.dataset))
        own = fingerprint(params=view, code=code, data=info.model_dump(mode="json"), machine=machine.kind)
        checkpoints = Checkpoints(cell.checkpoint_folder, own)
        finished = stack.enter_context(checkpoints.locked()) if machine.world.main else False
        if machine.world.share([finished and outputs.complete(cell)])[0]:
            if machine.world.main:
                say(f"{cell}: trained by the other process")
            return
        method = _method(cell, view, entry, info, machine)
        with plain_errors.named(method.context.recipe):
            _train(cell, view, entry, method, machine, checkpoints, termination)
        if machine.world.main:
            checkpoints.finish()


def _method(cell: GridCell, view: dict[str, Any], entry: Entry, info: DatasetInfo, machine: Machine) -> Method:
    """The method with its own recipe, masking and seed."""
    params = entry.params()
    recipe = own_recipe(params, Recipe.model_validate(view["training"]))
    masking = own_masking(params, Masking.model_validate(view["masking"]))
    train = open_split(DataFolder(cell.dataset), info, "train")
    if wrong := list(beyond_data(entry, recipe, cell.dataset, info, train)):
        raise ParamsError(wrong)
    return entry.load().Method(params, Context(info, recipe, masking, own_seed(params, cell.seed), machine))


def _train(
    cell: GridCell,
    view: dict[str, Any],
    entry: Entry,
    method: Method,
    machine: Machine,
    checkpoints: Checkpoints,
    termination: Termination,
) -> None:
    started, label = time.monotonic(), f"train {cell}"
    train, val, test = (_images(cell, name, method) for name in SPLITS)
    state, weights = _begin(cell, view, method)
    _resume(state, checkpoints, machine, label)
    Loop(state, label).run(train, val, checkpoints, termination)
    if state.best:
        state.result.load_state_dict(state.best)
    if machine.world.main:
        metrics = {
            f"{name}_{key}": value
            for name, split in (("val", val), ("test", test))
            for key, value in evaluate(state.result, split, machine).items()
        }
        if wrong := [f"{name}: {value}" for name, value in metrics.items() if not math.isfinite(value)]:
            raise SmootError(f"{label}: the trained model has measures that are not finite: {', '.join(wrong)}")
        cost = outputs.cost_of(cell, state, started, machine)
        outputs.write_run(cell, view, entry, state, metrics, weights, cost)
        accuracy, epochs = metrics["test_accuracy"], len(state.history)
        say(f"{cell}: test accuracy {accuracy:.4f} after {count(epochs, 'epoch')}, {state.seconds:.0f} s")


def _images(cell: GridCell, name: str, method: Method) -> Images:
    """One split; that for training has masks, if the method needs them, and the images that the run draws."""
    context, of_training = method.context, name == "train"
    split = open_split(DataFolder(cell.dataset), context.info, name)
    size = context.recipe.images if of_training else None
    rows = None if size is None else drawn_rows(split.labels, size, cell.seed)
    masks = method.needs_masks and of_training
    return Images(split, context.info, context.machine, context.recipe.data, masks, rows)


def _begin(cell: GridCell, view: dict[str, Any], method: Method) -> tuple[State, Weights | None]:
    """(the run before its first step, where its weights come from; None if they are drawn).

    The same seed gives every method of the same draw the same first weights and order of the images. Raises
    ParamsError where the method cannot change the network as it should.
    """
    context = method.context
    torch.manual_seed(derive(context.seed, "weights"))
    model, weights = initialise(ModelEntry.of(cell.model, view[f"models.{cell.model}"]), context.info)
    try:
        model = method.network(model)
    except ValueError as error:
        line = f"{PARAMS_FILE}: methods.{cell.method}: {error} (model {cell.model})"
        raise ParamsError([line]) from None
    return State(context.machine.place(model), method), weights


def _resume(state: State, checkpoints: Checkpoints, machine: Machine, label: str) -> None:
    # The first process looks before the others do: it may set the checkpoint aside.
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
                checkpoints.set_aside(f"cannot be resumed from ({error})")
            raise TransientError(f"{label}: run it again to start from the beginning") from error
        if machine.world.main:
            say(f"{label}: resumes from step {state.number} of {state.epochs * state.steps}")
    if machine.world.share([state.number]) != [state.number]:
        raise TransientError(f"{label}: {checkpoints.folder} is not the same on all machines")
    if machine.device_name not in state.devices[-1:]:
        state.devices.append(machine.device_name)
