"""The `smoot` command: what all its commands share.

Heavy imports are inside the commands: `smoot --help` and a wrong option answer at once.
"""

import functools
import os
import sys
from collections.abc import Callable
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from smoot import __version__
from smoot.core.errors import SmootError
from smoot.core.own_package import run_the_folders_own


class Commands(TyperGroup):
    """The commands, as the code of the working folder has them."""

    def main(self, *args: Any, **options: Any) -> Any:
        for stream in (sys.stdout, sys.stderr):
            # A terminal that knows ASCII alone shows \u2191 for an arrow, and no traceback.
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
        try:
            run_the_folders_own()
        except SmootError as error:
            sys.exit(str(error))
        # Always the same name, as a shell asks for completions by it: `python -m smoot` would have another.
        return super().main(*args, **options | {"prog_name": "smoot"})


app = typer.Typer(
    cls=Commands,
    help="Benchmark saliency-guided training methods: fetch data, train, score, report.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


def commands(panel: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """A decorator that makes a function a command of its name, whose errors are plain lines and an exit code.

    panel: under which heading of `smoot --help` it stands.
    """

    def command(function: Callable[..., None]) -> Callable[..., None]:
        @app.command(function.__name__.rstrip("_"), rich_help_panel=panel)
        @functools.wraps(function)
        def wrapped(*args: Any, **options: Any) -> None:
            try:
                function(*args, **options)
            except SmootError as error:
                print(error, file=sys.stderr)
                raise typer.Exit(error.exit_code) from None

        return wrapped

    return command


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


def checked(**coordinates: str) -> dict[str, Any]:
    """The raw params.yaml, valid as a whole. Raises ParamsError, also where a coordinate has no block.

    Of a command of DVC's, SmootError where Snakemake is at work in the folder.
    """
    from smoot.validation import checked

    if "DVC_STAGE" in os.environ:
        from smoot.core.engines import no_snakemake

        no_snakemake()
    return checked(**coordinates)
