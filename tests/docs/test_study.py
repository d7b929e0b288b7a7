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


@pytest.mark.parametrize("page", ["README.md", "docs/index.md"])
def test_the_three_findings_are_of_the_page(page):
    findings = (PROJECT / page).read_text(encoding="utf-8").split("\n- **")[1:4]
    said = {number for finding in findings for number in re.findall(r"\.\d{3}\b", finding)}
    assert len(said) > 5
    assert said <= set(re.findall(r"\.\d{3}\b", results.page()))
