"""How long a training step takes: methods, precisions and memory layouts, side by side in one process.

    python -m benchmarks.training_step [--rounds 9] [--models sgt_cnn resnet18] [--threads 2] [--json FILE]

Every contender takes a step in turn, round after round; the first round warms up and does not count. A ratio is the
median over the rounds of a contender's time over the baseline's of the same mode in the same round. "× plain SGT" is
how many times faster a step is than the yardstick of benchmarks/plain.py, on the same number of images.
"""

import argparse
import functools
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from operator import truediv
from pathlib import Path
from statistics import median

import numpy as np
import torch

from benchmarks import plain
from smoot.core import registry
from smoot.core.compute import Compute, Machine
from smoot.core.progress import Progress
from smoot.core.termination import Termination
from smoot.data.store import Split
from smoot.masking import Masking
from smoot.models.create import create
from smoot.models.params import Model
from smoot.training.checkpoint import Checkpoints
from smoot.training.data import Images
from smoot.training.loop import Loop
from smoot.training.params import Training
from smoot.training.state import State
from smoot.training.step import Batch
from smoot.training.task import Task

BATCHES = {"sgt_cnn": 512, "resnet18": 128}
SIDE, CLASSES, IMAGES, EPOCHS = 28, 10, 4096, 2
RATE = 1e-6  # A model that learnt its one batch by heart would have gradients too small to be computed fast.
METHODS = [
    # Name, method, saliency, φ, and the arithmetic of a step over that of a baseline step, which is three forwards.
    ("baseline", "baseline", "fused", 0.0, 1.0),
    ("sgt_separate", "sgt", "separate", 1.0, 8 / 3),
    ("sgt_shared", "sgt", "shared", 1.0, 7 / 3),
    ("sgt_fused", "sgt", "fused", 1.0, 2.0),
    ("smoot", "smoot", "fused", 0.25, 1.25),
    ("smoot", "smoot", "fused", 0.5, 1.5),
    ("smoot", "smoot", "fused", 1.0, 2.0),
]


@dataclass(frozen=True)
class Contender:
    """floor: the arithmetic of a step over that of a baseline step."""

    model: str
    method: str
    phi: float
    precision: str
    channels_last: bool
    floor: float
    step: Callable[[], None]

    @property
    def mode(self) -> tuple[str, bool, bool]:
        """What a contender shares with the baseline that it is compared with."""
        return self.precision, self.channels_last, self.method.startswith("plain")


def contenders(name: str, threads: int) -> list[Contender]:
    modes = product(("fp32", "bf16"), (False, True))
    return [*plain_ones(name), *(contender for mode in modes for contender in our_ones(name, threads, *mode))]


def our_ones(name: str, threads: int, precision: str, channels_last: bool) -> list[Contender]:
    """The suite's own steps, with the optimiser's and the bookkeeping."""
    machine = Machine(Compute(threads=threads, precision=precision, channels_last=channels_last))
    return [
        Contender(name, title, phi, precision, channels_last, floor, our_step(name, method, saliency, phi, machine))
        for title, method, saliency, phi, floor in METHODS
    ]


def our_step(name: str, method_name: str, saliency: str, phi: float, machine: Machine) -> Callable[[], None]:
    loop = make_loop(name, method_name, saliency, {"n_max": phi} if method_name == "smoot" else {}, machine)
    images, labels = make_data(name)
    images = images.to(machine.device).contiguous(memory_format=machine.memory_format)
    batch = Batch(images, labels.to(machine.device), torch.arange(len(labels), device=machine.device))

    def step() -> None:
        # As of a model that is always right, which masks the largest fraction of the images, φ.
        vars(loop.state.method).update(accuracy=1.0, loss=0.0)
        loop.step(batch)
        machine.now()

    return step


def make_loop(name: str, method_name: str, saliency: str, params: dict, machine: Machine, **training: object) -> Loop:
    torch.manual_seed(0)
    model = machine.place(create(Model(timm=name), 1, CLASSES, (SIDE, SIDE)))
    component = registry.load("smoot.methods", method_name)
    task = Task(IMAGES, SIDE * SIDE, CLASSES, 0, Masking(saliency=saliency), machine)
    method = component.Method(component.Params(**params), task)
    recipe = Training(epochs=EPOCHS, batch_size=BATCHES[name], lr=RATE, **training)
    state = State(model, method, recipe, EPOCHS, IMAGES // recipe.batch_size)
    return Loop(state, recipe, 0, machine, name)


def plain_ones(name: str) -> list[Contender]:
    images, labels = make_data(name)
    found = []
    for title, step, phi, floor in (
        ("plain_baseline", plain.baseline_step, 0.0, 1.0),
        ("plain_sgt", plain.sgt_step, 1.0, 8 / 3),
    ):
        torch.manual_seed(0)
        model = plain.make_model(name)
        optimizer = torch.optim.AdamW(model.parameters(), lr=RATE)
        own = functools.partial(step, model, optimizer, images, labels)
        found.append(Contender(name, title, phi, "fp32", False, floor, own))
    return found


def make_data(name: str) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    size = BATCHES[name]
    return torch.randn(size, 1, SIDE, SIDE, generator=generator), torch.randint(CLASSES, (size,), generator=generator)


def measure(name: str, threads: int, rounds: int) -> list[dict]:
    """A record for each contender, with its ratio to the baseline's step in the same mode."""
    found = contenders(name, threads)
    times = {contender: [] for contender in found}
    with Progress(f"training steps of {name}", (rounds + 1) * len(found)) as progress:
        for _ in range(rounds + 1):
            for contender in found:
                started = time.perf_counter()
                contender.step()
                times[contender].append(time.perf_counter() - started)
                progress.advance()
    baselines = {contender.mode: times[contender][1:] for contender in found if contender.method.endswith("baseline")}
    return [
        {
            "model": name,
            "method": contender.method,
            "phi": contender.phi,
            "precision": contender.precision,
            "channels_last": contender.channels_last,
            "batch_size": BATCHES[name],
            "seconds_per_step": median(times[contender][1:]),
            "ratio": median(map(truediv, times[contender][1:], baselines[contender.mode])),
            "floor": contender.floor,
        }
        for contender in found
    ]


def overhead(name: str, threads: int) -> dict:
    """The share of a baseline epoch that is neither the step's passes nor the optimiser's update."""
    machine = Machine(Compute(threads=threads, precision="fp32"))
    loop = make_loop(name, "baseline", "fused", {}, machine, augment={"flip": True, "crop": 2})
    rng = np.random.default_rng(0)
    pixels, labels = rng.integers(0, 256, (IMAGES, 1, SIDE, SIDE), np.uint8), rng.integers(0, CLASSES, IMAGES)
    images = Images(Split(pixels, labels, pixels[:0].astype(bool)), {"mean": [0.1], "std": [0.3]}, machine)
    small = Images(Split(pixels[:500], labels[:500], pixels[:0].astype(bool)), {"mean": [0.1], "std": [0.3]}, machine)
    inside = [0.0]
    for owner in (loop.state.method, loop.state.optimizer):
        owner.step = timed(owner.step, inside, machine)
    with Termination() as termination, tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        loop.run(images, small, Checkpoints(Path(folder), {}), termination)
        total = time.perf_counter() - started
    seconds = loop.state.seconds
    return {"model": name, "share": 1 - inside[0] / seconds, "between_epochs": (total - seconds) / EPOCHS}


def timed(function: Callable, seconds: list[float], machine: Machine) -> Callable:
    def wrapped(*arguments: object) -> object:
        started = machine.now()
        result = function(*arguments)
        seconds[0] += machine.now() - started
        return result

    return wrapped


def plain_seconds(name: str, threads: int, rounds: int) -> float:
    """Of the yardstick's SGT step in a process of its own, where the C library gives freed memory back as it likes."""
    code = f"from benchmarks import training_step; print(training_step.time_plain({name!r}, {threads}, {rounds}))"
    return float(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout)


def time_plain(name: str, threads: int, rounds: int) -> float:
    torch.set_num_threads(threads)
    sgt = next(contender for contender in plain_ones(name) if contender.method == "plain_sgt")
    seconds = []
    for _ in range(rounds + 1):
        started = time.perf_counter()
        sgt.step()
        seconds.append(time.perf_counter() - started)
    return median(seconds[1:])


def show(records: list[dict]) -> None:
    print("model     method          φ     precision  layout         ms/step   ratio   floor  ratio/floor  × plain SGT")
    for record in records:
        plain_sgt = next(r for r in records if r["model"] == record["model"] and r["method"] == "plain_sgt")
        print(
            f"{record['model']:9} {record['method']:14} {record['phi']:.2f}  {record['precision']:9} "
            f" {'channels_last' if record['channels_last'] else 'contiguous':13} "
            f"{record['seconds_per_step'] * 1000:8.1f} {record['ratio']:7.2f} {record['floor']:7.2f} "
            f"{record['ratio'] / record['floor']:12.2f} "
            f"{plain_sgt['seconds_per_step'] / record['seconds_per_step']:12.2f}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--models", nargs="+", choices=BATCHES, default=list(BATCHES))
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--json", type=Path, help="also write the records there")
    options = parser.parse_args()
    records = [record for name in options.models for record in measure(name, options.threads, options.rounds)]
    show(records)
    for name in options.models:
        print(
            f"{name}: plain SGT in a process of its own: {plain_seconds(name, options.threads, 5) * 1000:.1f} ms/step"
        )
        found = overhead(name, options.threads)
        print(
            f"{name}: data path and bookkeeping are {found['share']:.1%} of a baseline epoch in fp32; "
            f"validation of 500 images and a checkpoint take {found['between_epochs']:.2f} s an epoch"
        )
    if options.json:
        options.json.write_text(json.dumps(records, indent=1) + "\n")


if __name__ == "__main__":
    main()
