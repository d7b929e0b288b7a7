"""A user's table of results as a report's evidence: with what is known of the methods and metrics that it names."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from smoot.api._inputs import entry_of, valid
from smoot.artifacts.dataset import DatasetSummary
from smoot.artifacts.metric_info import MetricInfo
from smoot.artifacts.paths import GridCell
from smoot.artifacts.performance import SCORED_SPLITS, performance
from smoot.artifacts.run import Cost, RunRecord
from smoot.artifacts.scores import AttributionRecord
from smoot.core import components
from smoot.core.components import WORDS, Entry
from smoot.core.errors import SmootError
from smoot.report.evidence.curves import POINTS
from smoot.report.evidence.evidence import Evidence
from smoot.report.evidence.metrics import Metric, variant_title
from smoot.scoring.metric import component_name, has_settings, metric_info
from smoot.scoring.panel import attribution_record
from smoot.training.method import control_of

Options = Mapping[str, Mapping[str, Any]]


def evidence_of(results: pd.DataFrame, methods: Options, attributions: Options, metrics: Options) -> Evidence:
    """results: whole, as from `smoot.api._frames`. The others say what its names are entries of. Raises SmootError."""
    missing = results[results["status"] == "not run"]
    return Evidence(
        results=results,
        curves=pd.DataFrame(columns=POINTS),
        history=pd.DataFrame(),
        costs=pd.DataFrame(columns=list(Cost.model_fields)),
        methods=_methods(results, methods),
        metrics=_metrics(results, metrics),
        attributions=_attributions(results, attributions),
        datasets={},
        shares={split: {} for split in SCORED_SPLITS if split in set(results["split"])},
        missing=tuple(
            f"{GridCell(row.dataset, row.model, row.method, row.seed)}: {f'{row.attribution} {row.metric}'.strip()}"
            for row in missing.itertuples()
        ),
        outdated=(),
        galleries={},
    )


def _methods(results: pd.DataFrame, given: Options) -> dict[str, RunRecord]:
    """A record of each method, of a run of which nothing but its scores is known. Raises SmootError."""
    _named("methods", given, results["method"])
    records = {}
    for name, rows in results.groupby("method", sort=False):
        first, entry = rows.iloc[0], _entry("methods", name, given)
        about: dict[str, Any] = {"component": name, "trained": True}
        if entry:
            method = entry.load().Method
            about = {"component": entry.component, "trained": method.trained, "note": method.note}
            about |= {"beside": method.beside, "control": control_of(entry, entry.params())}
        records[name] = RunRecord(
            dataset=first["dataset"],
            model=first["model"],
            method=name,
            seed=int(first["seed"]),
            metrics={},
            epochs=0,
            kept_epoch=0,
            parameters=0,
            dataset_summary=DatasetSummary(title=first["dataset"], source="", licence="", classes=(), sizes={}),
            weights_sha256="",
            history_sha256="",
            params={},
            **about,
        )
    return records


def _attributions(results: pd.DataFrame, given: Options) -> dict[str, AttributionRecord]:
    """Raises SmootError."""
    _named("attributions", given, results["attribution"])
    names = [name for name in results["attribution"].unique() if name]
    entries = {name: _entry("attributions", name, given) for name in names}
    return {
        name: attribution_record(entry) if entry else AttributionRecord(component=name)
        for name, entry in entries.items()
    }


def _metrics(results: pd.DataFrame, given: Options) -> dict[str, Metric]:
    """What training measures first, then the others as they come; not their summaries. Raises SmootError."""
    splits = dict(zip(results["metric"], results["split"], strict=True))
    _named("metrics", given, results["metric"])
    measured = {name: info for split in dict.fromkeys(splits.values()) for name, info in performance(split).items()}
    metrics = {
        name: Metric(info.title, info, name, False, splits[name]) for name, info in measured.items() if name in splits
    }
    unknown = []
    for name in (name for name in splits if name not in measured):
        if name in given or name in components.names("metrics"):
            metrics[name] = _metric(name, splits[name], given)
        else:
            unknown.append(name)
    summaries = {f"{name}_{summary}" for name, metric in metrics.items() for summary in metric.info.summaries}
    for name in unknown:
        if name not in summaries:
            raise SmootError(
                f"metrics: {name}: not known; say which of smoot's it is by `metric`, or give its category and "
                "higher_is_better"
            )
    return metrics


def _metric(name: str, split: str, given: Options) -> Metric:
    if entry := _entry("metrics", name, given):
        info, component = metric_info(entry), component_name(entry)
        return Metric(variant_title(info.title, name, component), info, component, has_settings(entry), split)
    info = valid(MetricInfo, {"title": name, "citation": "", **given[name]}, "metrics", name)
    return Metric(info.title, info, name, False, split)


def _entry(kind: str, name: str, given: Options) -> Entry | None:
    """The component that it is an entry of, if it is one of smoot's."""
    options = dict(given.get(name, {}))
    if WORDS[kind] in options or name in components.names(kind):
        return entry_of(kind, name, options)
    if options and kind != "metrics":
        raise SmootError(f"{kind}.{name}: no `{WORDS[kind]}`; allowed: {', '.join(components.names(kind))}")
    return None


def _named(kind: str, given: Options, column: pd.Series) -> None:
    if strangers := [name for name in given if name not in set(column)]:
        allowed = ", ".join(sorted(filter(None, column.unique())))
        raise SmootError(f"{kind}: {strangers[0]}: not in the table; allowed: {allowed}")
