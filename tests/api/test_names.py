"""`from smoot import …`: the names, that they cost nothing until used, and the examples of their docstrings."""

import ast
import doctest
import inspect
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from builders import PROJECT

import smoot

FUNCTIONS = [name for name in smoot.__all__ if inspect.isfunction(getattr(smoot, name))]


def run(code: str) -> set[str]:
    """The words that a new process prints."""
    command = [sys.executable, "-c", code]
    return set(subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True).stdout.split())


def test_importing_the_package_imports_nothing_else():
    loaded = run("import sys; import smoot; dir(smoot); print(*sys.modules)")
    assert "smoot" in loaded
    assert not {"torch", "numpy", "pandas", "pydantic"} & loaded
    assert not any(name.startswith("smoot.") for name in loaded)


def test_the_statistics_need_neither_torch_nor_pandas():
    loaded = run("import sys; from smoot import holm, SmootError; print(*sys.modules)")
    assert "numpy" in loaded
    assert not {"torch", "pandas"} & loaded


def test_type_checkers_see_every_name_where_it_is_found():
    tree = ast.parse(Path(smoot.__file__).read_text())
    imported = {
        alias.name: node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names
    }
    names = set(smoot.__all__) - {"__version__"}
    assert names <= set(imported)
    assert {name: getattr(smoot, name).__module__ for name in names} == {name: imported[name] for name in names}
    assert set(smoot.__all__) <= set(dir(smoot))


def test_a_name_that_is_not_there_is_said_to_be_missing():
    with pytest.raises(AttributeError, match="No smoot attribute atribute"):
        smoot.atribute  # noqa: B018


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_examples_of_a_function_hold(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    function = getattr(smoot, name)
    (example,) = doctest.DocTestFinder(recurse=False).find(function, name, module=import_module(function.__module__))
    assert example.examples
    said: list[str] = []
    doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(example, out=said.append)
    assert not said, "".join(said)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_argument_is_documented(name):
    function = getattr(smoot, name)
    text = inspect.getdoc(function)
    arguments, rest = text.split("\nArgs:\n")[1].split("\nReturns:\n")
    parameters = inspect.signature(function).parameters.values()
    stars = {inspect.Parameter.VAR_KEYWORD: "**"}
    documented = [line.strip().split(":")[0] for line in arguments.splitlines() if line[4:5].strip()]
    assert documented == [stars.get(parameter.kind, "") + parameter.name for parameter in parameters]
    assert "\nRaises:\n    SmootError: " in rest
    assert "\nExamples:\n" in rest
