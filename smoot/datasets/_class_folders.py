"""Folders of classes, or an archive of them."""

import hashlib
import os
from pathlib import Path

from smoot.core.errors import SmootError
from smoot.core.files import remove_leftovers
from smoot.core.folders import locked
from smoot.data.cache_folder import cache_folder
from smoot.data.unpack import unpack


def opened(root: Path) -> Path:
    """The folder `root`; of an archive, the folder that it was unpacked into, once for the same content.

    A folder that holds one folder and nothing else stands for that one, as archives often wrap their content.
    Raises SmootError where there is nothing at `root`.
    """
    try:
        root = root.expanduser()
        folder = root if root.is_dir() else _unpacked(root)
        inside = _entries(folder)
    except OSError as error:
        raise SmootError(f"{root}: cannot be read: {error.strerror}") from None
    except (RuntimeError, ValueError) as error:  # of a path with ~nobody, or with a null byte
        raise SmootError(f"{root}: no such path: {error}") from None
    wrapped = len(inside) == 1 and inside[0].is_dir() and inside[0].name != "train"
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


def class_folders(split: Path) -> dict[str, list[Path]]:
    """The files of each class folder in `split`, in alphabetical order. Names that begin with a dot, and __MACOSX, are
    passed over.

    Raises SmootError where a class has no file, or something is neither a file nor a class folder, or unreadable.
    """
    try:
        if not split.is_dir():
            raise SmootError(
                f"{split}: no such folder; train/ and test/ are needed, each with a folder for every class"
            )
        folders = {}
        for folder in _entries(split):
            if not folder.is_dir():
                raise SmootError(f"{folder}: {_kind(folder)}, where a folder for every class is expected")
            folders[folder.name] = files = _entries(folder)
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
    return folders


def _entries(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if not path.name.startswith((".", "__MACOSX")))


def _kind(path: Path) -> str:
    if path.is_symlink() and not path.exists():
        return "a symbolic link that leads nowhere or to itself"
    return "a folder" if path.is_dir() else "a file" if path.is_file() else "a device"
