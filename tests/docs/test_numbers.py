"""The numbers of docs/rivals.md are those of the published report of the frontier."""

import re

import pandas as pd
from builders import PROJECT

PAGE = (PROJECT / "docs/rivals.md").read_text(encoding="utf-8")
TABLE = max(re.findall(r"(?:^\|.*\n)+", PAGE, re.M), key=len)
# The heads of the tables' columns, and the metrics of results.csv.
COLUMNS = {
    "accuracy": "val_accuracy",
    "under attack": "adversarial_accuracy",
    "under noise": "noise_accuracy",
    "drop, mean fill": "accuracy_drop_mean",
    "drop, uniform fill": "accuracy_drop_uniform",
    "relevance mass": "relevance_mass",
    "sparseness": "sparseness",
}


def rows() -> list[dict[str, str]]:
    """A cell's text by its column's head."""
    head, _, *body = ([cell.strip() for cell in line.strip("|\n").split("|")] for line in TABLE.splitlines())
    return [dict(zip(head, row, strict=True)) for row in body]


def means() -> pd.Series:
    """Over the seeds, of the gradient map and of the model, by method and metric, in the grid's order."""
    results = pd.read_csv(PROJECT / "reports/frontier/results.csv")
    shown = results[results["attribution"].isna() | (results["attribution"] == "gradient")]
    trained = shown[shown["method"] != "untrained"]
    return trained.groupby(["method", "metric"], sort=False)["value"].mean()


def test_the_table_is_the_reports():
    expected = means()
    shown = rows()
    assert [row["entry"] for row in shown] == [f"`{name}`" for name in expected.index.unique("method")]
    for row in shown:
        for head, metric in COLUMNS.items():
            value = expected[row["entry"].strip("`"), metric]
            assert row[head] == f"{value:.3f}".replace("0.", ".", 1).replace("-", "−"), (row["entry"], head)


def test_the_numbers_of_the_text_stand_in_the_table():
    """But for those of the papers, which stand in brackets that begin with "theirs"."""
    text = re.sub(r"\(theirs: [^)]*\)", "", PAGE.replace(TABLE, ""))
    said = set(re.findall(r"(?<![\d.])\.\d{3}\b", text))
    assert said and said <= {cell for row in rows() for cell in row.values()}
