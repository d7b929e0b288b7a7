"""The `smoot` command. It checks the whole of params.yaml, then hands a stage its coordinates and its own blocks.

Heavy imports are inside the commands: `smoot --help` and a wrong option answer at once.
"""

import functools
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from smoot import __version__
from smoot.core.errors import SmootError

app = typer.Typer(
    help="Benchmark saliency-guided training methods: fetch data, train, score, report.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Dataset = Annotated[str, typer.Option(help="A key of the datasets block.")]
Model = Annotated[str, typer.Option(help="A key of the models block.")]
Method = Annotated[str, typer.Option(help="A key of the methods block.")]
Seed = Annotated[int, typer.Option(min=0, help="The training seed.")]
Kind = Literal["datasets", "methods", "attributions", "metrics"]
PanelName = Annotated[str, typer.Option("--panel", help="A key of the panels block.")]


def command(function: Callable[..., None]) -> Callable[..., None]:
    """Makes `function` a command of its name whose errors are plain lines and an exit code."""

    @app.command(function.__name__.rstrip("_"))
    @functools.wraps(function)
    def wrapped(*args: Any, **options: Any) -> None:
        try:
            function(*args, **options)
        except SmootError as error:
            print(error, file=sys.stderr)
            raise typer.Exit(error.exit_code) from None

    return wrapped


@app.callback(invoke_without_command=True)
def main(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
    params: Annotated[str | None, typer.Option(help="A file to read in the place of params.yaml.")] = None,
) -> None:
    if version:
        print(__version__)
        raise typer.Exit
    if params is not None:
        # Before anything reads it; processes that this one starts read the same file.
        os.environ["SMOOT_PARAMS"] = params


@command
def fetch(dataset: Dataset) -> None:
    """Put a data set into results/data/."""
    raw = _checked(datasets=dataset)
    from smoot.attempts import fetch_log, recorded

    with recorded(fetch_log(dataset)):
        from smoot.data import stage
        from smoot.stages import view_of

        stage.run(dataset, view_of(raw, "fetch", dataset=dataset))


@command
def train(dataset: Dataset, model: Model, method: Method, seed: Seed) -> None:
    """Train one cell of the grid into results/runs/."""
    raw = _checked(datasets=dataset, models=model, methods=method)
    from smoot.artifacts.paths import Cell
    from smoot.attempts import recorded, train_log

    cell = Cell(dataset, model, method, seed)
    with recorded(train_log(cell)):
        from smoot.code import digest
        from smoot.stages import view_of
        from smoot.training import stage

        stage.run(cell, view_of(raw, "train", **cell.coordinates), code=digest(raw, "train", method))


@command
def score(dataset: Dataset, model: Model, method: Method, seed: Seed, panel: PanelName) -> None:
    """Score one trained cell by a panel of attributions and metrics into results/scores/."""
    raw = _checked(datasets=dataset, models=model, methods=method, panels=panel)
    from smoot.artifacts.paths import Cell
    from smoot.attempts import recorded, score_log

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
    raw = _checked()
    from smoot.attempts import recorded, report_log

    with recorded(report_log(raw["report"]["name"])):
        from smoot.report import stage
        from smoot.stages import view_of

        stage.run(view_of(raw, "report"), partial)


@command
def code() -> None:
    """List the code that each stage runs into results/code/, for the engines to compare."""
    from smoot.artifacts.paths import CODE
    from smoot.code import write
    from smoot.core.params_file import read

    raw = read()
    try:
        write(raw, CODE)
    except (AttributeError, KeyError, TypeError):
        # Blocks of another form than they should have. Checking them all takes seconds, so not where nothing is wrong.
        from smoot.validation import validate

        validate(raw)
        raise


@command
def check() -> None:
    """Say what params.yaml asks for, cell by cell and stage by stage, or all that is wrong with it."""
    from smoot.core.errors import ParamsError
    from smoot.core.params_file import read
    from smoot.plan import plan, unknown_to_timm
    from smoot.validation import validate

    params = validate(read())
    if lines := unknown_to_timm(params):
        raise ParamsError(lines)
    print(plan(params))


@command
def status() -> None:
    """Say which cells are finished, stale, missing or failed, why, where the logs are and what to do next."""
    from smoot.core.params_file import read
    from smoot.status import status as text
    from smoot.validation import validate

    raw = read()
    print(text(raw, validate(raw)))


@command
def index() -> None:
    """List all reports in reports/index.html; every report does so when it is made."""
    from smoot.core.progress import say
    from smoot.report.index import write

    say(f"{write()}")


@command
def compare(
    first: Annotated[str, typer.Argument(help="A report's folder, REVISION:reports/NAME, or a git revision.")],
    second: Annotated[str, typer.Argument(help="As the first.")],
    format: Annotated[Literal["text", "markdown", "html"], typer.Option(help="Of what is said.")] = "text",
    output: Annotated[Path | None, typer.Option(help="The file to write; the terminal, if not given.")] = None,
) -> None:
    """Say in which parameters and scores two reports differ, by their results.csv and params.yaml."""
    from smoot.compare.render import run

    run(first, second, format, output)


@command
def preset(name: Annotated[str, typer.Argument(help="A file of workflow/presets/, without its suffix.")]) -> None:
    """Put a preset in the place of params.yaml; the old one becomes params.yaml.bak."""
    from smoot.presets import use

    use(name)


@app.command("list")
def list_(
    kind: Annotated[Kind | None, typer.Argument(help="All kinds, by name only, if not given.")] = None,
) -> None:
    """List the data sets, training methods, attributions or metrics there are, and what is known of them."""
    from smoot.listing import names_of_all, table

    print(table(kind) if kind else names_of_all())


def _checked(**coordinates: str) -> dict[str, Any]:
    from smoot.validation import checked

    return checked(**coordinates)
