"""The report stands on the records alone: it needs no code of the stages that write them."""

import ast
from importlib.util import find_spec
from pathlib import Path

import smoot

PACKAGE = Path(smoot.__file__).parent
ALLOWED = ("smoot.core", "smoot.artifacts", "smoot.statistics", "smoot.report")


def imported(module: str) -> set[str]:
    """The modules of smoot that a module imports, at the top or inside functions."""
    names = set()
    for node in ast.walk(ast.parse(Path(find_spec(module).origin).read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{module}: relative import"
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return {name for name in names if name.split(".")[0] == "smoot" and is_module(name)}


def is_module(name: str) -> bool:
    return PACKAGE.parent.joinpath(*name.split(".")).with_suffix(".py").exists() or (
        PACKAGE.parent.joinpath(*name.split("."), "__init__.py").exists()
    )


def test_the_report_imports_no_code_of_the_other_stages():
    waiting = {f"smoot.report.{path.stem}" for path in (PACKAGE / "report").glob("*.py")} - {"smoot.report.__init__"}
    reached = {"smoot"}  # which imports its API for type checkers alone
    while waiting:
        module = waiting.pop()
        reached.add(module)
        waiting |= imported(module) - reached
    assert {"smoot.report.stage", "smoot.artifacts.scores", "smoot.statistics"} <= reached
    strangers = {module for module in reached - {"smoot"} if not module.startswith(ALLOWED)}
    assert not strangers
