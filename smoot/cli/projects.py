"""The commands that make a project, and what it is made of."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from smoot.cli.app import commands

command = commands("Projects and components")

Kind = Literal["datasets", "methods", "attributions", "metrics"]
NewKind = Literal["method", "dataset", "attribution", "metric", "section"]


@command
def init(folder: Annotated[Path, typer.Argument(help="A new or an empty folder.")]) -> None:
    """Make a new project: params.yaml, the stages for DVC and Snakemake, presets and profiles."""
    from smoot.init_project import init

    init(folder)


@command
def preset(name: Annotated[str, typer.Argument(help="A file of workflow/presets/, without its suffix.")]) -> None:
    """Put a preset in the place of params.yaml; the old one becomes params.yaml.bak."""
    from smoot.presets import use

    use(name)


@command
def list_(
    kind: Annotated[Kind | None, typer.Argument(help="All kinds, by name only, if not given.")] = None,
) -> None:
    """List the data sets, training methods, attributions or metrics there are, and what is known of them."""
    from smoot.listing import names_of_all, table

    print(table(kind) if kind else names_of_all())


@command
def new(
    kind: Annotated[NewKind, typer.Argument(help="What it is to be.")],
    name: Annotated[str, typer.Argument(help="Of its file and its entry: a-z, 0-9 and _.")],
) -> None:
    """Write a small component that works, and its entry in params.yaml: to be made into your own.

    In a clone its file is in smoot/, elsewhere in components/. A method and a data set are put into the grid, an
    attribution and a metric into the grid's first panel, a section at the end of the report.
    """
    from smoot.new_component import create

    create(kind, name)
