"""The workflow from other folders, and as a module of another workflow."""

import json
import os

import pytest
from project import Project
from ruamel.yaml import YAML

MODULE = """
module smoot:
    snakefile: "{folder}/Snakefile"
{more}

use rule * from smoot as smoot_*


rule conclusion:
    default_target: True
    input:
        rules.smoot_report.output,
"""


@pytest.fixture
def project(checkout, a_copy) -> Project:
    return a_copy(checkout, "clone")


@pytest.fixture
def elsewhere(project, tmp_path):
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    (folder / "params.yaml").write_text((project.folder / "params.yaml").read_text())
    return folder


def test_a_clone_runs_in_another_folder_and_follows_its_own_code(project, elsewhere):
    there = ("-s", f"{project.folder}/Snakefile", "--directory", str(elsewhere))
    assert project.snakemake(*there, "--until", "fetch") == ["fetch@mnist5k"]
    assert (elsewhere / "results/data/mnist5k/dataset.json").exists()
    assert not (project.folder / "results").exists()
    assert project.snakemake(*there, "-n", "--until", "fetch") == []
    with (project.folder / "smoot/datasets/mnist5k.py").open("a") as code:
        code.write("\n# A comment.\n")
    assert project.snakemake(*there, "-n", "--until", "fetch") == ["fetch@mnist5k"]


def as_module(project, elsewhere, more, *arguments):
    (elsewhere / "Snakefile").write_text(MODULE.format(folder=project.folder, more=more))
    return "-s", f"{elsewhere}/Snakefile", "--directory", str(elsewhere), "--cores", "1", *arguments


def test_the_catalogue_finds_it_and_what_it_asks_for(project):
    usage = YAML(typ="safe").load(project.folder / ".snakemake-workflow-catalog.yml")["usage"]
    assert usage["software-stack-deployment"]["apptainer"]
    assert (project.folder / "config/README.md").exists()
    everything = project.snakemake("-n")
    assert project.snakemake("-s", "workflow/Snakefile", "-n") == sorted([*everything, "everything"])


def test_another_workflow_uses_it_as_a_module(project, elsewhere):
    command = as_module(project, elsewhere, "")
    assert project.snakemake(*command, "--until", "smoot_fetch") == ["smoot_fetch@mnist5k"]
    assert project.snakemake(*command, "-n") == sorted(
        ["conclusion", "smoot_report"]
        + [f"smoot_train@mnist5k-test_resnet-{method}-0" for method in ("baseline", "smoot")]
        + [f"smoot_score@mnist5k-test_resnet-{method}-0-tiny" for method in ("baseline", "smoot")]
    )


@pytest.mark.parametrize("more", ['    prefix: "sub"', '    config: {"seeds": [0]}'])
def test_what_its_commands_would_not_know_of_is_refused_at_the_start(project, elsewhere, more):
    output = project.run("snakemake", *as_module(project, elsewhere, more, "-n"), check=False)
    assert "module: config, prefix and replace_prefix have no effect" in output


def test_snakemake_does_not_begin_while_dvc_is_at_work(project):
    lock = project.folder / ".dvc/tmp/rwlock"
    lock.parent.mkdir(exist_ok=True)
    lock.write_text(json.dumps({"read": {}, "write": {"results/runs": {"pid": os.getpid(), "cmd": "dvc repro"}}}))
    said = project.run("snakemake", "--cores", "1", "--until", "code", check=False)
    assert f"dvc repro (process {os.getpid()}) is running in this folder" in said
    assert not (project.folder / "results/code").exists()
    assert project.snakemake("-n", "--until", "code") == ["code"]
