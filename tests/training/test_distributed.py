"""Two processes over gloo against one, on the same batches."""

import json
import multiprocessing
import socket

import distributed_training
import pytest
from builders import make_machine


@pytest.fixture(scope="module")
def runs(request, tmp_path_factory):
    """(one process, the first of two, the second of two): what each of the runs that are asked for gives."""
    names = sorted({item.callspec.params["name"] for item in request.session.items if item.path == request.path})
    folder = tmp_path_factory.mktemp("processes")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    context = multiprocessing.get_context("spawn")
    processes = [
        context.Process(target=distributed_training.main, args=(number, 2, port, folder, names), daemon=True)
        for number in range(2)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join(120)
        assert process.exitcode == 0
    alone = {name: distributed_training.train(name, make_machine(), folder / f"alone_{name}") for name in names}
    return alone, *(json.loads((folder / f"{number}.json").read_text()) for number in range(2))


@pytest.mark.parametrize("name", distributed_training.RUNS)
def test_two_processes_train_as_one_does(runs, name):
    alone, first, _ = (run[name] for run in runs)
    assert len(first["history"]) == distributed_training.EPOCHS
    for ours, theirs in zip(first["history"], alone["history"], strict=True):
        assert ours == pytest.approx(theirs, rel=1e-4, abs=1e-5)
    assert first["weights"] == pytest.approx(alone["weights"], rel=1e-3, abs=1e-4)


@pytest.mark.parametrize("name", distributed_training.RUNS)
def test_all_processes_have_the_same_weights_history_and_running_statistics(runs, name):
    _, first, second = (run[name] for run in runs)
    assert first == second


@pytest.mark.parametrize("name", ["smoot", "smoot_random", "smoot_few"])
def test_smoot_masks_a_part_of_the_images_in_these_runs(runs, name):
    alone, *_ = runs
    assert 0.05 < alone[name]["history"][-1]["masked_images"] < 1
