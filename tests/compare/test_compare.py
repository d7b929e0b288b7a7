"""Two reports against each other: made-up tables, folders and git revisions."""

import subprocess

import numpy as np
import pandas as pd
import pytest
from builders import PROJECT
from command_line import smoot

from smoot.artifacts.results import RESULT_COLUMNS
from smoot.cli import compare as command
from smoot.compare import source
from smoot.compare.page import comparison_sections
from smoot.compare.scores import Verdict, score_differences
from smoot.core.dotted import differing
from smoot.core.errors import SmootError
from smoot.core.params_file import read_params
from smoot.engines.stages import stage_blocks
from smoot.report.evidence.csv_files import write_table
from smoot.report.evidence.provenance import as_yaml
from smoot.report.render.text import terminal_text

RAW = read_params(PROJECT / "workflow/presets/smoke.yaml")


def results(method="sgt", metric="sparseness", values=(0.5, 0.6, 0.7), status="ok", **fields):
    """A score of a few seeds."""
    rows = [
        {
            "dataset": "toy", "model": "net", "method": method, "seed": seed, "panel": "quick",
            "attribution": "gradient", "metric": metric, "value": value if status == "ok" else np.nan, "images": 4,
            "status": status, "reason": "", "split": "test",
        } | fields
        for seed, value in enumerate(values)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=RESULT_COLUMNS)


def write(folder, *tables, **report):
    folder.mkdir(parents=True)
    write_table(folder / "results.csv", pd.concat(tables))
    params = {block: RAW[block] for block in stage_blocks("report")}
    (folder / "params.yaml").write_text(as_yaml(params | {"report": params["report"] | report}))
    return str(folder)


@pytest.mark.parametrize(
    ("values", "verdict", "seeds"),
    [
        ((0.5, 0.6, 0.7), Verdict.SAME, 3),
        ((0.5, 0.6, 0.7 + 1e-15), Verdict.WITHIN, 3),
        ((0.9, 1.0, 1.15), Verdict.BEYOND, 3),
        ((0.1, 0.9, 0.7), Verdict.WITHIN, 3),
        ((0.9,), Verdict.FEW, 1),
        ((np.nan, np.nan, np.nan, 0.5), Verdict.APART, 0),
    ],
)
def test_a_score_is_judged_over_the_seeds_that_both_have(values, verdict, seeds):
    (score,) = score_differences(results(), results(values=values), 0.95).scores
    assert (score.verdict, score.seeds) == (verdict, seeds)


def test_the_interval_is_students_of_the_paired_differences():
    (score,) = score_differences(results(), results(values=(0.6, 0.6, 0.8)), 0.95).scores
    # Differences .1, 0, .1: mean 1/15, standard error 1/30; t(2) = 4.3027.
    assert score.difference.mean == pytest.approx(1 / 15)
    assert score.difference.interval == pytest.approx((1 / 15 - 4.3027 / 30, 1 / 15 + 4.3027 / 30), abs=1e-5)
    assert score.means == pytest.approx((0.6, 2 / 3))


def test_what_only_one_has_and_what_is_not_ok_in_one():
    first = pd.concat([results(), results("smoot", values=(0.1,)), results(metric="mprt"), results(metric="road")])
    not_run = results("smoot", values=(0.1, 0.2), status="not run")
    second = pd.concat([results(values=(0.5, 0.6, 0.7, 0.8)), not_run, results(metric="mprt", status="undefined")])
    found = score_differences(first, second.assign(), 0.95)
    assert found.only[0].to_numpy().tolist() == [
        *(["toy", "net", "smoot", 0, "quick", 1],),
        *(["toy", "net", "sgt", seed, "quick", 1] for seed in range(3)),
    ]
    assert found.only[1].to_numpy().tolist() == [["toy", "net", "sgt", 3, "quick", 1]]
    assert found.statuses[["metric", "seed", "first", "second"]].to_numpy().tolist() == [
        ["mprt", seed, "ok", "undefined"] for seed in range(3)
    ]
    assert [score.metric for score in found.scores] == ["sparseness"]


def test_parameters_differ_by_dotted_keys():
    first = {"a": {"b": 1, "c": [1, 2]}, "d": {}, "e": True}
    second = {"a": {"b": 1, "c": [2]}, "f": {"g": None}, "e": 1}
    assert differing(first, second) == [
        ("a.c", "[1, 2]", "[2]"), ("d", "{}", "not set"), ("e", "True", "1"), ("f.g", "not set", "None"),
    ]  # fmt: skip


def test_how_much_is_the_same_comes_first(tmp_path, capsys):
    first = write(tmp_path / "first", results(), results(metric="mprt"), confidence=0.9)
    second = write(tmp_path / "second", results(), results(metric="mprt", values=(1.0, 1.2, 1.25)), confidence=0.95)
    command.compare(first, second)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"{first} and {second}"
    assert lines[2:5] == [
        "- 1 of 2 scores that both have are the same to the last digit.",
        "- The others: 1 beyond the interval.",
        "- 1 parameter differs.",
    ]
    assert any(line.split() == ["report.confidence", "0.9", "0.95"] for line in lines)
    said = next(line for line in lines if line.startswith("toy/net/sgt mprt of gradient"))
    assert said.split()[4:] == ["0.6", "1.15", "+0.55", "[+0.4657,", "+0.6343]", "3"]
    assert any("about 10 in 100 are beyond it by chance" in line for line in lines)


def test_a_report_against_itself_says_no_more_than_that(tmp_path):
    folder = write(tmp_path / "first", results())
    assert terminal_text(
        comparison_sections(source.read_compared(folder), source.read_compared(f"{folder}/results.csv"))
    ).splitlines()[2:] == [
        "- 1 of 1 scores that both have are the same to the last digit.",
        "- No parameter differs.",
    ]


@pytest.mark.parametrize(("format", "start"), [("markdown", "# "), ("html", "<!doctype html>")])
def test_it_is_written_in_other_formats(tmp_path, format, start):
    first = write(tmp_path / "first", results(metric="a_b<c"))
    second = write(tmp_path / "second", results(metric="a_b<c", values=(1.0, 1.2, 1.25)))
    output = tmp_path / "out/difference"
    command.compare(first, second, format, output)
    content = output.read_text()
    assert content.lower().startswith(start)
    assert "a_b<c" not in content
    assert "+0.55" in content


def test_html_needs_a_file(tmp_path):
    folder = write(tmp_path / "first", results())
    with pytest.raises(SmootError, match="--format html: needs --output FILE"):
        command.compare(folder, folder, "html")


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """Two commits of one report; the working folder has a third version."""
    monkeypatch.chdir(tmp_path)

    def git(*arguments):
        options = ["-c", "user.name=n", "-c", "user.email=e"]
        subprocess.run(["git", *options, *arguments], check=True, capture_output=True)

    git("init", "-q")
    folder = tmp_path / "reports/smoke"
    for number in range(3):
        if number:
            for path in folder.iterdir():
                path.unlink()
            folder.rmdir()
        write(folder, results(values=(0.5 + number, 0.6, 0.7)))
        if number < 2:
            git("add", ".")
            git("commit", "-q", "-m", "report")
            git("tag", f"v{number}")
    (tmp_path / "params.yaml").write_text(as_yaml(RAW))
    return tmp_path


@pytest.mark.parametrize("name", ["v0", "v0:reports/smoke", "v0:reports/smoke/", "v0:reports/smoke/results.csv"])
def test_reports_of_git_revisions(repository, name):
    assert source.read_compared(name).results["value"].tolist() == [0.5, 0.6, 0.7]
    assert source.read_compared("HEAD~0:reports/smoke").results["value"].tolist()[0] == 1.5
    assert source.read_compared("reports/smoke").results["value"].tolist()[0] == 2.5


def test_a_revision_is_read_from_a_folder_below_the_repository(repository, monkeypatch):
    monkeypatch.chdir(repository / "reports")
    assert source.read_compared("v1:smoke").results["value"].tolist()[0] == 1.5


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("nil", "nil: neither there nor a git revision; allowed: a report's folder"),
        ("--help", "--help: neither there nor a git revision"),
        ("v0:reports/nil", "v0:reports/nil/results.csv: not in that revision"),
        ("reports", "reports/results.csv: not there"),
    ],
)
def test_what_is_no_report_is_named_in_one_line(repository, name, said):
    with pytest.raises(SmootError) as error:
        source.read_compared(name)
    assert str(error.value).startswith(said)
    assert "\n" not in str(error.value)


def test_a_revision_without_params_needs_a_folder(repository):
    (repository / "params.yaml").unlink()
    with pytest.raises(SmootError, match=r"v0: not there, and params\.yaml names no report"):
        source.read_compared("v0")


def test_the_command_ends_well_whatever_differs(tmp_path):
    first = write(tmp_path / "first", results())
    second = write(tmp_path / "second", results(values=(1.0, 1.2, 1.25)), confidence=0.5)
    done = smoot("compare", first, second, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "0 of 1 scores that both have are the same" in done.stdout
    assert smoot("compare", first, "nil", cwd=tmp_path).returncode == 65
