"""Every table of the reports that are under version control is what their CSV files give."""

import shutil

import pytest
from builders import PROJECT

from smoot.report.evidence.merging import merge, read_source
from smoot.report.stage import make

FOLDERS = sorted(path.parent for path in (PROJECT / "reports").glob("*/results.csv"))


def tables(markdown: str) -> list[str]:
    """Its lines of tables, but for that of the code that the report was made with."""
    return [line for line in markdown.splitlines() if line.startswith("|") and not line.startswith("| smoot |")]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_report_made_again_of_its_csv_has_the_same_tables(folder, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copytree(folder, folder.name)
    make(*merge([read_source(tmp_path / folder.name)], "again"))
    assert (tmp_path / "reports/again/tables.tex").read_bytes() == (folder / "tables.tex").read_bytes()
    again = (tmp_path / "reports/again/report.md").read_text(encoding="utf-8")
    committed = (folder / "report.md").read_text(encoding="utf-8")
    assert tables(again) == tables(committed)
    assert len(tables(committed)) > 10


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_page_is_below_five_megabytes(folder):
    assert (folder / "index.html").stat().st_size < 5_000_000
