"""Each page of README and docs, run from top to bottom in a project where the smoke grid is built."""

import doctest
import shlex

import pytest
from documentation import PAGES, RAN, Block, blocks
from project import YAML_FILE, Project

RUN = {
    page: [block for block in blocks(page) if block.mark in ("", "dry run") and block.language != "text"]
    for page in PAGES
}
OUTPUT = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


@pytest.mark.parametrize("page", [page for page in PAGES if RUN[page]])
def test_what_a_page_shows_runs(page, dvc_project):
    for block in RUN[page]:
        (plan if block.mark else run)(dvc_project, block)
        RAN["blocks"] += 1


def run(project: Project, block: Block) -> None:
    """As a reader does: a file is put where its title says, a part of params.yaml is added to it, the rest is run."""
    if block.title:
        path = project.folder / block.title
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.text)
    elif block.language == "yaml":
        params = YAML_FILE.load(project.folder / "params.yaml")
        merge(params, YAML_FILE.load(block.text))
        YAML_FILE.dump(params, project.folder / "params.yaml")
        project.run("smoot", "check")
    elif block.language == "python":
        project.run("python", "-c", block.text)
    elif block.language == "console":
        compare(project, block)
    else:
        project.run("bash", "-euo", "pipefail", "-c", block.text)
        RAN["commands"] += len(block.commands)


def merge(params: dict, part: dict) -> None:
    for key, value in part.items():
        if isinstance(value, dict) and isinstance(params.get(key), dict):
            merge(params[key], value)
        else:
            params[key] = value


def compare(project: Project, block: Block) -> None:
    """Each command after a dollar sign says what stands below it, where `...` stands for anything."""
    for shown in block.text.removeprefix("$ ").split("\n$ "):
        command, _, expected = shown.partition("\n")
        said = project.run("bash", "-euo", "pipefail", "-c", command)
        assert doctest.OutputChecker().check_output(expected.strip() + "\n", said.strip() + "\n", OUTPUT), said
        RAN["commands"] += 1


def plan(project: Project, block: Block) -> None:
    """What Snakemake would run can be said without the machines that it is for."""
    planned = [command for command in block.commands if command.startswith("snakemake ")]
    assert planned
    for command in planned:
        assert "This was a dry-run" in project.run(*shlex.split(command), "-n", "--forceall")
        RAN["planned commands"] += 1
