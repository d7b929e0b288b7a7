"""Tables of made-up scores."""

import pandas as pd

from smoot.artifacts.results import RESULT_COLUMNS
from smoot.artifacts.scores import MetricInfo
from smoot.report.analysis.comparison import ScoreTable, summarise
from smoot.report.evidence.metrics import Metric


def tables_of(accuracies: dict[str, list[float]]) -> list[ScoreTable]:
    """The test accuracy of each method by seed, on the data set d with the model net."""
    rows = [
        {"dataset": "d", "model": "net", "method": method, "seed": seed, "panel": "", "attribution": "",
         "metric": "test_accuracy", "value": value, "images": 9, "status": "ok", "reason": "", "split": "test"}
        for method, values in accuracies.items()
        for seed, value in enumerate(values)
    ]  # fmt: skip
    info = MetricInfo(title="Test accuracy", category="performance", higher_is_better=True, citation="c")
    metrics = {"test_accuracy": Metric("Test accuracy", info, "test_accuracy", False, "test")}
    seeds = list(range(max(map(len, accuracies.values()))))
    return summarise(pd.DataFrame(rows, columns=RESULT_COLUMNS), metrics, list(accuracies), seeds, "baseline", 0.95)
