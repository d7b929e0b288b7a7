"""Folders of classes, or an archive of them."""

import hashlib
import os
import unicodedata
from pathlib import Path

from smoot.core.errors import SmootError
from smoot.core.files import remove_leftovers
from smoot.core.folders import locked
from smoot.core.text import MOST_NAMED, listed
from smoot.data.cache_folder import cache_folder
from smoot.data.unpack import unpack

JUNK = {"thumbs.db", "ehthumbs.db", "desktop.ini", "__macosx", "@eadir", "$recycle.bin", "system volume information"}
"""What systems leave in folders, in lower case."""
ALIKE = {
    "train": {"training", "trainset", "train_set"},
    "val": {"valid", "validation", "validate", "dev", "valset", "val_set"},
    "test": {"testing", "tests", "testset", "test_set", "eval", "evaluation"},
}
"""What else a split's folder is called, in lower case."""


def opened(root: Path) -> Path:
    """The folder `root`; of an archive, the folder that it was unpacked into, once for the same content.

    A folder that holds one folder and nothing else stands for that one, as archives often wrap their content.
    Raises SmootError where there is nothing at `root`.
    """
    try:
        root = root.expanduser()
        folder = root if root.is_dir() else _unpacked(root)
        inside = entries(folder)
    except OSError as error:
        raise SmootError(f"{root}: cannot be read: {error.strerror}") from None
    except (RuntimeError, ValueError) as error:  # of a path with ~nobody, or with a null byte
        raise SmootError(f"{root}: no such path: {error}") from None
    wrapped = len(inside) == 1 and inside[0].is_dir() and inside[0].name not in ALIKE
    return inside[0] if wrapped else folder


def _unpacked(archive: Path) -> Path:
    with archive.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()[:16]
    folder = cache_folder() / "image_folder" / f"{archive.name}-{digest}"
    with locked(folder.with_name(f"{archive.name}.lock"), f"{archive}: another process unpacks it; waiting for it"):
        if not folder.exists():
            remove_leftovers(folder.with_name(archive.name))
            unpack(archive, folder)
    return folder


def split_folders(root: Path, expected: dict[str, str], beside: tuple[Path, ...] = ()) -> dict[str, Path]:
    """The folder of each split that is there. expected: their names. beside: other folders that may lie there.

    Raises SmootError where another folder lies there: it may be a split under another name.
    """
    others = []
    for folder in entries(root):
        if folder.is_dir() and folder.name not in expected.values() and folder.resolve() not in beside:
            meant = next((name for split, name in expected.items() if folder.name.casefold() in ALIKE[split]), None)
            others.append(f"{folder}: not a split{f'; {meant} is' if meant else ''}")
    if others:
        names = ", ".join(expected.values())
        raise SmootError(
            f"{listed(others, most=MOST_NAMED)}\nallowed are the folders {names}; remove or rename the rest"
        )
    return {split: root / name for split, name in expected.items() if (root / name).exists()}


def class_folders(split: Path) -> dict[str, list[Path]]:
    """The files of each class folder in `split`, in alphabetical order. What systems leave behind is passed over:
    names that begin with a dot, Thumbs.db, desktop.ini, __MACOSX and others of JUNK.

    Raises SmootError where a class has no file, or something is neither a file nor a class folder, or unreadable, or
    two classes have names that differ in nothing but case and the way that accents are coded.
    """
    try:
        if not split.is_dir():
            raise SmootError(
                f"{split}: no such folder; train/ and test/ are needed, each with a folder for every class"
            )
        folders: dict[str, list[Path]] = {}
        for folder in entries(split):
            if not folder.is_dir():
                raise SmootError(f"{folder}: {_kind(folder)}, where a folder for every class is expected")
            folders[folder.name] = files = entries(folder)
            for path in files:
                if not path.is_file():
                    raise SmootError(f"{path}: {_kind(path)}, where image files are expected")
                if not os.access(path, os.R_OK, effective_ids=True):
                    raise SmootError(f"{path}: cannot be read: Permission denied")
            if not files:
                raise SmootError(f"{folder}: class {folder.name} has no images")
    except OSError as error:
        raise SmootError(f"{error.filename or split}: cannot be read: {error.strerror}") from None
    if len(folders) < 2:
        raise SmootError(f"{split}: {len(folders)} class folders; at least 2 are needed")
    same: dict[str, str] = {}
    for name in folders:
        if (other := same.setdefault(alike(name), name)) != name:
            raise SmootError(f"{split}: classes {other!a} and {name!a}: names of one class; put them together")
    return folders


def alike(name: str) -> str:
    """What names of one class have in common: Macs code accents in another way, and some systems do not know case."""
    return unicodedata.normalize("NFC", name).casefold()


def entries(folder: Path) -> list[Path]:
    """What lies in a folder, in alphabetical order, without what systems leave behind.

    Raises SmootError where a name is not UTF-8, as it could be written to no file of results.
    """
    found = sorted(path for path in folder.iterdir() if not _left_behind(path.name))
    for path in found:
        try:
            path.name.encode()
        except UnicodeEncodeError:
            raise SmootError(f"{folder}: the name {os.fsencode(path.name)!r} is not UTF-8; rename it") from None
    return found


def _left_behind(name: str) -> bool:
    return name.startswith(".") or name.casefold() in JUNK


def _kind(path: Path) -> str:
    if path.is_symlink() and not path.exists():
        return "a symbolic link that leads nowhere or to itself"
    return "a folder" if path.is_dir() else "a file" if path.is_file() else "a device"
