"""`smoot check`: what params.yaml asks for."""

import os
from typing import Any

from smoot.artifacts.paths import ReportFolder
from smoot.core.params_file import read_params
from smoot.core.text import count
from smoot.engines.duration import duration_lines, estimates
from smoot.engines.jobs import counted, jobs
from smoot.report.analysis.likeness import unlike
from smoot.report.analysis.questions import declared
from smoot.scoring.panel import Panel
from smoot.settings.data_limits import check_data
from smoot.settings.params import Params, facts_of_grid
from smoot.settings.timm_names import check_names
from smoot.settings.validation import validate
from smoot.statistics import seeds_needed
from smoot.training.recipe import Recipe


def check() -> None:
    """Say what params.yaml asks for, cell by cell and stage by stage, or all that is wrong with it."""
    raw = read_params()
    check_names(params := validate(raw))
    check_data(params)
    print(plan(raw, params))


def plan(raw: dict[str, Any], params: Params) -> str:
    """The grid, how many jobs each stage has and which are finished, and how long training will take.

    raw: the file that `params` is. Results are stale by the parameters in their records. These hold no digest of the
    code, which would make other bytes of the same results: the engines keep it, each in its own way.
    """
    grid = params.grid
    lines = [f"{name:9} {', '.join(map(str, values))}" for name, values in grid]
    epochs = count(params.training.epochs, "epoch")
    work = {
        "fetch": "images, labels and object masks into results/data/",
        "train": f"{epochs}, {_steps(params.training)}, into results/runs/",
        "score": "; ".join(_panel(name, params.panels[name]) for name in grid.panels),
        "report": f"{ReportFolder(params.report.name).page}",
    }
    if own := [name for name in grid.methods if params.recipe(name) != params.training]:
        work["train"] += f"; with a recipe of their own: {', '.join(own)}"
    lines.append("")
    found = list(jobs(raw, params))
    for stage, states in counted(found).items():
        lines += [states, f"{'':9} {work[stage]}"]
    if any(job.state == "finished" for job in found):
        lines.append(
            "finished  means with these parameters; `dvc status` and `snakemake -n` say whether code has changed since"
        )
    if (threads := params.compute.threads) > (cores := len(os.sched_getaffinity(0))):
        lines.append(f"threads   compute.threads is {threads}, but this machine has {cores}: it is slow here")
    if duration := duration_lines(estimates(grid, params.training.images)):
        lines += ["", f"training  {duration[0]}", *(f"{'':9} {line}" for line in duration[1:])]
    return "\n".join([*lines, "", *_unlike(params), _claims(params)])


def _unlike(params: Params) -> list[str]:
    """A line for each control that is not like what it controls."""
    return [
        f"{'controls' if number == 0 else '':9} {one.control} and {one.method} are not like with like: {one.listed}"
        for number, one in enumerate(unlike(facts_of_grid(params)))
    ]


def _steps(recipe: Recipe) -> str:
    """What an epoch is made of; how many steps it has is known where the images are drawn."""
    batches = f"batches of {recipe.batch_size}"
    if recipe.images is None:
        return batches
    steps = count(recipe.steps_per_epoch(recipe.images), "step")
    return f"each of {steps}, {batches}, from {recipe.images} training images that the seed draws"


def _claims(params: Params) -> str:
    tests = len(declared(params.report, params.hypotheses))
    needed, seeds = seeds_needed(tests) if tests else 0, len(params.grid.seeds)
    which = "declared" if params.report.declares else "all"
    enough = "" if needed <= seeds else ": no claim can be made"
    return f"claims    {tests} comparisons ({which}): {needed} seeds needed, {seeds} in the grid{enough}"


def _panel(name: str, panel: Panel) -> str:
    borrowed = len(panel.borrowed())
    of_baseline = f" ({borrowed} of them of or on the baseline's model)" if borrowed else ""
    size = (
        f"{len(panel.attributions)} attributions{of_baseline} × {len(panel.metrics)} metrics on {panel.images} images"
    )
    of_split = "" if panel.split == "test" else f" of the {panel.split} split"
    return f"{name}: {size}{of_split}" + (" that the seed draws" if panel.by_seed else "")
