"""Records of attempts that failed, and which of them make sense to repeat."""

import os
import signal
from pathlib import Path

import pytest

from smoot.core.errors import ParamsError, SmootError, TransientError
from smoot.engines.attempts import Attempt, ended, read_attempt, recorded, worth_another

LOG = Path("results/logs/train/cell.log")


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def failed(error: BaseException | None) -> Attempt | None:
    try:
        with recorded(LOG):
            if error:
                raise error
    except BaseException as raised:
        assert raised is error
    return read_attempt(LOG)


@pytest.mark.parametrize(
    ("error", "code", "said", "again"),
    [
        (SmootError("a\nthe loss is not finite"), 65, "the loss is not finite", [False, False]),
        (ParamsError(["params.yaml: x"]), 2, "params.yaml: x", [False, False]),
        (TransientError("no space left"), 75, "no space left", [True, True]),
        (RuntimeError("a defect\nand more"), 1, "RuntimeError: a defect", [True, False]),
        (SystemExit(143), 143, "told to end by signal 15", [True, True]),
    ],
)
def test_a_failure_is_recorded_and_says_whether_to_try_again(error, code, said, again):
    attempt = failed(error)
    assert (attempt.exit_code, attempt.said) == (code, said)
    assert attempt.over
    assert not attempt.killed
    assert [worth_another(attempt, number) for number in (1, 2)] == again


def test_success_removes_the_record_of_failures():
    assert failed(SmootError("x"))
    assert failed(None) is None
    assert list(LOG.parent.iterdir()) == []


def test_a_signal_is_recorded():
    with pytest.raises(SystemExit), recorded(LOG):
        os.kill(os.getpid(), signal.SIGTERM)
    assert read_attempt(LOG).exit_code == 143


def test_what_was_killed_is_known_by_what_the_cluster_says():
    with recorded(LOG):
        under_way = read_attempt(LOG)
        assert under_way.killed
        assert not under_way.over
        assert ended(LOG, "OUT_OF_MEMORY").over
        assert read_attempt(LOG).scheduler == "OUT_OF_MEMORY"
        assert read_attempt(LOG).began == under_way.began
        assert worth_another(read_attempt(LOG), 5)


def test_what_the_cluster_refuses_never_began():
    failed(SmootError("of yesterday"))
    attempt = ended(LOG, "", "SLURM sbatch failed.")
    assert attempt == Attempt(said="SLURM sbatch failed.")
    assert attempt.over
    assert worth_another(attempt, 5)


def test_a_newer_result_makes_a_record_void(tmp_path):
    failed(SmootError("x"))
    result = tmp_path / "run.json"
    assert read_attempt(LOG, since=result)
    result.touch()
    os.utime(result, (2**31, 2**31))
    assert read_attempt(LOG, since=result) is None


def test_a_disk_that_takes_no_record_is_no_reason_to_fail():
    LOG.parent.parent.mkdir(parents=True)
    LOG.parent.write_text("no folder")
    with recorded(LOG):
        pass
