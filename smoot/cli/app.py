"""The `smoot` command: what all its commands share.

A command is a file of this folder, which is imported when the command is called: `smoot --help` and a wrong option
answer at once.
"""

import ast
import functools
import os
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from smoot import __version__
from smoot.core.errors import SmootError
from smoot.core.own_package import run_the_folders_own

HEADINGS = {
    "Projects and components": ("init", "preset", "list", "new"),
    "Stages": ("code", "fetch", "train", "score", "report"),
    "Around a run": ("check", "status", "repro", "explain"),
    "Results": ("compare", "index"),
}
"""The commands by their heading in `smoot --help`; each is a module of this folder with a function of its name."""


class Commands(TyperGroup):
    """The commands, as the code of the working folder has them."""

    def __init__(self, **options: Any):
        listed = {name: _listed(name, heading) for heading, names in HEADINGS.items() for name in names}
        super().__init__(**options | {"commands": listed})

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

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that is called, with its options: its module is imported here."""
        name, command, rest = super().resolve_command(ctx, args)
        return name, command and loaded(command.name or ""), rest

    def invoke(self, ctx: Any) -> Any:
        """Runs the command. Its module reads the file's name as it is imported, and what it starts reads it too."""
        if ctx.params.get("params") is not None:
            os.environ["SMOOT_PARAMS"] = ctx.params["params"]
        return super().invoke(ctx)


def _listed(name: str, heading: str) -> TyperCommand:
    """A command as `smoot --help` lists it, by the docstring of its function, which is not imported for that."""
    module = ast.parse(Path(__file__).with_name(f"{name}.py").read_text(encoding="utf-8"))
    functions = {node.name: node for node in module.body if isinstance(node, ast.FunctionDef)}
    return TyperCommand(name, help=ast.get_docstring(functions[_function(name)]), rich_help_panel=heading)


def loaded(name: str) -> Any:
    """The command of that name, whose errors are plain lines and an exit code."""
    function = getattr(import_module(f"smoot.cli.{name}"), _function(name))
    own = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    own.command(name)(_plainly(function))
    return typer.main.get_command(own)


def _function(name: str) -> str:
    """The function of a command: `list` is a name of Python's own."""
    return f"{name}_" if name == "list" else name


def _plainly(function: Callable[..., None]) -> Callable[..., None]:
    @functools.wraps(function)
    def wrapped(*args: Any, **options: Any) -> None:
        try:
            function(*args, **options)
        except SmootError as error:
            print(error, file=sys.stderr)
            raise typer.Exit(error.exit_code) from None

    return wrapped


app = typer.Typer(
    cls=Commands,
    help="Benchmark saliency-guided training methods: fetch data, train, score, report.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


@app.callback(invoke_without_command=True)
def main(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
    params: Annotated[str | None, typer.Option(help="A file to read in the place of params.yaml.")] = None,
) -> None:
    if version:
        print(__version__)
        raise typer.Exit
