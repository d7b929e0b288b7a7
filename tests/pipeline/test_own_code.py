"""Each project folder runs its own code, though Python finds another copy first: experiments, and clones of a group."""

import shutil

import pytest

MARK = "\nprint('the code of this very folder', flush=True)\n"
SAID = "the code of this very folder"


@pytest.fixture
def other(checkout, a_copy, monkeypatch):
    """A second clone, with an edit, and the first one's package installed in the environment that they share."""
    project = a_copy(checkout, "other")
    shared = project.environment() | {"PYTHONPATH": str(checkout.folder)}
    monkeypatch.setattr(project, "environment", lambda: shared)
    with (project.folder / "smoot/data/stage.py").open("a") as code:
        code.write(MARK)
    return project


def test_a_command_runs_the_code_of_its_folder(checkout, other):
    said = other.run("smoot", "fetch", "--dataset", "mnist5k")
    assert said.count(SAID) == 1
    listed = "results/code/fetch/mnist5k"
    other.run("smoot", "code")
    checkout.run("smoot", "code")
    assert (other.folder / listed).read_text() != (checkout.folder / listed).read_text()
    shutil.rmtree(checkout.folder / "results")


def test_a_path_that_leads_elsewhere_even_so_is_refused(checkout, other, monkeypatch):
    """As with PYTHONSAFEPATH and a package that shadows the folder's."""
    blocked = other.environment() | {"PYTHONPATH": f"{other.folder}:{checkout.folder}"}
    monkeypatch.setattr(other, "environment", lambda: blocked)
    code = f"import sys; sys.path.insert(0, {str(checkout.folder)!r}); from smoot.cli import app; app(['--version'])"
    said = other.run("python", "-c", code, check=False)
    assert said.splitlines() == [
        f"this folder's code is {other.folder / 'smoot'}, but Python finds {checkout.folder / 'smoot'}; "
        "one of them has to go"
    ]


def test_snakemake_compares_and_runs_the_code_beside_its_snakefile(checkout, other, tmp_path):
    assert SAID in other.run("snakemake", "--until", "fetch")
    # An edit here is seen, and only here.
    assert other.snakemake("-n", "--until", "fetch") == []
    with (other.folder / "smoot/data/stage.py").open("a") as code:
        code.write("\n# A comment.\n")
    assert other.snakemake("-n", "--until", "fetch") == ["fetch@mnist5k"]

    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    shutil.copy(other.folder / "params.yaml", elsewhere)
    assert SAID in other.run("snakemake", "--directory", str(elsewhere), "--until", "fetch", "--cores", "1")
    assert (elsewhere / "results/data/mnist5k/dataset.json").exists()

    said = other.run("snakemake", "-n", "--directory", str(checkout.folder), check=False)
    assert f"{checkout.folder} holds a package smoot of its own" in said
    assert str(other.folder / "smoot") in said


def test_an_experiment_in_a_folder_of_its_own_runs_the_code_that_it_was_queued_with(other):
    other.run("git", "add", "-A")
    other.run("git", "-c", "user.name=t", "-c", "user.email=t@localhost", "commit", "-qm", "all")
    said = other.run("dvc", "exp", "run", "--temp", "--name", "apart", "fetch@mnist5k")
    assert SAID in said
