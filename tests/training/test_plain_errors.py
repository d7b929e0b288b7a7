"""What stops a run from outside, and that nothing is lost by it."""

import killed_training
import pytest
import torch

from smoot.core.errors import SmootError, TransientError
from smoot.training import archive
from smoot.training.plain_errors import named
from smoot.training.recipe import Recipe

CELL = killed_training.cell("smoot")
VIEW = killed_training.view("smoot")


def training(batch_size, processes=1):
    return Recipe(epochs=1, batch_size=batch_size, lr=0.1, processes=processes)


@pytest.fixture(scope="module")
def expected(tmp_path_factory):
    """The files of a run with nothing in its way, and the bytes of its checkpoint."""
    folder = tmp_path_factory.mktemp("expected")
    killed_training.make_data(folder)
    assert killed_training.run(folder, CELL, VIEW, ("os.rename", "run.json", 1)) == -9
    size = (folder / CELL.checkpoint_folder / "state.safetensors").stat().st_size
    assert killed_training.run(folder, CELL, VIEW) == 0
    return killed_training.results(folder, CELL), size


@pytest.mark.parametrize("fits", [0.5, 1.5])
def test_a_full_disk_is_named_and_the_last_checkpoint_is_whole(small_disk, expected, tmp_path, fits):
    """Where none fits, and where there is no place for a second beside the first."""
    results, size = expected
    killed_training.make_data(tmp_path)
    checkpoint = tmp_path / CELL.checkpoint_folder / "state.safetensors"
    small_disk(tmp_path / "results/checkpoints", int(size * fits))
    assert killed_training.run(tmp_path, CELL, VIEW) == TransientError.exit_code
    assert "state.safetensors: no space left on the disk: " in killed_training.messages(tmp_path)
    assert checkpoint.exists() == (fits > 1)
    if fits > 1:
        assert archive.read_archive(checkpoint)["state"]["step"] > 0
    assert {path.name for path in checkpoint.parent.iterdir()} <= {"lock", "state.safetensors"}
    small_disk(tmp_path / "results/checkpoints", size * 10)
    assert killed_training.run(tmp_path, CELL, VIEW) == 0
    assert killed_training.results(tmp_path, CELL) == results


def test_a_full_disk_for_the_outputs_costs_no_training(small_disk, expected, tmp_path):
    results, _ = expected
    killed_training.make_data(tmp_path)
    small_disk(tmp_path / "results/runs", 100_000)
    assert killed_training.run(tmp_path, CELL, VIEW) == TransientError.exit_code
    assert "model.safetensors: no space left on the disk: " in killed_training.messages(tmp_path)
    small_disk(tmp_path / "results/runs", 10_000_000)
    assert killed_training.run(tmp_path, CELL, VIEW) == 0
    steps = killed_training.EPOCHS * killed_training.STEPS
    assert f"resumes from step {steps} of {steps}" in killed_training.messages(tmp_path)
    assert killed_training.results(tmp_path, CELL) == results


def test_a_run_that_is_out_of_memory_names_the_batch_size_and_a_smaller_one(tmp_path):
    killed_training.make_data(tmp_path, images=6000)
    process = killed_training.start(tmp_path, CELL, killed_training.view("smoot", batch_size=6000), memory=50_000_000)
    process.join(60)
    assert process.exitcode == TransientError.exit_code
    assert "out of memory with training.batch_size 6000: try 3000" in killed_training.messages(tmp_path)


def test_what_no_machine_has_is_out_of_memory_and_other_errors_are_not():
    with pytest.raises(SmootError, match="batch_size 64: try 32"), named(training(64)):
        torch.empty(2**60, dtype=torch.uint8)
    with pytest.raises(SmootError, match="batch_size 20: try 8"), named(training(20, processes=4)):
        raise MemoryError
    with pytest.raises(SmootError, match="batch_size 2: no smaller one"), named(training(2)):
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")
    with pytest.raises(RuntimeError, match="shapes"), named(training(64)):
        raise RuntimeError("mat1 and mat2 shapes cannot be multiplied")


def test_an_operation_that_cannot_be_deterministic_is_named_with_the_way_out():
    torch.use_deterministic_algorithms(True)
    with pytest.raises(SmootError, match=r"compute\.deterministic: false"), named(training(64)):
        torch.zeros(2).put_(torch.tensor([0, 0]), torch.ones(2), accumulate=False)


def test_a_peer_that_is_gone_is_named_where_there_are_peers():
    lost = RuntimeError("[gloo] Connection closed by peer [127.0.0.1]:1234")
    with pytest.raises(SmootError, match="another of the processes has ended"), named(training(8, processes=2)):
        raise lost
    with pytest.raises(RuntimeError, match="Connection"), named(training(8)):
        raise lost
