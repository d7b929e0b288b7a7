"""Which figures a report has, section by section."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from smoot.artifacts.dataset import Split
from smoot.artifacts.paths import Cell, ReportFolder
from smoot.artifacts.run import RunRecord
from smoot.artifacts.scores import read_maps
from smoot.grid import Grid
from smoot.report import curve_figure, figures, ground_truth
from smoot.report.costs import quality_and_cost
from smoot.report.curves import curve_points
from smoot.report.metrics import Metric, on_split
from smoot.report.options import Report
from smoot.report.performance import ON_SPLIT
from smoot.report.records import Records
from smoot.report.render import save_figure

# The file's name, the caption, and the figure: None where there is nothing to draw.
Picture = tuple[str, str, Figure | None]


def save_pictures(
    records: Records,
    results: pd.DataFrame,
    shares: dict[str, dict[str, ground_truth.Shares]],
    metrics: dict[str, Metric],
    grid: Grid,
    report: Report,
) -> dict[str, list[tuple[str, str]]]:
    """Saves every figure. Returns, for each section of the page, (caption, data URI) of its figures.

    results: as from `smoot.report.results`. shares: by split, as from `smoot.report.ground_truth`.
    Raises SmootError where the maps of a cell are damaged.
    """
    null_maps = records.null_maps
    explained = [name for name in results["attribution"].unique() if name and name not in null_maps]
    quality = quality_and_cost(results, records.costs, metrics, report.attribution)
    titles = {name: on_split(metric.title, metric.split) for name, metric in metrics.items()}
    sections: dict[str, Iterator[Picture] | list[Picture]] = {
        "truth": _truths(records, shares, report),
        "curves": _curves(records, grid),
        "seeds": _seeds(results, titles, grid),
        "training": [("training", "", figures.training_curves(records.history, grid.methods))],
        "budgets": [("budgets", "", figures.budget_curves(records.history, grid.methods))],
        "cost": [("cost", "", figures.cost(quality, grid.methods))],
        "gallery": _galleries(records, explained, grid, report),
    }
    folder = ReportFolder(report.name).figures
    return {
        section: [
            (caption, save_figure(figure, folder / name, report.formats))
            for name, caption, figure in pictures
            if figure
        ]
        for section, pictures in sections.items()
    }


def _truths(records: Records, shares: dict[str, dict[str, ground_truth.Shares]], report: Report) -> Iterator[Picture]:
    """The first images of each data set that knows what is evidence and what is not, and their masks."""
    shown = [(name, dataset) for name, covered in shares.items() for dataset in ground_truth.with_truth(covered)]
    for name, dataset in shown:
        keys = [key for key, scores in records.scores.items() if key[0].dataset == dataset and scores.split == name]
        splits = (read_maps(*key)[0] for key in keys)
        split = next((split for split in splits if len(split)), None)
        if split is not None:
            split = _first(split, report.gallery)
            labels = _labels(split, records.runs[keys[0][0]])
            picture = ground_truth.masked(split.images, split.masks, labels)
            yield f"truth_{dataset}" + (f"_{name}" if ON_SPLIT[name] else ""), on_split(dataset, name), picture


def _curves(records: Records, grid: Grid) -> Iterator[Picture]:
    """By attribution, those that are nulls left out; and of the metrics of the model itself."""
    points = curve_points(records)
    for name in points["attribution"].unique():
        if name not in records.null_maps:
            figure = curve_figure.metric_curves(points, name, grid.methods)
            yield f"curves_{name or 'of_the_model'}", name or "of the model itself", figure


def _seeds(results: pd.DataFrame, titles: dict[str, str], grid: Grid) -> Iterator[Picture]:
    for (dataset, model), rows in results.groupby(["dataset", "model"], sort=False):
        yield f"seeds_{dataset}_{model}", f"{dataset} · {model}", figures.seeds(rows, titles, grid.methods)


def _galleries(records: Records, attributions: list[str], grid: Grid, report: Report) -> Iterator[Picture]:
    """The same images across methods, of the first seed of each data set and model."""
    seed = grid.seeds[0]
    for panel, record in records.panels.items():
        for dataset in grid.datasets:
            for model in grid.models:
                cells = {method: Cell(dataset, model, method, seed) for method in grid.methods}
                kept = {name: read_maps(cell, panel) for name, cell in cells.items() if (cell, panel) in records.scores}
                if not kept:
                    continue
                first, (split, _) = next(iter(kept.items()))
                split = _first(split, report.gallery)
                for name in attributions if len(split) else []:
                    # An attribution may apply to some of the models only.
                    maps = {method: own[name][: report.gallery] for method, (_, own) in kept.items() if name in own}
                    if not maps:
                        continue
                    caption = [dataset, model, f"seed {seed}", name, ON_SPLIT[record.split]]
                    yield (
                        f"gallery_{panel}_{dataset}_{model}_{name}",
                        " · ".join(filter(None, caption)),
                        figures.map_grid(split.images, _labels(split, records.runs[cells[first]]), maps),
                    )


def _first(split: Split, count: int) -> Split:
    return split.take(np.arange(len(split))[:count])


def _labels(split: Split, run: RunRecord) -> list[str]:
    return [run.dataset_summary.classes[label] for label in split.labels]
