"""What the engines show of a report, and what can be made of reports, for real."""

import json


def test_dvc_shows_a_reports_numbers_and_figures(dvc_project, snakemake_project):
    for project in (dvc_project, snakemake_project):
        shown = json.loads(project.run("dvc", "metrics", "show", "--json"))
        assert shown[""]["data"]["reports/smoke/metrics.json"]["data"] == json.loads(project.report("metrics.json"))
        assert "failed" not in project.run("dvc", "plots", "show")
        figures = {path.name for path in (project.folder / "reports/smoke/figures").glob("*.svg")}
        shown = {path.name for path in (project.folder / "dvc_plots/static").iterdir()}
        assert shown == {f"workspace_reports_smoke_figures_{name}" for name in figures}


def test_snakemakes_own_report_holds_the_page_and_the_figures(snakemake_project):
    output = snakemake_project.run("snakemake", "--report", "out.html")
    for path in [
        "index.html",
        *(path.name for path in (snakemake_project.folder / "reports/smoke/figures").glob("*.svg")),
    ]:
        assert f"Adding {path} " in output
    page = (snakemake_project.folder / "out.html").read_text()
    assert "compared by training method" in page
    assert "The figure overview_1 of the report" in page


def test_the_reports_of_both_engines_are_the_same_and_merge_into_that(dvc_project, snakemake_project):
    ours, theirs = (str(project.folder / "reports/smoke") for project in (dvc_project, snakemake_project))
    said = dvc_project.run("smoot", "compare", ours, theirs).splitlines()
    assert said[2:] == ["- 26 of 26 scores that both have are the same to the last digit.", "- No parameter differs."]
    dvc_project.run("smoot", "report", "--from", ours, theirs, "--name", "both")
    merged = dvc_project.folder / "reports/both"
    for name in ("results.csv", "tables.tex", "metrics.json"):
        assert (merged / name).read_text() == dvc_project.report(name)
    assert 'href="both/index.html"' in (dvc_project.folder / "reports/index.html").read_text()
    assert dvc_project.dvc() == []
