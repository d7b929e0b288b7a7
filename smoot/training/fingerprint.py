"""What decides a run, in a few digests: two runs with the same fingerprint give the same results."""

import hashlib
import json
from typing import Any

Fingerprint = dict[str, str]
"""A digest for each kind of thing that decides a run, such as its params and its code."""


def fingerprint(**kinds: Any) -> Fingerprint:
    """kinds: each as what JSON can express."""
    return {name: _digest(json.dumps(kind, sort_keys=True).encode()) for name, kind in kinds.items()}


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
