"""Several reports as one: the cells of all, such as the seeds that different groups have run.

Scores are means over the images that all trained models of a seed get right. Two reports with other methods of the
same data set, model and seed have averaged over other images, so they are refused: split a grid by seeds, data sets or
models, not by methods.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from smoot.artifacts.grid import Grid
from smoot.artifacts.performance import SCORED_SPLITS
from smoot.artifacts.results import CELL_COLUMNS
from smoot.core.errors import SmootError
from smoot.core.text import listed
from smoot.report.evidence import published
from smoot.report.evidence.curves import POINTS
from smoot.report.evidence.evidence import Evidence
from smoot.report.evidence.merge_conflicts import other_descriptions, other_images
from smoot.report.evidence.merged_params import PublishedReport, conflicts, united
from smoot.report.evidence.merged_tables import SCORE_KEYS, in_order, merged_holes, not_run, unite
from smoot.report.evidence.metrics import Metric

POINT = [*CELL_COLUMNS, "attribution", "metric", "split", "line", "x"]


def read_source(path: Path) -> PublishedReport:
    """A report's folder, or the results.csv in it.

    Raises SmootError as `published.read_published` does, and where the report was made of a table and not of runs.
    """
    evidence, params = published.read_published(path)
    if evidence.costs.empty:
        raise SmootError(
            f"{path}: made of a table, which says nothing of its runs; put the tables together and use write_report"
        )
    return PublishedReport(str(path), evidence, params)


def merge(sources: Sequence[PublishedReport], name: str = "") -> tuple[Evidence, dict[str, Any]]:
    """The evidence of all the reports without galleries, and its parameters, with the united grid.

    The cells of that grid which no report has are missing. Of one report, that report again, under another name.
    name: of the merged report; that of the first and "_merged", if not given.
    Raises SmootError with a line for each of the first parameters or scores that two reports do not agree in, or for
    each data set, model and seeds that they have other methods of; and where the name is that of a source.
    """
    _refuse("reports with other parameters cannot be merged", conflicts(sources))
    params = united(sources, name)
    grid = Grid.model_validate(params["grid"])
    _refuse("reports with other descriptions cannot be merged", list(other_descriptions(sources)))
    _refuse("scores are means over the images that all methods of a report get right", list(other_images(sources)))

    def tables(field: str) -> list[tuple[str, pd.DataFrame]]:
        return [(source.name, getattr(source.evidence, field)) for source in sources]

    scored = [(file, table[table["status"] != "not run"]) for file, table in tables("results")]
    results, disagreeing = unite(scored, SCORE_KEYS, ["value", "images", "status"])
    measured = {column for _, table in tables("history") for column in table} - {*CELL_COLUMNS, "epoch"}
    shared = [name for name in sorted(measured) if all(name in table for _, table in tables("history") if len(table))]
    history, other_epochs = unite(tables("history"), [*CELL_COLUMNS, "epoch"], shared)
    curves, other_curves = unite(tables("curves"), POINT, ["y"])
    costs, _ = unite(tables("costs"), CELL_COLUMNS, [])
    _refuse("reports that disagree cannot be merged", [*disagreeing, *other_epochs, *other_curves])

    metrics, results, costs = _metrics(sources, grid), in_order(results, grid), in_order(costs, grid)
    missing = merged_holes(results, costs, grid)
    first = sources[0].evidence
    evidence = replace(
        first,
        results=pd.concat([results, not_run(results, missing, metrics)], ignore_index=True),
        curves=in_order(curves, grid) if len(curves) else pd.DataFrame(columns=POINTS),
        history=in_order(history, grid),
        costs=costs,
        methods=_chosen(sources, "methods", grid.methods),
        metrics=metrics,
        attributions=_united(sources, "attributions"),
        datasets=_chosen(sources, "datasets", grid.datasets),
        shares=_shares(sources, grid),
        missing=tuple(str(hole.path) for hole in missing),
        outdated=tuple(dict.fromkeys(name for source in sources for name in source.evidence.outdated)),
        galleries={},
    )
    return evidence, params


def _refuse(why: str, lines: list[str]) -> None:
    if lines:
        raise SmootError(f"{why}:\n{listed(lines, indent='  ')}")


def _united(sources: Sequence[PublishedReport], kind: str) -> dict[str, Any]:
    """The entries of all, those of the first report where several have one."""
    entries: dict[str, Any] = {}
    for source in sources:
        entries = entries | {k: v for k, v in getattr(source.evidence, kind).items() if k not in entries}
    return entries


def _chosen(sources: Sequence[PublishedReport], kind: str, order: list[str]) -> dict[str, Any]:
    entries = _united(sources, kind)
    return {name: entries[name] for name in order if name in entries}


def _metrics(sources: Sequence[PublishedReport], grid: Grid) -> dict[str, Metric]:
    """What training measures first, by split; then by panel."""
    metrics = _united(sources, "metrics")
    has_curves = {name for source in sources for name, metric in source.evidence.metrics.items() if metric.has_curves}
    panels: dict[str, int] = {}
    for source in sources:
        rows = source.evidence.results.drop_duplicates(["panel", "metric"])
        panels |= {
            metric: grid.panels.index(panel) if panel else SCORED_SPLITS.index(split) - len(SCORED_SPLITS)
            for panel, metric, split in rows[["panel", "metric", "split"]].itertuples(index=False)
        }
    ordered = sorted(metrics, key=lambda name: panels.get(name, len(grid.panels)))
    return {name: replace(metrics[name], has_curves=name in has_curves) for name in ordered}


def _shares(sources: Sequence[PublishedReport], grid: Grid) -> dict[str, dict[str, dict[str, float]]]:
    whole: dict[str, dict[str, dict[str, float]]] = {}
    for split in SCORED_SPLITS:
        of_split = [source.evidence.shares[split] for source in sources if split in source.evidence.shares]
        if of_split:
            covered: dict[str, dict[str, float]] = {}
            for shares in reversed(of_split):
                covered |= shares
            whole[split] = {dataset: covered[dataset] for dataset in grid.datasets if dataset in covered}
    return whole
