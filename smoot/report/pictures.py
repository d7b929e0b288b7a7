"""Which figures a report has, section by section."""

from collections.abc import Iterator

import pandas as pd
from matplotlib.figure import Figure

from smoot.artifacts.paths import Cell, report_folder
from smoot.grid import Grid
from smoot.report import figures, ground_truth
from smoot.report.costs import quality_and_cost
from smoot.report.options import Report
from smoot.report.records import Collected, gallery
from smoot.report.render import save_figure
from smoot.report.results import curves

# The file's name, the caption, and the figure: None where there is nothing to draw.
Picture = tuple[str, str, Figure | None]


def draw(
    collected: Collected,
    results: pd.DataFrame,
    shares: dict[str, ground_truth.Shares],
    grid: Grid,
    report: Report,
    titles: dict[str, str],
) -> dict[str, list[tuple[str, str]]]:
    """Saves every figure. Returns, for each section of the page, (caption, data URI) of its figures.

    results: as from `smoot.report.results`. shares: as from `smoot.report.ground_truth`. titles: of the metrics.
    """
    explained = [name for name in results["attribution"].unique() if name and name != "random"]
    sections: dict[str, Iterator[Picture] | list[Picture]] = {
        "truth": _truths(collected, shares, report),
        "curves": _curves(collected, explained, grid),
        "seeds": _seeds(results, titles, grid),
        "training": [("training", "", figures.training_curves(collected.history, grid.methods))],
        "budgets": [("budgets", "", figures.budgets(collected.history, grid.methods))],
        "cost": [("cost", "", figures.cost(quality_and_cost(results, collected.costs), grid.methods))],
        "gallery": _galleries(collected, explained, grid, report),
    }
    folder = report_folder(report.name) / "figures"
    return {
        section: [
            (caption, save_figure(figure, folder / name, report.formats))
            for name, caption, figure in pictures
            if figure
        ]
        for section, pictures in sections.items()
    }


def _truths(collected: Collected, shares: dict[str, ground_truth.Shares], report: Report) -> Iterator[Picture]:
    """The first images of each data set that knows what is evidence and what is not, and their masks."""
    for dataset in ground_truth.with_truth(shares):
        keys = [key for key in collected.scores if key[0].dataset == dataset]
        cell, panel = next((key for key in keys if len(gallery(*key)["images"])), keys[0])
        arrays, shown = gallery(cell, panel), slice(report.gallery)
        classes = collected.runs[cell]["dataset_description"]["classes"]
        labels = [classes[label] for label in arrays["labels"][shown]]
        yield f"truth_{dataset}", dataset, ground_truth.masked(arrays["images"][shown], arrays["masks"][shown], labels)


def _curves(collected: Collected, attributions: list[str], grid: Grid) -> Iterator[Picture]:
    removal = curves(collected)
    for name in attributions:
        yield f"accuracy_drop_{name}", name, figures.accuracy_curves(removal, name, grid.methods)


def _seeds(results: pd.DataFrame, titles: dict[str, str], grid: Grid) -> Iterator[Picture]:
    for (dataset, model), rows in results.groupby(["dataset", "model"], sort=False):
        yield f"seeds_{dataset}_{model}", f"{dataset} · {model}", figures.seeds(rows, titles, grid.methods)


def _galleries(collected: Collected, attributions: list[str], grid: Grid, report: Report) -> Iterator[Picture]:
    """The same images across methods, of the first seed of each data set and model."""
    seed = grid.seeds[0]
    for panel in grid.panels:
        for dataset in grid.datasets:
            for model in grid.models:
                cells = {method: Cell(dataset, model, method, seed) for method in grid.methods}
                arrays = {m: gallery(cell, panel) for m, cell in cells.items() if (cell, panel) in collected.scores}
                for name in attributions if arrays else []:
                    first = next(iter(arrays.values()))
                    shown = slice(report.gallery)
                    # An attribution may apply to some of the models only.
                    maps = {m: arrays[m][f"map.{name}"][shown] for m in arrays if f"map.{name}" in arrays[m]}
                    if not maps or not len(first["images"][shown]):
                        continue
                    classes = collected.runs[cells[next(iter(arrays))]]["dataset_description"]["classes"]
                    yield (
                        f"gallery_{panel}_{dataset}_{model}_{name}",
                        f"{dataset} · {model} · seed {seed} · {name}",
                        figures.gallery(
                            first["images"][shown],
                            [classes[label] for label in first["labels"][shown]],
                            maps,
                        ),
                    )
