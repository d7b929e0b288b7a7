"""What each of several processes does that train one model together; and what one process does alone."""

import json
import os
from pathlib import Path

import torch
from torch import nn
from toy_data import bright_rows

from smoot.core import components
from smoot.core.machine import Compute, Machine
from smoot.core.termination import Termination
from smoot.masking import Masking
from smoot.training.checkpoint import Checkpoints
from smoot.training.context import Context
from smoot.training.data import Images
from smoot.training.loop import Loop
from smoot.training.recipe import Recipe
from smoot.training.state import State

RUNS = {
    "baseline": ("baseline", {}, {}),
    "sgt": ("sgt", {}, {}),
    "sgt_separate": ("sgt", {}, {"saliency": "separate"}),
    "sgt_shared": ("sgt", {}, {"saliency": "shared"}),
    "smoot": ("smoot", {"decay": 0.3}, {}),
    "smoot_random": ("smoot", {"decay": 0.3, "select": "highest_loss"}, {"ranking": "random"}),
    "smoot_few": ("smoot", {"decay": 0.3, "n_max": 0.35}, {}),
}
BATCH, EPOCHS, IMAGES = 8, 4, 64


def train(name: str, machine: Machine, folder: Path) -> dict:
    """A model without dropout and BatchNorm, which are another thing on each rank's part of a batch."""
    data = Images(bright_rows(IMAGES), {"mean": [0.4], "std": [0.2]}, machine)
    module, params, masking = RUNS[name]
    component = components.load("methods", module)
    recipe = Recipe(
        epochs=EPOCHS, batch_size=BATCH, lr=0.01, augment={"flip": True, "crop": 1}, processes=machine.world.size
    )
    torch.manual_seed(0)
    model = nn.Sequential(nn.Conv2d(1, 6, 3), nn.Tanh(), nn.Flatten(), nn.Linear(6 * 36, 4))
    method = component.Method(component.Params(**params), Context(IMAGES, 64, 4, 0, Masking(**masking), machine))
    state = State(model, method, recipe, EPOCHS, IMAGES // BATCH)
    with Termination() as termination:
        Loop(state, recipe, 0, machine, name).run(data, data, Checkpoints(folder, {}), termination)
    kept = {
        key: value.tolist() if torch.is_tensor(value) else value
        for key, value in method.state().items()
        if key != "last_ce"
    }
    return {"history": state.history, "state": kept, "weights": model[3].weight.flatten()[:50].tolist()}


def main(rank: int, size: int, port: int, folder: Path) -> None:
    os.environ |= {
        "RANK": str(rank), "LOCAL_RANK": str(rank), "WORLD_SIZE": str(size),
        "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port), "GLOO_SOCKET_IFNAME": "lo",
    }  # fmt: skip
    machine = Machine(Compute(threads=1, device="cpu", precision="fp32"), size)
    found = {name: train(name, machine, folder / name) for name in RUNS}
    (folder / f"{rank}.json").write_text(json.dumps(found))
    machine.world.leave()
