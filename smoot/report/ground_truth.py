"""Data sets that know what is evidence and what is not: where attribution lies, beside where it could lie by chance."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from smoot.artifacts.dataset import Region
from smoot.report.metrics import Metric

REGIONS = [region.name.lower() for region in Region if region is not Region.BACKGROUND]

# A data set's regions, and the fraction of an image that each covers.
Shares = dict[str, float]


def covered_shares(panels: Iterable[tuple[str, Shares]]) -> dict[str, Shares]:
    """Of each data set that has masks, in the order of REGIONS. panels: the data set and shares of each."""
    return {
        dataset: {region: shares[region] for region in REGIONS if region in shares}
        for dataset, shares in panels
        if shares
    }


def with_truth(shares: dict[str, Shares]) -> dict[str, Shares]:
    """Of the data sets that have what an explanation should not point at."""
    return {dataset: covered for dataset, covered in shares.items() if covered.keys() - {"object"}}


def table(
    results: pd.DataFrame, shares: dict[str, Shares], metrics: Mapping[str, Metric], split: str
) -> list[dict[str, Any]]:
    """Shares of absolute attribution by region, a row for each data set, model, attribution and method; means of seeds.

    First of a data set is the row of chance, whose model, attribution and method are empty. regions: REGIONS and the
    background, which is the rest; NaN where the data set has no such region or the panel not its metric.
    results: as from `smoot.report.results`. shares: as from `with_truth`, on `split`. Of several metrics of one region,
    the first counts.
    """
    rows = []
    on_split = {name: metric.info.region for name, metric in metrics.items() if metric.split == split}
    first = {region: name for name, region in reversed(on_split.items()) if region}
    results = results[results["metric"].isin(first.values())]
    results = results.assign(metric=results["metric"].map(on_split))
    means = results.groupby(["dataset", "model", "attribution", "method", "metric"], sort=False)["value"].mean()
    for dataset, covered in shares.items():
        rows.append(_row((dataset, "", "", ""), covered, covered))
        scored = means[means.index.get_level_values("dataset") == dataset].unstack("metric", sort=False)
        scored = scored.reindex(columns=REGIONS).dropna(how="all")
        # A method beside the others, not beside its own other attributions.
        for _, alike in scored.groupby(["model", "attribution"], sort=False):
            for keys, values in alike.iterrows():
                rows.append(_row(keys, dict(values), covered))
    return rows


def _row(keys: tuple[str, ...], by_region: dict[str, float], covered: Shares) -> dict[str, Any]:
    regions = {region: by_region[region] if region in covered else np.nan for region in REGIONS}
    regions["background"] = 1 - sum(regions[region] for region in covered)
    return {**dict(zip(("dataset", "model", "attribution", "method"), keys, strict=True)), "regions": regions}
