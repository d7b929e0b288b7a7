"""Where downloaded data sets live on this machine."""

import os
from pathlib import Path

from smoot.core.errors import TransientError


class UnavailableError(TransientError):
    """The data are not on this machine and cannot be downloaded."""


def cache_folder() -> Path:
    """The folder that the environment variable SMOOT_DATA names, else ~/.cache/smoot; laid out as torchvision does."""
    return Path(os.environ.get("SMOOT_DATA") or "~/.cache/smoot").expanduser()
