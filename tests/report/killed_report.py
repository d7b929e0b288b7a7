"""`smoot report` in a process of its own, that is watched, killed, or finds a disk full."""

import hashlib
import json
import multiprocessing
import os
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from smoot.artifacts.paths import ReportFolder
from smoot.core.errors import SmootError

CONTEXT = multiprocessing.get_context("forkserver")
# Imported once, so that a process costs a fork and not ten seconds of imports.
CONTEXT.set_forkserver_preload(["smoot.report.stage", "made_up"])
CHANGES = ("open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "shutil.rmtree", "os.chmod", "ctypes.dlsym")
"""Audit events of whatever changes files, before it does."""


def digest(folder: Path) -> str:
    """Of all that is in a folder, by name; empty without one."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    content = [(path.relative_to(folder).as_posix(), hashlib.sha256(path.read_bytes()).hexdigest()) for path in files]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest() if files else ""


def at_each_moment(action: Callable[[int], None]) -> None:
    """Lets `action(number)` happen before each change of a file, from now on."""
    number, acting = 0, False

    def audit(name: str, arguments: tuple) -> None:
        nonlocal number, acting
        writes = name != "open" or (isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR))
        if name in CHANGES and writes and not acting:
            acting, number = True, number + 1
            action(number)
            acting = False

    sys.addaudithook(audit)


def watch() -> None:
    """Keeps a list, in the file `seen`, of what is in the report's folder from moment to moment."""
    seen: list[str] = []

    def look(number: int) -> None:
        now = digest(ReportFolder("toy").path)
        if [now] != seen[-1:]:
            seen.append(now)
        Path("seen").write_text(json.dumps([number, seen]))

    at_each_moment(look)


def report(folder: Path, params: dict[str, Any], prepare: tuple[str, int]) -> None:
    """What the process does: the report, as the command makes it. prepare: what happens to it, of PREPARED."""
    os.chdir(folder)
    with Path("messages").open("wb") as file:
        os.dup2(file.fileno(), 2)
    from smoot.engines.attempts import recorded, report_log
    from smoot.report import stage

    what, value = prepare
    try:
        with recorded(report_log("toy")):
            if what == "watch":
                watch()
            elif what == "largest file":
                resource.setrlimit(resource.RLIMIT_FSIZE, (value, value))
            elif what == "signal":
                moment, number = divmod(value, 100)
                at_each_moment(lambda now: os.kill(os.getpid(), number) if now == moment else None)
            stage.report_grid(params)
    except SmootError as error:
        print(error, file=sys.stderr)
        sys.exit(error.exit_code)


def run(folder: Path, params: dict[str, Any], what: str = "", value: int = 0) -> int:
    """The exit code of a report to which that happens; of one that is killed, minus the signal."""
    process = CONTEXT.Process(target=report, args=(folder, params, (what, value)))
    process.start()
    process.join(120)
    assert not process.is_alive()
    return process.exitcode
