"""The names inside DVC that `smoot repro` uses, which no release of DVC promises to keep."""

import ast
import importlib
import inspect
import tomllib
from importlib.metadata import version

import pytest
from builders import PROJECT
from packaging.requirements import Requirement

USED = {
    "dvc.dvcfile": {"LOCK_FILE", "PROJECT_FILE", "Lockfile"},
    "dvc.exceptions": {"DvcException"},
    "dvc.lock": {"LockError"},
    "dvc.repo": {"Repo", "lock_repo"},
    "dvc.repo.reproduce": {"collect_stages", "get_active_graph", "plan_repro"},
    "dvc.rwlock": {"rwlock"},
    "dvc.stage": {"PipelineStage"},
    "dvc.stage.cache": {"RunCacheNotFoundError"},
    "dvc.stage.run": {"_enforce_cmd_list", "_make_cmd", "get_executable", "prepare_kwargs"},
    "dvc.stage.serialize": {"to_lockfile"},
    "dvc.utils.serialize": {"modify_yaml"},
}
PARAMETERS = {
    "dvc.repo.lock_repo": {"repo"},
    "dvc.repo.reproduce.collect_stages": {"repo", "targets"},
    "dvc.repo.reproduce.get_active_graph": {"graph"},
    "dvc.repo.reproduce.plan_repro": {"graph", "stages"},
    "dvc.rwlock.rwlock": {"tmp_dir", "fs", "cmd", "read", "write", "hardlink"},
    "dvc.stage.run._make_cmd": {"executable", "cmd"},
    "dvc.stage.run.prepare_kwargs": {"stage"},
    "dvc.stage.serialize.to_lockfile": {"stage"},
}


def test_no_other_names_of_dvc_are_used_and_by_one_module_alone():
    used = {}
    for path in (PROJECT / "smoot").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "dvc":
                assert path.relative_to(PROJECT).as_posix() == "smoot/engines/repro/pipeline.py"
                used.setdefault(node.module, set()).update(alias.name for alias in node.names)
    assert used == USED


@pytest.mark.parametrize("module", sorted(USED))
def test_the_names_are_there(module):
    assert not {name for name in USED[module] if not hasattr(importlib.import_module(module), name)}


@pytest.mark.parametrize("function", sorted(PARAMETERS))
def test_their_parameters_are_what_we_call_them_with(function):
    module, _, name = function.rpartition(".")
    assert set(inspect.signature(getattr(importlib.import_module(module), name)).parameters) >= PARAMETERS[function]


def test_dvc_is_pinned_to_the_minor_version_that_has_them():
    declared = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]["dependencies"]
    (pin,) = (one for one in map(Requirement, declared) if one.name == "dvc")
    major, minor = version("dvc").split(".")[:2]
    assert {(one.operator, one.version) for one in pin.specifier} == {
        (">=", f"{major}.{minor}"), ("<", f"{major}.{int(minor) + 1}"),
    }  # fmt: skip
