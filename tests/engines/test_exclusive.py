"""One engine at a time works in a folder; the other is told which."""

import json
import os

import pytest

from smoot.core.errors import SmootError
from smoot.engines.exclusive import DVC_LOCK, SNAKEMAKE_LOCKS, no_dvc, no_snakemake


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def lock(content):
    DVC_LOCK.parent.mkdir(parents=True)
    DVC_LOCK.write_text(content)


def writer(process):
    return json.dumps({"read": {}, "write": {"/a/results/runs": {"pid": process, "cmd": "dvc repro"}}})


def test_nothing_is_said_where_nothing_runs():
    no_dvc()
    no_snakemake()
    SNAKEMAKE_LOCKS.mkdir(parents=True)
    no_snakemake()


def test_dvc_is_named_while_it_lives():
    lock(writer(os.getpid()))
    with pytest.raises(SmootError, match=rf"dvc repro \(process {os.getpid()}\) is running in this folder"):
        no_dvc()


@pytest.mark.parametrize("content", ["", "{}", "[]", "{", writer(2**22 + 1)])
def test_what_is_no_lock_of_a_living_process_stops_no_one(content):
    lock(content)
    no_dvc()


def test_snakemake_is_named():
    SNAKEMAKE_LOCKS.mkdir(parents=True)
    (SNAKEMAKE_LOCKS / "0.input.lock").touch()
    with pytest.raises(SmootError, match=r"Snakemake is running in this folder, or was killed there"):
        no_snakemake()
