"""Whose map, and on whose model it is tried."""

import pytest
import scored_cells
import torch
from pydantic import ValidationError
from safetensors.torch import save_file
from scored_cells import CLASSES, SIDE

from smoot.artifacts.paths import GridCell
from smoot.artifacts.scores import read_maps, read_scores
from smoot.core.errors import SmootError
from smoot.models.create import create
from smoot.models.model_entry import ModelEntry
from smoot.scoring import stage
from smoot.scoring.panel import Panel

MODEL = {"timm": "sgt_cnn"}
BASELINE, SGT = GridCell("toy", "net", "baseline", 0), GridCell("toy", "net", "sgt", 0)
PANEL = {
    "images": 12,
    "gallery": 2,
    "attributions": {
        "gradient": {},
        "gradient_of": {"attribution": "gradient", "of": "baseline"},
        "gradient_on": {"attribution": "gradient", "on": "baseline"},
        "gradient_both": {"attribution": "gradient", "of": "baseline", "on": "baseline"},
    },
    "metrics": {"accuracy_drop": {"fill": "uniform"}, "faithfulness_correlation": {"runs": 8}, "sparseness": {}},
}


@pytest.fixture
def cells(tmp_path, monkeypatch):
    """Two models on disk, with other weights each."""
    monkeypatch.chdir(tmp_path)
    scored_cells.write_data()
    for seed, cell in enumerate((BASELINE, SGT)):
        torch.manual_seed(seed)
        cell.run_folder.mkdir(parents=True)
        network = create(ModelEntry(**MODEL), 1, len(CLASSES), (SIDE, SIDE))
        save_file(network.state_dict(), cell.weights, metadata={"cell": str(cell)})
    return tmp_path


def scored(cell, panel=PANEL):
    """(the record, its results by attribution and metric)."""
    stage.score_cell(cell, "p", scored_cells.view(cell, MODEL, panel))
    record = read_scores(cell, "p")
    return record, {(one.attribution, one.metric): one for one in record.results}


def test_in_the_baselines_own_cell_all_four_are_the_same_to_the_bit(cells):
    record, results = scored(BASELINE)
    for metric in PANEL["metrics"]:
        own = results["gradient", metric]
        assert any(value is not None for value in own.values)
        for name in ("gradient_of", "gradient_on", "gradient_both"):
            if metric == "sparseness" and name != "gradient_of":
                assert not results[name, metric].applies
            else:
                assert results[name, metric] == own.model_copy(update={"attribution": name})
    assert record.baseline_sha256 == record.weights_sha256


def test_each_of_the_four_is_of_the_map_and_on_the_model_that_it_says(cells):
    """Tried on the baseline's model, the baseline's own map scores what it does in the baseline's cell."""
    record, results = scored(SGT)
    theirs, base = scored(BASELINE)
    assert record.baseline_sha256 == theirs.weights_sha256 != record.weights_sha256
    for metric in ("accuracy_drop", "faithfulness_correlation"):
        assert results["gradient_both", metric].values == base["gradient", metric].values
        assert results["gradient_both", metric].curves == base["gradient", metric].curves
    of, on = results["gradient_of", "accuracy_drop"], results["gradient_on", "accuracy_drop"]
    # The random order is the model's that maps are tried on, whosever the map is.
    assert of.curves["random"] == results["gradient", "accuracy_drop"].curves["random"]
    assert on.curves["random"] == base["gradient", "accuracy_drop"].curves["random"]
    assert of.curves["random"] != on.curves["random"]
    assert results["gradient_of", "sparseness"].values == base["gradient", "sparseness"].values
    assert "on" in results["gradient_on", "sparseness"].reason


def test_the_record_says_whose_map_it_is_and_the_gallery_has_the_own_ones(cells):
    record, _ = scored(SGT)
    about = record.attributions
    assert (about["gradient"].of, about["gradient"].on, about["gradient"].own) == ("", "", "")
    assert (about["gradient_of"].of, about["gradient_of"].on, about["gradient_of"].own) == ("baseline", "", "gradient")
    assert (about["gradient_both"].of, about["gradient_both"].on) == ("baseline", "baseline")
    assert list(read_maps(SGT, "p")[1]) == ["gradient"]


@pytest.mark.parametrize("cell", [BASELINE, SGT], ids=str)
def test_the_order_of_the_entries_changes_nothing(cells, cell):
    _, results = scored(cell)
    maps = read_maps(cell, "p")[1]
    _, turned = scored(cell, PANEL | {"attributions": dict(reversed(PANEL["attributions"].items()))})
    assert turned == results
    again = read_maps(cell, "p")[1]
    assert list(again) == list(maps) == ["gradient"]
    assert (again["gradient"] == maps["gradient"]).all()


def test_what_the_pairs_share_is_computed_once(cells, monkeypatch):
    """Of the baseline's own cell: the pairs ask for no pass of the model, and no map, that is not made anyway."""
    passes = []
    forward = torch.nn.Conv2d.forward
    monkeypatch.setattr(torch.nn.Conv2d, "forward", lambda *args: passes.append(1) or forward(*args))
    alone = PANEL | {"attributions": {"gradient": {}}}
    scored(BASELINE, alone)
    of_one, passes[:] = len(passes), []
    scored(BASELINE)
    assert len(passes) == of_one
    passes.clear()
    scored(SGT)
    assert of_one < len(passes) <= 4 * of_one


def test_a_panel_without_pairs_needs_no_baseline(cells):
    BASELINE.weights.unlink()
    record, _ = scored(SGT, PANEL | {"attributions": {"gradient": {}}})
    assert record.baseline_sha256 == ""
    with pytest.raises(SmootError, match="baseline"):
        scored(SGT)


@pytest.mark.parametrize(
    ("attributions", "said"),
    [
        ({"gradient": {}, "other": {"attribution": "gradient", "of": "sgt"}}, "other.of: 'sgt': should be baseline"),
        ({"gradient": {}, "other": {"attribution": "gradient", "on": 1}}, "other.on: 1: should be baseline"),
        ({"other": {"attribution": "gradient", "of": "baseline"}}, "no entry of the same map without of"),
        (
            {"ig": {"attribution": "integrated_gradients"}, "o": {"attribution": "gradient", "of": "baseline"}},
            "no entry of the same map",
        ),
    ],
)
def test_what_no_pair_can_be_is_refused(attributions, said):
    with pytest.raises(ValidationError, match=said):
        Panel.model_validate(PANEL | {"attributions": attributions})


def test_effects_need_both_a_map_of_and_a_model_on():
    whole = Panel.model_validate(PANEL)
    assert whole.effects() == {"gradient"}
    assert whole.borrowed() == {"gradient_of", "gradient_on", "gradient_both"}
    kept = {name: entry for name, entry in PANEL["attributions"].items() if name != "gradient_on"}
    assert Panel.model_validate(PANEL | {"attributions": kept}).effects() == set()
