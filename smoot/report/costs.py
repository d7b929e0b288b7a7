"""What each method costs, beside what it brings."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from smoot.report.metrics import Metric, aimed

RUN = ["dataset", "model", "method", "seed"]


def cost_table(costs: pd.DataFrame, methods: list[str], baseline: str) -> list[dict[str, Any]]:
    """A row for each data set, model and method: means over seeds.

    ratio: seconds of training over the baseline's, paired by seed; NaN where either is not there or zero.
    """
    rows = []
    for (dataset, model), group in costs.groupby(["dataset", "model"], sort=False):
        seconds = group.pivot(index="seed", columns="method", values="train_seconds")
        for method in (name for name in methods if name in seconds):
            own = group[group["method"] == method]
            trained = own["images_per_second"].notna().any()
            ratio = (seconds[method] / seconds[baseline]).mean() if baseline in seconds and trained else np.nan
            rows.append(
                {
                    "dataset": dataset,
                    "model": model,
                    "method": method,
                    "seconds": own["train_seconds"].mean(),
                    "ratio": ratio,
                    "images_per_second": own["images_per_second"].astype(float).mean(),
                    "memory": own["peak_memory_bytes"].mean() / 2**20,
                }
            )
    return rows


def quality_and_cost(
    results: pd.DataFrame, costs: pd.DataFrame, metrics: Mapping[str, Metric], attribution: str
) -> pd.DataFrame:
    """RUN, seconds, and for each trained run its accuracy, and what metrics with curves give the attribution's map."""
    with_curves = [name for name, metric in metrics.items() if metric.has_curves]
    accuracy = results["metric"] == results["split"] + "_accuracy"
    of_maps = results["metric"].isin(with_curves) & results["attribution"].isin(["", attribution])
    wanted = results[accuracy | of_maps]
    names = {name: aimed(metric) for name, metric in metrics.items()}
    wanted = wanted.assign(metric=wanted["metric"].map(names))
    quality = wanted.pivot_table(index=RUN, columns="metric", values="value", sort=False).reset_index()
    trained = costs[costs["images_per_second"].notna()]
    return quality.merge(trained[[*RUN, "train_seconds"]].rename(columns={"train_seconds": "seconds"}), on=RUN)
