"""The commands of the stages. Each checks the whole of params.yaml, then hands its stage coordinates and blocks."""

from pathlib import Path
from typing import Annotated

import typer

from smoot.cli.app import checked, commands

command = commands("Stages")

Dataset = Annotated[str, typer.Option(help="A key of the datasets block.")]
Model = Annotated[str, typer.Option(help="A key of the models block.")]
Method = Annotated[str, typer.Option(help="A key of the methods block.")]
Seed = Annotated[int, typer.Option(min=0, help="The training seed.")]
PanelName = Annotated[str, typer.Option("--panel", help="A key of the panels block.")]


@command
def code() -> None:
    """List the code that each stage runs into results/code/, for the engines to compare."""
    from smoot.artifacts.paths import CODE
    from smoot.code import write
    from smoot.core.params_file import read

    raw = read()
    try:
        write(raw, CODE)
    except (AttributeError, KeyError, TypeError, SyntaxError):
        # Blocks or components of another form than they should have. DVC runs this each time, so it checks only where
        # it fails.
        from smoot.validation import validate

        validate(raw)
        raise


@command
def fetch(dataset: Dataset) -> None:
    """Put a data set into results/data/."""
    raw = checked(datasets=dataset)
    from smoot.attempts import fetch_log, recorded

    with recorded(fetch_log(dataset)):
        from smoot.data import stage
        from smoot.stages import view_of

        stage.run(dataset, view_of(raw, "fetch", dataset=dataset))


@command
def train(dataset: Dataset, model: Model, method: Method, seed: Seed) -> None:
    """Train one cell of the grid into results/runs/."""
    raw = checked(datasets=dataset, models=model, methods=method)
    from smoot.artifacts.paths import Cell
    from smoot.attempts import recorded, train_log
    from smoot.core.gpus import claim

    claim(raw["training"].get("processes", 1), raw["compute"].get("device", "auto"))
    cell = Cell(dataset, model, method, seed)
    with recorded(train_log(cell)):
        from smoot.code import digest
        from smoot.stages import view_of
        from smoot.training import stage

        stage.run(cell, view_of(raw, "train", **cell.coordinates), code=digest(raw, "train", method))


@command
def score(dataset: Dataset, model: Model, method: Method, seed: Seed, panel: PanelName) -> None:
    """Score one trained cell by a panel of attributions and metrics into results/scores/."""
    raw = checked(datasets=dataset, models=model, methods=method, panels=panel)
    from smoot.artifacts.paths import Cell
    from smoot.attempts import recorded, score_log
    from smoot.core.gpus import claim

    claim(1, raw["compute"].get("device", "auto"))
    cell = Cell(dataset, model, method, seed)
    with recorded(score_log(cell, panel)):
        from smoot.scoring import stage
        from smoot.stages import view_of

        stage.run(cell, panel, view_of(raw, "score", **cell.coordinates, panel=panel))


@command
def report(
    files: Annotated[list[Path] | None, typer.Argument(help="More of what --from names.")] = None,
    partial: Annotated[bool, typer.Option("--partial", help="Report the cells there are, and show the holes.")] = False,
    from_: Annotated[
        list[Path] | None, typer.Option("--from", help="Reports, by folder or results.csv, that are made into one.")
    ] = None,
    name: Annotated[str, typer.Option(help="With --from: of the new report; by default the first's and _merged.")] = "",
) -> None:
    """Compare all cells of the grid in reports/."""
    if from_:
        from smoot.report.merging import merge, read
        from smoot.report.stage import make

        make(*merge([read(path) for path in [*from_, *(files or [])]], name))
        return
    if files or name:
        from smoot.core.errors import ParamsError

        raise ParamsError([f"{' '.join(map(str, files)) if files else f'--name {name}'}: only with --from"])
    raw = checked()
    from smoot.attempts import recorded, report_log

    with recorded(report_log(raw["report"]["name"])):
        from smoot.report import stage
        from smoot.stages import view_of

        stage.run(view_of(raw, "report"), partial)
