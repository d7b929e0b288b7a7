"""Several reports as one: the cells of all, such as the seeds that different groups have run.

Scores are means over the images that all trained models of a seed get right. Two reports with other methods of the
same data set, model and seed have averaged over other images, so they are refused: split a grid by seeds, data sets or
models, not by methods.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import pandas as pd

from smoot.artifacts.grid import Grid
from smoot.artifacts.performance import SCORED_SPLITS
from smoot.artifacts.results import CELL_COLUMNS
from smoot.core.dotted import differing
from smoot.core.errors import SmootError
from smoot.report.evidence import published
from smoot.report.evidence.curves import POINTS
from smoot.report.evidence.evidence import Evidence
from smoot.report.evidence.merged_params import PublishedReport, conflicts, united
from smoot.report.evidence.merged_tables import SCORE_KEYS, in_order, merged_holes, not_run, unite
from smoot.report.evidence.metrics import Metric
from smoot.report.evidence.records import listed

MEANING = ("category", "higher_is_better", "correct_only", "of_model")
"""What must be alike of a metric for its scores to be; the rest are texts, of which the first report's stand."""
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
    _refuse("reports with other descriptions cannot be merged", list(_descriptions(sources)))
    _refuse("scores are means over the images that all methods of a report get right", list(_other_images(sources)))

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


def _descriptions(sources: Sequence[PublishedReport]) -> Iterator[str]:
    """A line for each data set, metric or attribution that two reports take for something else."""
    for one, other in combinations(sources, 2):
        for kind in ("datasets", "metrics", "attributions"):
            first, second = getattr(one.evidence, kind), getattr(other.evidence, kind)
            for name in (name for name in first if name in second):
                for key, value, another in differing(_facts(first[name]), _facts(second[name]), f"{kind} {name}"):
                    yield f"{key}: {value} in {one.name}, {another} in {other.name}"


def _facts(described: Any) -> dict[str, Any]:
    """What is the same wherever scores mean the same."""
    if not isinstance(described, Metric):
        return dict(described)
    info = {name: getattr(described.info, name) for name in MEANING}
    return info | {"component": described.component, "split": described.split}


def _other_images(sources: Sequence[PublishedReport]) -> Iterator[str]:
    """A line for each panel of a data set and model whose images two reports have chosen by other methods."""
    for one, other in combinations(sources, 2):
        first, second = _agreeing(one.evidence), _agreeing(other.evidence)
        apart: dict[tuple[Any, ...], list[int]] = {}
        for key in (key for key in first if key in second and first[key] != second[key]):
            *cell, seed = key
            apart.setdefault((*cell, tuple(sorted(first[key])), tuple(sorted(second[key]))), []).append(seed)
        for (panel, dataset, model, methods, others), seeds in apart.items():
            where = f"{dataset}/{model}, panel {panel}, seeds {', '.join(map(str, seeds))}"
            named = [", ".join(names) or "none that is trained" for names in (methods, others)]
            yield f"{where}: {named[0]} in {one.name}; {named[1]} in {other.name}"


def _agreeing(evidence: Evidence) -> dict[tuple[Any, ...], set[str]]:
    """The trained methods, by panel, data set, model and seed, of scores that are means over what these get right."""
    chosen = [name for name, metric in evidence.metrics.items() if metric.info.correct_only]
    trained = {name for name, run in evidence.methods.items() if run.trained}
    rows = evidence.results
    rows = rows[(rows["status"] != "not run") & (rows["panel"] != "") & rows["metric"].isin(chosen)]
    groups = rows.groupby(["panel", "dataset", "model", "seed"], sort=False)["method"]
    return {key: trained.intersection(methods) for key, methods in groups}


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
