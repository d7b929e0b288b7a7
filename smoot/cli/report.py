"""`smoot report`: all cells of the grid compared, or several reports made into one."""

from pathlib import Path
from typing import Annotated

import typer

from smoot.cli.coordinates import checked_params
from smoot.core.errors import ParamsError


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
        from smoot.report.evidence.merging import merge, read_source
        from smoot.report.stage import make

        make(*merge([read_source(path) for path in [*from_, *(files or [])]], name))
        return
    if files or name:
        raise ParamsError([f"{' '.join(map(str, files)) if files else f'--name {name}'}: only with --from"])
    raw = checked_params()
    from smoot.engines.attempts import recorded, report_log

    with recorded(report_log(raw["report"]["name"])):
        from smoot.engines.stages import view_of
        from smoot.report import stage

        stage.report_grid(view_of(raw, "report"), partial)
