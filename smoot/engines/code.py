"""What code a stage runs: a digest that changes where, and only where, a module that can change its results does.

The modules are found by following import statements, those inside functions too, without importing anything.
"""

import ast
import functools
import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import smoot
from smoot.core.components import OWN_FOLDER, PACKAGES, own
from smoot.core.files import write_text
from smoot.core.folders import atomic_folder
from smoot.engines.stages import STAGES, code_keys, entries

PACKAGE = Path(smoot.__file__).parent


def listing(raw: dict[str, Any], stage: str, key: str = "") -> str:
    """One line for each file of the code that the stage's jobs run, with its SHA-256.

    raw: params.yaml. key: of the entry in the stage's variable block; empty for a stage without one.
    Raises ParamsError where the entry names no component that there is.
    """
    return _listing(stage, tuple(f"smoot.{entry.kind}.{entry.component}" for entry in entries(raw, stage, key)))


@functools.cache
def _listing(stage: str, components: tuple[str, ...]) -> str:
    files = {_file(module) for module in followed([STAGES[stage].module, *components])}
    for folder in STAGES[stage].files:
        files |= {path for path in (PACKAGE / folder).rglob("*") if path.is_file()}
    names = {_name(path): _sha256(path) for path in files}
    return "".join(f"{digest}  {name}\n" for name, digest in sorted(names.items()))


def digest(raw: dict[str, Any], stage: str, key: str = "") -> str:
    """The SHA-256 of `listing`."""
    return hashlib.sha256(listing(raw, stage, key).encode()).hexdigest()


def write_listings(raw: dict[str, Any], folder: Path) -> None:
    """Writes the listings of all stages and entries: {stage}/{key}, and {stage} where it has no entries."""
    with atomic_folder(folder) as temporary:
        for stage, key in code_keys(raw):
            write_text(temporary / stage / key, listing(raw, stage, key))


def followed(modules: Iterable[str]) -> set[str]:
    """The modules, and all of this package's that they import, however far away.

    The top package counts only where it is imported by itself. What it imports is never followed: that is the Python
    API, which no stage uses.
    """
    reached: set[str] = set()
    waiting = list(modules)
    while waiting:
        module = waiting.pop()
        if module not in reached:
            reached.add(module)
            waiting += _imports(module) if module != "smoot" else ()
    return reached


@functools.cache
def _imports(module: str) -> frozenset[str]:
    """The modules of this package that a module imports, its parents included."""
    path = _file(module)
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    imported = {package} if package != "smoot" else set()
    for node in _statements(ast.parse(path.read_text(encoding="utf-8"), str(path))):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            source = ".".join(filter(None, [*above, node.module]))
            members = {f"{source}.{alias.name}" for alias in node.names}
            inner = {member for member in members if _is_ours(member) and _exists(member)}
            # `from smoot import x` needs the package's own file only where x is no module.
            imported |= inner if source == "smoot" and inner == members else inner | {source}
    if module == PACKAGES["sections"]:  # which loads them without naming them
        imported |= {f"{module}.{name}" for name in own("sections")}
    return frozenset(name for name in imported if _is_ours(name) and _exists(name)) - {module}


def _statements(module: ast.Module) -> Iterator[ast.AST]:
    """All statements, those within others too; expressions, most of a file, hold no import."""
    waiting: list[ast.AST] = [module]
    while waiting:
        node = waiting.pop()
        yield node
        for block in ("body", "orelse", "finalbody", "handlers", "cases"):
            waiting += getattr(node, block, ())


def _is_ours(module: str) -> bool:
    return module.split(".")[0] == "smoot"


def _candidates(module: str) -> Iterator[Path]:
    """Where the module can be: in the package, or among the project's own components."""
    stems = [PACKAGE.parent.joinpath(*module.split("."))]
    for kind, package in PACKAGES.items():
        if module.startswith(f"{package}."):
            stems.append(OWN_FOLDER.joinpath(kind, *module.removeprefix(f"{package}.").split(".")))
    for stem in stems:
        yield stem.with_suffix(".py")
        yield stem / "__init__.py"


def _name(path: Path) -> str:
    """Such as smoot/methods/sgt.py, or components/methods/mine.py, wherever the two are."""
    return (path.relative_to(PACKAGE.parent) if path.is_relative_to(PACKAGE.parent) else path).as_posix()


@functools.cache
def _exists(module: str) -> bool:
    return any(path.is_file() for path in _candidates(module))


def _file(module: str) -> Path:
    return next(path for path in _candidates(module) if path.is_file())


@functools.cache
def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
