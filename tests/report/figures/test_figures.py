"""What the figures draw."""

from itertools import chain

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from smoot.report.analysis.parts import PART_COLUMNS
from smoot.report.evidence.curves import POINTS
from smoot.report.figures import forest, frontier, lines
from smoot.report.figures.look import INK, NULL, SOFT, Look
from smoot.report.sections import _parts as parts
from smoot.report.sections import budgets, curves, seeds, training
from smoot.report.sections import cost as costs
from smoot.report.sections import truth as regions

LOOK = Look(["baseline", "sgt", "smoot", "untrained"], "baseline", {"untrained"})


def labelled(figure, label):
    """The data of the lines of that label, NaNs left out, and their colours."""
    found = [line for axes in figure.axes for line in axes.get_lines() if line.get_label() == label]
    return [(line.get_xydata()[np.isfinite(line.get_xydata()).all(axis=1)], line.get_color()) for line in found]


def texts(figure):
    inside = [text for axes in figure.axes for text in axes.texts]
    return [text.get_text() for text in inside + figure.texts]


def difference(method, mean, low, high, metric="M", higher_is_better=True, **other):
    row = {
        "place": "d · m", "metric": metric, "comparison": method, "method": method,
        "mean": mean, "low": low, "high": high,
        "higher_is_better": higher_is_better, "apart": low > 0 or high < 0, "null_low": np.nan, "null_high": np.nan,
        "label": f"{mean:+.1f}",
    }  # fmt: skip
    return row | other


def test_only_what_is_apart_has_the_methods_colour():
    rows = [difference("sgt", 0.2, 0.1, 0.3), difference("smoot", 0.2, -0.1, 0.5)]
    figure = forest.forest(pd.DataFrame(rows), LOOK)
    assert {colour for _, colour in labelled(figure, "sgt: apart")} == {LOOK.colours["sgt"]}
    assert {colour for _, colour in labelled(figure, "smoot: not apart")} == {NULL}
    assert not labelled(figure, "smoot: apart")
    numbers = [text.get_color() for text in figure.axes[0].texts if text.get_text() == "+0.2"]
    assert numbers == [LOOK.colours["sgt"], SOFT]


@pytest.mark.parametrize(("higher_is_better", "side"), [(True, 1), (False, -1)])
def test_right_is_better_whatever_the_metrics_direction(higher_is_better, side):
    row = difference("sgt", 0.2, 0.1, 0.4, higher_is_better=higher_is_better, null_low=-0.2, null_high=-0.1)
    figure = forest.forest(pd.DataFrame([row]), LOOK)
    (interval, _), (dot, _) = labelled(figure, "sgt: apart")
    ((band, colour),) = labelled(figure, "sgt: null maps")
    zero = next(line.get_xdata()[0] for line in figure.axes[0].get_lines() if np.ptp(line.get_xdata()[:2]) == 0)
    assert np.sign(dot[0, 0] - zero) == side
    assert sorted(np.abs(interval[:, 0] - zero) / abs(dot[0, 0] - zero)) == pytest.approx([0.5, 2])
    assert (np.sign(band[:, 0] - zero) == -side).all()
    assert colour == NULL
    assert {"← worse | better →", "+0.2", "M ↑" if higher_is_better else "M ↓"} <= set(texts(figure))


def test_methods_share_a_rows_scale_and_rows_do_not():
    rows = [difference("sgt", 1, 0.5, 2), difference("smoot", 0.5, 0.25, 1), difference("sgt", 100, 50, 200, "N")]
    figure = forest.forest(pd.DataFrame(rows), LOOK)
    (_, _), (sgt, _) = labelled(figure, "sgt: apart")
    (_, _), (smoot, _) = labelled(figure, "smoot: apart")
    headings = [text for text in figure.axes[0].texts if text.get_text() in ("sgt", "smoot")]
    zeros = [heading.get_position()[0] for heading in headings]
    assert sgt[0, 0] - zeros[0] == pytest.approx(2 * (smoot[0, 0] - zeros[1]))
    assert sgt[0, 0] == pytest.approx(sgt[1, 0])


def test_a_null_that_varies_far_more_does_not_flatten_the_methods():
    row = difference("sgt", 1, 0.5, 2, null_low=-1000, null_high=1000)
    figure = forest.forest(pd.DataFrame([row]), LOOK)
    (interval, _), _ = labelled(figure, "sgt: apart")
    ((band, _),) = labelled(figure, "sgt: null maps")
    assert np.ptp(band[:, 0]) < 5 * np.ptp(interval[:, 0])


def test_a_difference_without_an_interval_is_a_dot():
    frame = pd.DataFrame([difference("sgt", 0.1, np.nan, np.nan)])
    _, (dot, _) = labelled(forest.forest(frame, LOOK), "sgt: not apart")
    assert len(dot) == 1
    assert forest.forest(frame.assign(mean=np.nan), LOOK) is None


def test_of_many_methods_each_has_a_row_and_every_metric_a_column():
    look = Look(["baseline", *(f"m{number}" for number in range(8))], "baseline")
    rows = [
        difference(method, 0.1 * place, 0.05 * place, 0.2 * place, metric)
        for place, method in enumerate(look.methods[1:], 1)
        for metric in [f"metric {number}" for number in range(7)]
    ]
    figure = forest.forest(pd.DataFrame(rows), look)
    assert texts(figure).count("d · m") == 2, "seven metrics are more than stand side by side"
    assert texts(figure).count("m0") == 2
    assert {f"metric {number} ↑" for number in range(7)} <= set(texts(figure))
    assert figure.get_figwidth() * 96 <= 1140
    dots = [data for data, _ in labelled(figure, "m0: apart") if len(data) == 1]
    assert len(dots) == 7
    assert len({dot[0, 1] for dot in dots}) == 2, "one row in each block"


def test_a_comparison_with_another_method_has_its_own_methods_colour():
    row = difference("smoot", 0.2, 0.1, 0.3) | {"comparison": "smoot − sgt"}
    figure = forest.forest(pd.DataFrame([row]), LOOK)
    assert {colour for _, colour in labelled(figure, "smoot − sgt: apart")} == {LOOK.colours["smoot"]}
    assert "smoot − sgt" in texts(figure)


def points(scored, higher_is_better=True):
    """scored: by method, (accuracy, score) of its seeds."""
    rows = [
        ("d · m", method, seed, accuracy, "M", higher_is_better, score)
        for method, own in scored.items()
        for seed, (accuracy, score) in enumerate(own)
    ]
    columns = ["place", "method", "seed", "accuracy", "metric", "higher_is_better", "score"]
    return pd.DataFrame(rows, columns=columns)


SCORED = {
    "baseline": [(0.9, 0.1), (0.92, 0.2)],
    "sgt": [(0.8, 0.3), (0.82, 0.4)],
    "smoot": [(0.85, 0.5), (0.87, 0.6)],
    "untrained": [(0.1, 0.0), (0.1, 0.05)],
}


def test_up_and_right_is_better_and_says_so():
    for higher_is_better in (True, False):
        figure = frontier.frontier(points(SCORED, higher_is_better), [], LOOK, 0.95)
        (axes,) = figure.axes
        assert axes.xaxis_inverted() != higher_is_better
        assert ("reversed" in axes.get_xlabel()) != higher_is_better
        assert "better →" in axes.get_xlabel()


def test_chains_join_means_in_their_order_and_nulls_are_no_points():
    figure = frontier.frontier(points(SCORED), [["smoot", "baseline", "gone", "sgt"], ["sgt"]], LOOK, 0.95)
    ((chain, _),) = labelled(figure, "chain")
    assert chain == pytest.approx(np.array([[0.55, 0.86], [0.15, 0.91], [0.35, 0.81]]))
    assert not labelled(figure, "untrained")
    (band,) = [patch for patch in figure.axes[0].patches if patch.get_label() == "untrained"]
    assert to_hex(band.get_facecolor()) == NULL
    assert 0.1 not in np.concatenate([line.get_ydata() for line in figure.axes[0].get_lines()])
    assert "variants of one method" in [text.get_text() for text in figure.legends[0].get_texts()]


def test_a_null_beyond_the_axes_is_named_at_its_edge():
    far = SCORED | {"untrained": [(0.1, -50.0)]}
    for higher_is_better, text in ((True, "← untrained −50"), (False, "untrained −50 →")):
        figure = frontier.frontier(points(far, higher_is_better), [], LOOK, 0.95)
        assert text in texts(figure)
        assert not figure.axes[0].patches
    assert frontier.frontier(points({"untrained": [(0.1, 0.2)]}), [], LOOK, 0.95) is None


STRENGTHS = [[f"{family}_{number}" for number in (1, 2, 3)] for family in "abcdefgh"]
MANY = Look(["baseline", *chain(*STRENGTHS), "untrained"], "baseline", {"untrained"}, chains=STRENGTHS)


def test_of_very_many_methods_lines_are_of_each_chains_last():
    rows = pd.DataFrame({"method": MANY.methods})
    assert list(MANY.thinned(rows)["method"]) == ["baseline", *(f"{family}_3" for family in "abcdefgh"), "untrained"]
    few = Look(["baseline", *STRENGTHS[0]], "baseline", chains=STRENGTHS[:1])
    assert len(few.thinned(rows)) == len(rows)


def test_very_many_methods_are_crosses_in_large_panels_under_a_name_a_family():
    scored = {method: [(0.9, 0.1), (0.92, 0.2)] for method in MANY.methods}
    figure = frontier.frontier(points(scored), STRENGTHS, MANY, 0.95)
    names = [text.get_text() for text in figure.legends[0].get_texts()]
    assert names == ["baseline", *(f"{family}_1 … 3" for family in "abcdefgh"), "variants of one method", "untrained"]
    few = frontier.frontier(points(SCORED), [], LOOK, 0.95)
    assert figure.axes[0].bbox.width > few.axes[0].bbox.width
    drawn = [line for line in figure.axes[0].get_lines() if line.get_marker() == "o" and len(line.get_xdata()) == 2]
    assert not drawn, "single runs"


def test_very_many_methods_have_a_name_a_family_below_their_seeds():
    frame = pd.DataFrame([(method, 0, "", "m1", 0.5) for method in MANY.methods], columns=results().columns)
    figure = seeds.seeds(frame, {"m1": "One"}, MANY, [], set())
    names = [text for text in texts(figure) if text.endswith("_1 … 3")]
    assert names == [f"{family}_1 … 3" for family in "abcdefgh"]


def results():
    rows = [
        (method, seed, attribution, "m1", value + seed / 100)
        for method, value in {"baseline": 0.5, "sgt": 0.6, "untrained": 0.45}.items()
        for attribution in ("gradient", "random", "lime")
        for seed in range(3)
    ]
    frame = pd.DataFrame(rows, columns=["method", "seed", "attribution", "metric", "value"])
    return frame.assign(value=frame["value"] - 0.1 * (frame["attribution"] == "random"))


def test_every_seed_is_a_point_before_its_nulls():
    figure = seeds.seeds(results(), {"m1": "One", "gone": "Gone"}, LOOK, ["gradient"], {"random"})
    (axes,) = figure.axes
    assert axes.get_title(loc="left") == "One"
    ((sgt, colour),) = labelled(figure, "sgt")
    assert colour == LOOK.colours["sgt"]
    assert sgt[:, 1] == pytest.approx([0.6, 0.61, 0.62])
    assert (np.diff(sgt[:, 0]) > 0).all()
    assert not labelled(figure, "untrained")
    (band,) = [patch for patch in axes.patches if patch.get_label() == "untrained"]
    assert to_hex(band.get_facecolor()) == NULL
    bars = [collection.get_paths()[0].get_extents() for collection in axes.collections]
    assert [round(bar.y0, 2) for bar in bars] == [0.4, 0.5]
    assert {to_hex(collection.get_facecolor()[0]) for collection in axes.collections} == {NULL}
    assert [text.get_text() for text in figure.legends[0].get_texts()] == [
        "gradient",
        "mean",
        "null maps",
        "untrained",
    ]
    assert seeds.seeds(results(), {"gone": "Gone"}, LOOK, ["gradient"], {"random"}) is None


def test_attributions_have_shapes_of_their_own():
    figure = seeds.seeds(results(), {"m1": "One"}, LOOK, ["gradient", "lime"], {"random"})
    shapes = {line.get_marker() for line in figure.axes[0].get_lines() if line.get_label() == "sgt"}
    assert len(shapes) == 2


def history(count):
    rows = [
        ("d", "m", method, seed, epoch) for method in ("baseline", "sgt") for seed in range(count) for epoch in (1, 2)
    ]
    frame = pd.DataFrame(rows, columns=["dataset", "model", "method", "seed", "epoch"])
    masked = np.where(frame["method"] == "sgt", 0.5, np.nan)
    return frame.assign(val_accuracy=frame["seed"] / 100, train_ce=1.0, masked_images=masked, masked_pixels=masked)


@pytest.mark.parametrize("count", [3, lines.MANY + 1])
def test_seeds_are_lines_while_they_are_few_then_a_mean_in_a_band(count):
    figure = training.training_curves(history(count), LOOK)
    accuracy = figure.axes[0]
    own = [line for line in accuracy.get_lines() if line.get_color() == LOOK.colours["sgt"]]
    known = np.concatenate([line.get_ydata() for line in own])
    if count > lines.MANY:
        assert known == pytest.approx([0.1, 0.1])
        bounds = accuracy.collections[0].get_paths()[0].get_extents()
        assert (bounds.y0, bounds.y1) == pytest.approx((0, 0.2))
    else:
        assert known == pytest.approx([0, 0, 0.01, 0.01, 0.02, 0.02])
        assert not accuracy.collections
    assert training.training_curves(pd.DataFrame(), LOOK) is None


def test_budgets_are_those_that_the_history_has_with_quartiles_where_it_has_them():
    rows = history(2)
    figure = budgets.budget_curves(rows, LOOK)
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert titles == ["mean fraction of images masked", "mean fraction of pixels masked"]
    assert not any(axes.collections for axes in figure.axes)
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["sgt"]
    spread = rows.assign(masked_pixels_q1=rows["masked_pixels"] - 0.2, masked_pixels_q3=rows["masked_pixels"] + 0.1)
    images, pixels = budgets.budget_curves(spread, LOOK).axes
    assert not images.collections
    bounds = pixels.collections[0].get_paths()[0].get_extents()
    assert (bounds.y0, bounds.y1) == pytest.approx((0.3, 0.6))
    assert budgets.budget_curves(rows.drop(columns=["masked_images", "masked_pixels"]), LOOK) is None
    assert budgets.budget_curves(rows.assign(masked_images=np.nan, masked_pixels=np.nan), LOOK) is None


def test_cost_has_a_panel_a_quality():
    rows = history(2)[["dataset", "model", "method", "seed"]].drop_duplicates().assign(seconds=10.0)
    figure = costs.cost(rows.assign(One=0.5, Two=0.6), LOOK)
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["One", "Two"]
    assert figure.axes[0].get_xlim()[0] == 0
    assert costs.cost(rows, LOOK) is None


def test_curves_of_nulls_are_grey_and_references_dashed():
    rows = [
        ("d", "m", method, seed, "gradient", "M", "test", line, line == "random", x, x + seed, "x", "y", np.nan, np.nan)
        for method in ("baseline", "untrained")
        for seed in (0, 2)
        for line in ("saliency", "random")
        for x in (0.0, 0.5, 1.0)
    ]
    frame = pd.DataFrame(rows, columns=POINTS)
    figure = curves.metric_curves(frame, "gradient", {"M": "Title"}, LOOK)
    drawn = [line for line in figure.axes[0].get_lines() if len(line.get_xdata()) == 3 and line.get_zorder() > 1]
    assert [(line.get_color(), line.get_linestyle()) for line in drawn] == [
        (INK, "-"), (INK, "--"), (NULL, "-"), (NULL, "--"),
    ]  # fmt: skip
    assert drawn[0].get_ydata().tolist() == [1, 1.5, 2]
    bounds = figure.axes[0].collections[0].get_paths()[0].get_extents()
    assert (bounds.y0, bounds.y1) == (0, 3)
    assert len(figure.legends) == 1
    assert figure.axes[0].get_title(loc="left") == "Title"
    assert curves.metric_curves(frame, "lime", {}, LOOK) is None


def test_areas_are_points_a_score_apart_with_chance_below_them():
    rows = [
        (
            "d",
            "m",
            method,
            seed,
            "p",
            "test",
            "gradient",
            "M",
            "random_area",
            first + seed,
            "map_area",
            0.2,
            first,
            0.1,
            1,
        )
        for method, first in (("baseline", 0.5), ("sgt", 0.7), ("untrained", 0.3))
        for seed in (0, 0.2)
    ]
    frame = pd.DataFrame(rows, columns=PART_COLUMNS)
    figure = parts.areas(frame, "gradient", {"M": "Title"}, LOOK)
    for method, colour, first in (("baseline", INK, 0.6), ("sgt", LOOK.colours["sgt"], 0.8), ("untrained", NULL, 0.4)):
        place = ["baseline", "sgt", "untrained"].index(method)
        between, hollow, full = labelled(figure, method)
        np.testing.assert_allclose(between[0], [[place, first], [place, 0.2]])
        np.testing.assert_allclose(hollow[0], [[place, first]])
        np.testing.assert_allclose(full[0], [[place, 0.2]])
        assert {between[1], hollow[1], full[1]} == {colour}
    ((chance, _),) = labelled(figure, "chance")
    assert chance[:, 1].tolist() == [0.1, 0.1]
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["random area", "map area", "the score", "chance"]
    assert not labelled(parts.areas(frame.assign(chance=np.nan), "gradient", {"M": "Title"}, LOOK), "chance")
    assert parts.areas(frame, "lime", {}, LOOK) is None


def test_the_regions_that_are_there_are_shown_in_their_colours():
    masks = np.zeros((2, 1, 4, 4), np.uint8)
    masks[0, 0, 0], masks[1, 0, 3] = 1, 3
    figure = regions.regions(np.zeros((2, 3, 4, 4), np.uint8), masks, ["a", "b"])
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["object", "shortcut"]
    layer = figure.axes[1].get_images()[1].get_array()
    assert to_hex(layer[0, 0]) == regions.COLOURS["object"]
    assert layer[1].max() == 0
    assert regions.regions(np.zeros((0, 1, 4, 4)), masks[:0], []) is None
