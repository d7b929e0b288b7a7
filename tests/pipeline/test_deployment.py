"""The software that jobs run in: images, and what Snakemake offers and the rules do not have."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from builders import PROJECT

# Runs what it is to run in the image on this machine, and writes down of which image.
APPTAINER = """#!/bin/sh
if [ "$1" = --version ]; then echo "apptainer version 1.3.6"; exit; fi
until [ "${1%.sif}" != "$1" ]; do shift; done
echo "$1" >> images.txt
shift
exec "$@"
"""
# Writes down what it is to install.
PIP = """#!/bin/sh
for file; do :; done
echo "$@" > asked.txt
cp "$file" installed.txt
"""


def executable(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


def with_path(folder: Path) -> dict[str, str]:
    return os.environ | {"PATH": f"{folder}{os.pathsep}{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}


def test_the_dockerfile_has_no_faults():
    hadolint = shutil.which("hadolint", path=with_path(Path())["PATH"])
    if hadolint is None:
        pytest.skip("hadolint is not installed")
    result = subprocess.run([hadolint, PROJECT / "Dockerfile"], capture_output=True, text=True)
    assert (result.returncode, result.stdout) == (0, "")


def test_both_images_stand_on_the_same_system_and_are_filled_alike():
    dockerfile, definition = ((PROJECT / name).read_text() for name in ("Dockerfile", "Apptainer.def"))
    base = re.search(r"^FROM (\S+)$", dockerfile, re.M)[1]
    assert f"From: {base}\n" in definition
    system = [re.search(r"--no-install-recommends ([^\\\n]+)", text)[1].strip() for text in (dockerfile, definition)]
    assert system[0] == system[1]
    for text in (dockerfile, definition):
        assert re.search(r"^(RUN|   ) sh /build/image.sh .+ /build/requirements.lock$", text, re.M)


@pytest.fixture
def image(tmp_path):
    """`image(kind)` fills an image with what a `pip` that installs nothing is asked for."""
    executable(tmp_path / "bin/pip", PIP)
    shutil.copy(PROJECT / "requirements.lock", tmp_path)

    def fill(kind: str) -> subprocess.CompletedProcess:
        environment = with_path(tmp_path / "bin") | {"PREFIX": str(tmp_path / "image")}
        command = ["sh", PROJECT / "workflow/image.sh", kind, "requirements.lock"]
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)

    return fill


def packages(text: str) -> dict[str, str]:
    return dict(re.findall(r"^([^\s#]+)==(\S+)", text, re.M))


def test_an_image_has_the_locked_versions_and_without_gpus_no_cuda(image, tmp_path):
    locked = packages((PROJECT / "requirements.lock").read_text())
    assert image("cuda").returncode == 0
    assert packages((tmp_path / "installed.txt").read_text()) == locked
    assert image("cpu").returncode == 0
    installed = packages((tmp_path / "installed.txt").read_text())
    assert installed.items() < locked.items()
    cuda = {name for name in locked if name.startswith(("nvidia", "cuda", "triton"))}
    assert cuda == locked.keys() - installed.keys()
    assert "https://download.pytorch.org/whl/cpu" in (tmp_path / "asked.txt").read_text()
    refused = image("rocm")
    assert refused.returncode == 2
    assert "rocm: no such kind of image; allowed: cuda, cpu" in refused.stderr


def test_in_an_image_the_code_is_that_of_the_folder_it_runs_in(image, tmp_path):
    image("cpu")
    (tmp_path / "smoot").mkdir()
    (tmp_path / "smoot/__init__.py").touch()
    (tmp_path / "smoot/__main__.py").write_text("import sys; print('the code of this folder', sys.argv[1])")
    command = [tmp_path / "image/bin/smoot", "fetch"]
    output = subprocess.run(command, cwd=tmp_path, env=with_path(tmp_path / "bin"), capture_output=True, text=True)
    assert output.stdout == "the code of this folder fetch\n"


def test_jobs_run_in_the_image(checkout, a_copy):
    """With an `apptainer` that runs its command on this machine: that the image holds smoot, it cannot tell."""
    project = a_copy(checkout, "apptainer")
    executable(project.folder / "bin/apptainer", APPTAINER)
    (project.folder / "smoot.sif").touch()
    environment = project.environment()
    environment["PATH"] = f"{project.folder}/bin{os.pathsep}{environment['PATH']}"
    command = ["snakemake", "--sdm", "apptainer", "--until", "fetch"]
    result = subprocess.run(command, cwd=project.folder, env=environment, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    assert (project.folder / "images.txt").read_text() == "smoot.sif\n"
    assert (project.folder / "results/data/mnist5k/dataset.json").exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--sdm", "conda"], "--sdm conda: the rules have none; allowed: apptainer"),
        (["--sdm", "apptainer"], "smoot.sif: not found; build it: apptainer build smoot.sif Apptainer.def"),
        (["--shared-fs-usage", "none"], "all machines must share it"),
    ],
)
def test_what_the_rules_do_not_have_is_refused_before_anything_runs(checkout, options, message):
    output = checkout.run("snakemake", "-n", *options, check=False)
    assert message in output
    assert "Building DAG" not in output
