"""Unpacking archives that may be damaged or hostile: all of an archive comes into place, or nothing."""

import gzip
import lzma
import shutil
import stat
import struct
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path, PurePosixPath
from typing import Self

from smoot.core.errors import SmootError, TransientError

MOST_TIMES, MOST_MORE = 200, 64 * 2**20  # an archive may unpack to so many times its size, and so many bytes more
READ_AT_ONCE = 2**20
MEMBER, LONGEST = 512, 2**20  # bytes that a member counts beside its content; that its name may have
SPECIAL = "refused: a link or device; allowed: files and folders"
DAMAGE = (tarfile.TarError, zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, lzma.LZMAError, EOFError)
# Yields the name of each member and its size in bytes, and writes the member once asked for the next one.
Unpacker = Callable[[Path, Path], Iterator[tuple[str, int]]]


def unpack(archive: Path, folder: Path) -> None:
    """Unpacks a .tar, .tar.gz, .tgz or .zip file into `folder`; of another .gz file its content, named without .gz.

    `folder` is made if need be. What it holds stays there, but for top-level members of the same name, which are
    replaced. Raises SmootError, and changes nothing, where the archive is empty, damaged or of another kind, a member
    would leave the folder or is neither file nor folder, they are larger than MOST_TIMES and MOST_MORE allow, or the
    system does not let them be written.
    """
    unpacker = _unpacker(archive)
    try:
        beside = folder if folder.is_dir() else folder.parent
        beside.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(dir=beside, prefix=f".{archive.name}."))
        try:
            (new := temporary / "new").mkdir()
            _write(archive, unpacker, new)
            _place(new, folder, temporary / "old")
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
    except OSError as error:
        raise TransientError(f"{archive}: cannot be unpacked into {folder}: {error.strerror or error}") from error


def _write(archive: Path, unpacker: Unpacker, folder: Path) -> None:
    allowed = MOST_TIMES * archive.stat().st_size + MOST_MORE
    total, name = 0, ""
    try:
        for name, size in unpacker(archive, folder):
            total += MEMBER + size
            if total > allowed:
                raise SmootError(
                    f"{archive}: {name}: refused: it would unpack to more than {allowed} bytes "
                    f"({MOST_TIMES} times the archive's size, and {MOST_MORE})"
                )
            if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
                raise SmootError(f"{archive}: {name}: refused: only places within the archive's folder are allowed")
    except tarfile.FilterError as error:
        raise SmootError(f"{archive}: {name}: refused: {error}") from None
    except (*DAMAGE, RuntimeError, ValueError, LookupError, OverflowError, struct.error) as error:
        # RuntimeError is zipfile's for a password and for a compression that it does not know.
        position = f" at or after {name}" if name else ""
        raise SmootError(f"{archive}: damaged, or not what its name says{position}: {error}") from None
    if not name:
        raise SmootError(f"{archive}: empty: there is nothing in it")


def _place(new: Path, folder: Path, old: Path) -> None:
    """Renames `new` to `folder`, or if that exists, what is in it into `folder`; what that replaces goes to `old`."""
    if not folder.exists():
        new.rename(folder)
        return
    old.mkdir()
    with ExitStack() as undo:
        for member in sorted(new.iterdir()):
            target = folder / member.name
            if target.exists() or target.is_symlink():
                target.rename(old / member.name)
                undo.callback((old / member.name).rename, target)
            member.rename(target)
            undo.callback(target.rename, member)
        undo.pop_all()


def _unpacker(archive: Path) -> Unpacker:
    unpackers = {".tar": _tar, ".tar.gz": _tar, ".tgz": _tar, ".zip": _zip, ".gz": _gz}
    for suffix, unpacker in unpackers.items():
        if archive.name.lower().endswith(suffix):
            return unpacker
    raise SmootError(f"{archive}: not an archive that can be unpacked; allowed: {', '.join(unpackers)}")


class _StrictHeader(tarfile.TarInfo):
    """tarfile takes a damaged header for the end of the archive, and reads a long name into memory however long."""

    def _proc_member(self, archive: tarfile.TarFile) -> tarfile.TarInfo:
        if not self.isreg() and self.size > LONGEST:
            raise tarfile.ReadError(f"a header of {self.size} bytes")
        return super()._proc_member(archive)  # type: ignore[misc]

    @classmethod
    def fromtarfile(cls, archive: tarfile.TarFile) -> Self:
        try:
            return super().fromtarfile(archive)
        except tarfile.EOFHeaderError:  # type: ignore[attr-defined]
            raise
        except tarfile.HeaderError as error:
            raise tarfile.ReadError(str(error)) from None


def _tar(archive: Path, folder: Path) -> Iterator[tuple[str, int]]:
    with tarfile.open(archive, tarinfo=_StrictHeader) as members:
        name = ""
        for member in members:
            name = member.name
            yield name, member.size
            # Links within the folder would do no harm, but chains of them have led out of it.
            if not member.isfile() and not member.isdir():
                raise SmootError(f"{archive}: {name}: {SPECIAL}")
            members.extract(member, folder, filter="data")
        # The checksum of gzip is at its end, behind what tarfile reads.
        while rest := members.fileobj.read(READ_AT_ONCE):
            yield name, len(rest)


def _zip(archive: Path, folder: Path) -> Iterator[tuple[str, int]]:
    with zipfile.ZipFile(archive) as members:
        for member in members.infolist():
            yield member.filename, member.file_size
            if stat.S_IFMT(member.external_attr >> 16) not in (0, stat.S_IFREG, stat.S_IFDIR):
                raise SmootError(f"{archive}: {member.filename}: {SPECIAL}")
            members.extract(member, folder)


def _gz(archive: Path, folder: Path) -> Iterator[tuple[str, int]]:
    with gzip.open(archive) as packed, (folder / archive.stem).open("wb") as file:
        while chunk := packed.read(READ_AT_ONCE):
            yield archive.stem, len(chunk)
            file.write(chunk)
