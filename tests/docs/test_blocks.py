"""Every block of README and docs is one that the tests know: what is not run is at least read."""

import ast
import shlex
import subprocess

import pytest
import typer
from builders import PROJECT
from documentation import all_blocks, exists
from ruamel.yaml import YAML

from smoot.cli import app
from smoot.settings.params import Params

BLOCKS = all_blocks()
COMMANDS = [(block, command) for block in BLOCKS if block.language in ("sh", "console") for command in block.commands]


def of_language(*languages):
    return pytest.mark.parametrize("block", [block for block in BLOCKS if block.language in languages], ids=str)


def starting_with(word):
    found = [command.removesuffix(" &") for _, command in COMMANDS if command.split()[0] == word]
    return pytest.mark.parametrize("arguments", [shlex.split(command)[1:] for command in found], ids=" ".join)


def test_every_block_is_of_a_language_that_the_tests_know():
    assert {block.language for block in BLOCKS} <= {"sh", "console", "yaml", "python", "snakemake", "text"}
    assert len(BLOCKS) > 50


@pytest.mark.parametrize("block", [block for block in BLOCKS if block.mark], ids=str)
def test_what_is_not_run_here_says_why_or_where(block):
    assert exists(block.why) if block.mark == "run by" else len(block.why) > 10


@of_language("sh")
def test_the_shell_can_read_it(block):
    result = subprocess.run(["bash", "-n"], input=block.text, capture_output=True, text=True)
    assert not result.stderr


@of_language("python")
def test_python_can_read_it(block):
    ast.parse(block.text)


@of_language("yaml")
def test_a_yaml_block_is_a_part_of_params_or_says_what_else_it_is(block):
    content = YAML(typ="safe", pure=True).load(block.text)
    assert isinstance(content, dict)
    assert block.mark or block.title or content.keys() <= Params.model_fields.keys()


@starting_with("smoot")
def test_smoot_has_the_command_and_its_options(arguments):
    group = typer.main.get_command(app)
    with group.make_context("smoot", arguments) as context:
        name, command, rest = group.resolve_command(context, context._protected_args + context.args)
        command.make_context(name, rest, parent=context)


@starting_with("snakemake")
def test_snakemake_has_the_options(arguments):
    from snakemake.cli import get_argument_parser

    get_argument_parser().parse_args(arguments)


@starting_with("dvc")
def test_dvc_has_the_command_and_its_options(arguments):
    from dvc.cli.parser import get_main_parser

    get_main_parser().parse_args(arguments)


@starting_with("make")
def test_make_has_the_target(arguments):
    targets = [line.split(":")[0] for line in (PROJECT / "Makefile").read_text().splitlines() if ": " in line]
    assert arguments[0] in targets
