"""The files that a data set is published as: found on this machine, or downloaded, and unpacked."""

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from smoot.core.errors import SmootError
from smoot.core.files import atomic, remove_leftovers
from smoot.core.folders import locked
from smoot.core.progress import say
from smoot.data.cache_folder import cache_folder
from smoot.data.download import download, md5_of
from smoot.data.unpack import unpack


@dataclass(frozen=True)
class Archive:
    """One file of a data set on the web. All paths lie beneath `cache_folder()`, where torchvision puts them."""

    path: str
    """The file; it is unpacked into its own folder."""
    urls: tuple[str, ...]
    """Where it is published."""
    md5: str
    """Its checksum."""
    holds: tuple[str, ...] = ()
    """What is there once it is unpacked; nothing for a file that is used as it is."""
    inner: tuple[str, ...] = ()
    """Archives within it, which are unpacked too, into the same folder, and removed."""


def provide(name: str, archives: Sequence[Archive], elsewhere: Sequence[Path] = ()) -> Path:
    """`cache_folder()`, with all that `archives` hold in it. Another process that provides `name` is waited for.

    elsewhere: folders of the system that may have the files too, and are trusted: their checksums may be others.
    Raises UnavailableError where a file is neither there nor to be had, SmootError where one is damaged or the folder
    cannot be written.
    """
    root = cache_folder()
    if all(map(_is_ready, archives)):
        return root
    with locked(root / f".{name}.lock", f"{name}: another process downloads it; waiting for it"):
        for archive in archives:
            if not _is_ready(archive):
                _make_ready(archive, elsewhere)
    return root


def locate(archives: Sequence[Archive], elsewhere: Sequence[Path] = ()) -> Path | None:
    """The folder on this machine that has them all, unpacked or not: `cache_folder()`, one of `elsewhere`, or None."""
    if all(_is_ready(archive) or _is_right(archive) for archive in archives):
        return cache_folder()
    names = [Path(archive.path).name for archive in archives]
    return next((folder for folder in elsewhere if all((folder / name).is_file() for name in names)), None)


def _is_ready(archive: Archive) -> bool:
    try:
        if archive.holds:
            return all((cache_folder() / path).exists() for path in archive.holds)
    except OSError as error:
        raise SmootError(f"{error.filename or cache_folder()}: cannot be read: {error.strerror}") from None
    return _is_right(archive)


def _is_right(archive: Archive) -> bool:
    path = cache_folder() / archive.path
    try:
        return path.is_file() and md5_of(path) == archive.md5
    except OSError as error:
        raise SmootError(f"{path}: cannot be read: {error.strerror}") from None


def _make_ready(archive: Archive, elsewhere: Sequence[Path]) -> None:
    path = cache_folder() / archive.path
    remove_leftovers(path)
    file = path if _is_right(archive) else _of_system(path.name, elsewhere)
    if file is None:
        mirrors = [f"{mirror.rstrip('/')}/{archive.path}" for mirror in os.environ.get("SMOOT_MIRRORS", "").split()]
        download([*mirrors, *archive.urls], path, archive.md5)
        file = path
    if archive.holds:
        _unpack(file, archive)
    elif file != path:
        with atomic(path) as temporary:
            shutil.copyfile(file, temporary)


def _of_system(name: str, elsewhere: Sequence[Path]) -> Path | None:
    return next((folder / name for folder in elsewhere if (folder / name).is_file()), None)


def _unpack(file: Path, archive: Archive) -> None:
    """`file` is the archive, at its path or elsewhere."""
    say(f"{file}: unpacking it")
    folder = (cache_folder() / archive.path).parent
    unpack(file, folder)
    for inner in archive.inner:
        unpack(cache_folder() / inner, folder)
        (cache_folder() / inner).unlink()
    if missing := [path for path in archive.holds if not (cache_folder() / path).exists()]:
        raise SmootError(f"{file}: {', '.join(missing)} is not in it")
