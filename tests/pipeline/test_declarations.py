"""The two declarations of the stages, dvc.yaml and the Snakefile, against each other and against what stages load."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator

import pytest
from project import Project

from smoot.engines.stages import stage_blocks

# Parsing, checking and dispatching: they choose what runs, and cannot change what a run computes.
NOT_DEPENDENCIES = {"smoot/__init__.py"}

LIST_DVC = """
import json
from dvc.repo import Repo
cells = {}
for stage in Repo().index.stages:
    files = [dep for dep in stage.deps if type(dep).__name__ != "ParamsDependency"]
    params = {}
    for dep in stage.params:
        params |= dep.read_params()
    cells[stage.addressing] = {
        "command": " ".join(stage.cmd.split()),
        "inputs": [dep.def_path for dep in files],
        "outputs": [out.def_path for out in stage.outs],
        "params": params,
    }
print("CELLS " + json.dumps(cells))
"""

LIST_SNAKEMAKE = """
import json
from pathlib import Path
from snakemake.api import SnakemakeApi
from snakemake.settings.types import DAGSettings, OutputSettings, Quietness, ResourceSettings
with SnakemakeApi(OutputSettings(quiet={Quietness.ALL})) as api:
    handle = api.workflow(resource_settings=ResourceSettings(cores=1), snakefile=Path("Snakefile"))
    handle.dag(DAGSettings(forceall=True))
    workflow = handle._workflow
    workflow._prepare_dag(forceall=True, ignore_incomplete=True, lock_warn_only=True)
    workflow._build_dag()
    cells = {}
    for job in workflow.dag.jobs:
        if job.rule.name != "all":
            name = "@".join(filter(None, [job.rule.name, "-".join(map(str, job.wildcards))]))
            cells[name] = {
                "command": job.shellcmd.split(")")[0].removeprefix("("),
                "inputs": list(map(str, job.input)),
                "outputs": list(map(str, job.output)),
                "params": json.loads(job.params.get("blocks", "{}")),
                "code": job.params.code,
            }
print("CELLS " + json.dumps(cells))
"""


def listed(project: Project, code: str) -> dict:
    output = project.run(sys.executable, "-c", code)
    return json.loads(next(line for line in output.splitlines() if line.startswith("CELLS ")).removeprefix("CELLS "))


@pytest.fixture(scope="module")
def project(checkout, tmp_path_factory) -> Iterator[Project]:
    """A grid with two of everything that the smoke preset can have two of."""
    project = checkout.copy(tmp_path_factory.mktemp("declared"))
    project.change("grid.seeds", [0, 1])
    project.change("models.sgt_cnn", {"timm": "sgt_cnn"})
    project.change("grid.models", ["test_resnet", "sgt_cnn"])
    project.change("datasets.other", {"dataset": "canvas", "base": {"dataset": "mnist5k"}})
    project.change("grid.datasets", ["mnist5k", "other"])
    yield project
    shutil.rmtree(project.folder)


@pytest.fixture(scope="module")
def declared(project) -> tuple[dict, dict]:
    return listed(project, LIST_DVC), listed(project, LIST_SNAKEMAKE)


def files_of(inputs: list[str], outputs: set[str]) -> set[str]:
    """A folder counts as the jobs' outputs beneath it."""
    files = set()
    for path in inputs:
        files |= {output for output in outputs if output.startswith(f"{path}/")} or {path}
    return files


def code_of(inputs: list[str]) -> list[str]:
    return [path for path in inputs if path.startswith("results/code/")]


def test_both_engines_list_the_same_jobs(declared):
    dvc, snakemake = declared
    assert sorted(dvc) == sorted(snakemake)
    assert len(dvc) == 1 + 2 + 16 + 16 + 1


def test_every_job_is_declared_alike(declared, project):
    dvc, snakemake = declared
    outputs = {output for job in snakemake.values() for output in job["outputs"]}
    project.run("smoot", "code")
    for name, job in dvc.items():
        if name == "code":
            continue
        twin = snakemake[name]
        assert job["command"] == twin["command"]
        assert job["params"] == twin["params"], name
        assert files_of(job["outputs"], outputs) == set(twin["outputs"]), name
        (listing,) = code_of(job["inputs"])
        assert files_of(job["inputs"], outputs) - {listing} == set(twin["inputs"]), name
        assert hashlib.sha256((project.folder / listing).read_bytes()).hexdigest() == twin["code"], name


def test_the_code_is_listed_by_the_same_command_into_the_same_files(declared):
    dvc, snakemake = declared
    assert dvc["code"]["command"] == snakemake["code"]["command"]
    assert files_of(dvc["code"]["outputs"], set(snakemake["code"]["outputs"])) == set(snakemake["code"]["outputs"])
    assert {path for job in dvc.values() for path in code_of(job["inputs"])} <= set(snakemake["code"]["outputs"])


def test_every_job_declares_the_blocks_that_its_stage_is_given(declared):
    dvc, _ = declared
    cell = {"dataset": "mnist5k", "model": "sgt_cnn", "method": "smoot"}
    assert set(dvc["fetch@mnist5k"]["params"]) == set(stage_blocks("fetch", dataset="mnist5k"))
    assert set(dvc["train@mnist5k-sgt_cnn-smoot-1"]["params"]) == set(stage_blocks("train", **cell))
    assert set(dvc["score@mnist5k-sgt_cnn-smoot-1-tiny"]["params"]) == set(stage_blocks("score", **cell, panel="tiny"))
    assert set(dvc["report"]["params"]) == set(stage_blocks("report"))


RUN_STAGE = """
import sys
from smoot.artifacts.paths import GridCell
from smoot.core.params_file import read_params
from smoot.engines.stages import view_of
{run}
root = {root!r}
files = [getattr(module, "__file__", None) for name, module in sys.modules.items() if name.split(".")[0] == "smoot"]
print("LOADED", *sorted(file.removeprefix(root + "/") for file in files if file))
"""

STAGES = {
    "fetch/mnist5k": (
        "from smoot.data import stage;"
        'stage.fetch_dataset("mnist5k", view_of(read_params(), "fetch", dataset="mnist5k"))'
    ),
    "train/smoot": (
        'from smoot.training import stage; cell = GridCell("mnist5k", "test_resnet", "smoot", 0);'
        'stage.train_cell(cell, view_of(read_params(), "train", **cell.coordinates), code="")'
    ),
    "score/tiny": (
        'from smoot.scoring import stage; cell = GridCell("mnist5k", "test_resnet", "smoot", 0);'
        'stage.score_cell(cell, "tiny", view_of(read_params(), "score", **cell.coordinates, panel="tiny"))'
    ),
    "report": 'from smoot.report import stage; stage.report_grid(view_of(read_params(), "report"))',
}
# What the test itself loads.
TEST_LOADS = {
    "smoot/engines/stages.py",
    "smoot/core/components.py",
    "smoot/core/params_file.py",
    "smoot/artifacts/paths.py",
}


@pytest.mark.parametrize("name", STAGES)
def test_a_stage_loads_no_module_that_is_not_in_its_code(name, dvc_project):
    """Run for real, with a view of its declared blocks alone."""
    program = RUN_STAGE.format(run=STAGES[name], root=os.path.realpath(dvc_project.folder))
    output = dvc_project.run(sys.executable, "-c", program)
    loaded = set(next(line for line in output.splitlines() if line.startswith("LOADED")).split()[1:])
    listing = (dvc_project.folder / "results/code" / name).read_text()
    listed = {line.split("  ")[1] for line in listing.splitlines()}
    assert loaded - NOT_DEPENDENCIES - TEST_LOADS <= listed
    # And none is listed for nothing, but for what it imports where it is needed.
    unused = {path for path in listed - loaded if path.endswith(".py")}
    assert len(unused) <= 3, unused


def test_dvc_yaml_parses(project):
    assert "fetch@mnist5k" in project.run("dvc", "stage", "list", "--fail")


def test_git_ignores_what_is_built(project):
    for path in ("results/runs/x", ".venv/x", "params.yaml.bak"):
        assert subprocess.run(["git", "check-ignore", "-q", path], cwd=project.folder).returncode == 0
