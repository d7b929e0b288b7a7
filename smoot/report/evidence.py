"""What a report is made of, read and reduced once: scores by run, curves, costs, and what the records say of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from smoot.artifacts.dataset import DatasetSummary
from smoot.artifacts.paths import Cell
from smoot.artifacts.run import RunRecord
from smoot.artifacts.scores import AttributionRecord
from smoot.grid import Grid
from smoot.report.curves import curve_points
from smoot.report.ground_truth import Shares, covered_shares
from smoot.report.metrics import Metric, read_metrics
from smoot.report.provenance import outdated
from smoot.report.records import read_records
from smoot.report.results import measured, not_run


@dataclass(frozen=True)
class Evidence:
    """Of the cells of a grid, in its order. Tables have a cell's coordinates among their columns."""

    results: pd.DataFrame
    """results.csv: COLUMNS of `smoot.report.results`, with a row for each score that is missing."""
    curves: pd.DataFrame
    """POINTS of `smoot.report.curves`."""
    history: pd.DataFrame
    """One row an epoch of a run; without columns where nothing was trained."""
    costs: pd.DataFrame
    """One row a run: the fields of `Cost`."""
    methods: Mapping[str, RunRecord]
    """A record of each method, that of its first run."""
    metrics: Mapping[str, Metric]
    """By name in results.csv: what training measures first, then the panels' in their order."""
    attributions: Mapping[str, AttributionRecord]
    datasets: Mapping[str, DatasetSummary]
    shares: Mapping[str, dict[str, Shares]]
    """By split, of each data set that has masks, the fraction of an image that each region covers."""
    missing: tuple[str, ...]
    """The files of runs and scores that are not there."""
    outdated: tuple[str, ...]
    """The runs and scores that were made with other parameters than those of the report."""
    galleries: Mapping[tuple[Cell, str], tuple[str, ...]]
    """The cells and panels whose maps can be read, and of which attributions there are scores."""


def read_evidence(grid: Grid, params: dict[str, Any]) -> Evidence:
    """Raises SmootError with a line for each of the first files that are damaged, or of another cell.

    params: what the report is made with.
    """
    records = read_records(grid)
    return Evidence(
        results=pd.concat([measured(records), not_run(records)], ignore_index=True),
        curves=curve_points(records),
        history=records.history,
        costs=records.costs,
        methods=records.methods,
        metrics=read_metrics(records),
        attributions={name: a for record in records.scores.values() for name, a in record.attributions.items()},
        datasets={cell.dataset: run.dataset_summary for cell, run in records.runs.items()},
        shares={split: covered_shares(records, split) for split in records.splits},
        missing=tuple(str(hole.path) for hole in records.missing),
        outdated=tuple(outdated(records, params)),
        galleries={key: tuple(record.attributions) for key, record in records.scores.items()},
    )
