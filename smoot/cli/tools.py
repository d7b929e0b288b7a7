"""The commands around the stages: what is there, what there is to do, and what came out."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from smoot.cli.app import commands

command, results = commands("Around a run"), commands("Results")


@command
def check() -> None:
    """Say what params.yaml asks for, cell by cell and stage by stage, or all that is wrong with it."""
    from smoot.core.params_file import read
    from smoot.data_limits import check_data
    from smoot.plan import plan
    from smoot.timm_names import check_names
    from smoot.validation import validate

    raw = read()
    check_names(params := validate(raw))
    check_data(params)
    print(plan(raw, params))


@command
def status() -> None:
    """Say which cells are finished, stale, missing or failed, why, where the logs are and what to do next."""
    from smoot.core.params_file import read
    from smoot.status import status as text
    from smoot.validation import validate

    raw = read()
    print(text(raw, validate(raw)))


@command
def repro(
    targets: Annotated[list[str] | None, typer.Argument(help="Stages, with all that they need; all, if none.")] = None,
    jobs: Annotated[
        int | None, typer.Option("-j", "--jobs", min=1, help="Side by side; by default processors / compute.threads.")
    ] = None,
) -> None:
    """Do what `dvc repro` does, with several stages side by side."""
    from smoot.repro.command import run

    run(jobs, targets or [])


@command
def explain(
    key: Annotated[str, typer.Argument(help="Such as training.lr, methods.sgt.k or 'panels.*.images'.")],
) -> None:
    """Say what a key of params.yaml means: type, allowed range, default, meaning; of a block, its keys."""
    from smoot.reference.explain import explain as text

    print(text(key))


@results
def compare(
    first: Annotated[str, typer.Argument(help="A report's folder, REVISION:reports/NAME, or a git revision.")],
    second: Annotated[str, typer.Argument(help="As the first.")],
    format: Annotated[Literal["text", "markdown", "html"], typer.Option(help="Of what is said.")] = "text",
    output: Annotated[Path | None, typer.Option(help="The file to write; the terminal, if not given.")] = None,
) -> None:
    """Say in which parameters and scores two reports differ, by their results.csv and params.yaml."""
    from smoot.compare.render import run

    run(first, second, format, output)


@results
def index() -> None:
    """List all reports in reports/index.html; every report does so when it is made."""
    from smoot.core.progress import say
    from smoot.report.index import write

    say(f"{write()}")
