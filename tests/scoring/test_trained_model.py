"""Weights that are not there, not whole, or another model's are said in one line."""

from hashlib import sha256

import pytest
import scored_cells
import torch
from builders import make_machine
from safetensors.torch import load_file, save_file

from smoot.artifacts.paths import GridCell
from smoot.artifacts.run import RunRecord
from smoot.core.errors import SmootError
from smoot.models.model_entry import ModelEntry
from smoot.scoring.trained_model import load

CNN = {"timm": "sgt_cnn"}


@pytest.fixture
def cell(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    cell = GridCell("toy", "cnn", "baseline", 0)
    scored_cells.write_weights(cell, CNN)
    return cell


def opened(cell, model=None):
    return load(cell, ModelEntry(**model or CNN), scored_cells.INFO, make_machine())


def test_the_model_is_that_of_the_file_frozen_and_in_eval_mode(cell):
    model, digest = opened(cell)
    assert digest == sha256(cell.weights.read_bytes()).hexdigest()
    assert not model.training
    assert not any(parameter.requires_grad for parameter in model.parameters())
    for name, tensor in load_file(cell.weights).items():
        torch.testing.assert_close(model.state_dict()[name], tensor, rtol=0, atol=0)


def missing(cell):
    cell.weights.unlink()


def truncated(cell):
    cell.weights.write_bytes(cell.weights.read_bytes()[:-100])


def empty(cell):
    cell.weights.write_bytes(b"")


def no_safetensors(cell):
    cell.weights.write_bytes(b"PK\x03\x04" + bytes(200))


def without_a_tensor(cell):
    weights = load_file(cell.weights)
    save_file(dict(list(weights.items())[1:]), cell.weights, metadata={"cell": str(cell)})


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (missing, "not there; train the cell first"),
        (truncated, "damaged "),
        (empty, "damaged "),
        (no_safetensors, "damaged "),
        (without_a_tensor, "not the weights of model cnn; train the cell again: Error.*Missing key"),
    ],
)
def test_what_is_wrong_with_the_weights_is_one_line_that_names_the_file(cell, damage, said):
    damage(cell)
    with pytest.raises(SmootError, match=f"^{cell.weights}: {said}") as error:
        opened(cell)
    assert len(str(error.value).splitlines()) == 1


def test_weights_of_another_model_are_refused(cell):
    with pytest.raises(
        SmootError, match=f"^{cell.weights}: not the weights of model cnn; train the cell again"
    ) as error:
        opened(cell, {"timm": "test_vit", "kwargs": {"patch_size": 4}})
    assert len(str(error.value).splitlines()) == 1


def test_weights_that_a_failed_training_left_behind_are_not_scored(cell):
    def written(digest):
        RunRecord(
            **cell.coordinates,
            component="baseline",
            trained=True,
            metrics={},
            epochs=1,
            kept_epoch=1,
            parameters=1,
            dataset_summary=scored_cells.INFO.summary,
            weights_sha256=digest,
            history_sha256="",
            params={},
        ).write(cell.run_record)

    written(sha256(cell.weights.read_bytes()).hexdigest())
    opened(cell)
    written("0" * 64)
    with pytest.raises(SmootError, match=r"model\.safetensors: damaged, or of another run than .*run\.json; train the"):
        opened(cell)
