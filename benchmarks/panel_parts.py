"""What each part of a panel adds to the time that scoring a cell takes.

    python -m benchmarks.panel_parts [--rounds 5] [--models sgt_cnn test_resnet] [--images 256]

A panel without a part and the same panel with it are scored in turn, in one process, round after round; a warm-up round
does not count. CPU seconds of one thread, medians over the rounds: those of the whole panel, and how many times as long
it takes with the part.
"""

import argparse
import copy
import time
from dataclasses import replace
from statistics import median
from typing import Any

import torch

from benchmarks.digits import SEED, subject
from smoot.core.machine import Compute, Machine
from smoot.scoring import score_panel
from smoot.scoring.explainer import predictor
from smoot.scoring.metric import Subject
from smoot.scoring.panel import Panel

ATTRIBUTIONS: dict[str, dict[str, Any]] = {"gradient": {}, "integrated_gradients": {"steps": 8}, "random": {}}
METRICS: dict[str, dict[str, Any]] = {
    "accuracy_drop_black": {"metric": "accuracy_drop", "fill": "image_min"},
    "accuracy_drop_mean": {"metric": "accuracy_drop", "fill": "channel_mean"},
    "accuracy_drop_uniform": {"metric": "accuracy_drop", "fill": "uniform"},
    "faithfulness_correlation": {"runs": 30, "subset": 0.1, "images": 64},
    "sparseness": {},
}
PAIRS = {name: {"attribution": "gradient", option: "baseline"} for name, option in (("theirs", "of"), ("there", "on"))}
PARTS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "the pairs of gradient": (PAIRS, {}),
    "null map edges": ({"edges": {}}, {}),
    "null map centre": ({"centre": {}}, {}),
    "symmetric_relevance_gain, one fill": ({}, {"symmetric_relevance_gain": {"fill": "channel_mean"}}),
    "smooth_mprt, 16 images": ({}, {"smooth_mprt": {"images": 16}}),
    "efficient_mprt, 16 images": ({}, {"efficient_mprt": {"images": 16}}),
}
"""The attributions and metrics that each adds."""


def seconds(of: Subject, baseline: Subject, part: str, device: torch.device) -> float:
    attributions, metrics = PARTS.get(part, ({}, {}))
    panel = Panel(images=len(of), seed=SEED, attributions=ATTRIBUTIONS | attributions, metrics=METRICS | metrics)
    started = time.process_time()
    score_panel.score(of, panel, device, part or "no part", baseline)
    return time.process_time() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--models", nargs="+", default=["sgt_cnn", "test_resnet"])
    parser.add_argument("--images", type=int, default=256)
    options = parser.parse_args()
    machine = Machine(Compute(threads=1, device="cpu", precision="fp32"))
    device = machine.device
    print("| model | part | × without it | least to most |\n| --- | --- | ---: | ---: |")
    for name in options.models:
        of = subject(name, options.images, machine)
        twin = copy.deepcopy(of.model)
        baseline = replace(of, model=twin, predict=predictor(twin, device))
        rounds = [
            {part: seconds(of, baseline, part, device) for part in ["", *PARTS]} for _ in range(options.rounds + 1)
        ][1:]
        print(f"| {name} | *the panel without them* | {median(found[''] for found in rounds):.1f} s | |")
        for part in PARTS:
            ratios = [found[part] / found[""] for found in rounds]
            print(f"| {name} | {part} | {median(ratios):.2f} | {min(ratios):.2f} to {max(ratios):.2f} |", flush=True)


if __name__ == "__main__":
    main()
