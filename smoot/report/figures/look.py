"""How the methods of a report look, in all its figures."""

import os
from collections.abc import Sequence, Set
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from smoot.report.figures.palette import (
    AGAIN_MARKER,
    BASELINE_MARKER,
    HUES,
    MARKERS,
    NEUTRAL,
    NULL_MARKER,
    Marker,
    name_slots,
)

INK, SOFT, LINE, NULL, AGAIN, PAPER = (NEUTRAL[name][0] for name in ("ink", "soft", "line", "null", "again", "paper"))


@dataclass(frozen=True)
class Look:
    """The colours are those on light paper; `svg` makes variables of them."""

    methods: list[str]
    """The methods, in the grid's order."""
    baseline: str
    """The baseline, which is drawn in ink."""
    nulls: Set[str] = frozenset()
    """The methods that do not train, in grey."""
    again: Set[str] = frozenset()
    """Second draws of the baseline, which are drawn in a colour near its ink."""
    chains: Sequence[Sequence[str]] = ()
    """Variants of one method. Where there are more methods than colours, those of a chain share one."""

    @property
    def trained(self) -> list[str]:
        return [method for method in self.methods if method not in self.nulls]

    def shown(self, rows: pd.DataFrame) -> list[str]:
        """The trained methods that a table with a column `method` has, in the grid's order."""
        present = set(rows["method"].unique())
        return [method for method in self.trained if method in present]

    @property
    def many(self) -> bool:
        """Whether there are more methods than colours."""
        return len(self.trained) - 1 > len(HUES)

    def thinned(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Those of a table with a column `method` that figures of lines show: of many, each chain's last alone."""
        left_out = {method for chain in self.chains for method in chain[:-1]} if self.many else set()
        ends = {chain[-1] for chain in self.chains}
        return rows[~rows["method"].isin(left_out - ends - {self.baseline})]

    @cached_property
    def colours(self) -> dict[str, str]:
        """#rrggbb by method."""
        own = {method: HUES[slot][0] for method, slot in self._slots.items()}
        grey = dict.fromkeys(self.nulls, NULL) | dict.fromkeys(self.again, AGAIN)
        return {method: own.get(method, grey.get(method, INK)) for method in self.methods}

    @cached_property
    def markers(self) -> dict[str, Marker]:
        """The marker of each method, as matplotlib names it."""
        own = {method: MARKERS[slot] for method, slot in self._slots.items()}
        grey = dict.fromkeys(self.nulls, NULL_MARKER) | dict.fromkeys(self.again, AGAIN_MARKER)
        return {method: own.get(method, grey.get(method, BASELINE_MARKER)) for method in self.methods}

    @cached_property
    def _slots(self) -> dict[str, int]:
        methods = [method for method in self.trained if method not in {self.baseline, *self.again}]
        families = {method: method for method in methods}
        if self.many:
            for chain in self.chains:
                family = beginning(chain).rstrip("_") or chain[0]
                families |= {method: family for method in chain if method in families}
        given = name_slots(families.values())
        return {method: given[family] for method, family in families.items()}


def beginning(names: Sequence[str]) -> str:
    """What all of them begin with, up to an underscore: "sgt_" of sgt_1 and sgt_2; empty if nothing."""
    alike = os.path.commonprefix(names)  # noqa: RUF071 - names, not paths
    return alike[: alike.rfind("_") + 1]


def placed(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with the column `place`: those of a table with data sets and models."""
    return rows.assign(place=rows["dataset"] + " · " + rows["model"])
