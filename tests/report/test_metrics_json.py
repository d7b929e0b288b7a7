"""The few numbers that DVC shows."""

import json

import pytest
from made_up import view

from smoot.artifacts.paths import GridCell
from smoot.report import metrics_json
from smoot.report.evidence.evidence import read_evidence
from smoot.report.study import Study


def numbers(grid, **report):
    params = view(grid, **report)
    study = Study(read_evidence(grid, params), params)
    return metrics_json.headline(study.headline, study.rows)


def test_means_over_seeds_by_data_set_model_and_metric(grid, tmp_path):
    found = numbers(grid)
    assert found["toy"]["net"]["test_accuracy"] == pytest.approx({"baseline": 0.51, "sgt": 0.61, "untrained": 0.11})
    assert found["toy"]["net"]["accuracy_drop_uniform"]["gradient"]["sgt"] == pytest.approx(0.21)
    assert "random" not in found["toy"]["net"]["accuracy_drop_uniform"], "only what is told first"
    metrics_json.write_metrics_json(tmp_path, found)
    assert json.loads((tmp_path / "metrics.json").read_text()) == found


def test_what_was_declared_and_nothing_else(grid):
    primary = {"methods": ["sgt"], "metrics": ["test_loss", "sparseness"], "attributions": ["gradient"]}
    found = numbers(grid, primary=primary)
    assert set(found["toy"]["net"]) == {"test_loss", "sparseness"}
    assert set(found["toy"]["net"]["sparseness"]) == {"gradient"}


def test_several_data_sets_have_their_aggregate_too(make_grid):
    found = numbers(make_grid([0, 1], ("toy", "other")))
    assert list(found) == ["toy", "other", "all data sets"]


def test_what_has_no_value_is_left_out(grid):
    for seed in grid.seeds:
        GridCell("toy", "net", "sgt", seed).run_record.unlink()
    found = numbers(grid)
    assert set(found["toy"]["net"]["test_accuracy"]) == {"baseline", "untrained"}
    assert "mprt" not in found["toy"]["net"]
