"""`smoot new`: what it writes passes the tests that every component passes, as it is."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from builders import PROJECT

from smoot.cli.new import new
from smoot.core.errors import ParamsError
from smoot.core.params_file import read_params

KINDS = ("method", "dataset", "attribution", "metric", "section")
CONTRACTS = (
    "tests/methods/test_contract.py", "tests/training/test_distributed.py", "tests/datasets/test_datasets.py",
    "tests/metrics/test_every_metric.py", "tests/metrics/test_texts.py", "tests/scoring/test_attributions.py",
    "tests/report/sections/test_sections.py",
)  # fmt: skip
ENTRIES = {
    "datasets.mine": {"val": 200, "test": 500},
    "methods.mine": {"weight": 0.01},
    "panels.tiny.attributions.mine": {},
    "panels.tiny.metrics.mine": {},
}


def run(folder: Path, *command: str) -> subprocess.CompletedProcess:
    """By the package in `folder` if it has one, else by this one."""
    package = folder if (folder / "smoot").is_dir() else PROJECT
    environment = os.environ | {"PYTHONPATH": str(package), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run([sys.executable, "-m", *command], cwd=folder, env=environment, capture_output=True, text=True)


def ran(folder: Path, *command: str) -> str:
    result = run(folder, *command)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


@pytest.fixture
def project(tmp_path) -> Path:
    """A folder with the smoke grid, which is no clone."""
    shutil.copy(PROJECT / "workflow/presets/smoke.yaml", tmp_path / "params.yaml")
    return tmp_path


@pytest.fixture
def clone(project) -> Path:
    ignored = shutil.ignore_patterns("__pycache__")
    for name in ("smoot", "tests"):
        shutil.copytree(PROJECT / name, project / name, ignore=ignored)
    shutil.copytree(PROJECT / "workflow/presets", project / "workflow/presets")
    shutil.copy(PROJECT / "pyproject.toml", project)
    return project


def entries(folder: Path) -> dict[str, object]:
    raw = read_params(folder / "params.yaml")
    panel = raw["panels"]["tiny"]
    blocks = {"datasets": raw["datasets"], "methods": raw["methods"]}
    blocks |= {f"panels.tiny.{kind}": panel[kind] for kind in ("attributions", "metrics")}
    return {f"{name}.mine": block["mine"] for name, block in blocks.items() if "mine" in block}


def test_in_a_clone_what_it_writes_passes_the_contract_tests(clone):
    for kind in KINDS:
        ran(clone, "smoot", "new", kind, "mine")
    assert entries(clone) == ENTRIES
    assert ", smoot, mine]" in (clone / "params.yaml").read_text()
    assert "datasets  mnist5k, mine\n" in ran(clone, "smoot", "check")
    tested = ran(clone, "pytest", "-q", "-k", "mine or every_section", "-p", "no:cacheprovider", *CONTRACTS)
    assert int(tested.splitlines()[-1].split()[0]) > 20
    section = "from smoot.report.sections import SECTIONS, mine; assert SECTIONS[-1] is mine and len(SECTIONS) > 10"
    subprocess.run([sys.executable, "-c", section], cwd=clone, env=os.environ | {"PYTHONPATH": str(clone)}, check=True)
    assert ran(clone, "ruff", "check", "smoot") == "All checks passed!\n"
    assert "would reformat" not in run(clone, "ruff", "format", "--check", "smoot").stdout


def test_elsewhere_it_writes_into_components(project):
    for kind in KINDS:
        ran(project, "smoot", "new", kind, "mine")
    assert {path.relative_to(project).as_posix() for path in project.rglob("*.py")} == {
        f"components/{kind}/mine.py" for kind in ("methods", "datasets", "attributions", "metrics", "sections")
    }
    assert entries(project) == ENTRIES
    assert "methods   baseline, smoot, mine\n" in ran(project, "smoot", "check")


@pytest.fixture
def here(project, monkeypatch) -> Path:
    monkeypatch.chdir(project)
    return project


def refused(here: Path, kind: str, name: str) -> str:
    before = (here / "params.yaml").read_bytes()
    with pytest.raises(ParamsError) as error:
        new(kind, name)
    assert (here / "params.yaml").read_bytes() == before
    assert [path.name for path in here.iterdir()] == ["params.yaml"]
    return str(error.value)


@pytest.mark.parametrize("name", ["Mine", "my-own", "_mine", "3d", "class", "", "../mine", "m" * 65])
def test_a_name_that_cannot_be_a_key_and_a_module_is_refused(here, name):
    assert refused(here, "method", name) == (
        f"{name!r}: no name for a method; allowed: up to 64 of a-z, 0-9 and _, a letter first, and no keyword of Python"
    )


@pytest.mark.parametrize(
    ("kind", "name"),
    [("method", "sgt"), ("dataset", "canvas"), ("attribution", "gradient"), ("metric", "road"), ("section", "cost")],
)
def test_a_name_that_is_taken_is_refused(here, kind, name):
    assert refused(here, kind, name) == f"{name}: there is a {kind} of this name; give it another one"


def test_a_key_that_is_taken_is_refused(here):
    path = here / "params.yaml"
    path.write_text(path.read_text().replace("methods:\n  base", "methods:\n  mine: {method: sgt}\n  base"))
    assert refused(here, "method", "mine") == (
        "params.yaml: methods.mine: there is an entry of this key; give it another name"
    )


def test_nothing_is_added_to_a_file_that_is_wrong(here):
    path = here / "params.yaml"
    path.write_text(path.read_text().replace("epochs: 1", "epochs: 0"))
    assert refused(here, "metric", "mine").startswith("params.yaml: training.epochs: 0: ")


def test_a_block_that_is_merged_into_another_is_refused(here):
    path = here / "params.yaml"
    text = path.read_text().replace("  tiny:\n", "  base: &base\n", 1)
    path.write_text(text.replace("\nreport:", "  tiny:\n    <<: *base\n\nreport:", 1))
    assert refused(here, "metric", "mine") == (
        "params.yaml: panels.tiny.metrics: cannot be added to, as it is written by `<<` or an alias; write it out"
    )
