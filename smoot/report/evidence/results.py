"""The rows of results.csv that are of no score: what training measures, and what is missing."""

from collections.abc import Iterator, Mapping

import numpy as np

from smoot.artifacts.paths import GridCell
from smoot.artifacts.performance import performance
from smoot.artifacts.results import ResultRow, result_row
from smoot.artifacts.run import RunRecord
from smoot.report.evidence.records import Hole


def trained_rows(cell: GridCell, run: RunRecord, splits: list[str]) -> Iterator[ResultRow]:
    """What training has measured."""
    for split in splits:
        for metric in performance(split):
            row = result_row(cell, "", split, "", metric, np.array([run.metrics[metric]]))
            yield row._replace(images=run.dataset_summary.sizes[split])


def not_run_rows(
    missing: list[Hole], splits: list[str], scores: Mapping[str, list[tuple[str, str, str]]]
) -> Iterator[ResultRow]:
    """A row for every score that is missing, as far as some other cell's record tells what its panel scores.

    scores: by panel, the split, attribution and metric of each.
    """
    of_training = [(split, "", metric) for split in splits for metric in performance(split)]
    for hole in missing:
        reason = f"{hole.path}: not there"
        for split, attribution, metric in scores.get(hole.panel, []) if hole.panel else of_training:
            yield result_row(hole.cell, hole.panel, split, attribution, metric, np.array([]), "not run", reason)
