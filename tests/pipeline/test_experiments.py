"""DVC's experiments and comparisons, as docs/dvc.md shows them: every command of it, in its order."""

import contextlib
import shlex
import time

import psutil
import pytest
from documentation import commands_under

PAGE = "docs/dvc.md"


@pytest.fixture
def project(dvc_project):
    commit(dvc_project)
    yield dvc_project
    end_workers(dvc_project)


def commit(project):
    project.run("git", "add", "-A")
    project.run("git", "-c", "user.name=t", "-c", "user.email=t@localhost", "commit", "-qm", "all")


def run(project, command):
    return project.run(*shlex.split(command))


def end_workers(project):
    """A worker of DVC's queue ends by itself, seconds after the queue is empty, unless it missed the message."""
    for file in project.folder.glob(".dvc/tmp/exps/celery/dvc-exp-worker-*.pid"):
        with contextlib.suppress(psutil.Error):
            worker = psutil.Process(int(file.read_text()))
            if "queue-worker" in worker.cmdline():
                worker.terminate()


def wait_for_the_queue(project):
    ends = time.monotonic() + 600
    while "Running" in (status := project.run("dvc", "queue", "status")) or "Queued" in status:
        assert time.monotonic() < ends, status
        time.sleep(1)
    assert status.count("Success") == 2, status


def test_experiments_and_comparisons(project):
    said = []
    for command in commands_under(PAGE, "Experiments"):
        said.append(run(project, command))
        if command.startswith("dvc queue start"):
            wait_for_the_queue(project)
    here, apart, show, diff, compare = (said[number] for number in (0, 1, 6, 7, 9))

    assert "Running stage 'train@mnist5k-test_resnet-smoot-0'" in here
    assert "Running stage 'train@mnist5k-test_resnet-baseline-0'" not in here
    assert "Running stage 'report'" in apart
    assert "Running stage 'train" not in apart
    columns = [word for word in show.split("\n")[1].split() if "." in word]
    assert "mnist5k.test_resnet.test_accuracy.smoot" in columns
    assert [column for column in columns if not column.startswith("mnist5k.")] == columns[-2:]
    assert columns[-2:] == ["methods.smoot.n_max", "report.title"]
    for name in ("low", "high", "apart"):
        assert f"[{name}]" in show
    assert ["params.yaml", "methods.smoot.n_max", "0.25", "0.75", "0.5"] in [line.split() for line in diff.splitlines()]
    assert "methods.smoot.n_max" in compare
    assert project.params["methods"]["smoot"]["n_max"] == 0.75
    assert project.dvc() == []

    said = {command: run(project, command) for command in commands_under(PAGE, "Comparing")}
    shown, compared, *_ = said.values()
    assert "mnist5k.test_resnet.test_accuracy.smoot" in shown
    assert "mnist5k.test_resnet.test_accuracy.smoot" in compared
    page = (project.folder / "dvc_plots/index.html").read_text()
    assert "val_accuracy" in page and "history_csv" in page
    assert project.run("git", "status", "--short", "--untracked-files=all", "dvc_plots") == ""
