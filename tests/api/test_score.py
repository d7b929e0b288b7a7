"""Scores of a user's own model: those of the score stage, of the report, and of Quantus."""

import numpy as np
import pandas as pd
import pytest
import quantus
import scored_cells
import torch
from builders import make_machine
from own_models import IMAGES, TARGETS, learning_model, same, seen
from scored_models import CLASSES, SIDE, Linear, small_cnn, subject

from smoot import SmootError, score
from smoot.artifacts.dataset import normalise, open_split
from smoot.artifacts.paths import DataFolder, GridCell
from smoot.artifacts.results import agreed_images, image_scores, result_table, scored_rows
from smoot.artifacts.scores import PanelScores, read_scores
from smoot.models.model_entry import ModelEntry
from smoot.scoring import stage
from smoot.scoring.trained_model import load

ATTRIBUTIONS = {"gradient": {}, "ig": {"attribution": "integrated_gradients", "steps": 5}, "random": {}}
METRICS = {
    "drop": {"metric": "accuracy_drop", "fill": "uniform"},
    "attacked": {"metric": "adversarial_accuracy", "epsilons": [0.1], "steps": 2},
    "relevance_mass": {},
    "completeness": {},
    "sensitivity": {"metric": "max_sensitivity", "samples": 2},
    "random_logit": {},
    "mprt": {"images": 5},
    "shortcut_reliance": {},
}


@pytest.fixture
def scored(tmp_path, monkeypatch) -> tuple[dict, PanelScores]:
    """(what to give to `score`, the record of the score stage of the same)."""
    monkeypatch.chdir(tmp_path)
    scored_cells.write_data()
    cell, model = GridCell("toy", "cnn", "baseline", 0), {"timm": "sgt_cnn"}
    scored_cells.write_weights(cell, model)
    panel = {"images": 12, "seed": 3, "attributions": ATTRIBUTIONS, "metrics": METRICS}
    stage.score_cell(cell, "p", scored_cells.view(cell, model, panel))
    record, info = read_scores(cell, "p"), scored_cells.INFO
    split = open_split(DataFolder("toy"), info, "test").take(np.array(record.images))
    network, _ = load(cell, ModelEntry.of("cnn", model), info, make_machine())
    given = {"images": normalise(split.images.astype(np.float32), *info.scale), "labels": split.labels}
    given |= {"masks": split.masks[:, 0], "mean": info.mean, "std": info.std, "seed": 3}
    return given | {"model": network, "attributions": ATTRIBUTIONS, "metrics": METRICS}, record


def test_values_are_those_of_the_score_stage(scored):
    given, record = scored
    frame = score(**given, per_image=True)
    expected = [
        (one.attribution, one.metric, image, value)
        for one in image_scores(record.results)
        for image, value in enumerate(one.values)
    ]
    wanted = pd.DataFrame(expected, columns=["attribution", "metric", "image", "value"])
    pd.testing.assert_frame_equal(frame.drop(columns="correct"), wanted, check_exact=True)
    assert frame["value"].notna().sum() > 250
    assert (frame["correct"] == record.correct[frame["image"]]).all()


def test_means_are_those_of_the_report(scored):
    given, record = scored
    frame = score(**given)
    agreed = agreed_images([record.correct], 12)
    wanted = result_table(scored_rows(GridCell("", "", "", 0), "p", "test", image_scores(record.results), agreed))
    pd.testing.assert_frame_equal(frame, wanted[list(frame)], check_exact=True)
    assert set(frame["status"]) == {"ok", "not applicable"}
    reasons = set(frame.loc[frame["status"] == "not applicable", "reason"])
    assert "the data set has no shortcut" in reasons


def test_a_mean_is_over_the_images_that_count():
    of = subject(size=12, model=small_cnn())
    given = {"model": of.model, "images": of.images, "labels": of.labels}
    given |= {"attributions": "gradient", "metrics": ["sparseness"]}
    values = score(**given, per_image=True)["value"]
    counted = np.arange(12) % 3 == 0
    (mean,) = score(**given, correct=torch.from_numpy(counted)).itertuples()
    assert (mean.images, mean.value) == (4, pytest.approx(values[counted].mean()))


def test_scores_are_those_of_quantus():
    model = small_cnn()
    frame = score(model, IMAGES, TARGETS, attributions=["gradient"], metrics=["sparseness"], per_image=True)
    theirs = quantus.Sparseness(disable_warnings=True, display_progressbar=False)(
        model=model,
        x_batch=IMAGES.numpy(),
        y_batch=TARGETS.numpy(),
        explain_func=quantus.explain,
        explain_func_kwargs={"method": "Saliency"},
        device="cpu",
    )
    assert np.allclose(frame["value"], theirs, atol=1e-6)


def test_model_and_random_streams_are_left_as_they_were():
    model = learning_model()
    before = seen(model)
    np.random.seed(1), torch.manual_seed(1)
    metrics = ["mprt", "local_lipschitz", "faithfulness_correlation", "road"]
    score(model, IMAGES[:4], TARGETS[:4], attributions=["gradient"], metrics=metrics)
    drawn = np.random.rand(), torch.rand(1).item()
    np.random.seed(1), torch.manual_seed(1)
    assert drawn == (np.random.rand(), torch.rand(1).item())
    assert same(seen(model), before)


def test_without_the_normalisation_what_needs_it_does_not_apply():
    given = {"attributions": [], "metrics": ["noise_accuracy", "adversarial_accuracy"]}
    frame = score(Linear(), IMAGES, TARGETS, **given | {"attributions": ["gradient"]})
    assert list(frame["status"]) == ["not applicable"] * 2
    assert set(frame["reason"]) == {"it is not known which values stand for black and white"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"images": IMAGES[:1], "labels": TARGETS[:1]}, "images: 1: should be greater than or equal to 2"),
        ({"labels": TARGETS + 1}, f"labels: 3: the model has 3 classes; allowed: 0 to {CLASSES - 1}"),
        ({"metrics": ["roads"]}, "metrics.roads: no such metric; allowed: accuracy_drop, "),
        ({"metrics": []}, "metrics: should|metrics: Dictionary should have at least 1 item"),
        ({"metrics": {"road": {"noise": -1}}}, r"metrics.road.noise: -1: should be greater than or equal to 0"),
        ({"metrics": {"road": 3}}, "metrics.road: 3: should be a mapping of options"),
        ({"metrics": {"road mean": {"metric": "road"}}}, "metrics.road mean: 'road mean': String should match"),
        ({"attributions": ["grad"]}, "attributions.grad: no such attribution; allowed: centre, deep_lift"),
        ({"masks": np.zeros((70, 4, 4), bool)}, r"masks: of shape \(70, 4, 4\); should be \(70, 8, 8\)"),
        ({"masks": np.full((70, SIDE, SIDE), 4)}, "masks: int64; should be bools, true on the object, or numbers: 0 b"),
        ({"mean": 0.5}, "std: missing; mean and std need each other"),
        ({"mean": 0.5, "std": 0}, "std: 0; should be more than 0"),
        ({"mean": "half", "std": 1}, "mean: half; should be a number, or 1 of them"),
        ({"mean": (0.5, 0.5), "std": 1}, r"mean: \(0.5, 0.5\); should be a number, or 1 of them"),
        ({"mean": 0.5, "std": 1}, r"images: from \[-4.\d+\] to .* black is \[-0.5\] and white \[0.5\]"),
        ({"seed": -1}, "seed: -1: should be greater than or equal to 0"),
        ({"correct": [1] * 70}, r"correct: int64 of shape \(70,\); should be \(70,\) bools"),
    ],
)
def test_bad_input_is_named(change, message):
    given = {"model": Linear(), "images": IMAGES, "labels": TARGETS, "attributions": ["random"], "metrics": ["road"]}
    with pytest.raises(SmootError, match=message):
        score(**given | change)
