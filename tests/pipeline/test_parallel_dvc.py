"""`smoot repro`: stages side by side leave what a serial `dvc repro` leaves. Most tests run stages of a few words."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from builders import PROJECT
from documentation import commands_under
from ruamel.yaml import YAML

from smoot.core.errors import SmootError
from smoot.core.params_file import read_params
from smoot.engines.repro.pipeline import Pipeline
from smoot.engines.repro.schedule import Outcome, Schedule, log_of
from smoot.engines.repro.words import summary, time_left

WAIT = "for i in $(seq 200); do [ -e {other} ] && break; sleep 0.05; done; [ -e {other} ]"


def stage(command, *needs, out=None, **more):
    return {"cmd": command, "deps": list(needs), "outs": [out]} | more


def copies(letter, *needs):
    """A stage that writes a file of its own name."""
    return stage(f"echo {letter} > {letter}", *needs, out=letter)


def write(folder, stages):
    folder.mkdir(exist_ok=True)
    if not (folder / ".dvc").exists():
        subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
        (folder / ".dvc").mkdir()
        shutil.copy(PROJECT / ".dvc/config", folder / ".dvc/config")
        shutil.copy(PROJECT / "workflow/presets/smoke.yaml", folder / "params.yaml")
        (folder / "source").write_text("1")
    YAML().dump({"stages": stages}, folder / "dvc.yaml")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Where stages can be written and run."""
    path = tmp_path / "side by side"
    path.mkdir()
    monkeypatch.chdir(path)
    return path


def run(stages=None, jobs=2, targets=()):
    """The schedule, once run in the working folder."""
    if stages:
        write(Path.cwd(), stages)
    pipeline = Pipeline(targets)
    schedule = Schedule(pipeline, jobs, lambda schedule: None)
    with pipeline.alone():
        schedule.run()
    return schedule


def states(schedule):
    return {name: outcome.state for name, outcome in schedule.outcomes.items()}


def started(*words):
    """As a person starts it."""
    environment = os.environ | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(PROJECT),
    }
    return subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


SMOOT = (sys.executable, "-m", "smoot", "repro")

DIAMOND = {
    "slow": stage(f'[ -z "$SLOWLY" ] || {{ {WAIT.format(other="y")}; }}; echo slow > slow', "source", out="slow"),
    "quick": copies("quick", "source"),
    "after": copies("after", "quick"),
    "each": {
        "matrix": {"letter": ["x", "y"]},
        **stage("echo ${item.letter} > ${item.letter}", "after", out="${item.letter}"),
    },
    "last": copies("last", "slow", "x", "y"),
}


def test_two_commands_run_at_once_and_never_three(folder):
    alone = f"echo $(date +%s%N) >> times; {WAIT}; sleep 0.3; echo -$(date +%s%N) >> times"
    pair = {
        name: stage(f"touch begun_{name}; {alone.format(other=f'begun_{other}')}; touch {name}", "source", out=name)
        for name, other in (("a", "b"), ("b", "a"), ("c", "a"), ("d", "b"))
    }
    assert set(states(run(pair)).values()) == {"run"}
    times = sorted((abs(int(line)), int(line) > 0) for line in Path("times").read_text().split())
    running = [0]
    for _, begins in times:
        running.append(running[-1] + (1 if begins else -1))
    assert max(running) == 2


def test_dvcs_files_are_those_of_a_serial_run_to_the_byte(folder, tmp_path, monkeypatch):
    """Though the stages end in another order."""
    serial = tmp_path / "serial"
    for where in (folder, serial):
        write(where, DIAMOND)
    subprocess.run([sys.executable, "-m", "dvc", "repro", "-q"], cwd=serial, check=True)
    monkeypatch.setenv("SLOWLY", "1")
    schedule = run()
    assert list(schedule.outcomes).index("after") < list(schedule.outcomes).index("slow")
    assert Path("dvc.lock").read_bytes() == (serial / "dvc.lock").read_bytes()

    grown = DIAMOND | {"each": DIAMOND["each"] | {"matrix": {"letter": ["z", "x", "y"]}}}
    for where in (folder, serial):
        write(where, grown)
        (where / "source").write_text("2")
    subprocess.run([sys.executable, "-m", "dvc", "repro", "-q"], cwd=serial, check=True)
    assert states(run()) == {
        "slow": "run", "quick": "run", "after": "unchanged", "each@z": "run", "each@x": "unchanged",
        "each@y": "unchanged", "last": "unchanged",
    }  # fmt: skip
    assert Path("dvc.lock").read_bytes() == (serial / "dvc.lock").read_bytes()
    cached = [{str(path.relative_to(where)) for path in where.glob(".dvc/cache/**/*")} for where in (folder, serial)]
    assert cached[0] == cached[1]


def test_what_is_up_to_date_does_not_run_and_what_has_run_before_is_restored(folder):
    run(DIAMOND)
    assert set(states(run()).values()) == {"unchanged"}
    Path("source").write_text("2")
    run()
    Path("slow").unlink()
    Path("source").write_text("1")
    assert states(run()) | {"slow": "", "quick": ""} == dict.fromkeys(states(run()), "unchanged") | {
        "slow": "", "quick": ""
    }  # fmt: skip
    Path("dvc.lock").unlink()
    assert set(states(run()).values()) == {"restored"}


def test_targets_run_with_what_they_need_alone(folder):
    assert states(run(DIAMOND, targets=["after"])) == {"quick": "run", "after": "run"}


def test_what_needs_a_failed_stage_does_not_run_and_all_else_does(folder):
    broken = DIAMOND | {
        "quick": stage("echo one; echo the reason >&2; exit 3", "source", out="quick"),
        "forgetful": stage("true", "source", out="nothing"),
    }
    schedule = run(broken)
    assert states(schedule) == {
        "slow": "run", "quick": "failed", "after": "not run", "each@x": "not run", "each@y": "not run",
        "last": "not run", "forgetful": "failed",
    }  # fmt: skip
    assert schedule.outcomes["quick"].reason == "exit 3: the reason"
    assert "nothing" in schedule.outcomes["forgetful"].reason
    assert log_of("quick").read_text() == "one\nthe reason\n"
    said = summary(schedule.outcomes, 7, 1.0)
    assert said.startswith("7 stages: 1 run, in 1 s\n")
    assert ["exit", "3:", "the", "reason", "results/logs/repro/quick.log"] in [
        line.split()[-5:] for line in said.splitlines()
    ]
    assert "not run, as what they need failed: after, each@x, each@y, last" in said
    # And it is tried again, by both.
    assert states(run(broken))["quick"] == "failed"
    write(folder, DIAMOND)
    assert states(run()) | {"slow": "unchanged"} == dict.fromkeys(states(run()), "run") | {"slow": "unchanged"}


def test_commands_are_offered_the_gpus_that_can_be_seen(folder, monkeypatch):
    write(folder, {"train": stage("echo $SMOOT_GPUS > train", "source", out="train")})
    YAML().dump(
        read_params(PROJECT / "workflow/presets/smoke.yaml") | {"compute": {"threads": 1}}, folder / "params.yaml"
    )
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "GPU-1, GPU-2")
    said, _ = started(*SMOOT, "-j", "3").communicate()
    assert "2 side by side: each gets a GPU of its own, and 2 can be seen" in said
    assert Path("train").read_text() == "GPU-1,GPU-2\n"


def test_the_time_left_is_by_the_kind_of_stage():
    outcomes = {"train@a": Outcome("run", 10.0), "score@a": Outcome("run", 2.0), "code": Outcome("unchanged")}
    names = [*outcomes, "train@b", "score@b", "report"]
    assert time_left(names, outcomes, 2) == pytest.approx((10 + 2 + 6) / 2)
    assert time_left(names, {}, 2) is None


def wait_for(path):
    ends = time.monotonic() + 60
    while not Path(path).exists():
        assert time.monotonic() < ends
        time.sleep(0.02)


SLEEPY = {
    "done": copies("done", "source"),
    "sleepy": stage(
        "trap 'touch told; exit 130' INT; touch begun; sleep 60 & wait; touch sleepy", "done", out="sleepy"
    ),
    "next": copies("next", "sleepy"),
}


def test_ctrl_c_is_handed_on_and_leaves_no_lock(folder):
    write(folder, SLEEPY)
    process = started(*SMOOT, "-j", "2")
    wait_for("begun")

    # Nobody else gets in meanwhile, and is told why.
    second = started(*SMOOT)
    said = second.communicate()[0]
    assert second.returncode == SmootError.exit_code
    assert len(said.splitlines()) == 1
    assert f"smoot repro -j 2 (process {process.pid})" in said.replace("__main__.py", "smoot")
    theirs = started("dvc", "repro")
    said = theirs.communicate()[0]
    assert theirs.returncode != 0
    assert f"(PID {process.pid})" in said

    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=20)[0]
    assert process.returncode == 130
    assert "Traceback" not in said
    assert Path("told").exists()
    assert "done:" in Path("dvc.lock").read_text()
    write(folder, SLEEPY | {"sleepy": copies("sleepy", "done")})
    assert states(run()) == {"done": "unchanged", "sleepy": "run", "next": "run"}


def test_it_is_refused_while_another_engine_is_at_work(folder):
    write(folder, SLEEPY)
    process = started("dvc", "repro")
    wait_for("begun")
    try:
        with pytest.raises(
            SmootError, match=rf"^another run is at work in this folder: .*dvc repro \(process {process.pid}\)$"
        ):
            run()
    finally:
        process.terminate()
        process.communicate()
    locks = Path(".snakemake/locks")
    locks.mkdir(parents=True)
    (locks / "0.input.lock").touch()
    with pytest.raises(SmootError, match="snakemake --unlock"):
        run()


def test_a_pipeline_that_dvc_cannot_read_is_one_line(folder):
    write(folder, {"a": {"cmd": "true", "nonsense": 1}})
    with pytest.raises(SmootError, match=r"dvc\.yaml.* validation failed") as raised:
        Pipeline()
    assert "\n" not in str(raised.value)


def test_the_commands_of_the_documentation(dvc_project):
    everything, two, trained, made = commands_under("docs/dvc.md", "Side by side")
    for command in (everything, two):
        assert dvc_project.run(*command.split()).startswith("7 stages: 7 up to date, in ")
    assert dvc_project.run(*trained.split()).startswith("4 stages: 4 up to date, in ")
    assert two in dvc_project.run("make", "-n", *made.split()[1:]).splitlines()


def test_the_grid_side_by_side_is_the_grid_one_by_one(dvc_built, checkout, a_copy):
    project = a_copy(checkout, "side_by_side")
    said = project.run("smoot", "repro", "-j", "2")
    assert "7 stages: 7 run, in " in said
    ours, theirs = project.results(), dvc_built.results()
    assert ours.keys() == theirs.keys()
    assert [name for name in ours if ours[name] != theirs[name]] == []
    keys = [list(YAML().load(built.folder / "dvc.lock")["stages"]) for built in (project, dvc_built)]
    assert keys[0] == keys[1]
    # What runs cost differs, and nothing else: restored from the cache one by one, it is the same to the byte.
    lock = (project.folder / "dvc.lock").read_bytes()
    (project.folder / "dvc.lock").unlink()
    assert project.dvc() == ["report"]
    assert (project.folder / "dvc.lock").read_bytes() == lock
    assert project.run("smoot", "repro").startswith("7 stages: 7 up to date")

    # One method cannot be trained: the other is, and the end says what failed.
    project.change("methods.smoot.training", {"lr": 1e30})
    said = project.run("smoot", "repro", "-j", "2", check=False)
    assert "train@mnist5k-test_resnet-smoot-0" in said.split("not run, as what they need failed")[0]
    assert "exit 65: train mnist5k/test_resnet/smoot/seed0: " in said
    assert "score@mnist5k-test_resnet-smoot-0-tiny, report" in said
    weights = project.folder / "results/runs/mnist5k/test_resnet/baseline/seed0/model.safetensors"
    project.change("training.epochs", 0)
    said = project.run("smoot", "repro", check=False)
    assert weights.exists()
    assert said.strip() == "params.yaml: training.epochs: 0: should be greater than or equal to 1"
