"""metrics.json: the few numbers that a report is about, for `dvc metrics show` and `dvc metrics diff`."""

import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from smoot.core.files import write_json
from smoot.report.analysis.comparison import ScoreRow

METRICS = "metrics.json"


def headline(pairs: Sequence[tuple[str, str]], rows: Iterable[ScoreRow]) -> dict[str, Any]:
    """{data set: {model: {metric: {attribution: {method: mean over seeds}}}}}, of those rows that `pairs` names.

    pairs: (attribution, metric). A metric of the model itself, whose attribution is empty, has its methods right below
    it. What has no value is left out, so that every number is one.
    """
    found: dict[str, Any] = {}
    for row in (row for row in rows if (row.attribution, row.metric) in set(pairs)):
        means = {entry.method: entry.mean for entry in row.entries if not math.isnan(entry.mean)}
        if means:
            of_metric = found.setdefault(row.dataset, {}).setdefault(row.model, {}).setdefault(row.metric, {})
            of_metric |= {row.attribution: means} if row.attribution else means
    return found


def write_metrics_json(folder: Path, numbers: dict[str, Any]) -> None:
    """folder: the report's, or what is to take its place. numbers: as from `headline`."""
    write_json(folder / METRICS, numbers)
