"""What a report keeps of the scores of a cell by a panel: no value of a single image."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from smoot.artifacts.paths import GridCell
from smoot.artifacts.results import ImageScores, ResultRow, agreed_images, image_scores, scored_rows
from smoot.artifacts.run import RunRecord
from smoot.artifacts.scores import AttributionRecord, PanelScores
from smoot.report.evidence.curves import Line, lines
from smoot.report.evidence.metrics import Metric, metrics_of
from smoot.report.evidence.provenance import outdated
from smoot.report.evidence.records import Reader

Images = tuple[tuple[int, ...], tuple[int, ...]]
"""Places in the split, and classes, as other data have other images at the same places."""


@dataclass(frozen=True)
class Facts:
    """What a record says that is mostly the same for all cells, which then share it."""

    split: str
    pairs: tuple[tuple[str, str], ...]
    """Attribution and metric of each score."""
    metrics: dict[str, Metric]
    attributions: dict[str, AttributionRecord]
    shares: dict[str, float]


@dataclass(frozen=True)
class Scored:
    """What is kept of a record."""

    facts: Facts
    rows: list[ResultRow]
    lines: list[Line]
    outdated: bool


class Draft(NamedTuple):
    """A record, as far as it can be reduced without those of the other methods."""

    images: Images
    correct: np.ndarray
    """(n,) bool."""
    scores: list[ImageScores]
    facts: Facts
    lines: list[Line]
    outdated: bool


def read_scored(
    reader: Reader, runs: Mapping[GridCell, RunRecord], params: dict[str, Any]
) -> dict[tuple[GridCell, str], Scored]:
    """What is kept of each cell and panel, in the grid's order.

    runs: what they are scores of. params: what the report is made with. Values of images are kept of one data
    set, model and seed at a time: which of them count, all its methods decide.
    """
    scored: dict[tuple[GridCell, str], Scored] = {}
    known: dict[str, Facts] = {}
    for panel, drafts in reader.scores(lambda cell, record: _draft(runs, cell, record, params)):
        agreed = _agreed({cell: draft for cell, draft in drafts.items() if runs[cell].trained})
        for cell, draft in drafts.items():
            counted = agreed.get(draft.images, np.ones(len(draft.correct), dtype=bool))
            if draft.facts != known.get(panel):
                known[panel] = draft.facts
            rows = [*scored_rows(cell, panel, draft.facts.split, draft.scores, counted)]
            scored[cell, panel] = Scored(known[panel], rows, draft.lines, draft.outdated)
    order = ((cell, panel) for cell in reader.grid.cells() for panel in reader.grid.panels)
    return {key: scored[key] for key in order if key in scored}


def _agreed(trained: Mapping[GridCell, Draft]) -> dict[Images, np.ndarray]:
    """(n,) bool, which images all of the methods get right, by the images.

    Outdated scores may be of other images, which have no say in those of today's.
    """
    correct: dict[Images, list[np.ndarray]] = {}
    for draft in trained.values():
        correct.setdefault(draft.images, []).append(draft.correct)
    return {images: agreed_images(of_each, len(of_each[0])) for images, of_each in correct.items()}


def _draft(runs: Mapping[GridCell, RunRecord], cell: GridCell, record: PanelScores, params: dict[str, Any]) -> Draft:
    pairs = tuple((score.attribution, score.metric) for score in record.results)
    facts = Facts(record.split, pairs, metrics_of(record), record.attributions, record.shares)
    used = {cell: record.weights_sha256}
    if record.baseline_sha256:
        used[replace(cell, method=record.params["report.baseline"])] = record.baseline_sha256
    others = any(of not in runs or runs[of].weights_sha256 != digest for of, digest in used.items())
    old = outdated(record.params, params) or others
    images = record.images, record.labels
    return Draft(images, record.correct, image_scores(record.results), facts, lines(cell, record), old)


def scores_by_panel(scored: Mapping[tuple[GridCell, str], Scored]) -> dict[str, list[tuple[str, str, str]]]:
    """(split, attribution, metric) of every score that any cell has by a panel."""
    splits: dict[str, str] = {}
    scores: dict[str, dict[tuple[str, str, str], None]] = {}
    for (_, panel), one in scored.items():
        split = splits.setdefault(panel, one.facts.split)
        scores.setdefault(panel, {}).update(dict.fromkeys((split, *pair) for pair in one.facts.pairs))
    return {panel: list(found) for panel, found in scores.items()}
