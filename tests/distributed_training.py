"""What each of several processes does that train one model together; and what one process does alone."""

import json
import os
from pathlib import Path

import numpy as np
import torch
from builders import make_info
from examples import example
from torch import nn
from toy_data import bright_rows

from smoot.artifacts.dataset import Split
from smoot.core import components
from smoot.core.machine import Compute, Machine
from smoot.core.termination import Termination
from smoot.masking import Masking
from smoot.training.checkpoint import Checkpoints
from smoot.training.data import Images
from smoot.training.loop import Loop
from smoot.training.method import Context
from smoot.training.recipe import Recipe
from smoot.training.state import State

# How a method is trained where its defaults do not do, and what else it can do. Others are trained by their defaults.
OWN = {
    "sgt_separate": ("sgt", {}, {"saliency": "separate"}),
    "sgt_shared": ("sgt", {}, {"saliency": "shared"}),
    "smoot": ("smoot", {"decay": 0.3}, {}),
    "smoot_random": ("smoot", {"decay": 0.3, "select": "highest_loss"}, {"ranking": "random"}),
    "smoot_few": ("smoot", {"decay": 0.3, "n_max": 0.35}, {}),
    "adversarial": ("adversarial", {"epsilon": 0.02, "steps": 2}, {}),
    "adversarial_l2": ("adversarial", {"epsilon": 0.1, "norm": "l2"}, {}),
    "right_reasons": ("right_reasons", {"weight": 0.01}, {}),
    "smoothed_adversarial": ("smoothed_adversarial", {"epsilon": 0.02, "after": "0"}, {}),
}
TRAINED = [name for name in components.names("methods") if components.load("methods", name).Method.trained]
RUNS = {name: (name, {}, {}) for name in TRAINED} | OWN
BATCH, EPOCHS, IMAGES = 8, 4, 64


def with_masks(size: int) -> Split:
    split = bright_rows(size)
    return Split(split.images, split.labels, (split.images > 100).astype(np.uint8))


def train(name: str, machine: Machine, folder: Path, model: nn.Module | None = None) -> dict:
    """From its checkpoint, if there is one.

    By default a model without dropout and BatchNorm, which are another thing on each process's part of a batch.
    """
    module, params, masking = RUNS[name]
    entry = example("methods", module, **params)
    component = entry.load()
    data = Images(with_masks(IMAGES), make_info(IMAGES), machine, masks=component.Method.needs_masks)
    augment, processes = {"flip": True, "crop": 1}, machine.world.size
    recipe = Recipe(epochs=EPOCHS, batch_size=BATCH, lr=0.01, ema=0.9, augment=augment, processes=processes)
    torch.manual_seed(0)
    model = model or nn.Sequential(nn.Conv2d(1, 6, 3), nn.Tanh(), nn.Flatten(), nn.Linear(6 * 36, 4))
    context = Context(make_info(IMAGES), recipe, Masking(**masking), 0, machine)
    method = component.Method(entry.params(), context)
    state = State(method.network(model), method)
    checkpoints = Checkpoints(folder, {})
    if saved := checkpoints.load():
        state.load(saved)
    with Termination() as termination:
        Loop(state, name).run(data, data, checkpoints, termination)
    kept = {
        key: value.tolist() if torch.is_tensor(value) else value
        for key, value in method.state().items()
        if key != "last_ce"
    }
    return {"history": state.history, "state": kept, "weights": list(model.parameters())[2].flatten()[:50].tolist()}


def main(rank: int, size: int, port: int, folder: Path, names: list[str]) -> None:
    os.environ |= {
        "RANK": str(rank), "LOCAL_RANK": str(rank), "WORLD_SIZE": str(size),
        "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port), "GLOO_SOCKET_IFNAME": "lo",
    }  # fmt: skip
    machine = Machine(Compute(threads=1, device="cpu", precision="fp32"), size)
    runs = {name: train(name, machine, folder / name) for name in names}
    (folder / f"{rank}.json").write_text(json.dumps(runs))
    machine.world.leave()
