"""What a report is made of, read and reduced once: scores by run, curves, costs, and what the records say of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from smoot.artifacts.dataset import DatasetSummary
from smoot.artifacts.grid import Grid
from smoot.artifacts.paths import GridCell
from smoot.artifacts.performance import SCORED_SPLITS
from smoot.artifacts.results import result_table
from smoot.artifacts.run import RunRecord
from smoot.artifacts.scores import AttributionRecord
from smoot.report.evidence.curves import curve_points
from smoot.report.evidence.ground_truth import Shares, covered_shares
from smoot.report.evidence.history import histories
from smoot.report.evidence.metrics import Metric, all_metrics
from smoot.report.evidence.provenance import outdated
from smoot.report.evidence.records import Reader, no_search_for_cycles
from smoot.report.evidence.results import not_run_rows, trained_rows
from smoot.report.evidence.scored import Scored, read_scored, scores_by_panel


@dataclass(frozen=True)
class Evidence:
    """What is known of the cells of a grid, in its order. Tables have a cell's coordinates among their columns."""

    results: pd.DataFrame
    """results.csv: RESULT_COLUMNS of `smoot.artifacts.results`, with a row for each score that is missing."""
    curves: pd.DataFrame
    """POINTS of `smoot.report.evidence.curves`."""
    history: pd.DataFrame
    """One row an epoch of a run; without columns where nothing was trained."""
    costs: pd.DataFrame
    """One row a run: the fields of `Cost`."""
    methods: Mapping[str, RunRecord]
    """A record of each method, that of its first run."""
    metrics: Mapping[str, Metric]
    """The metrics by their name in results.csv: what training measures first, then the panels' in their order."""
    attributions: Mapping[str, AttributionRecord]
    datasets: Mapping[str, DatasetSummary]
    shares: Mapping[str, dict[str, Shares]]
    """The shares by split, of each data set that has masks: the fraction of an image that each region covers."""
    missing: tuple[str, ...]
    """The files of runs and scores that are not there."""
    outdated: tuple[str, ...]
    """The runs and scores that were made with other parameters than those of the report, and scores of other weights
    than the run's."""
    galleries: Mapping[tuple[GridCell, str], tuple[str, ...]]
    """The cells and panels whose maps can be read, and of which attributions there are scores."""


def read_evidence(grid: Grid, params: dict[str, Any]) -> Evidence:
    """Raises SmootError with a line for each of the first files that are damaged, or of another cell.

    params: what the report is made with.
    """
    reader = Reader(grid)
    with no_search_for_cycles():
        runs = reader.runs()
        scored = read_scored(reader, {cell: run.record for cell, run in runs.items()}, params)
    reader.check()
    splits = [split for split in SCORED_SPLITS if any(split == one.facts.split for one in scored.values())] or [
        SCORED_SPLITS[0]
    ]
    rows = [row for cell, run in runs.items() for row in trained_rows(cell, run.record, splits)]
    rows += [row for one in scored.values() for row in one.rows]
    rows += not_run_rows(reader.missing, splits, scores_by_panel(scored))
    old = {str(cell): outdated(run.record.params, params) for cell, run in runs.items()}
    old |= {f"{cell}/{panel}": one.outdated for (cell, panel), one in scored.items()}
    methods: dict[str, RunRecord] = {}
    for cell, run in runs.items():
        methods.setdefault(cell.method, run.record)
    return Evidence(
        results=result_table(rows),
        curves=curve_points([line for one in scored.values() for line in one.lines]),
        history=histories({cell: run.history for cell, run in runs.items()}),
        costs=pd.DataFrame([cell.coordinates | dict(run.cost) for cell, run in runs.items()]),
        methods=methods,
        metrics=all_metrics(splits, (one.facts.metrics for one in scored.values())),
        attributions={name: about for one in scored.values() for name, about in one.facts.attributions.items()},
        datasets={cell.dataset: run.record.dataset_summary for cell, run in runs.items()},
        shares={split: covered_shares(_shares(scored, split)) for split in splits},
        missing=tuple(str(hole.path) for hole in reader.missing),
        outdated=tuple(name for name, is_outdated in old.items() if is_outdated),
        galleries={key: tuple(one.facts.attributions) for key, one in scored.items()},
    )


def _shares(scored: Mapping[tuple[GridCell, str], Scored], split: str) -> list[tuple[str, int, Shares]]:
    """The data set, the training seed and the shares of each record on the split."""
    facts = ((cell, one.facts) for (cell, _), one in scored.items())
    return [(cell.dataset, cell.seed, own.shares) for cell, own in facts if own.split == split]
