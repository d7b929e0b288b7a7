"""What holds over all data sets and all comparisons of a report: aggregates, and p values that know of each other."""

from dataclasses import replace

import numpy as np
import pandas as pd

from smoot import statistics
from smoot.report.summary import Table
from smoot.report.tidy import COLUMNS, NUMBERS

ALL = "all data sets"
SERIES = ["model", "method", "panel", "attribution", "metric"]


def over_datasets(results: pd.DataFrame) -> pd.DataFrame:
    """The rows of `results` that stand for all data sets, each weighing the same; none where there is only one.

    A mean for each model, method, panel, attribution, metric and seed that every data set has a value of.
    """
    datasets = results["dataset"].unique()
    rows = []
    for keys, part in results.groupby(SERIES, sort=False):
        wide = part.pivot(index="dataset", columns="seed", values="value").reindex(datasets)
        seeds = wide.columns[wide.notna().all()]
        known = {"dataset": ALL, "images": int(part["images"].min()), "status": "ok", "reason": ""}
        rows += [
            {**known, **dict(zip(SERIES, keys, strict=True)), "seed": seed, "value": value}
            for seed, value in zip(seeds, statistics.over_datasets(wide.to_numpy()), strict=True)
        ]
    return pd.DataFrame(rows if len(datasets) > 1 else [], columns=COLUMNS).astype(NUMBERS)


def adjust(tables: list[Table], nulls: set[str]) -> int:
    """Adjusts, in place, the p of all comparisons in `tables` for each other (Holm), and says how many they are.

    The random map and the methods that are `nulls`, untrained ones, are no comparisons, and keep their own p.
    """
    rows = [row for table in tables for row in table.rows if row.attribution != "random"]
    places = [(row, n) for row in rows for n, entry in enumerate(row.entries) if entry.method not in nulls]
    raw = np.array([row.entries[place].p for row, place in places])
    for (row, place), p in zip(places, statistics.holm(raw), strict=True):
        row.entries[place] = replace(row.entries[place], p=float(p))
    return int(np.isfinite(raw).sum())
