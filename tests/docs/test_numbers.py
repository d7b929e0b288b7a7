"""The numbers of docs/rivals.md are those of the published reports."""

import re

import pandas as pd
import pytest
from builders import PROJECT

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


def rows(report: str) -> list[dict[str, str]]:
    """A cell's text by its column's head."""
    head, _, *body = ([cell.strip() for cell in line.strip("|\n").split("|")] for line in REPORTS[report].splitlines())
    return [dict(zip(head, row, strict=True)) for row in body]


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


def test_the_numbers_of_the_text_stand_in_a_table():
    """But for those of the papers, which stand in brackets that begin with "theirs"."""
    text = PAGE
    for table in REPORTS.values():
        text = text.replace(table, "")
    said = set(re.findall(r"(?<![\d.])\.\d{3}\b", re.sub(r"\(theirs: [^)]*\)", "", text)))
    assert said and said <= {cell for report in REPORTS for row in rows(report) for cell in row.values()}
