"""Folders that are written whole or not at all, by one process at a time."""

import ctypes
import glob
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from smoot.core.files import plainly
from smoot.core.progress import say

_AT_FDCWD, _RENAME_EXCHANGE = -100, 2  # of Linux


@contextmanager
def atomic_folder(path: Path) -> Iterator[Path]:
    """Yields a temporary folder beside `path`, put in its place once written, else removed.

    A link at `path` stays one: what it leads to is replaced. Raises SmootError where the system does not let it be
    written; what was at `path` is then still there.
    """
    path = path.resolve()
    with plainly(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(dir=path.parent, prefix=_beside(path)))
    try:
        yield temporary
        with plainly(path):
            temporary.chmod(0o755)
            _replace(temporary, path)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    shutil.rmtree(_old(path), ignore_errors=True)


def recover(path: Path) -> None:
    """Puts back what a killed writer of `path` had moved aside, and removes what else it left. No one may be writing.

    Raises SmootError where the system does not let it.
    """
    path = path.resolve()
    with plainly(path):
        if _old(path).exists() and not path.exists():
            _old(path).rename(path)
        for left in path.parent.glob(f"{glob.escape(_beside(path))}*"):
            if left.is_dir() and not left.is_symlink():
                shutil.rmtree(left)
            else:
                left.unlink()


@contextmanager
def locked(path: Path, waiting: str) -> Iterator[bool]:
    """Keeps other processes out until it is left; they say `waiting` and wait. A killed process holds no lock.

    Yields whether this one had to wait.
    """
    waited = False
    with plainly(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(path)
        try:
            lock.acquire(blocking=False)
        except Timeout:
            waited = True
            say(waiting)
            lock.acquire()
    try:
        yield waited
    finally:
        lock.release()


def _replace(new: Path, path: Path) -> None:
    """At once, where the system can exchange two folders: `new` then holds the old one.

    Elsewhere, as a rename replaces no folder that holds files, the old one goes aside first, and back if that is in
    vain.
    """
    if path.exists():
        if _exchanged(new, path):
            return
        path.rename(_old(path))
    try:
        new.rename(path)
    except OSError:
        if _old(path).exists():
            _old(path).rename(path)
        raise


def _exchanged(one: Path, other: Path) -> bool:
    """Whether each now stands in the other's place: Linux can do it, on most file systems, and Python has no word."""
    try:
        renameat2 = ctypes.CDLL(None).renameat2
    except (AttributeError, OSError, TypeError):
        return False
    return renameat2(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE) == 0


def _beside(path: Path) -> str:
    """What the names of a writer's own folders begin with. Others of a name like `path`'s are not ours to remove."""
    return f".{path.name}.smoot-"


def _old(path: Path) -> Path:
    return path.with_name(f"{_beside(path)}old")
