"""A run that is killed at any moment, and started again, ends in the same bits."""

import random
import re
import shutil
import signal
import time
from collections import Counter

import killed_training
import pytest

from smoot.training import archive

METHODS = ("baseline", "sgt", "smoot")

DEATHS = [
    ("open", ".state.safetensors.", 1),  # before the first checkpoint has a file
    ("open", ".state.safetensors.", 2),  # it has one, which is empty
    ("os.rename", "state.safetensors", 1),  # it is written, but has not its name yet
    ("os.rename", "state.safetensors", 3),  # the third is, and the second is in its place
    ("open", ".state.safetensors.", 5),
    ("os.rename", "model.safetensors", 1),  # training is done, and none of the outputs is there
    ("os.rename", "history.csv", 1),
    ("os.rename", "run.json", 1),
    ("os.remove", "state.safetensors", 1),  # all outputs are there
]


@pytest.fixture(scope="module", params=METHODS)
def undisturbed(request, tmp_path_factory):
    """A method, the files that its run gives, and the seconds it takes."""
    folder, method = tmp_path_factory.mktemp("undisturbed"), request.param
    cell, view = killed_training.cell(method), killed_training.view(method)
    killed_training.make_data(folder)
    assert killed_training.run(folder, cell, view) == 0
    results, started = killed_training.results(folder, cell), time.monotonic()
    assert killed_training.run(folder, cell, view) == 0
    assert killed_training.results(folder, cell) == results
    return method, results, time.monotonic() - started


def phase(folder, cell):
    """Where the last process ended."""
    if list((folder / cell.run_folder).glob("*")):
        return "writing the outputs"
    checkpoint = folder / cell.checkpoint_folder / "state.safetensors"
    if list(checkpoint.parent.glob(".state.safetensors.*")):
        return "writing a checkpoint"
    return "after a checkpoint" if checkpoint.exists() else "before the first checkpoint"


def assert_some_were_resumed(folder):
    """And did not get the same bits by starting anew; some of them in the middle of an epoch."""
    steps = [int(step) for step in re.findall(r"resumes from step (\d+)", killed_training.messages(folder))]
    assert len(steps) >= 3
    assert any(step % killed_training.STEPS for step in steps)


def test_killed_at_random_moments_it_ends_in_the_same_bits(undisturbed, tmp_path):
    method, expected, seconds = undisturbed
    cell, view = killed_training.cell(method), killed_training.view(method)
    killed_training.make_data(tmp_path)
    chance, phases = random.Random(method), Counter()
    while phases.total() < 8:
        code = killed_training.run(tmp_path, cell, view, seconds=chance.uniform(0, seconds * 0.6))
        if code == 0:
            assert killed_training.results(tmp_path, cell) == expected
            shutil.rmtree(tmp_path / cell.run_folder)
        else:
            assert code == -signal.SIGKILL
            phases[phase(tmp_path, cell)] += 1
    assert killed_training.run(tmp_path, cell, view) == 0
    assert killed_training.results(tmp_path, cell) == expected
    print(f"{method}: killed {dict(phases)}")
    assert_some_were_resumed(tmp_path)


def test_killed_between_any_two_writes_it_ends_in_the_same_bits(undisturbed, tmp_path):
    method, expected, _ = undisturbed
    cell, view = killed_training.cell(method), killed_training.view(method)
    killed_training.make_data(tmp_path)
    phases = Counter()
    for death in DEATHS:
        assert killed_training.run(tmp_path, cell, view, death) == -signal.SIGKILL
        phases[phase(tmp_path, cell)] += 1
    assert killed_training.run(tmp_path, cell, view) == 0
    assert killed_training.results(tmp_path, cell) == expected
    assert {path.name for path in (tmp_path / cell.checkpoint_folder).iterdir()} == {"finished", "lock"}
    assert_some_were_resumed(tmp_path)
    assert phases == {"before the first checkpoint": 1, "writing a checkpoint": 4, "writing the outputs": 4}


def test_sigterm_writes_a_checkpoint_and_exits_as_schedulers_expect(undisturbed, tmp_path):
    method, expected, _ = undisturbed
    cell, view = killed_training.cell(method), killed_training.view(method)
    killed_training.make_data(tmp_path)
    checkpoint = tmp_path / cell.checkpoint_folder / "state.safetensors"
    process = killed_training.start(tmp_path, cell, view)
    killed_training.until(checkpoint.exists)
    before = archive.read_archive(checkpoint)["state"]
    process.terminate()
    ended = time.monotonic()
    process.join(10)
    assert process.exitcode == 128 + signal.SIGTERM
    assert time.monotonic() - ended < 10
    after = archive.read_archive(checkpoint)["state"]
    assert (after["epoch"], after["step"]) >= (before["epoch"], before["step"])
    assert killed_training.run(tmp_path, cell, view) == 0
    assert f"resumes from step {after['epoch'] * killed_training.STEPS + after['step']} of" in killed_training.messages(
        tmp_path
    )
    assert killed_training.results(tmp_path, cell) == expected


@pytest.fixture
def killed(tmp_path):
    """A folder with the checkpoint of a run that was killed, and its cell."""
    cell = killed_training.cell("baseline")
    killed_training.make_data(tmp_path)
    assert (
        killed_training.run(tmp_path, cell, killed_training.view("baseline"), ("os.rename", "state.safetensors", 4))
        == -signal.SIGKILL
    )
    return tmp_path, cell


def test_a_checkpoint_of_other_params_is_set_aside_with_a_message(killed):
    folder, cell = killed
    other = killed_training.view("baseline", lr=0.01)
    assert killed_training.run(folder, cell, other) == 0
    assert "was made with other params; it is now set_aside_1.safetensors" in killed_training.messages(folder)
    results = killed_training.results(folder, cell)
    clean = folder / "clean"
    killed_training.make_data(clean)
    assert killed_training.run(clean, cell, other) == 0
    assert killed_training.results(clean, cell) == results
    assert archive.read_archive(folder / cell.checkpoint_folder / "set_aside_1.safetensors")["state"]["epoch"] >= 0


@pytest.mark.parametrize("damage", ["truncated", "empty", "text", "a byte of its header"])
def test_a_damaged_checkpoint_is_set_aside_with_a_message(killed, damage):
    folder, cell = killed
    path = folder / cell.checkpoint_folder / "state.safetensors"
    content = path.read_bytes()
    path.write_bytes(
        {
            "truncated": content[: len(content) // 2],
            "empty": b"",
            "text": b"no checkpoint at all",
            "a byte of its header": content[:12] + b"\xff" + content[13:],
        }[damage]
    )
    assert killed_training.run(folder, cell, killed_training.view("baseline")) == 0
    messages = killed_training.messages(folder)
    assert "cannot be read (" in messages
    assert "training starts from the beginning" in messages
    assert (path.parent / "set_aside_1.safetensors").exists()


def test_the_parts_of_a_fingerprint_that_differ_are_named(killed, capfd):
    from smoot.training.checkpoint import Checkpoints

    folder, cell = killed
    own = archive.read_archive(folder / cell.checkpoint_folder / "state.safetensors")["fingerprint"]
    assert set(own) == {"params", "code", "data", "machine"}
    checkpoints = Checkpoints(folder / cell.checkpoint_folder, own)
    assert checkpoints.load() is not None
    checkpoints.own = own | {"code": "other", "machine": "other"}
    assert checkpoints.load() is None
    assert "was made with other code, machine" in capfd.readouterr().err


def start_while_one_trains(folder, cell, view, others=1):
    """The process that trains, and the others, started once it has a checkpoint."""
    killed_training.make_data(folder)
    first = killed_training.start(folder, cell, view)
    killed_training.until((folder / cell.checkpoint_folder / "state.safetensors").exists)
    return [first, *(killed_training.start(folder, cell, view) for _ in range(others))]


@pytest.mark.parametrize("others", [1, 2])
def test_other_processes_wait_and_find_the_cell_trained(undisturbed, tmp_path, others):
    method, expected, _ = undisturbed
    cell, view = killed_training.cell(method), killed_training.view(method)
    for process in start_while_one_trains(tmp_path, cell, view, others):
        process.join(60)
        assert process.exitcode == 0
    messages = killed_training.messages(tmp_path)
    assert messages.count("another process trains this cell; waiting for it") == others
    assert messages.count("test accuracy") == 1
    assert killed_training.results(tmp_path, cell) == expected


def test_a_second_process_resumes_what_a_killed_one_left(undisturbed, tmp_path):
    method, expected, _ = undisturbed
    cell, view = killed_training.cell(method), killed_training.view(method)
    first, second = start_while_one_trains(tmp_path, cell, view)
    first.kill()
    second.join(60)
    assert second.exitcode == 0
    assert "resumes from step" in killed_training.messages(tmp_path)
    assert killed_training.results(tmp_path, cell) == expected
