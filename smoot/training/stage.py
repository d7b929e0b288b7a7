"""`smoot train`: trains one cell of the grid and writes its run folder."""

import resource
import time
from typing import Any

import torch
from safetensors.torch import save_file

from smoot.core import registry
from smoot.core.cells import Cell, data_folder
from smoot.core.compute import Compute, Machine
from smoot.core.files import atomic, write_csv, write_json
from smoot.core.progress import say
from smoot.core.seeding import derive
from smoot.data import store
from smoot.masking import Masking
from smoot.models.create import create
from smoot.models.params import Model
from smoot.training.data import Images, steps_per_epoch
from smoot.training.evaluate import evaluate
from smoot.training.loop import fit
from smoot.training.method import Task
from smoot.training.params import Training


def blocks(cell: Cell) -> list[str]:
    """The blocks of params.yaml that this stage reads."""
    return ["compute", "training", "masking", f"models.{cell.model}", f"methods.{cell.method}"]


def run(cell: Cell, view: dict[str, Any]) -> None:
    started = time.monotonic()
    machine = Machine(Compute.model_validate(view["compute"]))
    training = Training.model_validate(view["training"])
    component = registry.load("smoot.methods", cell.method)
    params = component.Params.model_validate(view[f"methods.{cell.method}"])

    folder = data_folder(cell.dataset)
    description = store.describe(folder)
    train, val, test = (Images(store.open_split(folder, name), description, machine) for name in store.SPLITS)
    channels, height, width = description["shape"]
    classes = len(description["classes"])

    # The same seed gives every method the same first weights and the same order of the images.
    torch.manual_seed(derive(cell.seed, "weights"))
    model = create(Model.model_validate(view[f"models.{cell.model}"]), channels, classes, (height, width))
    model = machine.place(model)
    torch.manual_seed(derive(cell.seed, "dropout"))
    task = Task(
        images=len(train),
        pixels=height * width,
        classes=classes,
        seed=cell.seed,
        device=machine.device,
        masking=Masking.model_validate(view["masking"]),
        autocast=machine.autocast,
    )
    method = component.Method(params, task)
    epochs = method.epochs(params, training.epochs)
    history, seconds = fit(model, method, train, val, training, epochs, cell.seed, machine, f"train {cell}")

    images_seen = len(history) * steps_per_epoch(len(train), training.batch_size) * training.batch_size

    metrics = {
        f"{name}_{key}": value
        for name, split in (("val", val), ("test", test))
        for key, value in evaluate(model, split, machine).items()
    }
    with atomic(cell.run_folder / "model.safetensors") as path:
        save_file({name: tensor.contiguous().cpu() for name, tensor in model.state_dict().items()}, path)
    write_csv(cell.run_folder / "history.csv", list(history[-1]) if history else ["epoch"], history)
    write_json(
        cell.run_folder / "cost.json",
        {
            "train_seconds": seconds,
            "images_per_second": images_seen / seconds if history else None,
            "total_seconds": time.monotonic() - started,
            "peak_memory_bytes": peak_memory(machine),
            **machine.describe(),
        },
    )
    write_json(
        cell.run_folder / "run.json",
        {
            **cell.coordinates,
            "metrics": metrics,
            "epochs": epochs,
            "parameters": sum(parameter.numel() for parameter in model.parameters()),
            "dataset_description": {
                key: description[key] for key in ("title", "classes", "sizes", "source", "licence")
            },
            "params": view,
        },
    )
    say(f"{cell}: test accuracy {metrics['test_accuracy']:.4f} after {epochs} epochs, {seconds:.0f} s")


def peak_memory(machine: Machine) -> int:
    """Bytes: of the device's allocator on CUDA, else of the process, imports and data included."""
    if machine.device.type == "cuda":
        return torch.cuda.max_memory_allocated()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
