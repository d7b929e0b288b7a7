"""The built wheel, without the clone: `smoot init` makes a project that both engines run, and follow the package in."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from builders import PROJECT
from project import Project

EVERYTHING = [
    f"{stage}@mnist5k-test_resnet-{method}" for stage in ("score", "train") for method in ("baseline", "smoot")
]


class Installed(Project):
    """A project that `smoot init` has made, whose package is in a folder of its own: no clone is on the path."""

    def __init__(self, folder: Path, packages: Path) -> None:
        super().__init__(folder)
        self.packages = packages

    def twin(self, folder: Path) -> "Installed":
        return Installed(self.copy(folder).folder, self.packages)

    def environment(self) -> dict[str, str]:
        path = os.pathsep.join([str(self.packages / "bin"), super().environment()["PATH"]])
        return super().environment() | {"PYTHONPATH": str(self.packages), "PATH": path}

    def install(self, source: Path) -> None:
        """The wheel that is built of `source`, in the place of the last one."""
        wheels = self.packages.with_name("wheels")
        shutil.rmtree(wheels, ignore_errors=True)
        pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
        build = [*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(wheels), str(source)]
        subprocess.run(build, check=True)
        (wheel,) = wheels.glob("*.whl")
        shutil.rmtree(self.packages, ignore_errors=True)
        subprocess.run([*pip, "install", "--no-deps", "--target", str(self.packages), str(wheel)], check=True)


@pytest.fixture(scope="module")
def source(checkout, tmp_path_factory) -> Path:
    return checkout.copy(tmp_path_factory.mktemp("source")).folder


@pytest.fixture(scope="module")
def project(source, tmp_path_factory) -> Iterator[Installed]:
    folder = tmp_path_factory.mktemp("installed")
    project = Installed(folder / "study", folder / "packages")
    project.install(source)
    subprocess.run(["smoot", "init", project.folder], env=project.environment(), check=True)
    project.run("smoot", "preset", "smoke")
    yield project
    shutil.rmtree(folder)


def edit(path: Path) -> None:
    with path.open("a") as code:
        code.write("\n# A newer version.\n")


def cells(stages: list[str]) -> list[str]:
    """Those of cells, without the seed and the panel, of which there is one each."""
    of_cells = [stage for stage in stages if stage.startswith(("train", "score"))]
    return sorted(stage.removesuffix("-tiny").removesuffix("-0") for stage in of_cells)


def test_it_runs_the_installed_package(project):
    said = project.run(sys.executable, "-c", "import smoot; print(smoot.__file__)")
    assert said.strip() == str(project.packages / "smoot/__init__.py")
    assert not (project.folder / "smoot").exists()
    assert (project.folder / "params.yaml").read_text() == (PROJECT / "workflow/presets/smoke.yaml").read_text()


def test_both_engines_run_it_and_follow_the_package(project, source, tmp_path):
    dvc, snakemake = project.twin(tmp_path / "dvc"), project.twin(tmp_path / "snakemake")
    assert cells(dvc.dvc()) == EVERYTHING
    assert cells(snakemake.snakemake()) == EVERYTHING
    assert dvc.results() == snakemake.results()
    assert dvc.dvc() == ["code"]
    assert snakemake.snakemake() == []
    assert "7 stages: 1 run, 6 up to date" in dvc.run("smoot", "repro")

    edit(source / "smoot/methods/sgt.py")
    project.install(source)
    assert dvc.dvc() == ["code"]
    assert snakemake.snakemake("-n") == []

    edit(source / "smoot/methods/smoot.py")
    project.install(source)
    # The weights come out the same, so DVC stops there.
    assert cells(dvc.dvc()) == ["train@mnist5k-test_resnet-smoot"]
    assert cells(snakemake.snakemake("-n")) == ["score@mnist5k-test_resnet-smoot", "train@mnist5k-test_resnet-smoot"]


def test_its_own_methods_are_trained_and_followed(project, tmp_path):
    project = project.twin(tmp_path / "dvc")
    project.run("smoot", "new", "method", "mine")
    project.change("grid.methods", ["baseline", "mine"])
    other = project.twin(tmp_path / "snakemake")
    trainings = [f"train@mnist5k-test_resnet-{method}-0" for method in ("baseline", "mine")]
    assert cells(project.dvc(*trainings)) == cells(trainings)
    assert cells(other.snakemake("--until", "train")) == cells(trainings)

    for folder in (project.folder, other.folder):
        edit(folder / "components/methods/mine.py")
    assert project.dvc(*trainings) == ["code", "train@mnist5k-test_resnet-mine-0"]
    assert other.snakemake("-n", "--until", "train") == ["train@mnist5k-test_resnet-mine-0"]
