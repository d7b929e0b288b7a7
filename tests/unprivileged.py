"""Being someone else for a while: root may read everything."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NOBODY = 65534


@contextmanager
def as_nobody(folder: Path) -> Iterator[None]:
    """A user who can reach `folder` but owns nothing in it, if we are root; else it changes nothing."""
    if os.geteuid() != 0:
        yield
        return
    for place in [folder, *folder.parents]:
        if (
            place.stat().st_uid == 0
            and place != Path("/")
            and place.name.startswith(("pytest-", "popen-", folder.name))
        ):
            place.chmod(place.stat().st_mode | 0o055)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)
