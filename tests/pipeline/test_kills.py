"""The engines themselves killed while they train: what they leave, and that the next run ends in the same bits."""

import os
import signal
import subprocess
import time

import pytest

CELL = "mnist5k/test_resnet/smoot/seed0"


def kill_while_training(project, *command):
    """SIGKILL to the engine and all that it has started, as soon as the cell has a checkpoint."""
    silent = subprocess.DEVNULL
    process = subprocess.Popen(
        command, cwd=project.folder, env=project.environment(), stdout=silent, stderr=silent, start_new_session=True
    )
    checkpoint = project.folder / "results/checkpoints" / CELL / "state.safetensors"
    ends = time.monotonic() + 300
    while not checkpoint.exists():
        assert process.poll() is None, "it ended before it was killed"
        assert time.monotonic() < ends
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@pytest.mark.parametrize("engine", ["dvc", "snakemake"])
def test_an_engine_that_was_killed_goes_on_to_the_same_bits(engine, dvc_built, checkout, a_copy):
    project = a_copy(checkout, engine)
    # As often as can be, so that there is something to be killed in; the results do not depend on it.
    project.change("training.checkpoint_steps", 1)
    if engine == "dvc":
        kill_while_training(project, "dvc", "repro")
        said = project.run("dvc", "repro")
    else:
        kill_while_training(project, "snakemake")
        project.run("snakemake", "--unlock")
        said = project.run("snakemake")
    assert "resumes from step" in said
    ours, theirs = project.results(), dvc_built.results()
    assert ours.keys() == theirs.keys()
    # run.json holds the params, of which one has changed.
    assert [name for name in theirs if not name.endswith("run.json") and ours[name] != theirs[name]] == []
