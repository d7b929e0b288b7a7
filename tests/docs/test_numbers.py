"""The numbers of docs/rivals.md are those of the published reports."""

import re

import pandas as pd
import pytest
from builders import PROJECT

from smoot.report.evidence import published
from smoot.report.study import Study

PAGE = (PROJECT / "docs/rivals.md").read_text(encoding="utf-8")
TABLES = re.findall(r"(?:^\|.*\n)+", PAGE, re.M)
REPORTS = dict(zip(("frontier", "shortcut"), TABLES[1:], strict=True))
"""The first table says what the papers claim, in words."""
# The heads of the tables' columns, and the metrics of results.csv.
COLUMNS = {
    "accuracy": "val_accuracy",
    "under attack": "adversarial_accuracy",
    "under noise": "noise_accuracy",
    "drop, mean fill": "accuracy_drop_mean",
    "drop, uniform fill": "accuracy_drop_uniform",
    "relevance mass": "relevance_mass",
    "sparseness": "sparseness",
    "test accuracy": "test_accuracy",
    "lost when the mark moves": "shortcut_reliance",
    "mass on the mark": "shortcut_mass",
}


MARK = re.compile(r" ([?!~≠]+)$")


def rows(report: str) -> list[dict[str, str]]:
    """A cell's text by its column's head, without the head's marks."""
    head, _, *body = ([cell.strip() for cell in line.strip("|\n").split("|")] for line in REPORTS[report].splitlines())
    return [dict(zip((MARK.sub("", its) for its in head), row, strict=True)) for row in body]


def head_marks(report: str) -> dict[str, str]:
    """A column's marks by its head."""
    heads = [cell.strip() for cell in REPORTS[report].splitlines()[0].strip("|").split("|")]
    return {MARK.sub("", its): "".join(MARK.findall(its)) for its in heads}


def means(report: str) -> pd.Series:
    """Over the seeds, of the gradient map and of the model, by data set, method and metric, in the grid's order."""
    results = pd.read_csv(PROJECT / f"reports/{report}/results.csv")
    shown = results[results["attribution"].isna() | (results["attribution"] == "gradient")]
    trained = shown[shown["method"] != "untrained"]
    return trained.groupby(["dataset", "method", "metric"], sort=False)["value"].mean()


@pytest.mark.parametrize("report", REPORTS)
def test_a_table_is_its_reports(report):
    expected, shown = means(report), rows(report)
    first = expected.index.unique("dataset")[0]
    named = [(row.get("data", first), row["entry"]) for row in shown]
    assert named == [(dataset, f"`{method}`") for dataset, method in expected.index.droplevel("metric").unique()]
    for (dataset, entry), row in zip(named, shown, strict=True):
        for head in COLUMNS.keys() & row.keys():
            value = expected.get((dataset, entry.strip("`"), COLUMNS[head]))
            text = "–" if pd.isna(value) else f"{value:.3f}".replace("0.", ".", 1).replace("-", "−")
            assert row[head] == text, (entry, head)


@pytest.mark.parametrize("report", REPORTS)
def test_a_column_has_the_marks_of_its_metric(report):
    study = Study(*published.read_published(PROJECT / "reports" / report))
    found = {row.metric: study.mark(row) for row in study.rows if study.mark(row)}
    expected = {head: found.get(COLUMNS.get(head, ""), "") for head in head_marks(report)}
    assert head_marks(report) == expected
    assert any(expected.values())


def test_a_number_of_the_text_has_the_mark_of_its_column():
    """Where columns with and without a mark have the number, either will do."""
    allowed: dict[str, set[str]] = {}
    for report in REPORTS:
        marks = head_marks(report)
        for row in rows(report):
            for head, cell in row.items():
                allowed.setdefault(cell, set()).add(marks[head])
    words = PAGE
    for table in REPORTS.values():
        words = words.replace(table, "")
    words = re.sub(r"\(theirs: [^)]*\)", "", words)
    said = re.findall(r"(?<![\d.])(\.\d{3})\b(?: ([?!~≠]+))?", words)
    assert sum(bool(mark) for _, mark in said) > 5
    assert [(number, mark) for number, mark in said if mark not in allowed[number]] == []


def test_the_numbers_of_the_text_stand_in_a_table():
    """But for those of the papers, which stand in brackets that begin with "theirs"."""
    text = PAGE
    for table in REPORTS.values():
        text = text.replace(table, "")
    said = set(re.findall(r"(?<![\d.])\.\d{3}\b", re.sub(r"\(theirs: [^)]*\)", "", text)))
    assert said and said <= {cell for report in REPORTS for row in rows(report) for cell in row.values()}
