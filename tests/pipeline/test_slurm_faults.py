"""Faults on a real SLURM, while short trainings run: what the pipeline makes of them by itself, and what it says."""

import os
import shutil
import signal
import subprocess
import time

import pytest
from ruamel.yaml import YAML
from slurm_run import Run, outputs, profile

CELL = "results/runs/mnist5k/test_resnet/{}/seed0"


@pytest.fixture
def project(snakemake_built, a_copy):
    """Nothing is trained; checkpoints are written as often as can be, so that there is something to resume from."""
    project = a_copy(snakemake_built, "slurm")
    for folder in ("results/runs", "results/scores", "results/checkpoints", "results/logs", "reports"):
        shutil.rmtree(project.folder / folder)
    project.change("training.checkpoint_steps", 1)
    ask(project, mem_mb=6000)  # a node has no more
    return project


@pytest.fixture
def undisturbed(snakemake_built, project):
    """`undisturbed("smoot")`: asserts that the method's cell has the bytes of a run without faults."""

    def same(*methods: str) -> None:
        for method in methods:
            for name in ("model.safetensors", "history.csv"):
                ours, theirs = (p.folder / CELL.format(method) / name for p in (project, snakemake_built))
                assert ours.read_bytes() == theirs.read_bytes(), (method, name)

    return same


def ask(project, **resources):
    """Changes what `train` asks for in workflow/cluster.yaml."""
    path = project.folder / "workflow/cluster.yaml"
    content = YAML(typ="safe").load(path)
    content["train"] |= resources
    YAML(typ="safe").dump(content, path)


def test_a_night(slurm, project, undisturbed):
    """A job cancelled, slurmctld away twice, a slurmd restarted, a node down, a time-out, Snakemake killed."""
    started = time.monotonic()

    def tell(line: str) -> None:
        print(f"{time.monotonic() - started:5.0f} s  {line}")

    def outage(run: Run, seconds: float) -> None:
        before, began = run.said.count("SLURM does not answer"), time.monotonic()
        slurm.end("slurmctld")
        time.sleep(seconds)
        # However long it takes until a status is due.
        run.wait(lambda: run.said.count("SLURM does not answer") > before)
        slurm.begin("slurmctld")
        slurm.wait(lambda: slurm.say("sinfo", "-h"))
        tell(f"slurmctld was away for {time.monotonic() - began:.0f} s; Snakemake said so, and kept its jobs")

    with Run(project, slurm, *outputs("baseline", "smoot")) as run:
        slow = run.pause("baseline")
        run.pause("smoot")
        first, timed = run.job("smoot"), run.job("baseline")
        tell("two trainings are under way")
        slurm.say("scancel", first)
        run.pause("smoot", after=1)
        second = run.job("smoot")
        assert second != first
        tell(f"scancel {first}: submitted again as {second}, resumed from its checkpoint")
        outage(run, 12)
        node = slurm.say("squeue", "-h", "-j", second, "-o", "%N").strip()
        slurm.say("scontrol", "update", f"NodeName={node}", "State=DOWN", "Reason=test")
        run.wait(lambda: slurm.state(second) == "PENDING" and not slurm.steps(second))
        slurm.say("scontrol", "update", f"NodeName={node}", "State=RESUME")
        slurm.say("scontrol", "update", f"JobId={second}", "StartTime=now")
        other = slurm.say("squeue", "-h", "-j", timed, "-o", "%N").strip() or "n1"
        slurm.end(other, signal.SIGKILL)
        slurm.begin(other)
        tell(f"node {node} down: requeued by SLURM; slurmd of {other} killed and started again: nothing noticed")
        run.wait(lambda: (project.folder / CELL.format("smoot") / "run.json").exists())
        assert run.log("smoot").count("resumes from step") == 2
        tell(f"job {second} resumed from its checkpoint and is done")
        outage(run, 40)
        slurm.say("scontrol", "update", f"JobId={timed}", "TimeLimit=1")
        slow_again = run.pause("baseline", after=1)
        assert slow_again.pid != slow.pid
        assert "SLURM status is: 'TIMEOUT'" in run.said
        tell(f"job {timed} was over its time limit: it wrote a checkpoint, and was submitted again")
        os.kill(run.process.pid, signal.SIGKILL)
        run.process.wait()
        tell("Snakemake killed; the SLURM job goes on")
        project.run("snakemake", "--unlock")
        with Run(project, slurm, *outputs("baseline", "smoot")) as again:
            again.wait(lambda: "another process trains this cell" in run.log("baseline"))
            slow_again.resume()
            assert again.end() == 0, again.said
        tell("Snakemake started again: its second job for the cell waited for the first, and both were done")
    undisturbed("baseline", "smoot")
    tell("the same bytes as without faults")
    # One heading for each start, of which none has removed what another one said.
    assert run.log("smoot").count("--- ") == 3
    assert run.log("baseline").count("--- ") == 3


@pytest.mark.parametrize("slurm", ["slurm"], indirect=True)
def test_a_night_with_accounting(slurm, project, undisturbed):
    """Jobs are asked for by sacct: a job cancelled, slurmctld away, and slurmdbd away."""
    with Run(project, slurm, *outputs("smoot")) as run:
        run.pause("smoot")
        slurm.say("scancel", run.job("smoot"))
        paused = run.pause("smoot", after=1)
        slurm.end("slurmctld")
        time.sleep(12)  # sacct is asked meanwhile, and answers
        slurm.begin("slurmctld")
        slurm.wait(lambda: slurm.say("sinfo", "-h"))
        assert "SLURM does not answer" not in run.said
        slurm.end("slurmdbd")
        run.wait(lambda: "SLURM does not answer" in run.said)
        slurm.begin("slurmdbd")
        paused.resume()
        assert run.end() == 0, run.said
    assert "SLURM status is: 'CANCELLED'" in run.said
    undisturbed("smoot")


@pytest.mark.parametrize("slurm", ["slurm"], indirect=True)
def test_too_little_memory_is_named_and_more_is_asked_for(slurm, project, undisturbed):
    ask(project, mem_mb=[600, 6000])
    with Run(project, slurm, *outputs("smoot")) as run:
        assert run.end() == 0, run.said
    assert run.said.count("Trying to restart job") == 1
    undisturbed("smoot")
    shutil.rmtree(project.folder / CELL.format("smoot"))
    ask(project, mem_mb=600)
    with Run(project, slurm, "--retries", "0", *outputs("smoot")) as run:
        assert run.end() == 1
    table = run.said[run.said.index("train mnist5k/test_resnet/smoot/seed0: failed") :]
    # Whether smoot was reached or not.
    assert "memory" in table
    assert "mem_mb in workflow/cluster.yaml, train" in table


def test_what_would_fail_again_is_not_tried_again(slurm, project):
    project.change("training.lr", 1e30)
    with Run(project, slurm, *outputs("smoot")) as run:
        assert run.end() == 1
    assert run.log("smoot").count("--- ") == 1
    table = run.said[run.said.index("train mnist5k/test_resnet/smoot/seed0: failed") :].splitlines()
    assert "smoot/seed0: the loss is not finite in epoch 1, step" in table[1]
    assert table[2] == "  log: results/logs/train/mnist5k/test_resnet/smoot/seed0.log"
    assert table[3] == "  next: correct what it names, and run again; as it is, it would fail again"


def test_signals_and_a_second_snakemake(slurm, project, undisturbed):
    with Run(project, slurm, *outputs("smoot")) as run:
        run.pause("smoot")
        said = project.run("snakemake", *profile(slurm), *outputs("smoot"), check=False)
        assert "LockException" in said
        run.process.send_signal(signal.SIGTERM)
        run.wait(lambda: "Will exit after finishing currently running jobs" in run.said)
        assert run.job("smoot")
        run.process.send_signal(signal.SIGINT)
        slurm.wait(lambda: not slurm.jobs(), 60)
        run.end()
    with Run(project, slurm, *outputs("smoot")) as run:
        assert run.end() == 0, run.said
    assert "resumes from step" in run.log("smoot")
    undisturbed("smoot")


def test_a_group_asks_for_the_cores_that_the_profile_allows(slurm, project):
    arguments = ["--groups", "train=t", "--group-components", "t=2", "--cores", "1"]
    with Run(project, slurm, *arguments, *outputs("baseline", "smoot")) as run:
        run.wait(lambda: len(slurm.jobs()) == 1)
        assert slurm.say("squeue", "-h", "-o", "%C").strip() == "1"


def test_a_full_disk_is_named_and_resumed_from(slurm, project, undisturbed, small_disk):
    checkpoints = project.folder / "results/checkpoints"
    small_disk(checkpoints, 400_000)
    with Run(project, slurm, "--retries", "0", *outputs("smoot")) as run:
        assert run.end() == 1
    assert "no space left on the disk" in run.said
    small_disk(checkpoints, 40_000_000)
    with Run(project, slurm, *outputs("smoot")) as run:
        assert run.end() == 0, run.said
    undisturbed("smoot")


def test_two_gpus_go_to_two_trainings_and_a_third_waits(slurm, project):
    ask(project, gpu=1, mem_mb=1000)
    project.change("methods.gentle", {"method": "smoot", "n_max": 0.5})
    project.change("grid.methods", ["baseline", "smoot", "gentle"])
    with Run(project, slurm, *outputs("baseline", "smoot", "gentle")) as run:
        run.wait(lambda: len(slurm.jobs()) == 3)
        run.wait(lambda: sum(bool(run.trainings(method)) for method in ("baseline", "smoot", "gentle")) == 2)
        trainings = [process for method in ("baseline", "smoot", "gentle") for process in run.trainings(method)]
        devices = [process.environ().get("CUDA_VISIBLE_DEVICES", "none") for process in trainings]
        states = slurm.say("squeue", "-h", "-o", "%T").split()
        assert sorted(devices) == ["0", "1"]
        assert sorted(states) == ["PENDING", "RUNNING", "RUNNING"]


def test_jobs_have_names_that_say_the_cell(slurm, project):
    with Run(project, slurm, *outputs("smoot")) as run:
        run.wait(lambda: run.job("smoot"))
        listed = subprocess.run(["squeue", "-h", "-o", "%j %k"], capture_output=True, text=True).stdout
    assert listed.startswith("smoot_")
    assert listed.strip().endswith("rule_train_wildcards_mnist5k_test_resnet_smoot_0")
