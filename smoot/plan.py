"""`smoot check`: what params.yaml asks for."""

import os

from smoot.artifacts.paths import DataFolder, ReportFolder
from smoot.duration import estimates
from smoot.duration import lines as duration_lines
from smoot.params import Params, hypotheses
from smoot.report.hypotheses import family
from smoot.scoring.panel import Panel
from smoot.statistics import seeds_needed


def plan(params: Params) -> str:
    """The grid, the number of jobs, how many results of each stage are on disk, and how long training will take.

    Whether those are up to date is for the engines to say: `dvc status` or `snakemake -n`.
    """
    grid = params.grid
    cells = grid.cells()
    lines = [f"{name:9} {', '.join(map(str, values))}" for name, values in grid]
    outputs = {
        "fetch": [DataFolder(dataset).info for dataset in grid.datasets],
        "train": [cell.run_record for cell in cells],
        "score": [cell.scores(panel) for cell in cells for panel in grid.panels],
        "report": [ReportFolder(params.report.name).page],
    }
    work = {
        "fetch": "images, labels and object masks into results/data/",
        "train": f"{params.training.epochs} epochs, batches of {params.training.batch_size}, into results/runs/",
        "score": "; ".join(_panel(name, params.panels[name]) for name in grid.panels),
        "report": f"{outputs['report'][0]}",
    }
    if own := [name for name in grid.methods if params.recipe(name) != params.training]:
        work["train"] += f"; with a recipe of their own: {', '.join(own)}"
    lines.append("")
    for stage, paths in outputs.items():
        on_disk = sum(path.exists() for path in paths)
        lines.append(f"{stage:9} {len(paths):4} jobs, {on_disk} on disk: {work[stage]}")
    if (threads := params.compute.threads) > (cores := len(os.sched_getaffinity(0))):
        lines.append(f"threads   compute.threads is {threads}, but this machine has {cores}: it is slow here")
    if duration := duration_lines(estimates(grid)):
        lines += ["", f"training  {duration[0]}", *(f"{'':9} {line}" for line in duration[1:])]
    return "\n".join([*lines, "", _claims(params)])


def _claims(params: Params) -> str:
    tests = len(family(params.report.primary, params.report.baseline, hypotheses(params)))
    needed, seeds = seeds_needed(tests) if tests else 0, len(params.grid.seeds)
    which = "primary" if params.report.primary else "all"
    enough = "" if needed <= seeds else ": no claim can be made"
    return f"claims    {tests} comparisons ({which}): {needed} seeds needed, {seeds} in the grid{enough}"


def _panel(name: str, panel: Panel) -> str:
    size = f"{len(panel.attributions)} attributions × {len(panel.metrics)} metrics on {panel.images} images"
    return f"{name}: {size}" + ("" if panel.split == "test" else f" of the {panel.split} split")
