"""CIFAR-10: 60,000 colour photographs of 10 kinds of things, 32×32 pixels, downloaded from its author's page.

The binary version, of plain bytes: reading the Python version would run whatever code its pickles hold.
"""

import os
import socket
import tarfile
from http.client import HTTPException
from pathlib import Path

import numpy as np
from pydantic import Field

from smoot.core.blocks import Block
from smoot.core.errors import SmootError
from smoot.data.split import cut
from smoot.data.store import Split

DESCRIPTION = {
    "title": "CIFAR-10",
    "classes": ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"],
    "source": "Krizhevsky, Learning Multiple Layers of Features from Tiny Images, University of Toronto 2009",
    "licence": "none stated; the author asks to be cited",
}
URL = "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz"
MD5 = "c32a1d4ab5d03f1284b67883e8d87530"
FOLDER = "cifar-10-batches-bin"
TRAIN = [f"data_batch_{number}.bin" for number in range(1, 6)]
TEST = ["test_batch.bin"]
SHAPE = (3, 32, 32)
RECORD = 1 + 3 * 32 * 32
SECONDS_OF_SILENCE = 10.0


class Params(Block):
    seed: int = Field(0, ge=0, description="seed of the validation split, independent of the training seeds")
    val: int = Field(5000, ge=10, le=40_000, description="validation images, cut from the 50,000 training images")


class UnavailableError(SmootError):
    """The data are not on this machine and cannot be downloaded."""


def load(params: Params) -> dict[str, Split]:
    """The splits: the author's test set, and the training set cut by class. There are no object masks.

    Raises UnavailableError where the data can be neither found nor downloaded, SmootError where they are damaged.
    """
    home = Path(os.environ.get("SMOOT_DATA") or "~/.cache/smoot").expanduser()
    files = _files(home)
    train, val = cut(_split(files, TRAIN), params.val, params.seed)
    return {"train": train, "val": val, "test": _split(files, TEST)}


def _files(home: Path) -> dict[str, bytes]:
    """The six files by their names, from the unpacked folder in `home`, else from the archive there."""
    folder = home / FOLDER
    try:
        if folder.is_dir():
            files = {name: (folder / name).read_bytes() for name in TRAIN + TEST}
        else:
            # Never unpacked, so that no later run finds a folder that is half unpacked.
            with tarfile.open(_archive(home)) as archive:
                files = {name: archive.extractfile(f"{FOLDER}/{name}").read() for name in TRAIN + TEST}
    except FileNotFoundError as error:
        raise SmootError(f"{error.filename}: missing; remove {folder} to have it downloaded") from None
    for name, content in files.items():
        if not content or len(content) % RECORD:
            raise SmootError(f"{folder / name}: {len(content)} bytes, where whole records of {RECORD} are expected")
    return files


def _archive(home: Path) -> Path:
    """The archive in `home`, downloaded unless it is there with the right checksum."""
    # Here, as it takes seconds that checking params.yaml should not pay.
    from torchvision.datasets.utils import download_url

    path = home / Path(URL).name
    patience = socket.getdefaulttimeout()
    socket.setdefaulttimeout(SECONDS_OF_SILENCE)  # torchvision would wait for ever
    try:
        download_url(URL, str(home), md5=MD5)
    except (OSError, RuntimeError, HTTPException) as error:
        raise UnavailableError(
            f"cifar10: cannot download {URL}: {error}; download it elsewhere and put it at {path}, where it is taken"
            f" if its MD5 is {MD5} (the environment variable SMOOT_DATA sets the folder)"
        ) from None
    finally:
        socket.setdefaulttimeout(patience)
    return path


def _split(files: dict[str, bytes], names: list[str]) -> Split:
    """The records of these files: a byte for the label, then the pixels, channel by channel."""
    records = np.frombuffer(b"".join(files[name] for name in names), np.uint8).reshape(-1, RECORD)
    images = records[:, 1:].reshape(-1, *SHAPE)
    return Split(images, records[:, 0].astype(np.int64), np.empty((0, 1, *SHAPE[1:]), bool))
