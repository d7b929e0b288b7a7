"""A file comes whole and right from servers that are not, or the error says what each of them did."""

import errno
import hashlib
import random
import time
from pathlib import Path

import pytest
from server import cut, late, redirect, status, trickle, whole, wrong_range

from smoot.core.errors import SmootError
from smoot.data import download
from smoot.data.cache_folder import UnavailableError

CONTENT = random.Random(0).randbytes(300_000)
MD5 = hashlib.md5(CONTENT).hexdigest()
PART = 100_000

pytestmark = pytest.mark.usefixtures("offline")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "folder" / "file.bin"


def fetched(path: Path, *urls: str) -> bytes:
    """What is at `path` after the download; the partial file is gone."""
    download.download(urls, path, MD5)
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    return path.read_bytes()


def refused(path: Path, *urls: str) -> str:
    """What the error says."""
    with pytest.raises(UnavailableError) as caught:
        download.download(urls, path, MD5)
    assert not path.exists()
    return str(caught.value)


def test_a_file_is_asked_for_once(web, path):
    assert fetched(path, web.at("/file", whole(CONTENT)), web.at("/other", whole(CONTENT))) == CONTENT
    assert web.log == [("/file", None)]


def test_a_cut_file_is_continued(web, path):
    assert fetched(path, web.at("/file", cut(CONTENT, PART, times=2))) == CONTENT
    assert web.ranges("/file") == [None, f"bytes={PART}-", f"bytes={2 * PART}-"]


def test_a_cut_file_is_continued_at_another_address(web, path):
    urls = web.at("/cut", cut(CONTENT, 1000, times=99)), web.at("/file", whole(CONTENT))
    assert fetched(path, *urls) == CONTENT
    assert len(web.ranges("/cut")) == 1 + len(download.PAUSES)
    assert web.ranges("/file") == ["bytes=4000-"]


def test_a_cut_file_is_continued_by_the_next_run(web, path, monkeypatch):
    monkeypatch.setattr(download, "PAUSES", ())
    url = web.at("/file", cut(CONTENT, PART, times=1))
    refused(path, url)
    assert path.with_name("file.bin.part").read_bytes() == CONTENT[:PART]
    assert fetched(path, url) == CONTENT
    assert web.ranges("/file") == [None, f"bytes={PART}-"]


def test_a_server_without_ranges_starts_again(web, path):
    assert fetched(path, web.at("/file", cut(CONTENT, PART, times=2, ranges=False))) == CONTENT
    assert web.ranges("/file") == [None, f"bytes={PART}-", f"bytes={PART}-"]


def test_a_partial_file_that_is_whole_is_taken(web, path):
    path.parent.mkdir()
    path.with_name("file.bin.part").write_bytes(CONTENT)
    assert fetched(path, web.at("/file", whole(CONTENT))) == CONTENT
    assert web.ranges("/file") == [f"bytes={len(CONTENT)}-"]


@pytest.mark.parametrize("size", [1000, len(CONTENT) + 1])
def test_a_partial_file_of_something_else_is_thrown_away(web, path, size):
    path.parent.mkdir()
    path.with_name("file.bin.part").write_bytes(b"x" * size)
    assert fetched(path, web.at("/file", whole(CONTENT))) == CONTENT
    assert web.ranges("/file") == [f"bytes={size}-", None]


def test_another_range_than_asked_for_is_not_appended(web, path):
    path.parent.mkdir()
    path.with_name("file.bin.part").write_bytes(CONTENT[:1000])
    urls = web.at("/wrong", wrong_range(CONTENT)), web.at("/file", whole(CONTENT))
    assert fetched(path, *urls) == CONTENT
    assert web.ranges("/file") == ["bytes=1000-"]


def test_what_a_server_calls_an_encoding_is_not_decoded(web, path):
    assert fetched(path, web.at("/file", whole(CONTENT, Content_Encoding="gzip"))) == CONTENT


@pytest.mark.parametrize("code", [408, 429, 500, 503])
def test_a_server_that_is_busy_is_asked_again(web, path, code):
    assert fetched(path, web.at("/file", status(code, 2, whole(CONTENT)))) == CONTENT
    assert len(web.log) == 3


@pytest.mark.parametrize(("code", "attempts"), [(404, 1), (403, 1), (500, 4), (503, 4)])
def test_an_error_page_is_named_and_the_next_address_tried(web, path, code, attempts):
    bad, good = web.at("/bad", status(code)), web.at("/good", whole(CONTENT))
    said = refused(path, bad)
    assert f"{bad}: HTTP {code}" in said
    assert len(web.log) == attempts
    assert fetched(path, bad, good) == CONTENT


def test_an_error_page_that_claims_to_be_the_file_is_found_out(web, path):
    bad, good = web.at("/bad", status(200)), web.at("/good", whole(CONTENT))
    said = refused(path, bad)
    assert f"{bad}: its MD5 is" in said
    assert not list(path.parent.iterdir())
    assert fetched(path, bad, good) == CONTENT


def test_redirects_are_followed_but_not_for_ever(web, path):
    assert fetched(path, web.at("/moved", redirect(web.at("/file", whole(CONTENT))))) == CONTENT
    path.unlink()
    loop = web.at("/loop", redirect("/loop"))
    assert f"{loop}: Exceeded" in refused(path, loop)
    assert len(web.ranges("/loop")) < 40


def test_a_trickle_is_given_up(web, path, monkeypatch):
    monkeypatch.setattr(download, "WINDOW", 0.3)
    slow = web.at("/slow", trickle(0.02))
    assert "too slow" in refused(path, slow)
    assert len(web.log) == 1
    assert fetched(path, slow, web.at("/file", whole(CONTENT))) == CONTENT


def test_a_slow_start_is_no_trickle(web, path, monkeypatch):
    monkeypatch.setattr(download, "WINDOW", 0.05)
    assert fetched(path, web.at("/file", late(0.2, whole(CONTENT)))) == CONTENT


@pytest.mark.parametrize("behaviour", [late(5, whole(CONTENT)), trickle(5)], ids=["before", "within"])
def test_silence_is_given_up(web, path, monkeypatch, behaviour):
    monkeypatch.setattr(download, "SILENCE", 0.1)
    monkeypatch.setattr(download, "PAUSES", (0.0,))
    started = time.monotonic()
    said = refused(path, web.at("/silent", behaviour))
    assert time.monotonic() - started < 2
    assert "timed out" in said
    assert "attempts: 2" in said


@pytest.mark.parametrize(
    ("url", "said"),
    [("http://127.0.0.1:1/file", "refused"), ("http://example.org/file", "no network in tests"), ("nonsense", "schem")],
)
def test_what_cannot_be_reached_is_named(path, url, said):
    assert said in refused(path, url).splitlines()[1]


def test_the_error_says_all_that_is_to_know(web, path):
    urls = web.at("/a", status(404)), web.at("/b", status(200))
    said = refused(path, *urls)
    for what in (*urls, "HTTP 404", "its MD5 is", str(path), MD5, "SMOOT_DATA"):
        assert what in said


def test_what_was_there_stays_until_the_right_file_has_come(web, path):
    path.parent.mkdir()
    path.write_bytes(b"something else")
    with pytest.raises(UnavailableError):
        download.download([web.at("/bad", status(200))], path, MD5)
    assert path.read_bytes() == b"something else"
    assert fetched(path, web.at("/file", whole(CONTENT))) == CONTENT


def test_a_full_disk_is_no_fault_of_the_address(web, path, monkeypatch):
    def full(*arguments):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(download, "_write", full)
    with pytest.raises(SmootError, match=r"file\.bin: cannot be written: No space left") as caught:
        download.download([web.at("/file", whole(CONTENT)), web.at("/other", whole(CONTENT))], path, MD5)
    assert not isinstance(caught.value, UnavailableError)
    assert len(web.log) == 1


def test_a_large_file_says_how_far_it_is(web, path, monkeypatch, capsys):
    monkeypatch.setattr("smoot.core.progress.SECONDS_BETWEEN_LINES", 0.0)
    content = bytes(3 * 2**20)
    download.download([web.at("/file", whole(content))], path, hashlib.md5(content).hexdigest())
    assert "download file.bin (MiB): 1/3, " in capsys.readouterr().err
