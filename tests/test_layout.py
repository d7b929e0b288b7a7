"""The layout, and the rules of who imports whom."""

import ast
import re
from collections import defaultdict
from pathlib import Path

import pytest
from builders import PROJECT

PACKAGE = PROJECT / "smoot"
MODULES = sorted(PACKAGE.rglob("*.py"))
LAYERS = [
    {"core"},
    {"artifacts"},
    {"masking", "perturbation", "statistics", "models", "data"},
    {"training", "scoring", "report"},
    {"datasets", "methods", "attributions", "metrics", "compare"},
    {"settings"},
    {"engines", "api"},
    {"cli"},
]
"""From the ground up: a layer imports what is below it, and itself."""
REPORT_LAYERS = [{"evidence"}, {"analysis"}, {"figures", "render"}, {"sections"}]
CONTRACTS = {"Params", "Method", "INFO", "KNOWN_ANSWER", "CARD", "NULL", "COMPLETE"}
"""What every component of a kind has."""


def room(path: Path) -> str:
    """The folder or loose module of the package that a file is in."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(path: Path) -> set[str]:
    """The modules of the package that a file imports, at the top or inside functions."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "smoot":
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def depth(layers: list[set[str]], name: str) -> int | None:
    return next((place for place, layer in enumerate(layers) if name in layer), None)


def test_few_modules_lie_loose():
    assert len(list(PACKAGE.glob("*.py"))) <= 6
    assert len([path for path in (PACKAGE / "report").glob("*.py") if path.name != "__init__.py"]) <= 12


def test_imports_go_down():
    wrong = set()
    for path in MODULES:
        own = depth(LAYERS, room(path))
        for module in imported(path):
            parts = module.split(".")
            other = depth(LAYERS, parts[1]) if len(parts) > 1 else None
            if own is not None and other is not None and other > own:
                wrong.add((path.relative_to(PACKAGE).as_posix(), module))
    assert not wrong


def test_imports_within_the_report_go_down():
    wrong = set()
    for path in (PACKAGE / "report").rglob("*.py"):
        folder = path.relative_to(PACKAGE / "report").parts[0]
        own = depth(REPORT_LAYERS, folder)
        for module in imported(path):
            parts = module.split(".")
            other = depth(REPORT_LAYERS, parts[2]) if parts[:2] == ["smoot", "report"] and len(parts) > 2 else None
            if own is not None and other is not None and other > own:
                wrong.add((path.relative_to(PACKAGE).as_posix(), module))
            if (
                folder in ("figures", "render")
                and other is not None
                and parts[2] in ("evidence", "analysis", "sections")
            ):
                wrong.add((path.relative_to(PACKAGE).as_posix(), module))
    assert not wrong


def test_no_import_is_renamed():
    renamed = [
        f"{path.relative_to(PACKAGE)}: {alias.name} as {alias.asname}"
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("smoot")
        for alias in node.names
        if alias.asname
    ]
    assert not renamed


def test_a_class_has_one_meaning():
    homes = defaultdict(set)
    for path in MODULES:
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_") and node.name not in CONTRACTS:
                homes[node.name].add(path.relative_to(PACKAGE).as_posix())
    assert not {name: files for name, files in homes.items() if len(files) > 1}


def test_a_constant_has_one_meaning():
    """Of those that other modules import; what a component or a template has for itself is its own affair."""
    homes, shared = defaultdict(set), set()
    for path in MODULES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in tree.body:
            targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
            for target in targets:
                if isinstance(target, ast.Name) and target.id.isupper() and not target.id.startswith("_"):
                    homes[target.id].add(path.relative_to(PACKAGE).as_posix())
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("smoot"):
                shared |= {alias.name for alias in node.names}
    assert not {name: files for name, files in homes.items() if len(files) > 1 and name in shared - CONTRACTS}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_no_docstring_continues_a_name(path):
    fragments = re.findall(
        r'^ *"""((?:Of|That|By|To|In|From|As|With|Which) .*)', path.read_text(encoding="utf-8"), re.M
    )
    assert not fragments


def test_no_test_imports_another():
    """What several tests need is in a module of its own, so that each file of tests runs alone."""
    found = [
        path.name
        for path in (PROJECT / "tests").rglob("*.py")
        if re.search(r"^\s*(from|import) test_", path.read_text(), re.M)
    ]
    assert not found
