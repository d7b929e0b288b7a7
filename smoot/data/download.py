"""Downloading one file: checked, continued where it was cut, from the first of several addresses that gives it."""

import hashlib
import os
import time
from collections.abc import Sequence
from pathlib import Path

import requests
from urllib3.exceptions import HTTPError

from smoot.core.errors import TransientError
from smoot.core.progress import Progress, say
from smoot.data.cache_folder import UnavailableError

PAUSES = (1.0, 2.0, 4.0, 8.0)  # seconds between one attempt at an address and the next
CONNECT = 10.0  # seconds to wait for a connection
SILENCE = 20.0  # seconds to wait for the next byte
WINDOW, SLOWEST = 30.0, 1024  # seconds in which an address must give so many bytes a second on average
CHUNK, MIB = 2**16, 2**20


class UnusableError(Exception):
    """An address does not give the file; another one may."""


class CutError(Exception):
    """An attempt failed; another one at the same address may not, and resumes where this one ended."""


def download(urls: Sequence[str], path: Path, md5: str) -> None:
    """The file of that MD5, from the first of `urls` that gives it; `path` is there only once it is whole.

    What has come is kept beside it as NAME.part, and continued by the next attempt, or the next run. Raises
    UnavailableError where no address gives the file, TransientError where it cannot be written.
    """
    partial = path.with_name(f"{path.name}.part")
    reasons = []
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        for url in urls:
            try:
                _from(url, partial, md5)
            except UnusableError as reason:
                reasons.append(f"  {url}: {reason}")
                say(f"{url}: {reason}")
                continue
            with partial.open("rb+") as file:
                os.fsync(file.fileno())
            partial.replace(path)
            return
    except OSError as error:
        raise TransientError(f"{path}: cannot be written: {error.strerror or error}") from error
    raise UnavailableError(
        "\n".join(
            [
                f"{path}: cannot be downloaded:",
                *reasons,
                f"Download it elsewhere and put it at {path}, where it is taken if its MD5 is {md5} (the environment",
                "variable SMOOT_DATA sets the folder of all data sets, SMOOT_MIRRORS further addresses of it)",
            ]
        )
    )


def md5_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def _from(url: str, partial: Path, md5: str) -> None:
    """`partial` as the whole file, of the right MD5. Raises UnusableError."""
    pauses, before = iter(PAUSES), 0
    while True:
        try:
            kept = _continue(url, partial)
        except CutError as reason:
            if (now := partial.stat().st_size if partial.exists() else 0) > before + MIB:
                pauses, before = iter(PAUSES), now  # it brings something
            if (pause := next(pauses, None)) is None:
                raise UnusableError(f"{reason} (attempts: {len(PAUSES) + 1})") from None
            say(f"{url}: {reason}; the next attempt is in {pause:.0f} s")
            time.sleep(pause)
            continue
        if (digest := md5_of(partial)) == md5:
            return
        partial.unlink()
        # What was kept may have come from another address: this one is at fault only if it gave all of it.
        if not kept:
            raise UnusableError(f"its MD5 is {digest} instead of {md5}: not the file, or damaged")


def _continue(url: str, partial: Path) -> int:
    """Downloads what `partial` lacks, or all of it; how many of its bytes were kept. Raises CutError, UnusableError."""
    start = partial.stat().st_size if partial.exists() else 0
    # Some servers call a .gz file an encoding of its content; neither asked for nor decoded, it comes as it is.
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={start}-"} if start else {})
    try:
        with requests.get(url, headers=headers, stream=True, timeout=(CONNECT, SILENCE)) as response:
            if start and response.status_code == requests.codes.requested_range_not_satisfiable:
                return start
            _check(response, start)
            kept = start if response.status_code == requests.codes.partial else 0
            _write(response, partial, kept)
            return kept
    except (requests.ConnectionError, requests.Timeout, HTTPError) as error:
        # The reason of a reason is what says more than that all attempts failed.
        raise CutError(getattr(error.args[0], "reason", error) if error.args else repr(error)) from None
    except requests.RequestException as error:
        raise UnusableError(error) from None


def _check(response: requests.Response, start: int) -> None:
    """Raises CutError or UnusableError unless the body is the file, or the file from `start` on."""
    status = response.status_code
    problem = f"HTTP {status} {response.reason}"
    if status in (requests.codes.request_timeout, requests.codes.too_many_requests) or status >= 500:
        raise CutError(problem)
    if status == requests.codes.partial and start:
        if not response.headers.get("Content-Range", "").startswith(f"bytes {start}-"):
            raise UnusableError(f"it gives the range {response.headers.get('Content-Range')}, asked for {start}-")
    elif status != requests.codes.ok:
        raise UnusableError(problem)


def _write(response: requests.Response, partial: Path, kept: int) -> None:
    """The body behind the first `kept` bytes. Raises UnusableError where it comes more slowly than allowed."""
    size = kept + (response.raw.length_remaining or 0)
    label = f"download {partial.stem} (MiB)"
    with partial.open("ab" if kept else "wb") as file, Progress(label, size // MIB, kept // MIB) as progress:
        since, got = time.monotonic(), 0
        # Not `read`, which waits for all of a chunk, however slowly it comes.
        while chunk := response.raw.read1(CHUNK, decode_content=False):
            file.write(chunk)
            got += len(chunk)
            kept += len(chunk)
            if more := kept // MIB - progress.done:
                progress.advance(more)
            if (seconds := time.monotonic() - since) >= WINDOW:
                if got < SLOWEST * seconds:
                    raise UnusableError(f"too slow: {got} bytes in {seconds:.0f} s; at least {SLOWEST} a second")
                since, got = time.monotonic(), 0
