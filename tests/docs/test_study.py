"""docs/results.md, and what the study's presets ask for, follow from the published reports."""

import re
import sys

import pytest
from builders import PROJECT

from smoot.core.params_file import read_params

sys.path.insert(0, str(PROJECT / "workflow/study"))
import results

SEARCHES = ("search", "controllers")
PRESETS = ("fashion", "canvas_fashion")


def test_the_page_is_what_the_reports_give():
    assert results.PAGE.read_text(encoding="utf-8") == results.page(), "python workflow/study/results.py"


def test_no_number_of_the_page_is_typed():
    template = (results.HERE / "results.md.j2").read_text(encoding="utf-8")
    assert re.findall(r"(?<!\w)\.\d\d+", template) == []


def ranking(params, method):
    entry = params["methods"][method]
    return entry.get("masking", {}).get("ranking", params["masking"]["ranking"])


@pytest.mark.parametrize("preset", PRESETS)
def test_strengths_are_those_that_the_rule_chooses(preset):
    params, compared = read_params(PROJECT / f"workflow/presets/{preset}.yaml"), 0
    for report in SEARCHES:
        searched = results.study(report).params
        for method, trial in results.chosen(report).items():
            if method in params["grid"]["methods"]:
                own, found = params["methods"][method], searched["methods"][trial]
                keys = found.keys() - {"method", "masking"}
                assert {key: own[key] for key in keys} == {key: found[key] for key in keys}, method
                if found["method"] in ("sgt", "smoot"):
                    assert ranking(params, method) == ranking(searched, trial), method
                compared += 1
    assert compared >= 4


@pytest.mark.parametrize("preset", PRESETS)
def test_a_published_report_is_of_its_preset(preset):
    params = read_params(PROJECT / f"workflow/presets/{preset}.yaml")
    published = results.study(preset).params
    assert {key: params[key] for key in published} == published


# The tables of the page with scores: the report, and the data set if there are several.
TABLES = [
    ("fashion", "fashion_mnist"),
    ("fashion", ""),  # the declared comparisons
    ("fashion_resnet", "fashion_mnist"),
    ("canvas_fashion", "canvas_fashion"),
    ("canvas_fashion", "canvas_fashion_shortcut"),
    ("canvas_fashion", ""),
    ("canvas_fashion_all", "canvas_fashion_shortcut"),
]


def expected_mark(report, dataset, head):
    metric = next(metric for metric, its in results.HEADS.items() if its == head and metric != "val_accuracy")
    return results.study(report).mark(results.row(report, metric, dataset))


def marks_of_numbers(text):
    """What stands behind each number, or behind its interval."""
    return re.findall(r"\.\d{3}(?: \[[^]]*\])?\**(?: ([?!~≠]+))?", text)


def test_every_marked_number_of_a_table_has_its_mark():
    tables = re.findall(r"(?:^\|.*\n)+", results.PAGE.read_text(encoding="utf-8"), re.M)
    seen = set()
    for (report, dataset), table in zip(TABLES, tables, strict=False):
        head, _, *body = ([cell.strip() for cell in line.strip("|\n").split("|")] for line in table.splitlines())
        for cells in (dict(zip(head, line, strict=True)) for line in body):
            if dataset:
                numbers = {its: cell for its, cell in cells.items() if its != "method"}
            else:
                numbers = {cells["score"]: cells["difference"]}
            for its, cell in numbers.items():
                if found := set(marks_of_numbers(cell)):
                    assert found == {expected_mark(report, dataset or cells.get("data", ""), its)}, (report, cells)
                    seen |= found
    assert {"", "≠", "!"} <= seen


def test_a_score_of_several_metrics_has_the_marks_of_all():
    assert set(results.marks_of_score("search")) - {" "} == {
        mark for metric in results.DROPS for mark in results.study("search").mark(results.row("search", metric))
    }


@pytest.mark.parametrize("page", ["README.md", "docs/index.md"])
def test_a_number_of_the_findings_has_the_mark_that_it_has_on_the_page(page):
    findings = (PROJECT / page).read_text(encoding="utf-8").split("\n- **")[1:4]
    marked = 0
    for number, mark in re.findall(r"([+−]\.\d{3})(?: ([?!~≠]+))?", "".join(findings)):
        on_the_page = re.findall(re.escape(number) + r" \[[^]]*\]\**(?: ([?!~≠]+))?", results.page())
        assert mark in on_the_page, number
        marked += bool(mark)
    assert marked >= 5


@pytest.mark.parametrize("page", ["README.md", "docs/index.md"])
def test_the_three_findings_are_of_the_page(page):
    findings = (PROJECT / page).read_text(encoding="utf-8").split("\n- **")[1:4]
    said = {number for finding in findings for number in re.findall(r"\.\d{3}\b", finding)}
    assert len(said) > 5
    assert said <= set(re.findall(r"\.\d{3}\b", results.page()))
