"""Atomic writes: a reader, or a run after a crash, finds the whole file or none."""

import csv
import errno
import hashlib
import io
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from smoot.core.errors import TransientError


@contextmanager
def atomic(path: Path) -> Iterator[Path]:
    """Yields a temporary path in the folder of `path`; moved onto `path` once written and synced, else removed.

    Raises TransientError where the system does not let it be written; what was at `path` is then still there.
    """
    with plainly(path), _temporary(path) as temporary:
        yield temporary


@contextmanager
def plainly(path: Path) -> Iterator[None]:
    """Whatever keeps `path` from being written, as a TransientError."""
    try:
        yield
    except OSError as error:
        if error.errno == errno.ENOSPC:
            free = shutil.disk_usage(path.parent).free
            raise TransientError(f"{path}: no space left on the disk: {free / 2**20:.1f} MiB are free") from error
        raise TransientError(f"{path}: cannot be written: {error.strerror or error}") from error


@contextmanager
def _temporary(path: Path) -> Iterator[Path]:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=path.suffix)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        temporary.chmod(0o644)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def remove_leftovers(path: Path) -> None:
    """Removes the temporary files and folders that killed writers of `path` left. No one may be writing it."""
    for temporary in path.parent.glob(f".{path.name}.*"):
        if temporary.is_dir():
            shutil.rmtree(temporary)
        else:
            temporary.unlink()


def write_text(path: Path, text: str) -> None:
    with atomic(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def json_text(value: Any) -> str:
    """Keys sorted, floats in full precision. Raises ValueError for NaN and infinity, as JSON has none."""
    return json.dumps(value, indent=1, sort_keys=True, allow_nan=False, ensure_ascii=False) + "\n"


def write_json(path: Path, value: Any) -> None:
    """Writes `json_text` of the content, atomically."""
    write_text(path, json_text(value))


def write_csv(path: Path, columns: list[str], rows: list[dict[str, Any]]) -> None:
    """Floats in full precision; what a row lacks is empty."""
    with atomic(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


class NpyFile:
    """An array that is written piece by piece."""

    def __init__(self, file: BinaryIO, shape: tuple[int, ...], dtype: type) -> None:
        self.file, self.dtype, self.hash = file, np.dtype(dtype), hashlib.sha256()
        header = io.BytesIO()
        description = {"descr": self.dtype.str, "fortran_order": False, "shape": shape}
        np.lib.format.write_array_header_1_0(header, description)
        self._write(header.getvalue())

    def add(self, rows: np.ndarray) -> None:
        """The next rows of the first axis."""
        self._write(np.ascontiguousarray(rows, self.dtype).data)

    @property
    def sha256(self) -> str:
        """The digest of all that was written."""
        return self.hash.hexdigest()

    def _write(self, content: bytes | memoryview) -> None:
        self.file.write(content)
        self.hash.update(content)


@contextmanager
def npy_file(path: Path, shape: tuple[int, ...], dtype: type) -> Iterator[NpyFile]:
    """An .npy file of that shape, to be filled in order."""
    with atomic(path) as temporary, temporary.open("wb") as file:
        yield NpyFile(file, shape, dtype)


def write_npz(path: Path, arrays: dict[str, np.ndarray]) -> None:
    with atomic(path) as temporary:
        save: Any = np.savez_compressed  # its stubs take every array for its own options
        save(temporary, **arrays)
