"""What a training run leaves: its weights, its history, its metrics and what it cost."""

import time
from typing import Any

from safetensors.torch import save

from smoot.artifacts.paths import Cell
from smoot.core import memory
from smoot.core.files import atomic, remove_leftovers, write_csv, write_json
from smoot.core.machine import Machine
from smoot.training.recipe import Recipe
from smoot.training.state import State, best_epoch

NAMES = ("model.safetensors", "history.csv", "cost.json", "run.json")


def complete(cell: Cell) -> bool:
    return all((cell.run_folder / name).exists() for name in NAMES)


def write(
    cell: Cell,
    view: dict[str, Any],
    state: State,
    metrics: dict[str, float],
    description: dict[str, Any],
    cost: dict[str, Any],
) -> None:
    """view: the params. metrics: of the final model. description: the data set's. cost: see `cost_of`."""
    for name in NAMES:
        remove_leftovers(cell.run_folder / name)
    weights = {name: tensor.contiguous().cpu() for name, tensor in state.result.state_dict().items()}
    with atomic(cell.run_folder / NAMES[0]) as path:
        path.write_bytes(save(weights))
    history = state.history
    write_csv(cell.run_folder / NAMES[1], list(history[-1]) if history else ["epoch"], history)
    write_json(cell.run_folder / NAMES[2], cost)
    write_json(
        cell.run_folder / NAMES[3],
        {
            **cell.coordinates,
            "metrics": metrics,
            "epochs": len(history),
            "kept_epoch": best_epoch(history) + 1 if state.best else len(history),
            "parameters": sum(parameter.numel() for parameter in state.model.parameters()),
            "dataset_description": {
                key: description[key] for key in ("title", "classes", "sizes", "source", "licence")
            },
            "masking": state.method.overrides,
            "params": view,
        },
    )


def cost_of(state: State, recipe: Recipe, started: float, machine: Machine) -> dict[str, Any]:
    """Seconds, memory and the machine. started: when the work began, on a steady clock."""
    images = len(state.history) * state.steps * min(recipe.batch_size, state.method.context.images)
    return {
        "train_seconds": state.seconds,
        "images_per_second": images / state.seconds if images else None,
        "total_seconds": time.monotonic() - started,
        "peak_memory_bytes": memory.peak(machine.device),
        **machine.describe(),
        "device_name": " then ".join(state.devices),
        # A compiled model's kernels depend on the shapes that the process has met before.
        "deterministic": machine.compute.deterministic and not recipe.compile,
    }
