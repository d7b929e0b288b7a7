"""What scoring has to take at least: the passes that metrics declare, at the price that they have here."""

import re
import time
from statistics import median
from typing import Any

import numpy as np

from smoot.core.components import Entry
from smoot.core.machine import Machine
from smoot.scoring.explainer import Explainer
from smoot.scoring.metric import Subject, metric_info
from smoot.scoring.panel import Panel


def declared(entry: Entry, height: int, width: int) -> np.ndarray:
    """(F, S, E): how many forward passes, shared ones and maps made anew a metric takes for an image, at most."""
    # Names and brackets side by side are multiplied; a list stands for its length.
    cost = metric_info(entry).cost.replace("²", "**2")
    formula = re.sub(r"(?<=[\w)]) (?=[\w(])", " * ", cost) or "0 * F"
    values: dict[str, Any] = {name: len(value) if isinstance(value, list) else value for name, value in entry.params()}
    return eval(formula, dict(zip("FSE", np.eye(3), strict=True)) | {"H": height, "W": width} | values)


def floors(of: Subject, panel: Panel, machine: Machine, rounds: int) -> dict[str, float]:
    """Seconds an image by metric, of all attributions together; "attributions" are the maps themselves."""
    forward = seconds(lambda: of.predict(of.images), rounds) / len(of)
    maps = {}
    for name in panel.attributions:
        entry = panel.attribution(name)
        explain = Explainer(entry.load(), entry.params(), machine.device)
        maps[name] = seconds(lambda explain=explain: explain(of.model, of.images, of.labels), rounds) / len(of)
    found = {"attributions": sum(maps.values())}
    for name in panel.metrics:
        own, shared, anew = declared(panel.metric(name), *of.images.shape[2:])
        found[name] = (own * len(maps) + shared) * forward + anew * sum(maps.values())
    return found


def seconds(call: Any, rounds: int) -> float:
    """The median; a first call warms up."""
    times = []
    for _ in range(rounds + 1):
        started = time.perf_counter()
        call()
        times.append(time.perf_counter() - started)
    return median(times[1:])
