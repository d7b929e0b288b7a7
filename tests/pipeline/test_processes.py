"""`smoot train` with two processes, as the command line runs it."""

import json
import subprocess
import sys
import time

import pytest

TRAIN = [sys.executable, "-m", "smoot", "train", "--dataset", "mnist5k", "--model", "test_resnet"]
TRAIN += ["--method", "smoot", "--seed", "0"]
CELL = "mnist5k/test_resnet/smoot/seed0"


@pytest.fixture
def project(dvc_built, a_copy):
    project = a_copy(dvc_built, "processes")
    project.change("training.processes", 2)
    project.change("compute.threads", 2)
    project.change("training.checkpoint_steps", 1)
    return project


def test_two_processes_that_are_told_to_end_do_and_go_on_later(project):
    """torchrun starts them, hands the signal on, and the first of them writes."""
    checkpoint = project.folder / "results/checkpoints" / CELL / "state.safetensors"
    process = subprocess.Popen(
        TRAIN,
        cwd=project.folder,
        env=project.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    ends = time.monotonic() + 120
    while not checkpoint.exists():
        assert process.poll() is None, process.stderr.read()
        assert time.monotonic() < ends
        time.sleep(0.01)
    process.terminate()
    assert process.wait(20) == 143
    assert "Traceback" not in process.stderr.read()
    process.stderr.close()

    before = (project.folder / "results/runs" / CELL / "model.safetensors").read_bytes()
    said = project.run(*TRAIN)
    assert said.count("resumes from step") == 1
    assert said.count("test accuracy") == 1
    run = json.loads((project.folder / "results/runs" / CELL / "run.json").read_text())
    assert run["params"]["training"]["processes"] == 2
    assert (project.folder / "results/runs" / CELL / "model.safetensors").read_bytes() != before
    assert not checkpoint.exists()


def test_a_process_that_fails_is_one_line_and_no_traceback(project):
    project.change("models.test_resnet.kwargs", {"nonsense": 1})
    said = project.run(*TRAIN, check=False)
    assert "unexpected keyword argument 'nonsense'" in said
    assert "a process of 2 ended with 65" in said
    assert "Traceback" not in said


def test_another_number_of_processes_than_the_params_say_is_refused(project):
    launcher = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=1"]
    said = project.run(*launcher, *TRAIN[1:], check=False)
    assert "params.yaml: training.processes: 2, but torchrun started 1" in said
