"""The page as text: what is in it without a browser."""

import base64
import io
import json
import math
import re
from itertools import combinations

import numpy as np
import pytest
from made_up_page import HOSTILE, LONG, METHODS, NULL, RESULTS, RIGHT_TO_LEFT, gallery, made_up, scores, sections
from PIL import Image

from smoot.report.analysis.comparison import Difference
from smoot.report.page import Cell, Column, Maps, Note, Part, Row, Section, Span, Table, tables
from smoot.report.render import gallery as maps
from smoot.report.render import interactive
from smoot.report.render.html import html_text, name


@pytest.fixture(scope="module")
def written() -> str:
    return made_up()


def test_the_same_sections_give_the_same_bytes(written):
    assert made_up() == written


def test_what_reads_like_markup_is_text(written):
    assert HOSTILE not in written
    assert "&lt;b onclick=&#34;x()&#34;&gt;&amp;&#34;&#39;&lt;/b&gt;" in written
    assert "<title>&lt;i&gt;</title>" in made_up("<i>")


def test_json_cannot_end_its_script():
    row = Row((Cell("</script><!--"),), {"method": "</script><!--"})
    assert "<" not in interactive.data(Table("t", (Column("c"),), (row,), "c"))


def test_a_name_breaks_at_underscores_and_is_kept_apart_where_it_runs_the_other_way():
    assert name("integrated_gradients") == "integrated_<wbr>gradients"
    assert name("w" * 30) == "w" * 24 + "<wbr>" + "w" * 6
    assert name(RIGHT_TO_LEFT) == f"<bdi>{RIGHT_TO_LEFT}</bdi>"
    assert name("a&quot") == "a&amp;quot"


def test_spans():
    parts = (Span("a<", "code"), Span("b", "strong"), Span("c", "link", "#x"), Span("!", "mark"), "d")
    assert html_text(parts) == (
        '<code>a&lt;</code><strong>b</strong><a href="#x">c</a><span class="mark">!</span>d'
    )  # fmt: skip


def test_the_first_section_has_the_title_as_its_only_heading(written):
    answer = written.split('id="answer"')[1].split("</section>")[0]
    assert re.findall(r"<h\d>(.*?)</h\d>", answer) == ["Saliency-guided training, compared"]
    assert "not shown" not in answer.split("<ul")[0]


def test_navigation_names_every_section(written):
    links = re.findall(r'<li><a href="#(\w+)">', written)
    assert links == [*(section.id for section in sections()), "files"]


def test_a_file_inside_the_page_is_whole(written):
    content = written.split('download="results.csv" href="data:text/csv;base64,')[1].split('"')[0]
    assert base64.b64decode(content).decode() == RESULTS


def test_only_links_that_a_reader_clicks_lead_out(written):
    assert set(re.findall(r"https?://[^\s\"<]+", written)) == {
        "https://example.org/paper", "http://www.w3.org/2000/svg",
    }  # fmt: skip


def test_folds():
    parts = tuple(Part(f"part {folded}", (Note("x"),), folded) for folded in (True, False, None))
    shown = made_up(shown=[Section("answer", "a", "q", ()), Section("s", "S", "", parts)])
    assert '<details class="part"><summary><h3>part True' in shown
    assert '<details class="part" open><summary><h3>part False' in shown
    assert '<div class="part"><h3>part None' in shown


def test_a_metric_that_nothing_is_told_of_is_no_button():
    table = Table("t", (Column("c"),), (Row((Cell("unknown", metric="unheard_of"),)),), "c")
    shown = made_up(shown=[Section("answer", "a", "q", (table,))])
    assert '<span class="value">unknown</span>' in shown


# What scripts know of tables


def test_facets_are_what_there_is_to_choose_from():
    shown = [table for section in sections() for table in tables(section.blocks)]
    facets = interactive.facets(shown)
    assert facets["dataset"] == ["fashion_mnist", "shapes"]
    assert facets["method"] == [
        "baseline",
        "sgt_absolute",
        "smoot",
        HOSTILE,
        "untrained",
        LONG,
        "w" * 200,
        RIGHT_TO_LEFT,
    ]
    assert "dataset" not in interactive.facets([scores("shapes", "sgt_cnn")])
    assert interactive.compared_methods(shown) == ("baseline", [*METHODS, NULL])


@pytest.mark.parametrize(("count", "compared_with_any"), [(interactive.MOST, True), (interactive.MOST + 1, False)])
def test_of_many_methods_the_page_knows_the_differences_to_one_alone(count, compared_with_any):
    methods = [f"m{number}" for number in range(count)]
    differences = {pair: Difference(0.25, (-0.5, 1.0), 0.75) for pair in combinations(methods, 2)}
    table = Table("t", (Column("c"),), (Row((Cell("x"),), differences=differences),), "c", "m3")
    pairs = interactive.method_pairs(table)
    assert pairs == [pair for pair in differences if compared_with_any or "m3" in pair]
    assert interactive.compared_methods([table]) == ("m3", methods if compared_with_any else [])


def test_one_order_of_a_pair_is_enough():
    known = Difference(0.25, (-0.5, 1.0), 0.75)
    rows = (
        Row((Cell("x"),), differences={("a", "b"): known}),
        Row((Cell("y"),), differences={("b", "a"): known}),
        Row((Cell("z"),), differences={("a", "b"): Difference()}),
    )
    data = json.loads(interactive.data(Table("t", (Column("c"),), rows, "c", "a")))
    assert data["pairs"] == [["a", "b"]]
    assert [row["differences"] for row in data["rows"]] == [
        [[0.25, -0.5, 1, 0.75, 0]],
        [[-0.25, -1, 0.5, 0.25, 0]],
        [None],
    ]


def test_a_difference_keeps_its_sign_where_its_digits_are_none():
    assert [interactive.compact_number(value) for value in (0.12345, 0.0, 0.0004, -0.0004)] == [
        0.123,
        0,
        0.0001,
        -0.0001,
    ]
    assert interactive.compact_number(math.nan) is None


def test_values_that_are_none():
    row = Row((Cell("a"), Cell("–", math.nan), Cell("x", 1 / 3)))
    data = json.loads(interactive.data(Table("t", (Column("c"),) * 3, (row,), "c")))
    assert data["rows"] == [{"labels": {}, "values": [None, None, 0.3333333]}]


def test_rows_are_grouped_where_each_category_stands_together():
    def table(*categories: str) -> Table:
        rows = tuple(Row((Cell("x"),), {"category": category} if category else {}) for category in categories)
        return Table("t", (Column("c"),), rows, "c")

    def names(table: Table) -> list[str]:
        return [category for category, _ in interactive.groups(table)]

    assert names(table("a", "a", "b")) == ["a", "b"]
    assert names(table("a", "b", "a")) == names(table("a", "a")) == names(table("a", "")) == names(table()) == [""]


# Maps


def test_a_colour_tells_the_value():
    values = np.array([[[-2.0, -1.0], [0.0, 2.0]], [[0.0, 0.0], [0.0, 0.0]], [[math.nan, 0.0], [1.0, -0.5]]])
    drawn = maps.coloured(values.astype(np.float32))
    assert drawn.mode == "P" and drawn.size == (2, 6)
    colours = np.array(drawn.convert("RGB")).astype(float)
    red = (255 - colours[..., 1]) / (255 - maps.scale()["red"])
    blue = (colours[..., 0] - 255) / (255 - maps.scale()["blue"])
    told = np.where(colours[..., 0] >= colours[..., 2], red, blue).reshape(3, 2, 2)
    peaks = np.array(maps.peaks(values))
    assert peaks.tolist() == [2, 0, 1]
    assert np.abs(told * peaks[:, None, None] - np.nan_to_num(values)).max() <= 0.01 * 2


def test_small_maps_are_inside_the_page_and_many_lie_beside_it(monkeypatch):
    small = gallery()
    assert maps.files(small) == {}
    panels = maps.map_grids(small)
    assert [panel.title for panel in panels] == ["fashion_mnist/main", "shapes/main"]
    assert all(group.strips[0].source.startswith("data:image/png;base64,") for group in panels[0].groups)
    assert sum(group.first for group in panels[0].groups) == 4  # 2 models, 2 attributions

    monkeypatch.setattr(maps, "INLINE", 1000)
    files = maps.files(small)
    shown = {strip.source for panel in maps.map_grids(small) for group in panel.groups for strip in group.strips}
    assert shown | {panel.images.source for panel in maps.map_grids(small)} == set(files)
    assert all(re.fullmatch(r"maps/[a-z0-9_-]+\.png", path) for path in files)
    first = Image.open(io.BytesIO(files[maps.map_grids(small)[1].images.source]))
    assert first.mode == "RGB" and first.size == (16, 64)


def test_a_choice_of_one_is_none():
    of_one = gallery(seeds=(0,))
    assert list(maps.choices(gallery())) == ["data set", "model", "attribution", "seed", "image"]
    assert list(maps.choices(of_one)) == ["data set", "model", "attribution", "image"]


def test_maps_of_another_shape_than_the_image_keep_their_own():
    given = gallery()
    wide = Maps("shapes", "sgt_cnn", "smoot", 0, "main", "gradient", np.ones((4, 8, 4), np.float32))
    panel = maps.map_grids(type(given)(given.images, given.labels, (wide,)))[1]
    assert panel.groups[0].strips[0].size == (4, 8)
