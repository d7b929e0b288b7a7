"""The report as files: whole, the same bytes each time, and never half of one."""

import re

import pandas as pd
import pytest
from made_up import view

from smoot.artifacts.paths import GridCell, ReportFolder
from smoot.core.errors import SmootError
from smoot.report import stage, write

FILES = {
    "index.html",
    "report.md",
    "results.csv",
    "parts.csv",
    "tables.tex",
    "params.yaml",
    "metrics.json",
    "summary.json",
}


def contents(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_report_is_whole_and_the_page_asks_nothing_of_the_network(grid, tmp_path):
    stage.report_grid(view(grid))
    folder = tmp_path / "reports/toy"
    assert {*contents(folder)} >= FILES | {"records/costs.csv"}
    assert 'href="toy/index.html"' in (tmp_path / "reports/index.html").read_text()
    page = (folder / "index.html").read_text()
    # Links to papers are for a reader to follow; nothing is loaded.
    assert not re.search(r"""<(img|script|link|iframe)[^>]*(src|href)=["'](?!data:|maps/)""", page)
    assert len(list((folder / "figures").glob("*.svg"))) == page.count('<figure id="figure-')
    assert len(pd.read_csv(folder / "results.csv")) == 126
    assert r"\begin{longtable}{llrrr}" in (folder / "tables.tex").read_text()
    assert "| Test accuracy ↑ | – | 0.510 (0.500 0.510 0.520) |" in (folder / "report.md").read_text()


def test_the_same_cells_give_the_same_bytes(grid, tmp_path):
    stage.report_grid(view(grid))
    first = contents(tmp_path / "reports/toy")
    stage.report_grid(view(grid))
    assert contents(tmp_path / "reports/toy") == first


def test_what_others_have_put_there_stays_and_what_is_stale_goes(grid, tmp_path):
    stage.report_grid(view(grid))
    folder = tmp_path / "reports/toy"
    (folder / "NOTES.md").write_text("mine")
    (folder / "figures/old.svg").write_text("stale")
    stage.report_grid(view(grid))
    assert (folder / "NOTES.md").read_text() == "mine"
    assert not (folder / "figures/old.svg").exists()


def test_a_report_that_fails_half_way_leaves_the_old_one(grid, tmp_path, monkeypatch):
    stage.report_grid(view(grid))
    before = contents(tmp_path / "reports/toy")

    def fail(sections):
        raise SmootError("no more")

    monkeypatch.setattr(write, "tex", fail)
    with pytest.raises(SmootError, match="no more"):
        stage.report_grid(view(grid, title="Another"))
    assert contents(tmp_path / "reports/toy") == before
    assert [path.name for path in (tmp_path / "reports").iterdir() if path.is_dir()] == ["toy"]


def test_a_missing_cell_is_refused_and_nothing_is_written(grid, tmp_path):
    cell = GridCell("toy", "net", "sgt", 1)
    cell.run_record.unlink()
    with pytest.raises(SmootError, match=r"missing results(.|\n)*results/runs/toy/net/sgt/seed1"):
        stage.report_grid(view(grid))
    assert not (tmp_path / "reports").exists()
    stage.report_grid(view(grid), partial=True)
    assert "2 results are missing" in (tmp_path / "reports/toy/index.html").read_text()


def test_a_grid_without_a_run_is_refused(grid):
    for cell in grid.cells():
        cell.run_record.unlink()
    with pytest.raises(SmootError, match="nothing to report"):
        stage.report_grid(view(grid), partial=True)


def test_damaged_files_are_named_together_with_what_to_run(grid):
    cells = grid.cells()
    cells[0].run_record.write_text("{")
    cells[1].cost.write_text("{}")
    cells[2].history.write_text("epoch\nx")
    cells[3].scores("quick").write_text("")
    cells[5].run_record.write_bytes(cells[4].run_record.read_bytes())
    with pytest.raises(SmootError) as error:
        stage.report_grid(view(grid), partial=True)
    lines = str(error.value).splitlines()
    paths = [cells[0].run_record, cells[1].cost, cells[2].history, cells[3].scores("quick"), cells[5].run_record]
    assert [line.split(":")[0] for line in lines] == [str(path) for path in paths]
    assert all("again" in line for line in lines)
    assert not ReportFolder("toy").path.exists()


def test_damaged_maps_are_named(grid):
    GridCell("toy", "net", "sgt", 0).maps("quick").write_bytes(b"PK")
    with pytest.raises(SmootError, match=r"quick.npz: damaged .*; score the cell again"):
        stage.report_grid(view(grid))


def test_titles_are_escaped(grid, tmp_path):
    stage.report_grid(view(grid, title="<b>50 % & more_</b>"))
    page = (tmp_path / "reports/toy/index.html").read_text()
    assert "<b>50" not in page
    assert "&lt;b&gt;50 % &amp; more" in page
