"""How long a grid will take, by the costs on disk."""

import pytest
from made_up import SUMMARY, run_record

from smoot.artifacts.grid import Grid
from smoot.artifacts.paths import GridCell
from smoot.artifacts.run import Cost
from smoot.core.seconds import text_of
from smoot.engines.duration import duration_lines, estimates

GRID = Grid(
    datasets=["toy", "other"], models=["net"], methods=["baseline", "sgt", "smoot"], seeds=[0, 1, 2], panels=["quick"]
)
SECONDS = {"baseline": 10.0, "sgt": 25.0}


def run(*coordinates: str | int) -> None:
    """Leaves of a run what it is known by, and its cost."""
    cell = GridCell(*coordinates)
    cell.run_folder.mkdir(parents=True)
    cell.run_record.touch()
    Cost(
        **cell.coordinates,
        train_seconds=SECONDS[cell.method],
        images_per_second=1.0,
        total_seconds=2.0,  # of the last process alone: it was resumed
        peak_memory_bytes=1,
        machine={"device": "cpu"},
        deterministic=True,
    ).write(cell.cost)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run("toy", "net", "baseline", 0)
    run("toy", "net", "sgt", 0)
    run("toy", "net", "sgt", 7)


def test_each_run_that_is_left_takes_what_runs_like_it_took():
    found = {estimate.name: estimate for estimate in estimates(GRID)}
    assert len(found) == 6
    assert (found["toy/net/baseline"].each, found["toy/net/baseline"].total) == (10, 20)
    assert found["toy/net/sgt"].total == 50, "seed 7 is not of the grid, but tells what a run takes"
    assert found["other/net/sgt"].total == 75
    assert found["other/net/sgt"].elsewhere == ["toy"]
    assert not found["toy/net/smoot"].costs


def test_the_data_set_itself_counts_before_others():
    run("other", "net", "sgt", 2)
    found = {estimate.name: estimate for estimate in estimates(GRID)}
    assert found["other/net/sgt"].elsewhere == []
    assert [cost.seed for cost in found["other/net/sgt"].costs] == [2]


def test_it_is_said_in_a_few_lines():
    assert duration_lines(estimates(GRID)) == [
        "10 runs left: about 3 min one after the other, by runs on disk (cpu)",
        "dearest: other/net/sgt 25 s × 3, toy/net/sgt 25 s × 2, other/net/baseline 10 s × 3",
        "by another data set, not scaled: other/net/baseline by toy; other/net/sgt by toy",
        "6 runs left, time unknown, as nothing of the kind has run here: toy/net/smoot, other/net/smoot",
    ]


def test_of_many_kinds_of_runs_the_first_few_are_named():
    grid = Grid(datasets=["new"], models=["net"], methods=[f"m{n}" for n in range(9)], seeds=[0], panels=["quick"])
    named = ", ".join(f"new/net/m{n}" for n in range(6))
    said = f"9 runs left, time unknown, as nothing of the kind has run here: {named} and 3 more"
    assert duration_lines(estimates(grid)) == [said]


def test_nothing_is_said_of_a_grid_that_is_all_there():
    grid = Grid(datasets=["toy"], models=["net"], methods=["sgt"], seeds=[0, 7], panels=["quick"])
    assert duration_lines(estimates(grid)) == []


def test_a_damaged_cost_tells_nothing():
    GridCell("toy", "net", "sgt", 7).cost.write_text("{")
    found = {estimate.name: estimate for estimate in estimates(GRID)}
    assert [cost.seed for cost in found["toy/net/sgt"].costs] == [0]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.2, "less than 1 s"), (45, "45 s"), (59.6, "1 min"), (3599, "1 h 0 min"), (12000, "3 h 20 min"),
        (187_000, "2 d 4 h"),
    ],
)  # fmt: skip
def test_durations_read_well(seconds, text):
    assert text_of(seconds) == text


@pytest.mark.parametrize(
    ("had", "wanted", "each"),
    [
        (None, None, 25),  # all of 100 images, then and now
        (None, 40, 10),
        (40, 20, 12.5),
        (40, None, 62.5),
    ],
)
def test_training_takes_as_long_as_it_has_images(had, wanted, each):
    cell = GridCell("toy", "net", "sgt", 0)
    summary = SUMMARY.model_copy(update={"sizes": {"train": 100}})
    run_record("sgt", training_images=had, dataset_summary=summary).write(cell.run_record)
    GridCell("toy", "net", "sgt", 7).cost.unlink()
    found = {estimate.name: estimate for estimate in estimates(GRID, wanted)}
    assert found["toy/net/sgt"].each == pytest.approx(each)
    assert found["other/net/sgt"].each == 25, "of another data set it is not scaled"
