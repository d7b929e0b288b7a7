"""Another draw from the same training seed."""

from dataclasses import dataclass
from itertools import combinations

import killed_training
import pytest
import torch
from safetensors.torch import load_file
from toy_data import bright_rows, write_data

from smoot.artifacts.paths import DataFolder, GridCell
from smoot.artifacts.run import RunRecord, read_run
from smoot.masking import Masking
from smoot.report.analysis.likeness import second_draws
from smoot.settings.params import method_facts
from smoot.settings.validation import validate
from smoot.training import stage
from smoot.training.loop import Loop
from smoot.training.recipe import Recipe


@dataclass
class Trained:
    """What a run began and ended with."""

    record: RunRecord
    first: list[float]
    """Its first weights."""
    last: list[float]
    order: list[int]
    """The places of the images of its first epoch among those that it has."""
    rows: list[int]
    """The places of those in the data set."""


@pytest.fixture
def trained(tmp_path, monkeypatch):
    """Trains an entry, of the name of its component if it names none, on half of the toy data's 64 images."""
    monkeypatch.chdir(tmp_path)
    write_data(DataFolder("toy").path, *(bright_rows(size, 8) for size in (64, 20, 20)))
    caught = {}

    def train(name, **entry):
        caught.clear()
        caught["order"] = []
        cell = GridCell("toy", "cnn", name, 0)
        view = killed_training.view(name, epochs=1, patience=None, ema=None, images=32)
        view[f"methods.{name}"] = entry
        stage.train_cell(cell, view, "code")
        return Trained(read_run(cell), last=flat(load_file(cell.weights).values()), **caught)

    def begin(*args):
        state, weights = stage_begin(*args)
        caught["first"] = flat(state.model.state_dict().values())
        return state, weights

    def draw(*args):
        rows = stage_drawn_rows(*args)
        caught["rows"] = rows.tolist()
        return rows

    def step(loop, batch):
        caught["order"] += batch.index.tolist()
        loop_step(loop, batch)

    stage_begin, stage_drawn_rows, loop_step = stage._begin, stage.drawn_rows, Loop.step
    monkeypatch.setattr(stage, "_begin", begin)
    monkeypatch.setattr(stage, "drawn_rows", draw)
    monkeypatch.setattr(Loop, "step", step)
    return train


def flat(tensors):
    return torch.cat([tensor.flatten().double() for tensor in tensors]).tolist()


def test_it_has_other_first_weights_and_another_order_of_the_same_images(trained):
    runs = [trained("baseline"), *(trained(f"again_{n}", method="baseline", draw=n) for n in (1, 2))]
    assert [run.record.draw for run in runs] == [0, 1, 2]
    assert runs[0].rows == runs[1].rows == runs[2].rows
    assert all(sorted(run.order) == list(range(32)) for run in runs)
    for one, other in combinations(runs, 2):
        assert one.first != other.first
        assert one.order != other.order
        assert one.last != other.last


def test_draw_0_is_the_run_without_one_bit_for_bit(trained):
    plain, said = trained("baseline"), trained("said", method="baseline", draw=0)
    assert (plain.first, plain.order, plain.last) == (said.first, said.order, said.last)


def test_methods_of_one_draw_begin_alike(trained):
    first, second = trained("again", method="baseline", draw=1), trained("sgt", draw=1)
    assert (first.first, first.order) == (second.first, second.order)
    assert first.last != second.last


def test_an_untrained_model_has_draws_too(trained):
    one, other = trained("untrained"), trained("other", method="untrained", draw=1)
    assert (other.record.draw, other.record.trained) == (1, False)
    assert one.last != other.last


RECIPE = Recipe(epochs=2, batch_size=8, lr=0.1)
METHODS = {
    "baseline": {},
    "again": {"method": "baseline", "draw": 1},
    "third": {"method": "baseline", "draw": 2, "control_of": ["sgt"]},
    "longer": {"method": "baseline", "draw": 1, "training": {"epochs": 9}},
    "sgt": {},
    "sgt_again": {"method": "sgt", "k": 0.5, "draw": 1},  # which is its k by default
    "sgt_other": {"method": "sgt", "k": 0.4, "draw": 1},
    "smoot": {"draw": 1},
}


@pytest.mark.parametrize(
    ("of", "found"),
    [("baseline", {"again", "third"}), ("again", {"baseline", "third"}), ("sgt", {"sgt_again"}), ("smoot", set())],
)
def test_a_second_draw_differs_in_nothing_else(of, found):
    assert second_draws(method_facts(METHODS, RECIPE, Masking()), of) == found


def test_no_claim_is_made_of_the_baselines_second_draw(smoke):
    before = validate(smoke).hypotheses
    smoke["methods"]["again"] = {"method": "baseline", "draw": 1}
    smoke["grid"]["methods"].append("again")
    assert validate(smoke).hypotheses == before
    smoke["methods"]["again"]["training"] = {"lr": 0.1}
    assert {one.method for one in validate(smoke).hypotheses} == {*smoke["grid"]["methods"]} - {"untrained"}
