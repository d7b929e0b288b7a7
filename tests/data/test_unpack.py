"""An archive is unpacked as a whole, or is refused and changes nothing."""

import errno
import gzip
import io
import random
import stat
import tarfile
import tempfile
import zipfile
from pathlib import Path

import pytest

from smoot.core.errors import SmootError
from smoot.data import unpack as module
from smoot.data.unpack import unpack

FILES = {"a/one.txt": b"one" * 1000, "a/b/two.txt": b"two", "three.txt": b""}


def tar(path: Path, files: dict[str, bytes], *more: tarfile.TarInfo) -> Path:
    with tarfile.open(path, "w" if path.suffix == ".tar" else "w:gz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
        for member in more:
            archive.addfile(member, io.BytesIO(bytes(member.size)))
    return path


def zip_(path: Path, files: dict[str, bytes], *more: tuple[zipfile.ZipInfo, str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
        for member, content in more:
            archive.writestr(member, content)
    return path


def packed(path: Path, files: dict[str, bytes]) -> Path:
    return (zip_ if path.suffix == ".zip" else tar)(path, files)


def special(name: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, target
    return member


def tree(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def refused(archive: Path) -> str:
    """What the error says; neither a new folder nor one that was there is changed by it."""
    there = archive.parent / "there"
    there.mkdir(exist_ok=True)
    (there / "mine.txt").write_text("mine")
    before = tree(archive.parent)
    for folder in (there, archive.parent / "new" / "folder"):
        with pytest.raises(SmootError) as caught:
            unpack(archive, folder)
    assert tree(archive.parent) == before
    assert not (archive.parent / "new" / "folder").exists()
    assert str(caught.value).startswith(f"{archive}: ")
    return str(caught.value).removeprefix(f"{archive}: ")


@pytest.mark.parametrize("name", ["x.tar", "x.tar.gz", "x.tgz", "x.zip", "X.ZIP"])
@pytest.mark.parametrize("folder", ["new", "new/deeper", "."])
def test_all_files_come_out(tmp_path, name, folder):
    archive = packed(tmp_path / name, FILES) if name != "X.ZIP" else zip_(tmp_path / name, FILES)
    unpack(archive, tmp_path / folder)
    left = tree(tmp_path / folder)
    left.pop(name, None)
    assert left == FILES
    assert stat.S_IMODE((tmp_path / folder / "a").stat().st_mode) & 0o700 == 0o700


def test_a_single_file_is_named_without_its_suffix(tmp_path):
    (tmp_path / "x.idx.gz").write_bytes(gzip.compress(b"content" * 1000))
    unpack(tmp_path / "x.idx.gz", tmp_path / "new")
    assert tree(tmp_path / "new") == {"x.idx": b"content" * 1000}


def test_two_archives_go_into_one_folder(tmp_path):
    unpack(tar(tmp_path / "images.tar.gz", {"images/1": b"1"}), tmp_path / "new")
    unpack(tar(tmp_path / "notes.tar.gz", {"notes/1": b"2"}), tmp_path / "new")
    assert tree(tmp_path / "new") == {"images/1": b"1", "notes/1": b"2"}


def test_a_member_replaces_what_has_its_name_and_nothing_else(tmp_path):
    for name, content in {"a/old.txt": b"old", "three.txt": b"old", "mine.txt": b"mine"}.items():
        (tmp_path / "new" / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / "new" / name).write_bytes(content)
    unpack(tar(tmp_path / "x.tar", FILES), tmp_path / "new")
    assert tree(tmp_path / "new") == FILES | {"mine.txt": b"mine"}


def test_where_one_member_cannot_be_placed_all_that_was_there_comes_back(tmp_path, monkeypatch):
    archive = tar(tmp_path / "x.tar", FILES)
    (tmp_path / "new" / "a").mkdir(parents=True)
    (tmp_path / "new" / "a" / "old.txt").write_text("old")
    rename = Path.rename

    def failing(self, target):
        if Path(target).name == "three.txt":
            raise OSError(errno.EBUSY, "Device or resource busy")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(SmootError, match="busy"):
        unpack(archive, tmp_path / "new")
    assert tree(tmp_path / "new") == {"a/old.txt": b"old"}
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["a"]


@pytest.mark.parametrize("name", ["x.tar", "x.tar.gz", "x.zip"])
@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 0.99])
def test_a_truncated_archive_is_refused(tmp_path, name, part):
    incompressible = {f"{number}.bin": bytes(range(256)) * 40 + number.to_bytes(8, "big") for number in range(30)}
    archive = packed(tmp_path / name, incompressible)
    content = archive.read_bytes().rstrip(b"\0")
    archive.write_bytes(content[: int(len(content) * part)])
    assert refused(archive).startswith("damaged, or not what its name says")


@pytest.mark.parametrize("name", ["x.tar", "x.tar.gz", "x.zip"])
def test_one_wrong_byte_is_noticed_where_the_format_has_a_checksum(tmp_path, name):
    files = {"1.txt": bytes(range(256)) * 8, "2.txt": bytes(range(256)) * 8}
    archive = packed(tmp_path / name, files)
    content = bytearray(archive.read_bytes())
    # The header of a tar's second member; the gzip's checksum; the middle of a zip's first member.
    place = {"x.tar": 512 + 2048 + 100, "x.tar.gz": len(content) - 8, "x.zip": 60}[name]
    content[place] ^= 1
    archive.write_bytes(content)
    assert refused(archive).startswith("damaged, or not what its name says")


@pytest.mark.parametrize("name", ["x.tar", "x.tar.gz", "x.tgz", "x.zip", "x.gz"])
@pytest.mark.parametrize("content", [b"", b"<html>not found</html>"])
def test_what_is_no_archive_is_refused(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    said = refused(tmp_path / name)
    assert said.startswith(("damaged, or not what its name says", "empty"))


@pytest.mark.parametrize("name", ["x.tar", "x.tar.gz", "x.zip"])
def test_an_archive_of_nothing_is_refused(tmp_path, name):
    assert refused(packed(tmp_path / name, {})).startswith(("empty", "damaged"))


def test_another_kind_of_file_is_refused(tmp_path):
    (tmp_path / "x.rar").write_bytes(b"Rar!")
    assert ".zip" in refused(tmp_path / "x.rar")


def test_a_missing_archive_is_named(tmp_path):
    assert "No such file" in refused(tmp_path / "x.zip")


@pytest.mark.parametrize("name", ["x.tar.gz", "x.zip"])
@pytest.mark.parametrize("member", ["../evil.txt", "a/../../evil.txt", "/tmp/smoot_evil.txt"])
def test_a_member_that_leaves_the_folder_is_refused(tmp_path, name, member):
    said = refused(packed(tmp_path / name, {"good.txt": b"good", member: b"evil"}))
    assert said.startswith(f"{member}: refused")
    assert not Path("/tmp/smoot_evil.txt").exists()


@pytest.mark.parametrize(
    "member",
    [
        special("link", tarfile.SYMTYPE, "/etc/passwd"),
        special("link", tarfile.SYMTYPE, "../../there"),
        special("link", tarfile.LNKTYPE, "../there/mine.txt"),
        special("a/link", tarfile.SYMTYPE, "one.txt"),
        special("pipe", tarfile.FIFOTYPE),
        special("disk", tarfile.BLKTYPE),
    ],
    ids=lambda member: f"{member.name} {member.linkname}",
)
def test_links_and_devices_of_a_tar_are_refused(tmp_path, member):
    assert refused(tar(tmp_path / "x.tar", FILES, member)).startswith(f"{member.name}: refused")


def test_whatever_byte_is_wrong_the_error_is_a_plain_one(tmp_path):
    rng = random.Random(0)
    for name in ["x.tar", "x.tgz", "x.zip", "x.gz"] * 20:
        if name == "x.gz":
            (archive := tmp_path / name).write_bytes(gzip.compress(b"content" * 1000))
        else:
            archive = packed(tmp_path / name, FILES)
        content = bytearray(archive.read_bytes())
        content[rng.randrange(min(len(content), 4096))] = rng.randrange(256)
        archive.write_bytes(content)
        folder = Path(tempfile.mkdtemp(dir=tmp_path))
        try:
            unpack(archive, folder)
        except SmootError:
            assert not list(folder.iterdir())


def test_links_of_a_zip_are_refused(tmp_path):
    member = zipfile.ZipInfo("link")
    member.create_system, member.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    assert refused(zip_(tmp_path / "x.zip", FILES, (member, "/etc/passwd"))).startswith("link: refused")


@pytest.mark.parametrize("name", ["x.tar.gz", "x.zip", "x.gz"])
def test_a_bomb_is_refused_before_it_goes_off(tmp_path, name, monkeypatch):
    monkeypatch.setattr(module, "MOST_MORE", 0)
    content = bytes(5 * 2**20)
    if name == "x.gz":
        (archive := tmp_path / name).write_bytes(gzip.compress(content))
    else:
        archive = packed(tmp_path / name, {"first.txt": b"1", "bomb": content})
    monkeypatch.setattr(module.shutil, "rmtree", lambda path, **_: None)
    with pytest.raises(SmootError, match="refused: it would unpack to more than"):
        unpack(archive, tmp_path / "new")
    written = sum(len(content) for content in tree(tmp_path).values()) - archive.stat().st_size
    assert written < 2 * 2**20
    monkeypatch.undo()
    unpack(archive, tmp_path / "new")
    assert len(tree(tmp_path / "new")["x" if name == "x.gz" else "bomb"]) == len(content)


def test_an_encrypted_zip_is_refused(tmp_path):
    archive = zip_(tmp_path / "x.zip", {"1.txt": b"1"})
    content = bytearray(archive.read_bytes())
    content[6] |= 1
    content[content.find(b"PK\1\2") + 8] |= 1
    archive.write_bytes(content)
    assert "encrypted" in refused(archive)


@pytest.mark.parametrize("name", ["x.tar.gz", "x.zip"])
def test_a_full_disk_is_told(tmp_path, name, monkeypatch):
    archive = packed(tmp_path / name, FILES)
    for kind in (tarfile.TarFile, zipfile.ZipFile):
        extract = kind.extract

        def full(self, member, path, extract=extract, **options):
            if "two" in str(member):
                raise OSError(errno.ENOSPC, "No space left on device")
            return extract(self, member, path, **options)

        monkeypatch.setattr(kind, "extract", full)
    assert "No space left" in refused(archive)


def test_a_name_that_would_fill_the_memory_is_refused(tmp_path):
    """tarfile reads the header that holds it as a whole."""
    with tarfile.open(tmp_path / "x.tar.gz", "w:gz", format=tarfile.GNU_FORMAT) as archive:
        member = tarfile.TarInfo("././@LongLink")
        member.type, member.size = tarfile.GNUTYPE_LONGNAME, 2**24
        archive.addfile(member, io.BytesIO(b"a" * member.size))
    assert "a header of 16777216 bytes" in refused(tmp_path / "x.tar.gz")


def test_names_of_ordinary_length_beyond_the_headers_are_kept(tmp_path):
    name = "/".join(["a long name of a folder"] * 8) + "/file.txt"
    for form in (tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
        with tarfile.open(tmp_path / "x.tar", "w", format=form) as archive:
            member = tarfile.TarInfo(name)
            archive.addfile(member, io.BytesIO())
        unpack(tmp_path / "x.tar", tmp_path / str(form))
        assert (tmp_path / str(form) / name).is_file()


def test_very_many_empty_files_are_a_bomb_too(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "MOST_MORE", 2**16)
    files = {str(number): b"" for number in range(2000)}
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        for name in files:
            archive.writestr(name, b"")
    monkeypatch.setattr(module, "MOST_TIMES", 1)
    assert "would unpack to more than" in refused(tmp_path / "x.zip")
