"""A panel on one model: what is scored, how often, and what does not apply."""

import json
from dataclasses import replace

import killed_training
import numpy as np
import torch
from builders import make_machine
from safetensors.torch import save_file
from scored_models import Linear, subject

from smoot.artifacts.paths import Cell
from smoot.core import components
from smoot.models.create import create
from smoot.models.entry import ModelEntry
from smoot.scoring import stage
from smoot.scoring.apply_metric import evaluate
from smoot.scoring.cache import ArrayCache
from smoot.scoring.explainer import Explainer
from smoot.scoring.panel import Panel


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
    killed_training.make_data(tmp_path)
    cell, model = Cell("toy", "vit", "baseline", 0), {"timm": "test_vit", "kwargs": {"patch_size": 4}}
    torch.manual_seed(0)
    cell.run_folder.mkdir(parents=True)
    weights = create(ModelEntry(**model), 1, 4, (killed_training.SIDE, killed_training.SIDE)).state_dict()
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


def test_a_map_that_cannot_be_made_of_a_changed_image_leaves_that_score_undefined_and_no_more():
    class Late(Linear):
        """Linear for DeepLift up to 2, from where on a function acts that DeepLift has no rule for."""

        def forward(self, images):
            return super().forward(images + 10 * torch.relu(images - 2))

    of = subject(size=6, model=Late())
    np.minimum(of.images, 1.99, out=of.images)
    panel = Panel(
        images=6, attributions={"deep_lift": {}}, metrics={"max_sensitivity": {"samples": 2}, "sparseness": {}}
    )
    (robustness, sparseness), _ = stage.score(of, panel, make_machine(), "it")
    assert robustness["applies"]
    assert robustness["values"] == [None] * 6
    assert robustness["reason"].startswith("no deep_lift map of a changed image or model: DeepLift has no rule for")
    assert sparseness["reason"] is None


def test_what_metrics_and_attributions_have_in_common_is_made_once_and_is_the_same():
    panel = Panel(
        images=70,
        attributions={"gradient": {}, "integrated_gradients": {"steps": 4}},
        metrics={
            "accuracy_drop_minimum": {"metric": "accuracy_drop", "fill": "image_min"},
            "accuracy_drop_uniform": {"metric": "accuracy_drop", "fill": "uniform"},
            "faithfulness_correlation": {"runs": 5, "images": 66},
            "max_sensitivity": {"samples": 2},
            "local_lipschitz": {"samples": 2},
            "mprt": {},
            "non_sensitivity": {"images": 3},
        },
    )
    of = subject(size=70)
    # A map that is constant takes its image out, for its attribution only.
    of.images[5] = 0
    records, maps = stage.score(of, panel, make_machine(), "it")
    for record in records:
        component = components.load("attributions", record["attribution"])
        params = component.Params(**panel.attributions[record["attribution"]])
        explain = Explainer(component, params, torch.device("cpu"))
        alone = replace(of, maps=maps[record["attribution"]], explain=explain)
        assert record | evaluate(alone, record["component"], record["arguments"]) == record


def test_the_models_passes_that_do_not_depend_on_the_maps_are_shared():
    def passes(attributions, metrics):
        of, seen = subject(size=6), []
        of.model.register_forward_hook(lambda model, images, logits: seen.append(len(images[0])))
        stage.score(of, Panel(images=6, attributions=attributions, metrics=metrics), make_machine(), "it")
        return sum(seen)

    one, two = {"random": {}}, {"random": {}, "gradient": {}}
    # A map of each image, and its ten points by the map; the random order's are there already.
    assert passes(two, {"accuracy_drop": {}}) - passes(one, {"accuracy_drop": {}}) == 6 + 60
    assert passes(two, {"non_sensitivity": {}}) - passes(one, {"non_sensitivity": {}}) == 6
    # The logits of the whole images are among what is shared.
    correlation = {"faithfulness_correlation": {"runs": 5}}
    assert passes(two, correlation) - passes(one, correlation) == 6
    gradient, noise = {"gradient": {}}, {"samples": 3}
    assert passes(gradient, {"max_sensitivity": noise, "local_lipschitz": noise}) == 6 + 3 * 6
    # The maps of the model, and those of the random one.
    assert passes(gradient, {"mprt": {}}) == 6 + 6


def test_a_memo_knows_arrays_by_their_content_and_keeps_no_more_than_its_limit():
    calls = []

    def make():
        calls.append(1)
        return np.full(4, len(calls))

    memo = ArrayCache(limit=2 * np.zeros(4, int).nbytes)
    first, other = (np.arange(6), np.zeros(2)), (np.arange(6).reshape(2, 3), np.zeros(2))
    found = memo.get(first, make)
    found[:] = -1
    assert memo.get(tuple(map(np.copy, first)), make).tolist() == [1] * 4
    assert memo.get(other, make).tolist() == [2] * 4
    assert memo.get((np.ones(6), np.zeros(2)), make).tolist() == [3] * 4
    assert memo.get((np.ones(6), np.zeros(2)), make).tolist() == [4] * 4
    assert memo.get(first, make).tolist() == [1] * 4


def test_what_is_shared_is_that_of_the_same_images():
    of = replace(subject(size=6), shared={})
    one, other = of.take(np.array([0, 1, 2])), of.take(np.array([0, 1, 2, 3])).take(np.array([1, 2, 3]))
    assert [part.once("first", lambda part=part: part.labels[0]) for part in (one, other)] == [
        of.labels[0],
        of.labels[1],
    ]
    again = of.take(np.array([5, 0, 1, 2])).take(np.array([1, 2, 3]))
    assert again.once("first", lambda: None) == of.labels[0]
