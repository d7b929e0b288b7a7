"""The loop, the data path and the evaluation."""

import pytest
import torch
from builders import make_context, make_info, make_machine, make_method, make_model
from torch.nn.functional import cross_entropy
from toy_data import bright_rows

from smoot.core.errors import SmootError
from smoot.core.termination import Termination
from smoot.methods import baseline, smoot
from smoot.training.checkpoint import Checkpoints
from smoot.training.data import Images
from smoot.training.evaluation import calibration_error, evaluate
from smoot.training.loop import Loop
from smoot.training.recipe import Recipe
from smoot.training.state import State


@pytest.fixture
def machine():
    return make_machine()


def toy(machine, size=50):
    return Images(bright_rows(size), make_info(size), machine)


def train(machine, folder, module, **recipe):
    data = toy(machine)
    recipe = Recipe(**{"epochs": 6, "batch_size": 8, "lr": 0.01} | recipe)
    state = State(make_model(dropout=0.1), make_method(module, make_context(images=len(data), recipe=recipe)))
    with Termination() as termination:
        Loop(state, "toy").run(data, data, Checkpoints(folder, {}), termination)
    assert state.seconds > 0
    return state.result, state.history


@pytest.mark.parametrize("module", [baseline, smoot])
def test_it_learns_and_does_so_again_bit_for_bit(machine, tmp_path, module):
    model, history = train(machine, tmp_path, module)
    assert history[-1]["val_accuracy"] > 0.95
    assert history[-1]["train_ce"] < history[0]["train_ce"]
    assert [row["epoch"] for row in history] == [1, 2, 3, 4, 5, 6]
    assert history[-1]["lr"] < history[0]["lr"]
    again, repeated = train(machine, tmp_path, module)
    assert history == repeated
    assert all(torch.equal(a, b) for a, b in zip(model.parameters(), again.parameters(), strict=True))


def test_smoots_budgets_open_as_the_model_learns(machine, tmp_path):
    _, history = train(machine, tmp_path, smoot)
    assert 0 <= history[0]["masked_images"] < history[-1]["masked_images"] <= 1


def test_a_loss_that_is_not_finite_stops_the_run_and_is_named(machine, tmp_path):
    message = r"toy: the loss is not finite in epoch 1, step 2 of 6; the step before: 1\.\d+; last good epoch: none"
    with pytest.raises(SmootError, match=message):
        train(machine, tmp_path, baseline, lr=1e30)
    assert not (tmp_path / "state.safetensors").exists()


def test_images_are_normalised_as_described(machine):
    data = toy(machine)
    expected = (data.pixels[[3, 7]].double() / 255 - 0.4) / 0.2
    normalised = data.normalise(data.pixels[[3, 7]])
    torch.testing.assert_close(normalised.double(), expected, rtol=1e-5, atol=1e-5)


def test_an_epoch_is_each_image_at_most_once_in_full_batches_in_the_seeds_order(machine):
    data, recipe = toy(machine), Recipe(epochs=1, batch_size=8, lr=0.1)

    def order(seed, epoch):
        return [batch.index.tolist() for batch in data.shuffled(recipe, seed, epoch)]

    flat = [index for batch in order(0, 0) for index in batch]
    assert len(set(flat)) == len(flat) == 48
    assert order(0, 0) == order(0, 0)
    assert order(0, 0) != order(0, 1)
    assert order(0, 0) != order(1, 0)
    assert torch.equal(torch.cat(list(data.in_order(8))), data.normalise(data.pixels))


def test_evaluation_is_accuracy_and_cross_entropy_of_the_whole_split(machine):
    data, model = toy(machine), make_model(dropout=0.5)
    measures = evaluate(model, data, machine)
    logits = model.eval()(data.normalise(data.pixels))
    assert measures["accuracy"] == (logits.argmax(1) == data.labels).double().mean().item()
    assert measures["loss"] == pytest.approx(cross_entropy(logits, data.labels).item(), rel=1e-5)


def test_calibration_error_of_known_confidences():
    # Two images at 90 %, one of them right; two at 60 %, both right: gaps of .4 and .4.
    logits = torch.log(torch.tensor([[0.9, 0.1], [0.9, 0.1], [0.6, 0.4], [0.6, 0.4]]))
    assert calibration_error(logits, torch.tensor([0, 1, 0, 0])) == pytest.approx(0.4, abs=1e-6)
    assert calibration_error(torch.tensor([[50.0, 0.0]]), torch.tensor([0])) == pytest.approx(0, abs=1e-6)
