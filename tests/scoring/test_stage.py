"""A panel on one model: what is scored, how often, and what does not apply."""

import json

import lives
import numpy as np
import torch
from builders import make_machine
from safetensors.torch import save_file
from subjects import subject

from smoot.core.cells import Cell
from smoot.models.create import create
from smoot.models.params import Model
from smoot.scoring import stage
from smoot.scoring.params import Panel


def test_a_metric_of_the_model_is_scored_once_and_the_others_by_attribution():
    panel = Panel(
        images=6,
        attributions={"gradient": {}, "random": {}},
        metrics={"sparseness": {}, "moved": {"metric": "shortcut_reliance"}, "shortcut_mass": {}},
    )
    of = subject(size=6)
    records, maps = stage.score(of, panel, make_machine(), "it")
    assert [(record["attribution"], record["metric"]) for record in records] == [
        ("", "moved"),
        ("gradient", "sparseness"),
        ("gradient", "shortcut_mass"),
        ("random", "sparseness"),
        ("random", "shortcut_mass"),
    ]
    assert records[0]["component"] == "shortcut_reliance"
    assert list(maps) == ["gradient", "random"]
    assert (maps["gradient"] == of.maps).all()
    assert (maps["random"] != of.maps).any()


def test_an_attribution_that_does_not_apply_is_null_with_its_reason_for_every_metric(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lives.make_data(tmp_path)
    cell, model = Cell("toy", "vit", "baseline", 0), {"timm": "test_vit", "kwargs": {"patch_size": 4}}
    torch.manual_seed(0)
    cell.run_folder.mkdir(parents=True)
    weights = create(Model(**model), 1, 4, (lives.SIDE, lives.SIDE)).state_dict()
    save_file(weights, cell.run_folder / "model.safetensors")
    black, uniform = {"metric": "accuracy_drop", "images": 5}, {"metric": "accuracy_drop", "fill": "uniform"}
    panel = {"images": 8, "gallery": 2, "attributions": {"grad_cam": {}, "random": {}}}
    view = {
        "compute": {"threads": 1, "device": "cpu", "precision": "fp32"},
        "models.vit": model,
        "panels.p": panel | {"metrics": {"black": black, "uniform": uniform}},
    }
    stage.run(cell, "p", view)
    results = json.loads(cell.scores("p").read_text())["results"]
    assert [(result["attribution"], result["metric"]) for result in results] == [
        (attribution, metric) for attribution in ("grad_cam", "random") for metric in ("black", "uniform")
    ]
    for result, images in zip(results, (5, 8, 5, 8), strict=True):
        missing = result["attribution"] == "grad_cam"
        assert (result["component"], result["applies"]) == ("accuracy_drop", not missing)
        assert [value is None for value in result["values"]] == [missing] * images
        assert result["reason"] == ("the model's only convolution cuts the image into patches" if missing else None)
    with np.load(cell.scores("p").with_suffix(".npz")) as gallery:
        assert sorted(gallery) == ["images", "labels", "map.random", "masks"]
