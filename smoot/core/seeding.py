"""Independent random streams: one draw more in one place changes nothing in another."""

import hashlib


def derive(seed: int, *stream: str | int) -> int:
    """A 32-bit seed for the named stream, such as `derive(0, "order", epoch)`."""
    digest = hashlib.sha256(repr((seed, *stream)).encode()).digest()
    return int.from_bytes(digest[:4], "big")
