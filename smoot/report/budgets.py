"""Whether controls of equal budget have the budget of what they are held against; it is set by hand, from a pilot."""

import math
from dataclasses import dataclass

import pandas as pd

from smoot.report.collect import Collected

OF = "smoot"
TOLERANCE = 0.05
MASKED, SECONDS = "mean fraction of images masked", "seconds of training"
CONTROLS = {"schedule": MASKED, "baseline_equal_compute": SECONDS}


@dataclass(frozen=True)
class Budget:
    """What a control spent and what SMOOT did, means over seeds."""

    dataset: str
    model: str
    method: str
    what: str
    own: float
    target: float

    @property
    def off(self) -> bool:
        """By more than TOLERANCE; also where either is not known."""
        return not math.isclose(self.own, self.target, rel_tol=TOLERANCE)


def budgets(collected: Collected) -> list[Budget]:
    """One for each control in CONTROLS that is in the grid together with SMOOT, by data set and model."""
    found = []
    for (dataset, model), costs in collected.costs.groupby(["dataset", "model"], sort=False):
        spent = {SECONDS: costs.groupby("method")["train_seconds"].mean()}
        if "masked_images" in collected.history:
            history = collected.history
            rows = history[(history["dataset"] == dataset) & (history["model"] == model)]
            spent[MASKED] = rows.groupby("method")["masked_images"].mean()
        for method, what in CONTROLS.items():
            amounts = spent.get(what, pd.Series(dtype=float))
            if {method, OF} <= set(costs["method"]):
                own, target = (float(amounts.get(name, math.nan)) for name in (method, OF))
                found.append(Budget(dataset, model, method, what, own, target))
    return found
