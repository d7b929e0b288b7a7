"""Records: written whole, read back the same, and refused in one line where they are not what is expected."""

import json
from hashlib import sha256

import numpy as np
import pytest

from smoot.artifacts.dataset import DatasetSummary, Split
from smoot.artifacts.paths import GridCell
from smoot.artifacts.run import Control, Cost, RunRecord, read_cost, read_history, read_run, write_history
from smoot.artifacts.scores import (
    AttributionRecord,
    Curve,
    MetricInfo,
    PanelScores,
    ScoreRecord,
    read_maps,
    read_scores,
    write_maps,
)
from smoot.core.errors import SmootError
from smoot.core.files import json_text

CELL = GridCell("toy", "net", "sgt", 0)


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def run_record(cell: GridCell = CELL) -> RunRecord:
    summary = DatasetSummary(title="Toy", source="s", licence="l", classes=("a", "b"), sizes={"test": 4})
    return RunRecord(
        **cell.coordinates,
        component="sgt",
        trained=True,
        control=Control(of=("smoot",), equal=("train_seconds",)),
        metrics={"test_accuracy": 0.5},
        epochs=2,
        weights_sha256="",
        history_sha256="",
        kept_epoch=2,
        parameters=10,
        dataset_summary=summary,
        params={"methods.sgt": {"k": 0.5}},
    )


def panel_scores(cell: GridCell = CELL, panel: str = "quick") -> PanelScores:
    info = MetricInfo(title="T", category="complexity", higher_is_better=True, citation="c", limits=(0, None))
    curve = Curve(x=(0.0, 0.5), x_label="x", y_label="y", values=((0.25, 1.5), (None, None)))
    score = ScoreRecord(
        attribution="gradient",
        metric="m",
        component="m",
        arguments={},
        has_settings=False,
        info=info,
        applies=True,
        values=(0.1, None),
        reason="one",
        curves={"line": curve},
    )
    return PanelScores(
        **cell.coordinates,
        panel=panel,
        weights_sha256="",
        split="test",
        images=(3, 1),
        labels=(0, 1),
        predictions=(0, 0),
        shares={},
        attributions={"gradient": AttributionRecord(component="gradient")},
        results=(score,),
        params={},
    )


def test_a_run_is_read_back_as_it_was_written():
    run_record().write(CELL.run_record)
    assert read_run(CELL) == run_record()


def test_scores_are_read_back_as_they_were_written():
    panel_scores().write(CELL.scores("quick"))
    scores = read_scores(CELL, "quick")
    assert scores == panel_scores()
    assert scores.correct.tolist() == [True, False]
    np.testing.assert_array_equal(scores.results[0].curves["line"].mean, [0.25, 1.5])


def test_a_history_is_read_back_and_may_have_no_epoch():
    rows = [{"epoch": 1, "val_loss": 0.1}, {"epoch": 2, "val_loss": 1 / 3}]
    for written in (rows, []):
        run = run_record().model_copy(update={"history_sha256": write_history(CELL, written)})
        assert read_history(CELL, run).to_dict("records") == written


def test_maps_are_read_back():
    images = np.zeros((2, 1, 4, 4), np.uint8)
    split = Split(images, np.arange(2), np.zeros((0, 1, 4, 4), np.uint8))
    write_maps(CELL, "quick", split, {"gradient": np.ones((2, 1, 4, 4), np.float32)})
    again, maps = read_maps(CELL, "quick")
    assert again.labels.tolist() == [0, 1]
    assert maps.keys() == {"gradient"}


def changed(path, change):
    """With a seal that fits, so that it is the schema that refuses it."""
    content = json.loads(path.read_text())
    del content["seal"]
    change(content)
    text = json_text(content)
    path.write_text(f'{{\n "seal": "{sha256(text.encode()).hexdigest()}",{text.removeprefix("{")}')


BROKEN = {
    "empty": lambda path: path.write_text(""),
    "truncated": lambda path: path.write_text(path.read_text()[:-20]),
    "of another kind": lambda path: path.write_text("[1, 2]"),
    "with a key more": lambda path: changed(path, lambda content: content.update(extra=1)),
    "with a key less": lambda path: changed(path, lambda content: content.pop("seed")),
    "with a text for a number": lambda path: changed(path, lambda content: content.update(seed="0")),
    "bytes": lambda path: path.write_bytes(b"\xff\xfe\x00"),
    "missing": lambda path: path.unlink(),
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_record_is_one_line_with_its_path_and_what_to_run(how):
    run_record().write(CELL.run_record)
    panel_scores().write(CELL.scores("quick"))
    for path, read, remedy in (
        (CELL.run_record, lambda: read_run(CELL), "train the cell again"),
        (CELL.scores("quick"), lambda: read_scores(CELL, "quick"), "score the cell again"),
    ):
        BROKEN[how](path)
        with pytest.raises(SmootError) as caught:
            read()
        message = str(caught.value)
        assert message.startswith(f"{path}: ")
        assert message.endswith(remedy)
        assert "\n" not in message


@pytest.mark.parametrize(
    ("text", "other"),
    [('"accuracy": 0.5', '"accuracy": 0.6'), ('"seed": 0', '"seed": 00'), ('"seal": "', '"seal": "0')],
)
def test_an_edited_record_is_refused(text, other):
    run_record().model_copy(update={"metrics": {"accuracy": 0.5}}).write(CELL.run_record)
    content = CELL.run_record.read_text()
    assert text in content
    CELL.run_record.write_text(content.replace(text, other))
    with pytest.raises(SmootError, match=r"run\.json: .*; train the cell again"):
        read_run(CELL)


def test_a_text_among_the_values_is_refused():
    panel_scores().write(CELL.scores("quick"))
    changed(CELL.scores("quick"), lambda content: content["results"][0].update(values=[0.1, "0.2"]))
    with pytest.raises(SmootError, match=r"results\.0\.values\.1"):
        read_scores(CELL, "quick")


def test_another_cells_record_is_refused():
    other = GridCell("toy", "net", "smoot", 0)
    run_record(other).write(CELL.run_record)
    with pytest.raises(SmootError, match="of the cell toy/net/smoot/seed0, where toy/net/sgt/seed0 was expected"):
        read_run(CELL)
    panel_scores(other).write(CELL.scores("quick"))
    with pytest.raises(SmootError, match="of the cell toy/net/smoot/seed0"):
        read_scores(CELL, "quick")
    panel_scores(panel="slow").write(CELL.scores("quick"))
    with pytest.raises(SmootError, match="of the panel slow, where quick was expected"):
        read_scores(CELL, "quick")


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "epoch,val_loss\n1,text\n", "epoch,val_loss\n1,0.2\n"])
def test_a_damaged_history_is_refused(text):
    run = run_record().model_copy(update={"history_sha256": write_history(CELL, [{"epoch": 1, "val_loss": 0.1}])})
    CELL.history.write_text(text)
    with pytest.raises(SmootError, match=r"history\.csv: damaged, or of another run"):
        read_history(CELL, run)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut", b"text"])
def test_damaged_maps_are_refused(content):
    CELL.maps("quick").parent.mkdir(parents=True)
    CELL.maps("quick").write_bytes(content)
    with pytest.raises(SmootError, match=r"quick\.npz: damaged"):
        read_maps(CELL, "quick")


def test_what_json_cannot_hold_is_not_written():
    cost = CELL.coordinates | {
        "images_per_second": None,
        "total_seconds": 1.0,
        "peak_memory_bytes": 1,
        "machine": {},
        "deterministic": True,
    }
    with pytest.raises(ValueError, match="finite"):
        Cost(train_seconds=float("nan"), **cost)
    Cost(train_seconds=1.0, **cost).write(CELL.cost)
    assert read_cost(CELL).train_seconds == 1.0
    Cost(train_seconds=1.0, **cost | {"seed": 1}).write(CELL.cost)
    with pytest.raises(SmootError, match=r"cost\.json: of the cell toy/net/sgt/seed1"):
        read_cost(CELL)


def test_maps_of_another_cell_or_of_fewer_images_are_refused():
    split = Split(np.zeros((2, 1, 4, 4), np.uint8), np.arange(2), np.zeros((0, 1, 4, 4), np.uint8))
    write_maps(GridCell("toy", "net", "smoot", 0), "quick", split, {})
    CELL.maps("quick").parent.mkdir(parents=True)
    GridCell("toy", "net", "smoot", 0).maps("quick").rename(CELL.maps("quick"))
    with pytest.raises(SmootError, match="of toy/net/smoot/seed0/quick, where toy/net/sgt/seed0/quick was expected"):
        read_maps(CELL, "quick")
    write_maps(CELL, "quick", split, {"gradient": np.ones((1, 1, 4, 4), np.float32)})
    with pytest.raises(SmootError, match="of different lengths"):
        read_maps(CELL, "quick")


@pytest.mark.parametrize("change", [{"labels": [0]}, {"predictions": [0, 0, 1]}, {"images": [1]}])
def test_scores_of_another_number_of_images_are_refused(change):
    panel_scores().write(CELL.scores("quick"))
    changed(CELL.scores("quick"), lambda content: content.update(change))
    with pytest.raises(SmootError, match="not of the same"):
        read_scores(CELL, "quick")


def test_a_curve_has_a_value_for_each_point():
    with pytest.raises(ValueError, match="values: not 3 an image"):
        Curve(x=(0.0, 0.5, 1.0), x_label="x", y_label="y", values=((1.0, 2.0),))


def test_a_curves_mean_is_over_the_images_that_have_one():
    curve = Curve(x=(0.0, 1.0), x_label="x", y_label="y", values=((1.0, None), (2.0, None), (None, None)))
    np.testing.assert_array_equal(curve.mean, [1.5, np.nan])
