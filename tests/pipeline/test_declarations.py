"""The two declarations of the stages, dvc.yaml and the Snakefile, against each other and against what stages load."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from project import Project

from smoot.artifacts.paths import Cell

# Parsing, checking and dispatching: they choose what runs, and cannot change what a run computes.
NOT_DEPENDENCIES = {"smoot/__init__.py"}

# DVC depends on all data sets, and stops where the data come out as they were. Snakemake does not stop, so that it must
# know which of them a cell is made from.
DATASETS = {
    "fetch@mnist5k": {"smoot/datasets/__init__.py", "smoot/datasets/mnist5k.py"},
    "fetch@other": {"smoot/datasets/__init__.py", "smoot/datasets/canvas.py", "smoot/datasets/mnist5k.py"},
}

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
                "params": json.loads(job.params.blocks),
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


def expand(places: list[str], folder: Path, outputs: set[str]) -> set[str]:
    """A folder counts as the source files in it, or as the cells' outputs beneath it."""
    files = set()
    for place in places:
        beneath = {str(path.relative_to(folder)) for path in (folder / place).rglob("*") if path.is_file()}
        if place.startswith("smoot"):
            files |= beneath or {place}
        else:
            files |= {output for output in outputs if output.startswith(f"{place}/")} or {place}
    return files


def test_both_engines_list_the_same_cells(declared):
    dvc, snakemake = declared
    assert sorted(dvc) == sorted(snakemake)
    assert len(dvc) == 2 + 16 + 16 + 1


def test_every_cell_is_declared_alike(declared, project):
    dvc, snakemake = declared
    outputs = {output for cell in snakemake.values() for output in cell["outputs"]}
    for name, cell in dvc.items():
        twin = snakemake[name]
        assert cell["command"] == twin["command"]
        assert cell["params"] == twin["params"], name
        inputs = expand(cell["inputs"], project.folder, outputs)
        if name.startswith("fetch"):
            inputs -= {path for path in inputs if path.startswith("smoot/datasets/")} - DATASETS[name]
        assert inputs == set(twin["inputs"]), name
        assert expand(cell["outputs"], project.folder, outputs) == set(twin["outputs"]), name


def test_every_cell_declares_the_blocks_that_its_stage_is_given(declared):
    from smoot.data import stage as fetch
    from smoot.report import stage as report
    from smoot.scoring import stage as score
    from smoot.training import stage as train

    dvc, _ = declared
    cell = Cell("mnist5k", "sgt_cnn", "smoot", 1)
    assert set(dvc["fetch@mnist5k"]["params"]) == set(fetch.blocks("mnist5k"))
    assert set(dvc["train@mnist5k-sgt_cnn-smoot-1"]["params"]) == set(train.blocks(cell))
    assert [
        place for place in dvc["train@mnist5k-sgt_cnn-smoot-1"]["inputs"] if place.startswith("smoot")
    ] == train.code(cell), "a checkpoint is refused after an edit of the code that the engines list"
    assert set(dvc["score@mnist5k-sgt_cnn-smoot-1-tiny"]["params"]) == set(score.blocks(cell, "tiny"))
    assert set(dvc["report"]["params"]) == set(report.blocks())


RUN_STAGE = """
import sys
from smoot.core.params_file import read, view
from smoot.artifacts.paths import Cell
{run}
root = {root!r}
files = [getattr(module, "__file__", None) for name, module in sys.modules.items() if name.split(".")[0] == "smoot"]
print("LOADED", *sorted(file.removeprefix(root + "/") for file in files if file))
"""

STAGES = {
    "fetch@mnist5k": 'from smoot.data import stage; stage.run("mnist5k", view(read(), stage.blocks("mnist5k")))',
    "train@mnist5k-test_resnet-smoot-0": (
        'from smoot.training import stage; cell = Cell("mnist5k", "test_resnet", "smoot", 0);'
        "stage.run(cell, view(read(), stage.blocks(cell)))"
    ),
    "score@mnist5k-test_resnet-smoot-0-tiny": (
        'from smoot.scoring import stage; cell = Cell("mnist5k", "test_resnet", "smoot", 0);'
        'stage.run(cell, "tiny", view(read(), stage.blocks(cell, "tiny")))'
    ),
    "report": "from smoot.report import stage; stage.run(view(read(), stage.blocks()))",
}


@pytest.mark.parametrize("name", STAGES)
def test_a_stage_loads_no_module_that_is_not_among_its_inputs(name, dvc_project):
    """Run for real, with a view of its declared blocks alone."""
    cells = listed(dvc_project, LIST_DVC) | {"fetch@mnist5k": listed(dvc_project, LIST_SNAKEMAKE)["fetch@mnist5k"]}
    code = RUN_STAGE.format(run=STAGES[name], root=os.path.realpath(dvc_project.folder))
    output = dvc_project.run(sys.executable, "-c", code)
    loaded = set(next(line for line in output.splitlines() if line.startswith("LOADED")).split()[1:])
    inputs = expand([place for place in cells[name]["inputs"] if place.startswith("smoot")], dvc_project.folder, set())
    assert loaded - NOT_DEPENDENCIES <= inputs
    # And none is listed for nothing, but for components that other parameters would load, and for small shared ones.
    shared = ("smoot/core/", "smoot/data/", "smoot/metrics/", "smoot/attributions/", "smoot/scoring/")
    unused = {path for path in inputs - loaded if path.endswith(".py") and not path.startswith(shared)}
    assert unused <= {"smoot/models/__init__.py"}


def test_smoot_depends_on_no_other_method(declared):
    dvc, _ = declared
    inputs = dvc["train@mnist5k-sgt_cnn-smoot-1"]["inputs"]
    assert {place for place in inputs if place.startswith("smoot/methods/")} == {
        "smoot/methods/__init__.py",
        "smoot/methods/smoot.py",
    }


def test_dvc_yaml_parses(project):
    assert "fetch@mnist5k" in project.run("dvc", "stage", "list", "--fail")


def test_git_ignores_what_is_built(project):
    for path in ("results/runs/x", ".venv/x", "params.yaml.bak"):
        assert subprocess.run(["git", "check-ignore", "-q", path], cwd=project.folder).returncode == 0
