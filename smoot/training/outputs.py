"""What a training run leaves: its weights, its history, its record and what it cost."""

import time
from hashlib import sha256
from typing import Any

from safetensors.torch import save

from smoot.artifacts.paths import CELL_METADATA, GridCell
from smoot.artifacts.run import Cost, RunRecord, Weights, write_history
from smoot.core import memory
from smoot.core.components import Entry
from smoot.core.files import atomic, remove_leftovers
from smoot.core.machine import Machine
from smoot.core.params_file import Block
from smoot.masking import Masking
from smoot.training.method import DrawParams, control_of, options_of
from smoot.training.recipe import Recipe
from smoot.training.state import State, best_epoch


def complete(cell: GridCell) -> bool:
    return all(path.exists() for path in cell.run_files)


def write_run(
    cell: GridCell,
    view: dict[str, Any],
    entry: Entry,
    state: State,
    metrics: dict[str, float],
    weights: Weights | None,
    cost: Cost,
) -> None:
    """The record comes last: where it is, all is. view: the params. entry: the method's. weights: the first ones."""
    for path in cell.run_files:
        remove_leftovers(path)
    tensors = {name: tensor.contiguous().cpu() for name, tensor in state.result.state_dict().items()}
    content = save(tensors, metadata={CELL_METADATA: str(cell)})
    with atomic(cell.weights) as path:
        path.write_bytes(content)
    digest = write_history(cell, state.history)
    cost.write(cell.cost)
    method, context, epochs = state.method, state.method.context, len(state.history)
    record = RunRecord(
        dataset=cell.dataset,
        model=cell.model,
        method=cell.method,
        seed=cell.seed,
        component=entry.component,
        trained=method.trained,
        draw=method.params.draw if isinstance(method.params, DrawParams) else 0,
        options=options_of(method.params, context.recipe, context.masking),
        control=control_of(entry, method.params),
        beside=method.beside,
        note=method.note,
        metrics=metrics,
        epochs=epochs,
        kept_epoch=best_epoch(state.history) + 1 if state.best else epochs,
        weights_sha256=sha256(content).hexdigest(),
        history_sha256=digest,
        weights=weights,
        training_images=context.images,
        parameters=sum(parameter.numel() for parameter in state.model.parameters()),
        dataset_summary=context.info.summary,
        masking=overridden(context.masking, Masking.model_validate(view["masking"])),
        recipe=overridden(context.recipe, Recipe.model_validate(view["training"])),
        params=view,
    )
    record.write(cell.run_record)


def overridden(own: Block, shared: Block) -> dict[str, Any]:
    """The options of `own` that are others in `shared`, a block of the same schema."""
    others = shared.model_dump()
    return {option: value for option, value in own.model_dump().items() if value != others[option]}


def cost_of(cell: GridCell, state: State, started: float, machine: Machine) -> Cost:
    """started: when the work began, on a steady clock."""
    recipe, images = state.method.context.recipe, state.method.context.images
    trained = len(state.history) * state.steps * min(recipe.batch_size, images)
    return Cost(
        dataset=cell.dataset,
        model=cell.model,
        method=cell.method,
        seed=cell.seed,
        train_seconds=state.seconds,
        images_per_second=trained / state.seconds if trained else None,
        total_seconds=time.monotonic() - started,
        peak_memory_bytes=memory.peak(machine.device),
        machine=machine.describe() | {"device_name": " then ".join(state.devices)},
        # A compiled model's kernels depend on the shapes that the process has met before.
        deterministic=machine.compute.deterministic and not recipe.compile,
    )
