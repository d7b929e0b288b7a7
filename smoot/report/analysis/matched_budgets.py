"""Whether controls of equal budget have the budget of what they are held against; it is set by hand, from a pilot."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from smoot.artifacts.run import BUDGETS, RunRecord
from smoot.report.analysis.controlled import controlled

TOLERANCE = 0.05


@dataclass(frozen=True)
class Budget:
    """What a control spent and what the method did, means over seeds."""

    dataset: str
    model: str
    method: str
    """The control."""
    against: str
    """The method that it is a control of."""
    what: str
    own: float
    target: float

    @property
    def off(self) -> bool:
        """Whether they differ by more than TOLERANCE; also where either is not known."""
        return not math.isclose(self.own, self.target, rel_tol=TOLERANCE)


def matched_budgets(
    runs: Mapping[str, RunRecord], history: pd.DataFrame, costs: pd.DataFrame, methods: list[str]
) -> list[Budget]:
    """One for each control, what it is a control of, and budget that is to be equal, by data set and model.

    runs, history, costs: as in `Evidence`. methods: the grid's.
    """
    rows = []
    controls = {name: run.control for name, run in runs.items() if run.control}
    for (dataset, model), own_costs in costs.groupby(["dataset", "model"], sort=False):
        present = set(own_costs["method"])
        spent = _spent(history, own_costs, dataset, model)
        for control in (name for name in methods if name in controls and name in present):
            for method in (name for name in controlled(runs, control) if name in present):
                for budget in controls[control].equal:
                    amounts = spent.get(budget, pd.Series(dtype=float))
                    own, target = (float(amounts.get(name, math.nan)) for name in (control, method))
                    rows.append(Budget(dataset, model, control, method, BUDGETS[budget], own, target))
    return rows


def _spent(history: pd.DataFrame, costs: pd.DataFrame, dataset: str, model: str) -> dict[str, pd.Series]:
    """The means over seeds, by budget and then by method."""
    spent = {}
    for budget in BUDGETS:
        if budget in costs:
            spent[budget] = costs.groupby("method")[budget].mean()
        elif budget in history:
            own = history[(history["dataset"] == dataset) & (history["model"] == model)]
            spent[budget] = own.groupby("method")[budget].mean()
    return spent
