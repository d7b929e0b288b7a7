"""A report that is killed or cannot be written, at whatever moment, leaves the old one whole, with its figures."""

import json
import os
import shutil
import signal

import killed_report
import pytest
from killed_report import digest
from made_up import view

from smoot.artifacts.paths import ReportFolder
from smoot.core.errors import TransientError

FOLDER = ReportFolder("toy").path


@pytest.fixture
def grid(make_grid):
    """A small one."""
    return make_grid([0])


def watched(tmp_path, params):
    """(how many moments its making has, what the folder held from moment to moment)."""
    assert killed_report.run(tmp_path, params, "watch") == 0
    return json.loads((tmp_path / "seen").read_text())


@pytest.fixture
def written(grid, tmp_path):
    """(the digest of the old report, which is there; that of the new one; how many moments the new one has)."""
    moments, _ = watched(tmp_path, view(grid, title="Another"))
    after = digest(FOLDER)
    assert killed_report.run(tmp_path, view(grid)) == 0
    return digest(FOLDER), after, moments


def beside(folder):
    """What a report leaves beside its folder for good is the list of reports, and locks."""
    return {path.name for path in folder.iterdir()} - {"index.html", ".index.lock", ".toy.lock"}


def test_at_every_moment_the_folder_is_the_old_one_or_the_new_one(grid, tmp_path, written):
    old, new, _ = written
    moments, seen = watched(tmp_path, view(grid, title="Another"))
    assert moments > 60
    assert seen == [old, new]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM], ids=["SIGKILL", "SIGTERM"])
def test_killed_at_many_moments(grid, tmp_path, written, number):
    old, new, moments = written
    params = view(grid, title="Another")
    for moment in (1, moments // 3, 2 * moments // 3, moments - 3, moments + 5):
        code = killed_report.run(tmp_path, params, "signal", 100 * moment + number)
        assert code == (-number if number == signal.SIGKILL else 128 + number)
        assert digest(FOLDER) in (old, new)
    # And the next one leaves nothing of theirs.
    assert killed_report.run(tmp_path, params) == 0
    assert digest(FOLDER) == new
    assert beside(FOLDER.parent) == {"toy"}


def sizes(folder):
    return sorted(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def test_a_file_that_grows_too_large_is_named_and_nothing_changes(grid, tmp_path, written):
    """As on a full disk, but by the system's limit of a file's size."""
    # The limit is for the messages, too, of which a slow report has more.
    for limit in (8_000, sizes(FOLDER)[-1] // 2):
        code = killed_report.run(tmp_path, view(grid, title="Another"), "largest file", limit)
        messages = (tmp_path / "messages").read_text()
        assert code == TransientError.exit_code, messages
        said = messages.splitlines()[-1]
        assert said.endswith(": cannot be written: File too large")
        assert "reports/" in said
        assert digest(FOLDER) == written[0]
        assert beside(FOLDER.parent) == {"toy"}


@pytest.mark.parametrize("share", [0.1, 0.9])
def test_a_full_disk_is_named_and_nothing_changes(grid, tmp_path, written, small_disk, share):
    needed = sum(sizes(FOLDER))
    shutil.move(FOLDER, tmp_path / "old")
    shutil.rmtree(FOLDER.parent)
    # A small disk counts in pages.
    small_disk(tmp_path / "reports", 4 * needed)
    shutil.copytree(tmp_path / "old", FOLDER)
    filler = tmp_path / "reports/filler"
    free = shutil.disk_usage(filler.parent).free
    filler.write_bytes(os.urandom(free - int(share * needed)))
    assert killed_report.run(tmp_path, view(grid, title="Another")) == TransientError.exit_code
    said = (tmp_path / "messages").read_text().splitlines()[-1]
    assert ": no space left on the disk: " in said
    assert digest(FOLDER) == written[0]
    assert beside(FOLDER.parent) == {"toy", "filler"}
    filler.unlink()
    assert killed_report.run(tmp_path, view(grid, title="Another")) == 0
    assert digest(FOLDER) == written[1]
