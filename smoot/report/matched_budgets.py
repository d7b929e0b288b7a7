"""Whether controls of equal budget have the budget of what they are held against; it is set by hand, from a pilot."""

import math
from dataclasses import dataclass

import pandas as pd

from smoot.report.records import Collected

OF = "smoot"
TOLERANCE = 0.05
SECONDS = "seconds of training"
# Columns of the history.
MASKED = {"masked_images": "mean fraction of images masked", "masked_pixels": "mean fraction of pixels masked"}
CONTROLS = {"scheduled_mask": list(MASKED.values()), "baseline_equal_compute": [SECONDS]}


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
        history = collected.history
        for column, what in MASKED.items():
            if column in history:
                rows = history[(history["dataset"] == dataset) & (history["model"] == model)]
                spent[what] = rows.groupby("method")[column].mean()
        for method in (name for name in CONTROLS if {name, OF} <= set(costs["method"])):
            for what in CONTROLS[method]:
                amounts = spent.get(what, pd.Series(dtype=float))
                own, target = (float(amounts.get(name, math.nan)) for name in (method, OF))
                found.append(Budget(dataset, model, method, what, own, target))
    return found
