"""A method's colour: one in every report, apart from its neighbours', seen on light and on dark."""

from itertools import combinations

import numpy as np
import pytest
from builders import PROJECT
from made_up import run_record
from matplotlib.colors import to_rgb
from matplotlib.markers import MarkerStyle

from smoot.core.params_file import read_params
from smoot.report.analysis.chains import chains
from smoot.report.figures import palette
from smoot.report.figures.canvas import from_to
from smoot.report.figures.look import INK, NULL, Look, beginning

PRESETS = [PROJECT / "params.yaml", *sorted((PROJECT / "workflow/presets").glob("*.yaml"))]
# Machado, Oliveira and Fernandes 2009, on linear RGB: protanopia and deuteranopia, the common ones.
SEEN = [
    np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
    np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]),
]
TO_CONE = np.array([[0.4122, 0.5363, 0.0514], [0.2119, 0.6807, 0.1074], [0.0883, 0.2817, 0.6300]])
TO_LAB = np.array([[0.2105, 0.7936, -0.0041], [1.9780, -2.4286, 0.4506], [0.0259, 0.7828, -0.8087]])


def linear(colour):
    values = np.array(to_rgb(colour))
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def contrast(first, second):
    low, high = sorted(linear(colour) @ [0.2126, 0.7152, 0.0722] for colour in (first, second))
    return (high + 0.05) / (low + 0.05)


def distance(first, second, seen):
    """In OKLab."""
    labs = [TO_LAB @ np.cbrt(TO_CONE @ np.clip(seen @ linear(colour), 0, 1)) for colour in (first, second)]
    return np.linalg.norm(labs[0] - labs[1])


def look_of(path):
    """Its variants share colours only where they must."""
    params = read_params(path)
    methods = params["grid"]["methods"]
    runs = {
        name: run_record(name, component=params["methods"][name].get("method", name), trained=name != "untrained")
        for name in methods
    }
    joined = chains(runs, params["methods"]) if len(methods) > len(palette.HUES) else []
    return Look(list(methods), "baseline", {"untrained"} & set(methods), {"plain_again"} & set(methods), joined)


@pytest.mark.parametrize("path", PRESETS, ids=lambda path: path.stem)
def test_no_two_methods_of_a_preset_look_alike(path):
    look = look_of(path)
    later = {method for chain in look.chains for method in chain[1:]}
    shown = [method for method in look.methods if method not in later]
    colours = {method: look.colours[method] for method in shown}
    assert len(set(colours.values())) == len({look.markers[method] for method in shown}) == len(shown)
    for method in set(shown) - {"baseline", "untrained", "plain_again"}:
        assert colours[method] == palette.HUES[palette.home(method.removesuffix("_1"))][0]
    dark = dict(palette.VARIABLES.values())
    for (a, b), seen in ((pair, seen) for pair in combinations(colours.values(), 2) for seen in SEEN):
        assert distance(a, b, seen) > 0.05, (a, b)
        assert distance(dark[a], dark[b], seen) > 0.05, (dark[a], dark[b])


def test_every_colour_of_data_is_seen_on_light_and_on_dark():
    paper = palette.VARIABLES["paper"]
    for name, pair in palette.VARIABLES.items():
        if name not in ("paper", "line"):
            assert all(contrast(colour, ground) >= 3 for colour, ground in zip(pair, paper, strict=True)), name
            assert contrast(pair[1], "#14181d") >= 3
    assert len({light for light, _ in palette.VARIABLES.values()}) == len(palette.VARIABLES)


def test_a_colour_follows_from_the_name_alone():
    methods = ["baseline", "sgt", "smoot", "untrained"]
    look = Look(methods, "baseline", {"untrained"})
    other = Look([*reversed(methods), "random_mask"], "baseline", {"untrained"})
    assert look.colours == {method: other.colours[method] for method in methods}
    assert (look.colours["baseline"], look.colours["untrained"]) == (INK, NULL)
    assert look.trained == ["baseline", "sgt", "smoot"]


def test_of_two_that_want_one_slot_the_later_gets_the_next_that_is_free():
    names = [f"m{number}" for number in range(200)]
    first = "sgt"
    second = next(name for name in names if palette.home(name) == palette.home(first))
    given = palette.name_slots([first, second])
    assert given == {first: palette.home(first), second: (palette.home(first) + 1) % len(palette.HUES)}
    assert palette.name_slots([second, first])[second] == palette.home(second)


def test_twenty_methods_all_differ_and_more_still_have_colours():
    names = [f"m{number}" for number in range(20)]
    look = Look(["baseline", *names], "baseline")
    assert len(set(look.colours.values())) == 21
    shapes = [MarkerStyle(look.markers[name]) for name in names]
    outlines = {shape.get_transform().transform(shape.get_path().vertices).round(3).tobytes() for shape in shapes}
    assert len(outlines) == 20
    many = Look([f"m{number}" for number in range(30)], "baseline")
    assert len(many.colours) == 30


def test_variants_share_a_colour_only_where_there_are_more_methods_than_colours():
    strengths = [f"sgt_{number}" for number in range(4)]
    few = Look(["baseline", *strengths], "baseline", chains=[strengths])
    assert len(set(few.colours.values())) == 5
    others = [f"m{number}" for number in range(18)]
    many = Look(["baseline", *strengths, *others], "baseline", chains=[strengths])
    assert {many.colours[name] for name in strengths} == {palette.HUES[palette.home("sgt")][0]}
    assert len(set(many.colours.values())) == 20


def test_names_are_cut_where_a_word_of_theirs_ends():
    assert beginning(["sgt_10", "sgt_15"]) == "sgt_"
    assert from_to(["sgt_10", "sgt_15"]) == "sgt_10 … 15"
    assert from_to(["sgt", "sgt_1"]) == "sgt … sgt_1"
    assert (beginning(["a", "b"]), from_to(["a", "b"]), from_to(["a"])) == ("", "a … b", "a")


def test_the_second_draw_is_drawn_as_the_methods_are():
    look = Look(["baseline", "sgt", "plain_again", "untrained"], "baseline", {"untrained"}, {"plain_again"})
    assert all(MarkerStyle(look.markers[method]).is_filled() for method in look.trained)
    assert look.colours["plain_again"] not in {INK, NULL, look.colours["sgt"]}
