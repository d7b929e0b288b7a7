"""How long scoring takes: the score stage beside a plain loop over Quantus's metrics (benchmarks/plain_scoring.py).

    python -m benchmarks.scoring [--rounds 3] [--models sgt_cnn test_resnet] [--images 64] [--threads 2] [--json FILE]

Both score the same images of MNIST, weights and attributions in one process, round after round; a warm-up round does
not count. The plain loop's model is contiguous in memory, as PyTorch makes it, unless --channels-last gives it our
layout. Seconds are medians over the rounds, an image, of all three attributions together. The largest difference of a
score is printed with each metric, and more than TOLERANCE is an error. Where Quantus fills with another mean or draws
other subsets, what is compared is the mean of all images. "/ floor" is our time over that of the passes that a metric
declares, at the price of a forward pass and of a map here; passes that metrics share can bring it below 1.
"""

import argparse
import copy
import json
import os
import time
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import torch

from benchmarks import plain_scoring
from benchmarks.digits import CLASSES, SEED, subject
from benchmarks.scoring_floors import floors
from smoot.artifacts.scores import ScoreRecord
from smoot.core.components import Entry
from smoot.core.machine import Compute, Machine
from smoot.core.progress import Progress
from smoot.scoring import map_scores, score_panel
from smoot.scoring.metric import Subject
from smoot.scoring.panel import Panel

ATTRIBUTIONS = {"gradient": {}, "integrated_gradients": {"steps": 8}, "random": {}}
ARGUMENTS: dict[str, dict[str, Any]] = {
    "faithfulness_correlation": {"runs": 30, "subset": 0.1},
    "road": {"noise": 0.0},
    "topk_intersection": {"share": 0.1},
    "non_sensitivity": {"images": 8},
}
# By how much the scores may differ.
TOLERANCE = {"pixel_flipping": 0.05, "faithfulness_correlation": 0.1}
ROUNDING = 1e-3
# Quantus counts these in pixels and nats, and sums a curve with steps of 1.
UNITS = {"complexity": np.log(784), "effective_complexity": 784, "non_sensitivity": 784, "pixel_flipping": 27}


def make_panel(of: Subject) -> Panel:
    metrics = {name: ARGUMENTS.get(name, {}) for name in plain_scoring.METRICS}
    return Panel(images=len(of), attributions=ATTRIBUTIONS, metrics=metrics)


def ours(of: Subject, machine: Machine) -> tuple[dict[str, float], dict[str, np.ndarray]]:
    """(seconds by metric, of which "attributions" are those of no metric; its scores by all attributions)."""
    panel = make_panel(of)
    seconds = dict.fromkeys(plain_scoring.METRICS, 0.0)
    apply_metric = map_scores.apply_metric

    def timed(of: Subject, attribution: str, metric: Entry) -> ScoreRecord:
        started = time.perf_counter()
        record = apply_metric(of, attribution, metric)
        seconds[metric.key] += time.perf_counter() - started
        return record

    map_scores.apply_metric = timed
    started = time.perf_counter()
    records, _ = score_panel.score(of, panel, machine.device, "ours")
    total = time.perf_counter() - started
    map_scores.apply_metric = apply_metric
    scores = {
        name: np.concatenate([np.array(record.values, float) for record in records if record.metric == name])
        for name in seconds
    }
    return seconds | {"attributions": total - sum(seconds.values())}, scores


def plain(of: Subject) -> tuple[dict[str, float], dict[str, np.ndarray]]:
    seconds, scores = {}, {}
    with Progress("plain", len(plain_scoring.METRICS)) as progress:
        for name, score in plain_scoring.METRICS.items():
            few = slice(ARGUMENTS.get(name, {}).get("images"))
            tasks = [
                plain_scoring.Task(of.model, of.images[few], of.labels[few], of.masks[few] > 0, explain, CLASSES, SEED)
                for explain in (getattr(plain_scoring, attribution) for attribution in ATTRIBUTIONS)
            ]
            started = time.perf_counter()
            found = [score(task) for task in tasks]
            seconds[name] = time.perf_counter() - started
            scores[name] = np.concatenate(found) / UNITS.get(name, 1)
            progress.advance()
    return seconds | {"attributions": 0.0}, scores


def difference(name: str, own: np.ndarray, other: np.ndarray) -> float:
    """The largest of an image, or of the means by attribution, where ours applies."""
    if len(own) != len(other) or name in TOLERANCE:
        own, other = (scores.reshape(len(ATTRIBUTIONS), -1).mean(1) for scores in (own, other))
    both = np.abs(own - other)
    lost = np.isfinite(own) & ~np.isfinite(other)
    return float(np.nanmax(both)) if np.isfinite(both).any() and not lost.any() else np.inf


def measure(name: str, images: int, threads: int, rounds: int, channels_last: bool) -> list[dict]:
    machine = Machine(Compute(threads=threads, device="cpu", precision="fp32"))
    of = subject(name, images, machine)
    layout = torch.channels_last if channels_last else torch.contiguous_format
    plain_of = replace(of, model=copy.deepcopy(of.model).to(memory_format=layout))
    times = {"ours": [], "plain": []}
    for _ in range(rounds + 1):
        (own_seconds, own), (other_seconds, other) = ours(of, machine), plain(plain_of)
        times["ours"].append(own_seconds)
        times["plain"].append(other_seconds)
    records, least = [], floors(of, make_panel(of), machine, rounds)
    for metric in [*plain_scoring.METRICS, "attributions"]:
        few = ARGUMENTS.get(metric, {}).get("images", images)
        by_side = {side: median(found[metric] for found in times[side][1:]) / few for side in times}
        apart = difference(metric, own[metric], other[metric]) if metric in own else 0.0
        records.append({"model": name, "metric": metric, **by_side, "floor": least[metric], "difference": apart})
        least[metric] *= few / images  # of all images, as in the total
    totals = {side: [sum(found.values()) for found in times[side][1:]] for side in times}
    ratios = [b / a for a, b in zip(totals["ours"], totals["plain"], strict=True)]
    means = {side: median(totals[side]) / images for side in totals}
    records.append({"model": name, "metric": "total", **means, "floor": sum(least.values()), "ratio": median(ratios)})
    return records


def show(records: list[dict]) -> None:
    print(f"{records[0]['model']:25} ms/image: ours     floor   / floor     plain     ratio   largest difference")
    for record in records:
        ratio = record.get("ratio") or (record["plain"] / record["ours"])
        apart = f"{record['difference']:20.2g}" if "difference" in record else ""
        by_floor = f"{record['ours'] / record['floor']:9.2f}" if record["floor"] else f"{'–':>9}"
        times = f"{record['ours'] * 1000:14.2f} {record['floor'] * 1000:9.2f} {by_floor} {record['plain'] * 1000:9.2f}"
        print(f"{record['metric']:25} {times} {ratio:9.2f} {apart}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--models", nargs="+", default=["sgt_cnn", "test_resnet"])
    parser.add_argument("--images", type=int, default=64)
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--channels-last", action="store_true")
    parser.add_argument("--json", type=Path, help="also write the records there")
    options = parser.parse_args()
    records = []
    for name in options.models:
        found = measure(name, options.images, options.threads, options.rounds, options.channels_last)
        show(found)
        records += found
    apart = [r for r in records if r.get("difference", 0) > TOLERANCE.get(r["metric"], ROUNDING)]
    if options.json:
        options.json.write_text(json.dumps(records, indent=1) + "\n")
    if apart:
        raise SystemExit("\n".join(f"{record['model']}: {record['metric']}: scores differ" for record in apart))


if __name__ == "__main__":
    main()
