"""A report's folder as evidence: what is written beside the page is all that it takes to make the page again.

All but the gallery, whose maps are too large: a report that is made again has none.
"""

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from smoot.artifacts.dataset import DatasetSummary
from smoot.artifacts.grid import Grid
from smoot.artifacts.paths import REPORT_BLOCKS
from smoot.artifacts.performance import SCORED_SPLITS
from smoot.artifacts.record import Record
from smoot.artifacts.run import RunRecord
from smoot.artifacts.scores import AttributionRecord, MetricInfo
from smoot.core.errors import SmootError
from smoot.core.files import write_text
from smoot.report.evidence.csv_files import (
    REMEDY,
    parse_results,
    read_costs,
    read_curves,
    read_histories,
    read_text,
    write_costs,
    write_curves,
    write_histories,
    write_table,
)
from smoot.report.evidence.evidence import Evidence
from smoot.report.evidence.ground_truth import REGIONS, Shares
from smoot.report.evidence.metrics import Metric
from smoot.report.evidence.provenance import as_yaml
from smoot.report.options import Report

"""Those of params.yaml that a report is made with."""

RESULTS, PARAMS = "results.csv", "params.yaml"
RECORDS, DESCRIPTIONS, HISTORY, CURVES, COSTS = "records", "descriptions.json", "history.csv", "curves.csv", "costs.csv"


class MetricRecord(Record):
    """A `Metric`, and its name in results.csv."""

    name: str
    title: str
    info: MetricInfo
    component: str
    has_settings: bool
    split: str
    has_curves: bool


class NamedAttribution(Record):
    name: str
    attribution: AttributionRecord


class NamedDataset(Record):
    name: str
    summary: DatasetSummary


class Descriptions(Record):
    """descriptions.json: what describes the tables. Lists, where an order is to be kept."""

    methods: tuple[RunRecord, ...]
    metrics: tuple[MetricRecord, ...]
    attributions: tuple[NamedAttribution, ...]
    datasets: tuple[NamedDataset, ...]
    shares: dict[str, dict[str, dict[str, float]]]
    """The shares by split, data set and region."""
    missing: tuple[str, ...]
    outdated: tuple[str, ...]


def write_published(folder: Path, evidence: Evidence, params: dict[str, Any]) -> None:
    """Writes results.csv, params.yaml and the folder `records`.

    folder: the report's, or what is to take its place.
    params: the blocks that the report is made with, of REPORT_BLOCKS.
    """
    write_table(folder / RESULTS, evidence.results)
    write_text(folder / PARAMS, as_yaml(params))
    write_histories(folder / RECORDS / HISTORY, evidence.history)
    write_curves(folder / RECORDS / CURVES, evidence.curves)
    write_costs(folder / RECORDS / COSTS, evidence.costs)
    Descriptions(
        methods=tuple(evidence.methods.values()),
        metrics=tuple(
            MetricRecord(name=name, **{field.name: getattr(metric, field.name) for field in fields(metric)})
            for name, metric in evidence.metrics.items()
        ),
        attributions=tuple(NamedAttribution(name=name, attribution=a) for name, a in evidence.attributions.items()),
        datasets=tuple(NamedDataset(name=name, summary=summary) for name, summary in evidence.datasets.items()),
        shares={split: dict(shares) for split, shares in evidence.shares.items()},
        missing=evidence.missing,
        outdated=evidence.outdated,
    ).write(folder / RECORDS / DESCRIPTIONS)


def read_published(path: Path) -> tuple[Evidence, dict[str, Any]]:
    """What `write_published` has written, without the gallery, and the blocks that the report was made with.

    path: a report's folder, or the results.csv in it. Raises SmootError, of one line, where a file is missing or
    damaged, or is not of a report.
    """
    path = path if path.is_dir() else path.parent
    folder = path / RECORDS
    results, params = read_results(path / RESULTS), read_params(path / PARAMS)
    described = Descriptions.read(folder / DESCRIPTIONS, REMEDY)
    datasets = {named.name: named.summary for named in described.datasets}
    evidence = Evidence(
        results=results,
        curves=read_curves(folder / CURVES),
        history=read_histories(folder / HISTORY),
        costs=read_costs(folder / COSTS),
        methods={run.method: run for run in described.methods},
        metrics={
            record.name: Metric(**{field.name: getattr(record, field.name) for field in fields(Metric)})
            for record in described.metrics
        },
        attributions={named.name: named.attribution for named in described.attributions},
        datasets=datasets,
        shares={
            split: _shares(described.shares[split], datasets) for split in SCORED_SPLITS if split in described.shares
        },
        missing=described.missing,
        outdated=described.outdated,
        galleries={},
    )
    return evidence, params


def read_results(path: Path) -> pd.DataFrame:
    """results.csv, with COLUMNS. Raises SmootError, of one line, where it is missing, damaged or of something else."""
    return parse_results(read_text(path), str(path))


def read_params(path: Path) -> dict[str, Any]:
    """params.yaml of a report. Raises SmootError, of one line, where it is missing, damaged or of something else."""
    return parse_params(read_text(path), str(path))


def parse_params(text: str, name: str) -> dict[str, Any]:
    """The parameters in a file's content, as `read_params` gives them. name: what an error calls it."""
    try:
        params = YAML(typ="safe", pure=True).load(text)
    except YAMLError as error:
        raise SmootError(f"{name}: not valid YAML: {' '.join(str(error).split())}") from None
    blocks = params if isinstance(params, dict) else {}
    if lacking := [block for block in REPORT_BLOCKS if not isinstance(blocks.get(block), dict)]:
        raise SmootError(f"{name}: not the parameters of a report: no block {', '.join(lacking)}")
    for block, schema in (("grid", Grid), ("report", Report)):
        try:
            schema.model_validate(params[block])
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            where = ".".join(map(str, (block, *first["loc"])))
            raise SmootError(f"{name}: {where}: {first['msg']}; {REMEDY}") from None
    return {block: params[block] for block in REPORT_BLOCKS}


def _shares(shares: Mapping[str, Shares], datasets: Mapping[str, Any]) -> dict[str, Shares]:
    """The shares in the order of the data sets and of REGIONS, as a JSON file keeps none."""
    return {
        dataset: {region: shares[dataset][region] for region in REGIONS if region in shares[dataset]}
        for dataset in datasets
        if dataset in shares
    }
