"""How long a training step takes: methods, precisions and memory layouts, side by side in one process.

    python -m benchmarks.training_step [--rounds 9] [--cases sgt_cnn resnet18 resnet18_64] [--threads 2] [--json FILE]

On a GPU, where there is one; `--cases resnet50_224` is made for it.

Every contender takes a step in turn, round after round; the first round warms up and does not count. A ratio is the
median over the rounds of a contender's time over the baseline's of the same mode in the same round. "× plain SGT" is
how many times faster a step is than the yardstick of benchmarks/plain.py, on the same number of images.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from operator import truediv
from pathlib import Path
from statistics import median

import numpy as np
import torch

from benchmarks.contenders import CASES, CLASSES, EPOCHS, IMAGES, USUAL, contenders, make_loop, plain_ones
from smoot.artifacts.dataset import Split
from smoot.core.machine import Compute, Machine
from smoot.core.progress import Progress
from smoot.core.termination import Termination
from smoot.training.checkpoint import Checkpoints
from smoot.training.data import Images


def measure(name: str, threads: int, rounds: int) -> list[dict]:
    """A record for each contender, with its ratio to the baseline's step in the same mode."""
    case = CASES[name]
    taking_part = contenders(case, threads)
    times = {contender: [] for contender in taking_part}
    with Progress(f"training steps of {name}", (rounds + 1) * len(taking_part)) as progress:
        for _ in range(rounds + 1):
            for contender in taking_part:
                started = time.perf_counter()
                contender.step()
                times[contender].append(time.perf_counter() - started)
                progress.advance()
    baselines = {
        contender.mode: times[contender][1:] for contender in taking_part if contender.method.endswith("baseline")
    }
    return [
        {
            "case": name,
            "model": case.model,
            "image_size": case.side,
            "method": contender.method,
            "phi": contender.phi,
            "precision": contender.precision,
            "channels_last": contender.channels_last,
            "batch_size": case.batch_size,
            "seconds_per_step": median(times[contender][1:]),
            "ratio": median(map(truediv, times[contender][1:], baselines[contender.mode])),
            "floor": contender.floor,
        }
        for contender in taking_part
    ]


def overhead(name: str, threads: int) -> dict:
    """The share of a baseline epoch that is neither the step's passes nor the optimiser's update."""
    machine = Machine(Compute(threads=threads, precision="fp32"))
    case = CASES[name]
    loop = make_loop(case, "baseline", "fused", {}, machine, augment={"flip": True, "crop": 2})
    rng = np.random.default_rng(0)
    pixels, labels = rng.integers(0, 256, (IMAGES, 1, case.side, case.side), np.uint8), rng.integers(0, CLASSES, IMAGES)
    images = Images(Split(pixels, labels, pixels[:0]), case.info, machine)
    small = Images(Split(pixels[:500], labels[:500], pixels[:0]), case.info, machine)
    inside = [0.0]
    for owner in (loop.state.method, loop.state.optimizer):
        owner.step = timed(owner.step, inside, machine)
    with Termination() as termination, tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        loop.run(images, small, Checkpoints(Path(folder), {}), termination)
        total = time.perf_counter() - started
    seconds = loop.state.seconds
    return {"case": name, "share": 1 - inside[0] / seconds, "between_epochs": (total - seconds) / EPOCHS}


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
    sgt = next(contender for contender in plain_ones(CASES[name]) if contender.method == "plain_sgt")
    seconds = []
    for _ in range(rounds + 1):
        started = time.perf_counter()
        sgt.step()
        seconds.append(time.perf_counter() - started)
    return median(seconds[1:])


def show(records: list[dict]) -> None:
    columns = "layout         ms/step   ratio   floor  ratio/floor  × plain SGT"
    print(f"case        method           φ     precision  {columns}")
    for record in records:
        plain_sgt = next(r for r in records if r["case"] == record["case"] and r["method"] == "plain_sgt")
        print(
            f"{record['case']:11} {record['method']:16} {record['phi']:.2f}  {record['precision']:9} "
            f" {'channels_last' if record['channels_last'] else 'contiguous':13} "
            f"{record['seconds_per_step'] * 1000:8.1f} {record['ratio']:7.2f} {record['floor']:7.2f} "
            f"{record['ratio'] / record['floor']:12.2f} "
            f"{plain_sgt['seconds_per_step'] / record['seconds_per_step']:12.2f}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--cases", nargs="+", choices=CASES, default=USUAL)
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--json", type=Path, help="also write the records there")
    options = parser.parse_args()
    records = [record for name in options.cases for record in measure(name, options.threads, options.rounds)]
    show(records)
    if options.json:
        options.json.write_text(json.dumps(records, indent=1) + "\n")
    for name in options.cases:
        print(
            f"{name}: plain SGT in a process of its own: {plain_seconds(name, options.threads, 5) * 1000:.1f} ms/step"
        )
        own = overhead(name, options.threads)
        print(
            f"{name}: data path and bookkeeping are {own['share']:.1%} of a baseline epoch in fp32; "
            f"validation of 500 images and a checkpoint take {own['between_epochs']:.2f} s an epoch"
        )


if __name__ == "__main__":
    main()
