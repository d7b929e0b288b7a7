"""A report of a table: that of the report stage, as far as the table goes."""

import json
import re

import numpy as np
import pandas as pd
import pytest
from made_up import METHODS, usual_scores, value_of, view, write_panel, write_run
from own_models import IMAGES, TARGETS
from scored_models import Linear, small_cnn

from smoot import SmootError, score, write_report
from smoot.artifacts.grid import Grid
from smoot.report import stage
from smoot.report.evidence import merging, published

METRICS = {"accuracy_drop_uniform": {"metric": "accuracy_drop", "fill": "uniform"}}
COLUMNS = ["dataset", "model", "method", "seed", "metric", "value"]


@pytest.fixture
def made(tmp_path, monkeypatch):
    """A report of made-up cells, by the stage: its folder."""
    monkeypatch.chdir(tmp_path)
    grid = Grid(datasets=["toy"], models=["net"], methods=METHODS, seeds=[0, 1, 2], panels=["quick"])
    for cell in grid.cells():
        write_run(cell, value_of(cell))
        write_panel(cell, "quick", usual_scores(value_of(cell)))
    stage.report_grid(view(grid))
    return tmp_path / "reports/toy"


def table(seeds=range(3), methods=("baseline", "sgt"), metric="my_score") -> pd.DataFrame:
    rows = [
        ("toy", "net", method, seed, metric, place + seed / 10)
        for place, method in enumerate(methods)
        for seed in seeds
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


ABOUT = {"my_score": {"category": "faithfulness", "higher_is_better": True, "title": "My score"}}


def test_of_results_csv_it_is_the_stages_report(made, tmp_path):
    page = write_report(pd.read_csv(made / "results.csv"), tmp_path / "Out 1", metrics=METRICS, title="Mine")
    folder = tmp_path / "Out 1"
    assert page == folder / "index.html"
    theirs, ours = (published.read_results(where / "results.csv") for where in (made, folder))
    order = [*COLUMNS[:5], "attribution"]
    pd.testing.assert_frame_equal(
        *(frame.sort_values(order, ignore_index=True) for frame in (theirs, ours)), check_exact=True
    )
    metrics = [json.loads((where / "metrics.json").read_text()) for where in (made, folder)]
    assert metrics[0] == metrics[1]
    text = page.read_text()
    assert "<h1>Mine</h1>" in text
    for section in ("answer", "sanity", "scores", "seeds", "reading"):
        assert f'id="{section}"' in text
    for section in ("cost", "training", "maps"):
        assert f'id="{section}"' not in text
    assert not (tmp_path / "reports/index.html").read_text().count("Mine")


def test_the_least_table_is_enough(tmp_path):
    page = write_report(table(), tmp_path / "least", metrics=ABOUT)
    text = (tmp_path / "least/report.md").read_text()
    assert r"| My score ↑ | – | 0.100 (0.000 0.100 0.200) | 1.100 (1.000 1.100 1.200); +1.000 \[" in text
    assert "are at least 0 images" not in page.read_text()
    assert "Before you read on" not in text  # There is nothing to say.


def test_what_training_measures_is_known_by_its_name_with_its_split(tmp_path):
    frame = pd.concat([table(metric="test_accuracy"), table(metric="val_loss"), table()])
    write_report(frame.assign(value=0.5), tmp_path / "known", metrics=ABOUT)
    rows = published.read_results(tmp_path / "known/results.csv").drop_duplicates("metric").set_index("metric")
    assert dict(rows["split"]) == {"test_accuracy": "test", "val_loss": "val", "my_score": "test"}
    assert dict(rows["panel"]) == {"test_accuracy": "", "val_loss": "", "my_score": "scores"}


def test_without_a_name_the_baseline_is_the_first_method_that_is_trained(tmp_path):
    write_report(table(methods=("untrained", "plain", "sgt")), tmp_path / "first", metrics=ABOUT)
    _, params = published.read_published(tmp_path / "first")
    assert params["report"]["baseline"] == "plain"


def test_a_report_is_replaced_and_nothing_else_is(tmp_path, monkeypatch):
    write_report(table(), tmp_path / "mine", metrics=ABOUT, title="First")
    page = write_report(table(), tmp_path / "mine", metrics=ABOUT, title="Second")
    assert "<h1>Second</h1>" in page.read_text()
    monkeypatch.chdir(tmp_path)
    (tmp_path / "params.yaml").write_text("mine")
    with pytest.raises(SmootError, match=r"folder: \.: is there, and is no report; give one that is new or empty"):
        write_report(table(), ".", metrics=ABOUT)
    assert (tmp_path / "params.yaml").read_text() == "mine"


def test_scores_of_ones_own_models_make_a_report(tmp_path):
    metrics = {"drop": {"metric": "accuracy_drop", "fill": "uniform"}}
    given = {"attributions": ["gradient", "random"], "metrics": metrics}
    frames = []
    for seed in range(2):
        models = {"baseline": small_cnn(), "linear": Linear()}
        right = np.logical_and.reduce([model(IMAGES).argmax(1) == TARGETS for model in models.values()])
        for method, model in models.items():
            frame = score(model, IMAGES, TARGETS, correct=right, seed=seed, **given)
            frames.append(frame.assign(dataset="noise", model="small", method=method, seed=seed))
    write_report(pd.concat(frames), tmp_path / "own", metrics=metrics)
    text = (tmp_path / "own/report.md").read_text()
    assert re.search(r"\| Accuracy drop, random − saliency \(drop\) ↑.* \| random \|", text)
    assert "Nulls: random." in text
    results = published.read_results(tmp_path / "own/results.csv")
    assert list(results["metric"].unique()) == ["drop", "drop_random_area", "drop_saliency_area"]
    assert set(results["images"]) == {70}


def test_an_untrained_model_and_a_random_map_are_known_for_nulls(tmp_path):
    frame = table(methods=("baseline", "drawn"), metric="sparseness")
    frame = pd.concat([frame.assign(attribution=name) for name in ("gradient", "noise")])
    variants = {"methods": {"drawn": {"method": "untrained"}}, "attributions": {"noise": {"attribution": "random"}}}
    write_report(frame, tmp_path / "nulls", **variants)
    evidence, params = published.read_published(tmp_path / "nulls")
    assert {name: run.trained for name, run in evidence.methods.items()} == {"baseline": True, "drawn": False}
    assert {name: about.null for name, about in evidence.attributions.items()} == {"gradient": False, "noise": True}
    assert params["report"]["attribution"] == "gradient"
    assert params["panels"]["scores"]["attributions"] == variants["attributions"]
    assert "Nulls: drawn and noise." in (tmp_path / "nulls/report.md").read_text()


def test_a_score_that_a_run_lacks_is_shown_as_missing(tmp_path):
    write_report(table().iloc[:-1], tmp_path / "holes", metrics=ABOUT)
    text = (tmp_path / "holes/report.md").read_text()
    assert "**1 result is missing**; what follows is made without them: `toy/net/sgt/seed2: my_score`" in text
    last = published.read_results(tmp_path / "holes/results.csv").iloc[-1]
    assert (last["method"], last["seed"], last["status"], last["reason"]) == ("sgt", 2, "not run", "not in the table")


def test_a_declared_comparison_is_claimed_and_counts_alone(tmp_path):
    frame = table(seeds=range(6)).assign(attribution="gradient")
    primary = {"methods": ["sgt"], "metrics": ["my_score"], "attributions": ["gradient"]}
    page = write_report(frame, tmp_path / "claim", metrics=ABOUT, primary=primary)
    assert 'id="claims"' in page.read_text()
    assert "0.0312" in (tmp_path / "claim/report.md").read_text()
    undeclared = write_report(frame, tmp_path / "explored", metrics=ABOUT)
    assert "all 1 difference to baseline count as one family" in undeclared.read_text()


def test_it_is_not_merged_with_others_as_a_table_says_nothing_of_its_runs(tmp_path):
    write_report(table(), tmp_path / "one", metrics=ABOUT)
    with pytest.raises(SmootError, match=r"one: made of a table, .*; put the tables together and use write_report"):
        merging.read_source(tmp_path / "one")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"frame": [1]}, "frame: list without rows; should be a pandas.DataFrame that has some"),
        ({"frame": table().iloc[:0]}, "frame: DataFrame without rows"),
        ({"frame": table().drop(columns=["seed", "value"])}, "frame: no column seed, value; needed: dataset, model, "),
        ({"frame": table().assign(seed="one")}, "frame: seed: one; should be whole numbers, at least 0"),
        ({"frame": table().assign(seed=0.5)}, "frame: seed: 0.5; should be whole numbers"),
        ({"frame": table().assign(value="high")}, "frame: value: high; should be finite numbers, or NaN"),
        ({"frame": table().assign(split="train")}, "frame: split: train; allowed: test, val"),
        ({"frame": table().assign(status="good")}, "frame: status: good; allowed: ok, undefined, "),
        ({"frame": table().assign(status="undefined")}, "frame: status: undefined, but value is 0"),
        ({"frame": table().assign(status="ok", value=None)}, "frame: status: ok, but value is nan; ok means that"),
        ({"frame": table().assign(seed=0)}, "frame: two rows of toy net baseline 0 scores test my_score"),
        ({"frame": table().assign(dataset="My data")}, r"frame\.datasets\.0: 'My data': String should match pattern"),
        ({"metrics": {}}, "metrics: my_score: not known; say which of smoot's it is by `metric`, or give its category"),
        ({"metrics": {"my_score": {"category": "faithfulness"}}}, "metrics.my_score.higher_is_better: missing"),
        ({"metrics": {"my_score": {"metric": "roads"}}}, "metrics.my_score: metric: roads: no such metric; allowed: "),
        ({"metrics": {"my_score": "road"}}, "metrics.my_score: 'road': should be a mapping of options"),
        ({"metrics": ABOUT | {"other": {}}}, "metrics: other: not in the table; allowed: my_score"),
        ({"baseline": "plain"}, "baseline: plain: not a method of the table; allowed: baseline, sgt"),
        ({"methods": {"sgt": {"k": 2.0}}}, "methods.sgt.k: 2.0: should be less than or equal to 1"),
        ({"methods": {"sg": {}}}, "methods: sg: not in the table; allowed: baseline, sgt"),
        ({"confidence": 95}, "confidence: 95: should be less than 1"),
        ({"title": "a\nb"}, "title: .*: String should match pattern"),
        ({"primary": {"methods": "sgt", "metrics": ["my_score"]}}, "primary.methods: 'sgt': should be a valid list"),
        (
            {"primary": {"methods": ["sgt"], "metrics": ["score"]}},
            "primary.metrics: score: in no comparison",
        ),
    ],
)
def test_bad_input_is_named_and_nothing_is_written(change, message, tmp_path):
    with pytest.raises(SmootError, match=message):
        write_report(**{"frame": table(), "folder": tmp_path / "bad", "metrics": ABOUT} | change)
    assert not list(tmp_path.iterdir())
