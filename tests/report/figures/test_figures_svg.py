"""Figures inside a page and as files."""

import re
import xml.etree.ElementTree as ElementTree

import numpy as np
import pandas as pd
import pytest

from smoot.report.figures import forest, frontier, svg
from smoot.report.figures.look import Look
from smoot.report.figures.palette import VARIABLES
from smoot.report.sections import cost as costs
from smoot.report.sections import seeds, training
from smoot.report.sections import truth as regions

LOOK = Look(["baseline", "sgt", "untrained"], "baseline", {"untrained"})


def history(seeds, methods=("baseline", "sgt"), places=1, epochs=3):
    rows = [(f"d{place}", "m", method, seed, epoch) for place in range(places) for method in methods
            for seed in range(seeds) for epoch in range(1, epochs + 1)]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["dataset", "model", "method", "seed", "epoch"])
    noise = np.random.default_rng(0).random(len(frame))
    return frame.assign(val_accuracy=noise, train_ce=1 - noise)


def scores(count, methods, places=1, metrics=11):
    rows = [(f"d{place} · m", method, seed, f"metric {metric}", metric % 2 == 0) for place in range(places)
            for metric in range(metrics) for method in methods for seed in range(count)]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["place", "method", "seed", "metric", "higher_is_better"])
    noise = np.random.default_rng(1).random((len(frame), 2))
    return frame.assign(accuracy=noise[:, 0], score=noise[:, 1])


@pytest.fixture(scope="module")
def drawn():
    return svg.inline(training.training_curves(history(3), LOOK), "training")


def test_text_is_text_and_colours_are_variables_with_the_light_ones_in_hand(drawn):
    root = ElementTree.fromstring(drawn)
    assert {"validation accuracy", "epoch", "d0 · m", "sgt"} <= {text.text for text in root.iter("text")}
    light = VARIABLES["ink"][0]
    assert f"var(--ink,{light})" in drawn
    assert "var(--method-" in drawn
    assert not re.search(r":#[0-9a-f]{6}", drawn)
    assert "font-family" not in drawn


def test_an_inline_figure_has_nothing_that_could_clash_or_run(drawn):
    other = svg.inline(training.training_curves(history(2), LOOK), "other")
    assert not re.findall(r"\bid=|url\(|<\?xml|<metadata|<script|<style|clip-path", drawn + other)
    assert 'data-figure="training"' in drawn
    assert 'data-figure="other"' in other
    assert "width:100%;max-width:" in drawn
    numbers = re.findall(r"-?\d+\.(\d+)", drawn)
    assert max(map(len, numbers)) <= 2


def test_what_is_to_be_seen_is_said_and_escaped():
    figure = training.training_curves(history(1).assign(dataset="<b>&"), LOOK)
    root = ElementTree.fromstring(svg.inline(figure, "a", alt='<i> "x"'))
    assert root.get("aria-label") == '<i> "x"'
    assert "<b>& · m" in {text.text for text in root.iter("text")}


def test_the_page_gets_light_and_dark_values_of_every_variable():
    light, dark = svg.css().split("@media screen and (prefers-color-scheme:dark)")
    for name, pair in VARIABLES.items():
        assert f"--{name}:{pair[0]};" in light
        assert f"--{name}:{pair[1]};" in dark


def test_files_have_no_variables_and_the_same_bytes(tmp_path):
    contents = []
    for folder in ("a", "b"):
        figure = training.training_curves(history(3), LOOK)
        paths = svg.save(figure, tmp_path / folder / "training.v1", ["svg", "pdf"])
        assert [path.name for path in paths] == ["training.v1.svg", "training.v1.pdf"]
        contents.append([path.read_bytes() for path in paths])
    assert contents[0] == contents[1]
    drawing, document = contents[0]
    assert drawing.startswith(b"<?xml")
    assert b"var(" not in drawing
    assert ElementTree.fromstring(drawing).tag.endswith("svg")
    assert document.startswith(b"%PDF")
    assert b"CreationDate" not in document


def test_drawing_twice_changes_nothing():
    figure = frontier.frontier(scores(3, LOOK.methods), [], LOOK, 0.95)
    assert svg.inline(figure, "a") == svg.inline(figure, "a")


def test_many_points_of_one_style_are_one_path():
    frame = scores(50, ["baseline", "sgt"], metrics=1)
    root = ElementTree.fromstring(svg.inline(frontier.frontier(frame, [], LOOK, 0.95), "a"))
    dots = [path.get("d") for path in root.iter("path") if path.get("d").count("h0") > 1]
    assert [data.count("h0") for data in dots] == [50, 50]


def test_areas_and_pictures_are_drawn_where_they_are():
    axes_box = frontier.frontier(scores(3, LOOK.methods, metrics=1), [], LOOK, 0.95)
    root = ElementTree.fromstring(svg.inline(axes_box, "a"))
    assert any("--null" in path.get("style") and "fill-opacity" in path.get("style") for path in root.iter("path"))

    masks = np.zeros((1, 1, 4, 4), np.uint8)
    masks[0, 0, 0] = 1
    picture = regions.regions(np.zeros((1, 3, 4, 4), np.uint8), masks, ["a"])
    first, second, layer = ElementTree.fromstring(svg.inline(picture, "a")).iter("image")
    assert (first.get("x"), first.get("y"), first.get("width"), first.get("height")) == ("0", "20", "104", "104")
    assert second.get("y") == layer.get("y") == "130"


def test_figures_of_two_thousand_runs_are_small():
    methods = [f"m{number}" for number in range(10)]
    look = Look(methods, "m0")
    points = scores(50, methods, places=4)
    one = points[points["place"] == "d0 · m"].rename(columns={"score": "value"}).assign(attribution="gradient")
    spent = history(50, methods, places=4, epochs=1).rename(columns={"epoch": "seconds"})
    several = [
        frontier.frontier(points, [], look, 0.95),
        training.training_curves(history(50, methods, places=4, epochs=5), look),
        costs.cost(spent, look),
    ]
    sizes = [len(svg.inline(figure, "a")) for figure in several]
    names = {metric: metric for metric in one["metric"].unique()}
    sizes += [4 * len(svg.inline(seeds.seeds(one, names, look, ["gradient"], set()), "a"))]
    means = points[points["method"] != "m0"].groupby(["place", "metric", "method"], as_index=False)["score"].mean()
    differences = means.rename(columns={"score": "mean"}).assign(
        comparison=means["method"],
        low=0.1,
        high=0.9,
        higher_is_better=True,
        apart=True,
        null_low=-0.1,
        null_high=0.1,
        label="+0.500",
    )
    sizes += [len(svg.inline(forest.forest(differences, look), "a"))]
    assert sum(sizes) < 3 * 2**20, sizes
