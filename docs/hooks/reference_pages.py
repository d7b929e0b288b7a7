"""Pages of the reference: params.yaml, the commands, results.csv."""

import ast
import inspect
from collections.abc import Iterator
from itertools import pairwise

import typer
from tables import keys_table, table
from typer.cli import get_docs_for_click

from smoot.artifacts.results import ResultRow
from smoot.cli.app import app, loaded
from smoot.settings.keys import keys
from smoot.settings.params import Params
from smoot.settings.places import ANY, KINDS, Place, whole_file

API = """# Python API

For your own model and data, without params.yaml. [Your own model and loop](../own-code.md) shows them together.

::: smoot

## What they return

::: smoot.api.training_step.TrainingMethod
    options: {heading_level: 3, show_root_heading: true, members: [backward, record]}

::: smoot.training.batch.StepResult
    options: {heading_level: 3, show_root_heading: true}

::: smoot.api.comparison.PairedDifference
    options: {heading_level: 3, show_root_heading: true}
"""


def params_page() -> str:
    blocks = ([_linked(key.name), key.meaning] for key in keys(Params))
    parts = [
        "# params.yaml\n",
        "Every key, from the schemas that check the file. `smoot explain KEY` prints the same.\n",
        table(["block", "what it is"], blocks),
    ]
    for place in _with_keys(whole_file({})):
        of_entry = place.name.endswith(f".{ANY}")
        title = f"An entry of {place.name.removesuffix(f'.{ANY}')}" if of_entry else place.name.replace(ANY, "NAME")
        anchor = place.name.replace(f".{ANY}", "")
        meaning = place.key.meaning if place.key else place.about
        parts += [f"## {title} {{ #{anchor} }}\n", f"{meaning}\n", keys_table(place.keys)]
    return "\n".join(parts)


def _linked(block: str) -> str:
    """The entries of some blocks are components, which have pages of their own."""
    return f"[`{block}`]({block}.md)" if block in KINDS else f"[`{block}`](#{block})"


def _with_keys(place: Place) -> Iterator[Place]:
    """The places below `place` that have keys of their own, but for components."""
    for part in place.below():
        inner = place.step(part)
        if inner.kind not in KINDS:
            if inner.keys:
                yield inner
            yield from _with_keys(inner)


def commands_page() -> str:
    command = typer.main.get_command(app)
    command.commands = {name: loaded(name) for name in command.commands}
    for one in command.commands.values():
        one.short_help = (one.help or "").split("\n\n")[0]  # By default it is cut after 45 characters.
    return get_docs_for_click(obj=command, ctx=typer.Context(command), name="smoot", title="Commands")


def results_page() -> str:
    documented = _field_docstrings(ResultRow)
    rows = ([f"`{name}`", kind.__name__, documented.get(name, "")] for name, kind in ResultRow.__annotations__.items())
    about = "One row for each data set, model, method, seed, attribution and metric. Every report's folder has it.\n"
    return "\n".join(["# results.csv\n", about, table(["column", "type", "meaning"], rows)])


def _field_docstrings(of_class: type) -> dict[str, str]:
    """The docstring under each field of a class that has one, on one line."""
    (definition,) = ast.parse(inspect.getsource(of_class)).body
    assert isinstance(definition, ast.ClassDef)
    return {
        ast.unparse(field.target): " ".join(ast.literal_eval(text.value).split())
        for field, text in pairwise(definition.body)
        if isinstance(field, ast.AnnAssign) and isinstance(text, ast.Expr)
    }
