"""`smoot status`: counts by stage, and what to do about each failure."""

import json

import pytest

from smoot.artifacts.paths import DataFolder, GridCell
from smoot.cli.check import plan
from smoot.cli.status import status_text
from smoot.core.files import write_json
from smoot.engines import attempts
from smoot.engines.attempts import Attempt
from smoot.engines.stages import view_of
from smoot.settings.validation import validate

CELL = GridCell("mnist5k", "test_resnet", "smoot", 0)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def made(smoke, cell=CELL):
    """What is on disk of a cell that is trained and scored."""
    write_json(DataFolder(cell.dataset).info, {})
    write_json(cell.run_record, {"params": view_of(smoke, "train", **cell.coordinates)})
    write_json(cell.scores("tiny"), {"params": view_of(smoke, "score", **cell.coordinates, panel="tiny")})


def said(smoke) -> list[str]:
    return [" ".join(line.split()) for line in status_text(smoke, validate(smoke)).splitlines()]


def test_it_counts_what_is_finished_and_what_is_missing(smoke):
    made(smoke)
    assert said(smoke) == [
        "fetch 1 job: 1 finished",
        "train 2 jobs: 1 finished, 1 missing",
        "score 2 jobs: 1 finished, 1 missing",
        "report 1 job: 1 missing",
    ]


def test_the_check_says_who_knows_whether_code_has_changed_where_something_is_finished(smoke):
    line = "finished  means with these parameters; `dvc status` and `snakemake -n` say whether code has changed since"
    assert line not in plan(smoke, validate(smoke))
    made(smoke)
    assert line in plan(smoke, validate(smoke)).splitlines()


def test_other_parameters_make_a_cell_stale_and_what_is_made_from_it(smoke):
    made(smoke)
    made(smoke, GridCell("mnist5k", "test_resnet", "baseline", 0))
    smoke["methods"]["smoot"]["tau"] = 0.2
    assert said(smoke)[1:3] == ["train 2 jobs: 1 finished, 1 stale", "score 2 jobs: 1 finished, 1 stale"]
    smoke["panels"]["tiny"]["images"] = 16
    assert said(smoke)[2] == "score 2 jobs: 2 stale"


def test_scores_of_other_weights_are_stale_those_of_the_baseline_too(smoke):
    """A map of, or a model on, the baseline's: its weights of today are to be those that were scored."""
    smoke["panels"]["tiny"]["attributions"]["lent"] = {"attribution": "gradient", "of": "baseline"}
    cells = [CELL, GridCell("mnist5k", "test_resnet", "baseline", 0)]

    def write(today, scored):
        for cell in cells:
            made(smoke, cell)
            view = view_of(smoke, "score", **cell.coordinates, panel="tiny")
            digests = {"weights_sha256": scored[cell.method], "baseline_sha256": scored["baseline"]}
            run = json.loads(cell.run_record.read_text())
            write_json(cell.run_record, run | {"weights_sha256": today[cell.method]})
            write_json(cell.scores("tiny"), {"params": view, **digests})

    first = {"smoot": "a", "baseline": "b"}
    write(first, first)
    assert said(smoke)[2] == "score 2 jobs: 2 finished"
    write(first | {"smoot": "c"}, first)
    assert said(smoke)[1:3] == ["train 2 jobs: 2 finished", "score 2 jobs: 1 finished, 1 stale"]
    write(first | {"baseline": "c"}, first)
    assert said(smoke)[1:3] == ["train 2 jobs: 2 finished", "score 2 jobs: 2 stale"]


def test_a_damaged_record_is_stale(smoke):
    made(smoke)
    CELL.run_record.write_text('{"par')
    assert said(smoke)[1] == "train 2 jobs: 1 stale, 1 missing"


@pytest.mark.parametrize(
    ("attempt", "state", "what", "next_"),
    [
        (Attempt("10:00", "n1", 65, "not finite"), "failed", "not finite", "correct what it names"),
        (Attempt("10:00", "n1", 143, "told", "TIMEOUT"), "failed", "told (TIMEOUT)", "more time, runtime in"),
        (
            Attempt("10:00", "n1", None, "", "FAILED"),
            "failed",
            "began 10:00 on n1, FAILED",
            "most likely out of memory",
        ),
        (Attempt("10:00", "n1", None, "", "OUT_OF_MEMORY"), "failed", "began 10:00 on n1, OUT", "most likely out of"),
        (Attempt("10:00", "n1", None, "", "NODE_FAIL"), "failed", "began 10:00 on n1, NODE_FAIL", "run again"),
        (Attempt("10:00", "n1", 1, "KeyError: x"), "failed", "KeyError: x", "a defect of the code"),
        (Attempt("10:00", "n1", 75, "no space"), "failed", "no space", "run again; it resumes"),
        (Attempt(scheduler="FAILED"), "failed", "smoot never began, FAILED", "more memory, mem_mb"),
        (Attempt(said="sbatch failed"), "failed", "sbatch failed", "run again"),
        (Attempt("10:00", "n1"), "under way or killed", "began 10:00 on n1, and has not ended", "nothing, if it is"),
    ],
)
def test_a_failure_says_how_it_ended_and_what_to_do(smoke, attempt, state, what, next_):
    log = attempts.train_log(CELL)
    attempts._write(log, attempt)
    heading, ended, advice = said(smoke)[-3:]
    assert heading == f"train {CELL}: {state}"
    assert ended.startswith(what)
    assert advice.startswith(f"next: {next_}")
    log.write_text("what it said")
    assert said(smoke)[-2] == f"log: {log}"
