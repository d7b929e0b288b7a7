"""What holds over all data sets of a report, each weighing the same."""

import pandas as pd

from smoot import statistics
from smoot.report.hypotheses import ALL
from smoot.report.results import COLUMNS, NUMBERS

SERIES = ["model", "method", "panel", "split", "attribution", "metric"]


def over_datasets(results: pd.DataFrame) -> pd.DataFrame:
    """The rows of `results` that stand for all data sets, each weighing the same; none where there is only one.

    A mean for each model, method, panel, split, attribution, metric and seed that every data set has a value of.
    """
    datasets = results["dataset"].unique()
    rows = []
    for keys, part in results.groupby(SERIES, sort=False):
        wide = part.pivot(index="dataset", columns="seed", values="value").reindex(datasets)
        seeds = wide.columns[wide.notna().all()]
        constant = {"dataset": ALL, "images": int(part["images"].min()), "status": "ok", "reason": ""}
        rows += [
            {**constant, **dict(zip(SERIES, keys, strict=True)), "seed": seed, "value": value}
            for seed, value in zip(seeds, statistics.over_datasets(wide.to_numpy()), strict=True)
        ]
    return pd.DataFrame(rows if len(datasets) > 1 else [], columns=COLUMNS).astype(NUMBERS)
