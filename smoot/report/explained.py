"""What a reader is told of each metric of a report."""

from smoot.report.evidence.metrics import on_split
from smoot.report.page import Explained, Text
from smoot.report.study import Study


def metric_texts(study: Study) -> list[Explained]:
    """One for each metric, in the tables' order."""
    return [
        Explained(name, on_split(metric.title, metric.split), metric.info, tuple(_here(study, name)))
        for name, metric in study.metrics.items()
    ]


def _here(study: Study, metric: str) -> list[Text]:
    return [
        f"{sign}{f' on {check.dataset} · {check.model}' if study.several else ''}: {check.reason(sign)}."
        for check in study.checks
        if check.metric == metric
        for sign in check.mark
    ]
