"""What starting a system's daemons in a folder of one's own takes."""

import os
import pwd
import shutil
from pathlib import Path


def located(*names: str) -> dict[str, str | None]:
    """The programs' paths by name, None where one is not on this machine."""
    searched = os.environ["PATH"] + ":/usr/sbin"
    return {name: shutil.which(name, path=searched) for name in names}


def give(path: Path, user: str) -> None:
    owner = pwd.getpwnam(user)
    os.chown(path, owner.pw_uid, owner.pw_gid)
