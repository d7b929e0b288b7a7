"""The list of all reports."""

import pytest

from smoot.artifacts.grid import Grid
from smoot.report import index, summary
from smoot.report.page import Span
from smoot.report.summary import Summary, plain

GRID = Grid(datasets=["toy"], models=["net"], methods=["baseline", "sgt"], seeds=[0, 1, 2, 3], panels=["quick"])


@pytest.fixture
def reports(tmp_path):
    def make(name, title=None, **fields):
        folder = tmp_path / "reports" / name
        folder.mkdir(parents=True)
        (folder / "index.html").touch()
        if title:
            given = {"question": "Does it?", "findings": ("It does.",), "grid": GRID} | fields
            summary.write_summary(folder, Summary(name=name, title=title, **given))
        return folder

    (tmp_path / "reports/.half").mkdir(parents=True)
    (tmp_path / "reports/.half/index.html").touch()
    (tmp_path / "reports/README.md").touch()
    make.folder = tmp_path / "reports"
    return make


def test_what_is_written_is_read(reports):
    folder = reports("b", "Title", findings=("One.", "Two."))
    read = summary.read_summary(folder)
    assert (read.title, read.findings, read.grid) == ("Title", ("One.", "Two."), GRID)
    assert plain(("a ", Span("b", "code"), ".")) == "a b."


def test_every_report_is_listed_by_name_with_what_was_found(reports):
    reports("b", "Second", findings=tuple(f"Finding {number}." for number in range(7)))
    reports("a", "First")
    page = index.write_index(reports.folder).read_text()
    assert page.index('href="a/index.html" dir="auto">First<') < page.index('href="b/index.html" dir="auto">Second<')
    for said in ("Does it?", "It does.", "Finding 3.", "and 3 more", "<dd>0–3</dd>", "<dd>baseline, sgt</dd>"):
        assert said in page
    assert "Finding 4." not in page
    assert ".half" not in page


def test_a_report_of_another_version_is_listed_by_its_name(reports):
    reports("old")
    (reports("damaged") / "summary.json").write_text("{")
    page = index.write_index(reports.folder).read_text()
    assert page.count("Made by another version of smoot") == 2
    assert '<a href="old/index.html" dir="auto">old</a>' in page


def test_names_and_texts_are_escaped(reports):
    reports("a&b c", "<script>alert(1)</script>", question="a < b & c")
    page = index.write_index(reports.folder).read_text()
    assert "<script" not in page
    assert 'href="a%26b%20c/index.html"' in page
    assert "a &lt; b &amp; c" in page


def test_the_same_reports_give_the_same_bytes_and_nothing_is_left(reports):
    reports("a", "First")
    first = index.write_index(reports.folder).read_bytes()
    assert index.write_index(reports.folder).read_bytes() == first
    assert {path.name for path in reports.folder.iterdir()} == {".half", ".index.lock", "README.md", "a", "index.html"}


def test_without_reports_it_says_so(tmp_path):
    assert "There are none yet" in index.write_index(tmp_path / "reports").read_text()


@pytest.mark.parametrize(
    ("values", "text"),
    [((0, 1, 2), "0–2"), ((5, 6, 7, 8), "5–8"), ((0, 2, 3), "0, 2, 3"), ((4, 5), "4, 5"), (("a", "b", "c"), "a, b, c")],
)
def test_seeds_in_a_row_are_a_range(values, text):
    assert index.ranges(values) == text
