"""Scores that were made of other images than today's: outdated, and no say in the others."""

from dataclasses import replace

import numpy as np
from made_up import RIGHT, score, study, value_of, view, write_panel, write_run

from smoot.artifacts.dataset import Split
from smoot.artifacts.paths import GridCell
from smoot.artifacts.scores import read_scores, write_maps
from smoot.report import stage
from smoot.report.sections.maps import build

CELL = GridCell("toy", "net", "sgt", 1)
ALL = ["baseline", "sgt", "untrained"]


def rescore(images):
    """The cell's scores, of so many images, all of which it gets right, with a gallery of one."""
    values = [float(place) for place in range(images)]
    labels = tuple(place % 2 for place in range(images))
    of = {"images": tuple(range(10, 10 + images)), "labels": labels, "predictions": labels}
    write_panel(CELL, "quick", [score("sparseness", values)], weights_sha256="of another run", **of)
    shown = Split(np.ones((1, 1, 4, 4), np.uint8), np.array([0]), np.zeros((1, 1, 4, 4), np.uint8))
    write_maps(CELL, "quick", shown, {"gradient": np.ones((1, 1, 4, 4), np.float32)})


def sparseness(grid):
    rows = study(grid).evidence.results
    own = rows[(rows["metric"] == "sparseness") & (rows["attribution"] == "gradient") & (rows["seed"] == 1)]
    return {method: tuple(own[own["method"] == method][["value", "images"]].iloc[0]) for method in own["method"]}


def test_they_are_averaged_by_themselves_and_shown_as_outdated(grid):
    before = sparseness(grid)
    # Of the first and third image, which both methods that train get right.
    assert before["sgt"] == (value_of(CELL) / 2, 2)
    assert sum(map(min, RIGHT["baseline"], RIGHT["sgt"])) == 2
    for images in (3, 6):
        rescore(images)
        after = sparseness(grid)
        assert after["sgt"] == ((images - 1) / 2, images)
        # And baseline's of all three that it gets right, of which one has no value: null comes fourth.
        assert after["baseline"][1] == 3
        assert f"{CELL}/quick" in study(grid).evidence.outdated


def test_other_data_have_other_images_at_the_same_places(grid):
    of = read_scores(CELL, "quick")
    alike = {"images": of.images, "labels": tuple(1 - label for label in of.labels), "predictions": of.labels}
    write_panel(CELL, "quick", [score("sparseness", [0.0] * len(of.images))], weights_sha256="of another run", **alike)
    assert sparseness(grid)["baseline"][1] == 3


def test_their_maps_stand_beside_no_other_images(grid):
    rescore(3)
    gallery, note = build(study(grid)).blocks[:2]
    assert not any((maps.method, maps.seed) == ("sgt", 1) for maps in gallery.maps)
    assert {maps.method for maps in gallery.maps} == set(ALL)
    assert all((images == 0).all() for images in gallery.images.values())
    assert note.text[0] == "Made of other images than these, and left out: "
    assert note.text[1].text == f"{CELL}/quick"


def test_scores_on_another_model_of_the_baseline_than_todays_are_outdated(grid):
    base, params = GridCell("toy", "net", "baseline", 1), {"report.baseline": "baseline"}
    write_run(base, 0.5, weights_sha256="today")
    write_panel(base, "quick", [score("sparseness", [0.5] * 4)], weights_sha256="today")
    for digest, outdated in (("today", False), ("yesterday", True)):
        write_panel(CELL, "quick", [score("sparseness", [0.5] * 4)], baseline_sha256=digest, params=params)
        assert (f"{CELL}/quick" in study(grid).evidence.outdated) == outdated


def test_where_each_seed_has_images_of_its_own_those_of_the_first_are_shown(grid):
    for seed in (1, 2):
        for method in ALL:
            cell = GridCell("toy", "net", method, seed)
            shown = Split(np.full((1, 1, 4, 4), seed, np.uint8), np.array([0]), np.zeros((1, 1, 4, 4), np.uint8))
            write_maps(cell, "quick", shown, {"gradient": np.ones((1, 1, 4, 4), np.float32)})
    made = study(grid)
    panels = {"quick": {"images": 4, "by_seed": True}}
    gallery, note = build(replace(made, params=made.params | {"panels": panels})).blocks
    assert {(maps.method, maps.seed) for maps in gallery.maps} == {(method, 0) for method in ALL}
    assert note.text == "Each seed has images of its own by quick: those of the first are shown."


def test_each_seed_is_averaged_over_its_own_images(grid):
    """The second seed's images have no say in which of the first one's count."""
    before = study(grid).evidence.results
    for method in ALL:
        cell = GridCell("toy", "net", method, 1)
        wrong = {"images": (4, 5, 6, 7), "labels": (1, 1, 1, 1), "predictions": (0, 0, 0, 1)}
        write_panel(cell, "quick", [score("sparseness", [0.2, 0.2, 0.2, 0.9])], **wrong)
    after = study(grid).evidence.results
    first = before["seed"] == 0
    assert after[after["seed"] == 0].reset_index(drop=True).equals(before[first].reset_index(drop=True))
    assert sparseness(grid)["sgt"] == (0.9, 1)
    assert f"{CELL}/quick" not in study(grid).evidence.outdated


def test_the_report_is_written(grid, tmp_path):
    rescore(6)
    stage.report_grid(view(grid))
    page = (tmp_path / "reports/toy/index.html").read_text()
    assert "Made of other images than these, and left out" in page
