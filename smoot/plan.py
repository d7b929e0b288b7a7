"""`smoot check`: what params.yaml asks for."""

from typing import Any

from smoot.artifacts.paths import data_folder, report_folder
from smoot.core.errors import SmootError
from smoot.core.params_file import PARAMS_FILE
from smoot.params import untrained, validate
from smoot.report.hypotheses import comparisons, family
from smoot.statistics import seeds_needed


def describe(raw: dict[str, Any]) -> str:
    """The grid, the number of cells, and for each stage how many of its results are on disk.

    Whether those are up to date is for the engines to say: `dvc status` or `snakemake -n`.
    """
    params = validate(raw)
    grid = params.grid
    cells = grid.cells()
    lines = [f"{name:9} {', '.join(map(str, values))}" for name, values in grid]
    stages = {
        "fetch": [data_folder(dataset) / "dataset.json" for dataset in grid.datasets],
        "train": [cell.run_folder / "run.json" for cell in cells],
        "score": [cell.scores(panel) for cell in cells for panel in grid.panels],
        "report": [report_folder(params.report.name) / "index.html"],
    }
    work = {
        "fetch": "images, labels and object masks into results/data/",
        "train": f"{params.training.epochs} epochs, batches of {params.training.batch_size}, into results/runs/",
        "score": "; ".join(_panel(name, params.panels[name]) for name in grid.panels),
        "report": f"{stages['report'][0]}",
    }
    everything = comparisons(grid, params.panels, untrained(params))
    tests = len(family(params.report.primary, params.report.baseline, everything))
    needed = seeds_needed(tests) if tests else 0
    lines.append("")
    for stage, outputs in stages.items():
        there = sum(path.exists() for path in outputs)
        lines.append(f"{stage:9} {len(outputs):4} cells, {there} on disk: {work[stage]}")
    which = "primary" if params.report.primary else "all"
    there = len(grid.seeds)
    enough = "" if needed <= there else ": no claim can be made"
    lines += ["", f"claims    {tests} comparisons ({which}): {needed} seeds needed, {there} in the grid{enough}"]
    return "\n".join(lines)


def unknown_to_timm(raw: dict[str, Any]) -> list[str]:
    """A line for each model that timm does not have, and for an optimiser that it cannot make.

    Not part of `validate`, as it takes seconds.
    """
    import timm
    from torch import nn

    import smoot.models.create  # noqa: F401  (registers our own)
    from smoot.training.optimiser import make_optimizer

    lines = [
        f"{PARAMS_FILE}: models.{name}.timm: {block['timm']}: timm has no such model; see timm.list_models()"
        for name, block in raw["models"].items()
        if not timm.is_model(block["timm"])
    ]
    try:
        make_optimizer(nn.Linear(1, 1), validate(raw).training)
    except SmootError as error:
        lines.append(str(error))
    return lines


def _panel(name: str, panel: Any) -> str:
    return f"{name}: {len(panel.attributions)} attributions × {len(panel.metrics)} metrics on {panel.images} images"
