"""A panel on one model: what is scored, how often, and what does not apply."""

from dataclasses import replace

import numpy as np
import pytest
import scored_cells
import torch
from builders import make_machine
from scored_models import Linear, small_cnn, subject

from smoot.artifacts.paths import DataFolder, GridCell
from smoot.artifacts.scores import read_maps, read_scores
from smoot.scoring import stage
from smoot.scoring.apply_metric import apply_metric
from smoot.scoring.explainer import Explainer
from smoot.scoring.panel import Panel


def test_a_metric_of_the_model_is_scored_once_and_the_others_by_attribution():
    panel = Panel(
        images=6,
        attributions={"gradient": {}, "random": {}},
        metrics={"sparseness": {}, "moved": {"metric": "shortcut_reliance"}, "shortcut_mass": {}},
    )
    of = subject(size=6)
    records, maps = stage.score(of, panel, make_machine().device, "it")
    assert [(record.attribution, record.metric) for record in records] == [
        ("", "moved"),
        ("gradient", "sparseness"),
        ("gradient", "shortcut_mass"),
        ("random", "sparseness"),
        ("random", "shortcut_mass"),
    ]
    assert records[0].component == "shortcut_reliance"
    assert list(maps) == ["gradient", "random"]
    assert (maps["gradient"] == of.maps).all()
    assert (maps["random"] != of.maps).any()


def test_an_attribution_that_does_not_apply_is_null_with_its_reason_for_every_metric(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    scored_cells.write_data()
    cell, model = GridCell("toy", "vit", "baseline", 0), {"timm": "test_vit", "kwargs": {"patch_size": 4}}
    scored_cells.write_weights(cell, model)
    black, uniform = {"metric": "accuracy_drop", "images": 5}, {"metric": "accuracy_drop", "fill": "uniform"}
    panel = {"images": 8, "gallery": 2, "attributions": {"grad_cam": {}, "random": {}}}
    panel["metrics"] = {"black": black, "uniform": uniform}
    stage.score_cell(cell, "p", scored_cells.view(cell, model, panel))
    scores = read_scores(cell, "p")
    assert [(result.attribution, result.metric) for result in scores.results] == [
        (attribution, metric) for attribution in ("grad_cam", "random") for metric in ("black", "uniform")
    ]
    for result, images in zip(scores.results, (5, 8, 5, 8), strict=True):
        missing = result.attribution == "grad_cam"
        assert (result.component, result.applies) == ("accuracy_drop", not missing)
        assert [value is None for value in result.values] == [missing] * images
        assert result.reason == ("the model's only convolution cuts the image into patches" if missing else None)
        assert result.summaries.keys() == {"saliency_area", "random_area"}
        for values in result.summaries.values():
            assert [value is None for value in values] == [missing] * images
        assert set(result.curves) == (set() if missing else {"saliency", "random"})
    split, maps = read_maps(cell, "p")
    assert (len(split), list(maps)) == (2, ["random"])


CNN, VARIANTS = {"timm": "sgt_cnn"}, {"random": {}, "noise": {"attribution": "random"}, "gradient": {}}


@pytest.fixture
def cell(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    scored_cells.write_data()
    cell = GridCell("toy", "cnn", "baseline", 0)
    scored_cells.write_weights(cell, CNN)
    return cell


def test_the_record_says_what_was_scored_and_by_what(cell):
    metrics = {"sparseness": {}, "drop": {"metric": "accuracy_drop"}}
    panel = {"images": 6, "gallery": 2, "attributions": VARIANTS, "metrics": metrics}
    stage.score_cell(cell, "p", scored_cells.view(cell, CNN, panel))
    record = read_scores(cell, "p")
    assert (record.panel, record.split, len(record.predictions)) == ("p", "test", 6)
    assert record.labels == tuple(place % 4 for place in record.images)
    assert record.shares == {"object": 0.25}
    said = {key: (item.component, item.null, item.complete) for key, item in record.attributions.items()}
    assert said == {
        "random": ("random", True, False),
        "noise": ("random", True, False),
        "gradient": ("gradient", False, False),
    }
    assert Panel(**panel).null_attributions() == {"random", "noise"}
    assert [(result.component, result.has_settings) for result in record.results[:2]] == [
        ("sparseness", False),
        ("accuracy_drop", True),
    ]
    random, noise = (
        [result.values for result in record.results if result.attribution == key]
        for key in VARIANTS
        if key != "gradient"
    )
    assert random == noise
    _, maps = read_maps(cell, "p")
    assert maps["gradient"].shape == (2, 1, 8, 8)
    assert (maps["random"] == maps["noise"]).all()


@pytest.mark.parametrize("split", ["test", "val"])
def test_the_images_are_those_of_the_panels_split(cell, split):
    panel = {"images": 6, "gallery": 4, "attributions": {"gradient": {}}, "metrics": {"relevance_mass": {}}}
    stage.score_cell(cell, "p", scored_cells.view(cell, CNN, panel if split == "test" else panel | {"split": split}))
    record = read_scores(cell, "p")
    assert record.split == split
    assert record.images == (19, 8, 18, 15, 0, 11), "the same for all splits of one size"
    shown, _ = read_maps(cell, "p")
    stored = np.load(DataFolder("toy").array(split, "images"))
    assert np.array_equal(shown.images, stored[list(record.images[:4])])


@pytest.mark.parametrize("by_seed", [False, True])
def test_a_panel_draws_images_and_orders_by_the_training_seed_where_it_says_so(cell, by_seed):
    """All methods of a seed have the same images, and the same random orders of one model."""
    panel = {"images": 12, "attributions": {"gradient": {}}, "by_seed": by_seed}
    panel["metrics"] = {"accuracy_drop": {"fill": "uniform"}, "relevance_mass": {}}
    records = {}
    for method, seed in (("baseline", 0), ("baseline", 1), ("sgt", 1)):
        of = GridCell("toy", "cnn", method, seed)
        if of != cell:
            scored_cells.write_weights(of, CNN)
        stage.score_cell(of, "p", scored_cells.view(of, CNN, panel))
        records[method, seed] = read_scores(of, "p")
    first, second, other = records.values()
    assert (second.images, second.labels, second.results) == (other.images, other.labels, other.results)
    assert (first.images == second.images) == (not by_seed)
    for record in records.values():
        assert record.labels == tuple(place % 4 for place in record.images)
    if not by_seed:
        assert first.results == second.results
        assert first.images[:6] == (19, 8, 18, 15, 0, 11), "as without the key"


def test_the_random_orders_of_two_seeds_differ_also_for_the_same_images():
    seeds = {
        Panel(images=6, by_seed=True, attributions={"gradient": {}}, metrics={"mprt": {}}).seed_of(seed)
        for seed in range(9)
    }
    assert len(seeds) == 9


def test_a_panel_has_no_images_of_the_training_split():
    with pytest.raises(ValueError, match="should be 'test' or 'val'"):
        Panel(images=6, split="train", attributions={"gradient": {}}, metrics={"sparseness": {}})


def test_scoring_twice_gives_the_same_bytes(cell):
    panel = {"images": 6, "attributions": {"gradient": {}}, "metrics": {"max_sensitivity": {"samples": 2}}}
    files = []
    for _ in range(2):
        stage.score_cell(cell, "p", scored_cells.view(cell, CNN, panel))
        files.append((cell.scores("p").read_bytes(), cell.maps("p").read_bytes()))
    assert files[0] == files[1]


def test_entries_of_one_component_with_other_parameters_are_scored_apart():
    attributions = {f"ig_{steps}": {"attribution": "integrated_gradients", "steps": steps} for steps in (2, 40)} | {
        "smooth_0": {"attribution": "smoothgrad", "samples": 2},
        "smooth_1": {"attribution": "smoothgrad", "samples": 2, "seed": 1},
    }
    metrics = {
        **{f"drop_{fill}": {"metric": "accuracy_drop", "fill": fill} for fill in ("uniform", "channel_mean")},
        **{f"correlation_{runs}": {"metric": "faithfulness_correlation", "runs": runs} for runs in (3, 6)},
        **{f"dead_{images}": {"metric": "non_sensitivity", "images": images} for images in (2, 5)},
        **{f"far_{radius}": {"metric": "max_sensitivity", "samples": 2, "radius": radius / 10} for radius in (1, 5)},
    }
    of, device = subject(size=6, model=small_cnn()), make_machine().device
    together, maps = stage.score(of, Panel(images=6, attributions=attributions, metrics=metrics), device, "it")
    assert len({values.tobytes() for values in maps.values()}) == len(attributions)
    for record in together:
        alone = Panel(
            images=6,
            attributions={record.attribution: attributions[record.attribution]},
            metrics={record.metric: metrics[record.metric]},
        )
        assert stage.score(of, alone, device, "it")[0] == [record]


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
    (robustness, sparseness), _ = stage.score(of, panel, make_machine().device, "it")
    assert robustness.applies
    assert robustness.values == (None,) * 6
    assert robustness.reason.startswith("no deep_lift map of a changed image or model: DeepLift has no rule for")
    assert sparseness.reason is None


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
    records, maps = stage.score(of, panel, make_machine().device, "it")
    for record in records:
        attribution = panel.attribution(record.attribution)
        explain = Explainer(attribution.load(), attribution.params(), torch.device("cpu"))
        alone = replace(of, maps=maps[record.attribution], explain=explain)
        assert apply_metric(alone, record.attribution, panel.metric(record.metric)) == record


def test_the_models_passes_that_do_not_depend_on_the_maps_are_shared():
    def passes(attributions, metrics):
        of, seen = subject(size=6), []
        of.model.register_forward_hook(lambda model, images, logits: seen.append(len(images[0])))
        stage.score(of, Panel(images=6, attributions=attributions, metrics=metrics), make_machine().device, "it")
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


def test_what_is_shared_is_that_of_the_same_images():
    of = replace(subject(size=6), shared={})
    one, other = of.take(np.array([0, 1, 2])), of.take(np.array([0, 1, 2, 3])).take(np.array([1, 2, 3]))
    assert [part.once("first", lambda part=part: part.labels[0]) for part in (one, other)] == [
        of.labels[0],
        of.labels[1],
    ]
    again = of.take(np.array([5, 0, 1, 2])).take(np.array([1, 2, 3]))
    assert again.once("first", lambda: None) == of.labels[0]
