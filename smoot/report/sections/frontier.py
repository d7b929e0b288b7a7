"""Accuracy against interpretability: what a method gains, beside what it pays for it."""

import pandas as pd

from smoot.artifacts.performance import ACCURACY
from smoot.core.text import count
from smoot.report.analysis.comparison import ScoreRow
from smoot.report.analysis.differences import of_several_maps, title
from smoot.report.figures.frontier import frontier
from smoot.report.page import Block, Cell, Column, Picture, Row, Section, Table
from smoot.report.sections._cells import labels, metric_cell
from smoot.report.study import Study

GROUP_COLUMNS = ["place", "method", "seed", "accuracy", "metric", "higher_is_better", "score"]


def build(study: Study) -> Section | None:
    shown = [row for row in study.rows if (row.dataset, row.model) in study.places and row.split == study.splits[0]]
    headline = [row for row in shown if (row.attribution, row.metric) in study.headline]
    scores = [row for row in headline if row.info.category != "performance"]
    accuracies = {(row.dataset, row.model): row for row in shown if row.metric in ACCURACY}
    points = _points(accuracies, scores)
    figure = frontier(points, study.chains, study.look, study.report.confidence)
    blocks: list[Block] = []
    if figure is not None:
        caption = _caption(study, points)
        titles = ", ".join(dict.fromkeys(points["metric"]))
        blocks.append(Picture("frontier", figure, caption, f"Accuracy against {titles}, a point a run. {caption}"))
    if groups := _groups(study, [*accuracies.values(), *scores]):
        blocks.append(groups)
    which = "Shown are the declared metrics" if study.report.declares else "Shown is one metric of each kind"
    reading = (
        f"Is a score bought with accuracy? {which}. Methods are not ranked: those that no interval tells apart stand "
        "in one group."
    )
    return Section("frontier", "Accuracy and interpretability", reading, tuple(blocks)) if blocks else None


def _caption(study: Study, points: pd.DataFrame) -> str:
    parts = []
    if study.has_intervals:
        confidence = f"{100 * study.report.confidence:.0f} % intervals (Student's t)"
        seeds = count(len(study.grid.seeds), "seed")
        parts.append(f"A cross is a method's mean over {seeds} with {confidence} both ways.")
    if not study.look.many:
        parts.append("A point is a run.")
    parts.append("Up and right is better.")
    if study.nulls.methods & set(points["method"]):
        parts.append("Grey bands span the untrained models.")
    if study.chains:
        parts.append("Lines join variants of one method, the larger marker for the larger number.")
    return " ".join(parts)


def _points(accuracies: dict[tuple[str, str], ScoreRow], scores: list[ScoreRow]) -> pd.DataFrame:
    rows, several = [], of_several_maps(scores)
    for row in scores:
        accuracy = accuracies.get((row.dataset, row.model))
        if accuracy is None:
            continue
        by_method = {entry.method: entry.values for entry in accuracy.entries}
        rows += [
            (
                row.place, entry.method, seed, by_method[entry.method][seed], title(row, several),
                row.info.higher_is_better, score,
            )
            for entry in row.entries
            for seed, score in entry.values.items()
            if seed in by_method[entry.method]
        ]  # fmt: skip
    return pd.DataFrame(rows, columns=GROUP_COLUMNS)


def _groups(study: Study, rows: list[ScoreRow]) -> Table | None:
    """For each metric the groups of methods, from the best to the worst."""
    if len(study.trained) < 1 or len(study.grid.seeds) < 2:
        return None
    lines = []
    for row in rows:
        groups = grouped(row, study.nulls.methods)
        if groups:
            cells = (
                metric_cell(study, row),
                Cell(row.dataset),
                Cell(row.model),
                Cell(row.attribution or "–"),
                Cell(" › ".join(", ".join(group) for group in groups) if len(groups) > 1 else "all in one group"),
            )
            of = labels(dataset=row.dataset, model=row.model, attribution=row.attribution)
            lines.append(Row(cells, of))
    columns = tuple(map(Column, ("metric", "data set", "model", "attribution", "groups, the better first")))
    caption = "Methods in groups that no interval tells apart"
    return Table("groups", columns, tuple(lines), caption) if lines else None


def grouped(row: ScoreRow, nulls: set[str]) -> list[list[str]]:
    """The row's trained methods in groups, the best first. Two stand in one group if no interval tells them apart,
    directly or by others between them; within a group they stand in the grid's order, which says nothing.
    """
    entries = [entry for entry in row.entries if entry.values and entry.method not in nulls]
    entries.sort(key=lambda entry: entry.mean, reverse=row.info.higher_is_better)
    groups: list[list[str]] = []
    for place, entry in enumerate(entries):
        before, after = entries[:place], entries[place:]
        split = before and all(row.compare(one.method, other.method).apart for one in before for other in after)
        if split or not groups:
            groups.append([])
        groups[-1].append(entry.method)
    in_order = [entry.method for entry in row.entries]
    return [sorted(group, key=in_order.index) for group in groups]
