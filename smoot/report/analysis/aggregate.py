"""What holds over all data sets of a report, each weighing the same."""

import pandas as pd

from smoot import statistics
from smoot.artifacts.results import NUMBER_TYPES, RESULT_COLUMNS
from smoot.report.analysis.hypotheses import ALL

SERIES = ["model", "method", "panel", "split", "attribution", "metric"]


def means_over_datasets(results: pd.DataFrame) -> pd.DataFrame:
    """The rows of `results` that stand for all data sets, each weighing the same; none where there is only one.

    A mean for each model, method, panel, split, attribution, metric and seed that every data set has a value of.
    """
    datasets = results["dataset"].unique()
    if len(datasets) < 2:
        return pd.DataFrame([], columns=RESULT_COLUMNS).astype(NUMBER_TYPES)
    keys = [*SERIES, "seed"]
    wide = results.pivot(index=keys, columns="dataset", values="value").reindex(columns=datasets)
    complete = wide[wide.notna().all(axis=1)]
    means = complete.index.to_frame(index=False).assign(value=statistics.over_datasets(complete.to_numpy().T))
    series = results.groupby(SERIES, sort=False)["images"].min().reset_index()
    constant = {"dataset": ALL, "status": "ok", "reason": ""}
    # The series in their order, the seeds in theirs.
    return series.merge(means, on=SERIES).assign(**constant)[RESULT_COLUMNS].astype(NUMBER_TYPES)
