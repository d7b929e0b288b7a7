"""Archives are found, put in by hand, taken from the system or downloaded: whatever is least work."""

import dataclasses
import gzip
import hashlib
import io
import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from server import late, status, whole

from smoot.core.errors import SmootError
from smoot.data import archives
from smoot.data.archives import Archive, locate, provide
from smoot.data.cache_folder import UnavailableError

CONTENT = b"labels and images"
PACKED = gzip.compress(CONTENT, mtime=0)

pytestmark = pytest.mark.usefixtures("offline")


def archive(*urls: str, packed: bytes = PACKED) -> Archive:
    return Archive("Set/raw/x.gz", urls, hashlib.md5(packed).hexdigest(), ("Set/raw/x",))


@pytest.fixture
def online(web):
    """The archive, which can be downloaded."""
    return archive(web.at("/x.gz", whole(PACKED)))


def test_what_is_unpacked_is_taken_without_a_lock(web, cache, online, monkeypatch):
    (cache / "Set/raw").mkdir(parents=True)
    (cache / "Set/raw/x").write_bytes(CONTENT)
    monkeypatch.setattr(archives, "locked", None)
    assert provide("set", [online]) == cache
    assert web.log == []
    assert [path.name for path in cache.iterdir()] == ["Set"]


def test_it_is_downloaded_once(web, cache, online):
    assert locate([online]) is None
    for _ in range(2):
        assert provide("set", [online]) == cache
    assert (cache / "Set/raw/x").read_bytes() == CONTENT
    assert len(web.log) == 1
    assert locate([online]) == cache


def test_an_archive_put_in_by_hand_is_taken(web, cache, online):
    (cache / "Set/raw").mkdir(parents=True)
    (cache / "Set/raw/x.gz").write_bytes(PACKED)
    assert locate([online]) == cache
    provide("set", [online])
    assert (cache / "Set/raw/x").read_bytes() == CONTENT
    assert web.log == []


def test_a_wrong_one_is_not_taken_and_not_lost(web, cache):
    (cache / "Set/raw").mkdir(parents=True)
    (cache / "Set/raw/x.gz").write_bytes(b"the start of it")
    with pytest.raises(UnavailableError):
        provide("set", [archive(web.at("/gone", status(404)))])
    assert (cache / "Set/raw/x.gz").read_bytes() == b"the start of it"
    provide("set", [archive(web.at("/x.gz", whole(PACKED)))])
    assert (cache / "Set/raw/x.gz").read_bytes() == PACKED


def test_the_systems_files_are_taken_although_they_are_packed_differently(web, cache, online, tmp_path):
    (folder := tmp_path / "system").mkdir()
    (folder / "x.gz").write_bytes(gzip.compress(CONTENT, 1, mtime=1))
    assert locate([online], [tmp_path / "none", folder]) == folder
    provide("set", [online], [tmp_path / "none", folder])
    assert (cache / "Set/raw/x").read_bytes() == CONTENT
    assert web.log == []
    assert [path.name for path in folder.iterdir()] == ["x.gz"]


def test_a_file_that_is_used_as_it_is_can_come_from_the_system_too(web, cache, tmp_path):
    (tmp_path / "x.mat").write_bytes(CONTENT)
    used = Archive("x.mat", (), hashlib.md5(CONTENT).hexdigest())
    provide("set", [used], [tmp_path])
    assert (cache / "x.mat").read_bytes() == CONTENT


def test_mirrors_are_asked_first_and_in_order(web, cache, online, monkeypatch):
    monkeypatch.setenv("SMOOT_MIRRORS", f"{web.url}/a/  {web.url}/b")
    web.at("/b/Set/raw/x.gz", whole(PACKED))
    provide("set", [online])
    assert [path for path, _ in web.log] == ["/a/Set/raw/x.gz", "/b/Set/raw/x.gz"]


def test_without_mirrors_that_have_it_the_publisher_is_asked(web, cache, online, monkeypatch):
    monkeypatch.setenv("SMOOT_MIRRORS", f"{web.url}/a http://example.org/b")
    provide("set", [online])
    assert [path for path, _ in web.log] == ["/a/Set/raw/x.gz", "/x.gz"]


def test_what_is_nowhere_is_explained(web, cache, monkeypatch):
    monkeypatch.setenv("SMOOT_MIRRORS", f"{web.url}/mirror")
    wanted = archive("http://example.org/x.gz", web.at("/bad.gz", status(200)))
    with pytest.raises(UnavailableError) as caught:
        provide("set", [wanted])
    for said in (
        f"{web.url}/mirror/Set/raw/x.gz: HTTP 404",
        "http://example.org/x.gz: ",
        "no network in tests",
        f"{web.url}/bad.gz: its MD5 is",
        str(cache / "Set/raw/x.gz"),
        wanted.md5,
        "SMOOT_DATA",
    ):
        assert said in str(caught.value)


def test_what_cannot_be_written_is_explained(tmp_path, online, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("SMOOT_DATA", str(tmp_path / "file" / "cache"))
    with pytest.raises(SmootError, match=r"file/cache/\.set\.lock: cannot be written"):
        provide("set", [online])


def test_a_damaged_archive_changes_nothing(web, cache):
    damaged = PACKED[:-5]
    with pytest.raises(SmootError, match=r"x\.gz: damaged"):
        provide("set", [archive(web.at("/x.gz", whole(damaged)), packed=damaged)])
    assert not (cache / "Set/raw/x").exists()


def test_an_archive_without_what_it_should_hold_is_named(web, cache, online):
    with pytest.raises(SmootError, match=r"x\.gz: Set/raw/y is not in it"):
        provide("set", [dataclasses.replace(online, holds=("Set/raw/x", "Set/raw/y"))])


def test_what_a_killed_process_left_is_removed(web, cache, online):
    (left := cache / "Set/raw/.x.gz.abc/new").mkdir(parents=True)
    provide("set", [online])
    assert not left.parent.exists()


def test_archives_within_archives_are_unpacked_beside_it(web, cache):
    inner = io.BytesIO()
    with tarfile.open(fileobj=inner, mode="w") as file:
        member = tarfile.TarInfo("pictures/1")
        member.size = len(CONTENT)
        file.addfile(member, io.BytesIO(CONTENT))
    outer = io.BytesIO()
    with zipfile.ZipFile(outer, "w") as file:
        file.writestr("all/pictures.tar", inner.getvalue())
        file.writestr("all/README", "readme")
    content = outer.getvalue()
    nested = Archive(
        "set/all.zip",
        (web.at("/all.zip", whole(content)),),
        hashlib.md5(content).hexdigest(),
        ("set/pictures",),
        ("set/all/pictures.tar",),
    )
    provide("set", [nested])
    assert (cache / "set/pictures/1").read_bytes() == CONTENT
    assert not (cache / "set/all/pictures.tar").exists()


def test_two_processes_download_it_once(web, cache, tmp_path):
    url = web.at("/x.gz", late(1.0, whole(PACKED)))
    code = f"from smoot.data.archives import *; print(provide('set', [{archive(url)!r}]))"
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
        )
        for _ in range(2)
    ]
    outputs, errors = zip(*[process.communicate(timeout=60) for process in processes], strict=True)
    assert [output.strip() for output in outputs] == [str(cache)] * 2
    assert "".join(errors).count("unpacking it") == 1
    assert len(web.log) == 1
    assert (cache / "Set/raw/x").read_bytes() == CONTENT
