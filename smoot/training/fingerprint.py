"""What decides a run, in a few digests: two runs with the same fingerprint give the same results."""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import smoot

Fingerprint = dict[str, str]
"""A digest for each kind of thing that decides a run, such as its params and its code."""


def fingerprint(**kinds: Any) -> Fingerprint:
    """kinds: each as what JSON can express."""
    return {name: _digest(json.dumps(kind, sort_keys=True).encode()) for name, kind in kinds.items()}


def digests(places: Iterable[str]) -> dict[str, str]:
    """A digest of each Python file among `places`, such as "smoot/core", or beneath them."""
    root = Path(smoot.__file__).parent.parent
    paths = (root / place for place in places)
    files = (file for path in paths for file in (path.rglob("*.py") if path.is_dir() else [path]))
    return {file.relative_to(root).as_posix(): _digest(file.read_bytes()) for file in files}


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
