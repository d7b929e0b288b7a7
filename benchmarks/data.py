"""How fast images reach the model: ours, resident and streamed, beside a plain torchvision data set and DataLoader.

    python -m benchmarks.data [--rounds 5] [--threads 2] [--json FILE]

Every contender reads one epoch in turn, round after round, all in one process: shuffled, normalised float batches of
128. The images are made here, the same for all: 20,000 grey ones of 28×28 in MNIST's format, and 2,000 JPEG photographs
of about 160×160 that become 64×64. A ratio is the median over the rounds of the plain loader's time (without processes
of its own) over a contender's in the same round. Fetching is what ours pays once, before any training.
"""

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from operator import truediv
from pathlib import Path
from statistics import median

import numpy as np
import torch
from PIL import Image
from torch.utils.data import DataLoader
from torch.utils.data import Dataset as TorchDataset
from torchvision import datasets, transforms

from smoot.artifacts.dataset import open_split, read_info
from smoot.artifacts.paths import DataFolder
from smoot.core.machine import Compute, Machine
from smoot.core.progress import Progress
from smoot.data.contract import Dataset, DatasetCard, Source, in_memory
from smoot.data.write import write_dataset
from smoot.datasets._photographs import photographs
from smoot.training.augment import Augment
from smoot.training.data import Images
from smoot.training.recipe import Recipe

BATCH = 128
CLASSES = 10
GREY, PHOTOGRAPHS = 20_000, 2_000
MEAN, STD = 0.5, 0.25
CARD = DatasetCard(title="Generated", source="made here", licence="none", size="", classes=str(CLASSES))


@dataclass(frozen=True)
class Contender:
    """epoch: every batch of an epoch, on the device."""

    data: str
    name: str
    images: int
    epoch: Callable[[], Iterable]


def grey(folder: Path, machine: Machine) -> tuple[list[Contender], float]:
    """The contenders on images in MNIST's format, and the seconds that fetching took."""
    raw = folder / "MNIST" / "raw"
    raw.mkdir(parents=True)
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (GREY, 28, 28), np.uint8)
    labels = (np.arange(GREY) % CLASSES).astype(np.uint8)
    for part in ("train", "t10k"):
        for name, array in (("images-idx3", images), ("labels-idx1", labels)):
            header = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes()
            (raw / f"{part}-{name}-ubyte").write_bytes(header + array.tobytes())
    transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize(MEAN, STD)])
    plain = datasets.MNIST(folder, transform=transform)
    return _contenders("grey 28×28", folder, plain, in_memory(images[:, None], labels), machine)


def photos(folder: Path, machine: Machine) -> tuple[list[Contender], float]:
    """The same of JPEG files."""
    rng = np.random.default_rng(0)
    for number in range(PHOTOGRAPHS):
        place = folder / "train" / str(number % CLASSES) / f"{number}.jpg"
        place.parent.mkdir(parents=True, exist_ok=True)
        coarse = Image.fromarray(rng.integers(0, 256, (12, 12, 3), np.uint8))
        coarse.resize((int(rng.integers(150, 200)), int(rng.integers(150, 200))), Image.Resampling.BICUBIC).save(place)
    steps = [transforms.Resize(64), transforms.CenterCrop(64), transforms.ToTensor(), transforms.Normalize(MEAN, STD)]
    plain = datasets.ImageFolder(folder / "train", transform=transforms.Compose(steps))
    paths, labels = zip(*plain.samples, strict=True)
    source = photographs(list(map(Path, paths)), np.array(labels), 64)
    return _contenders("JPEG → 64×64", folder, plain, source, machine)


def _contenders(
    data: str, folder: Path, plain: TorchDataset, source: Source, machine: Machine
) -> tuple[list[Contender], float]:
    started = time.perf_counter()
    splits = {"train": source} | dict.fromkeys(
        ("val", "test"), source.take(np.random.default_rng(0).permutation(len(source))[:500])
    )
    ours = DataFolder("ours")
    os.chdir(folder)
    write_dataset(ours.path, Dataset([str(label) for label in range(CLASSES)], splits), CARD)
    seconds = time.perf_counter() - started
    info = read_info(ours)
    split = open_split(ours, info, "train")
    info = info.model_copy(update={key: (value,) * info.shape[0] for key, value in (("mean", MEAN), ("std", STD))})
    found = [
        Contender(data, f"torchvision, {workers} workers", len(source), _loader(plain, workers)) for workers in (0, 2)
    ]
    for kind in ("resident", "streamed"):
        images = Images(split, info, machine, kind)
        for name, augment in (("", Augment()), (", augmented", Augment(flip=True, crop=4))):
            found.append(Contender(data, f"smoot {kind}{name}", len(source), _ours(images, augment)))
    return found, seconds


def _loader(plain: TorchDataset, workers: int) -> Callable[[], Iterable]:
    return lambda: DataLoader(plain, BATCH, shuffle=True, drop_last=True, num_workers=workers)


def _ours(images: Images, augment: Augment) -> Callable[[], Iterable]:
    recipe = Recipe(epochs=1, batch_size=BATCH, lr=1.0, augment=augment)
    return lambda: images.shuffled(recipe, seed=0, epoch=0)


def measure(contenders: list[Contender], rounds: int) -> list[dict]:
    """A record for each contender; the first is the yardstick. The first round warms up and does not count."""
    times: dict[str, list[float]] = {contender.name: [] for contender in contenders}
    with Progress(contenders[0].data, (rounds + 1) * len(contenders)) as progress:
        for _ in range(rounds + 1):
            for contender in contenders:
                started = time.perf_counter()
                for _ in contender.epoch():
                    pass
                times[contender.name].append(time.perf_counter() - started)
                progress.advance()
    yardstick = times[contenders[0].name][1:]
    return [
        {
            "data": contender.data,
            "name": contender.name,
            "images_per_second": contender.images / median(times[contender.name][1:]),
            "ratio": median(map(truediv, yardstick, times[contender.name][1:])),
        }
        for contender in contenders
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--json", type=Path, help="also write the records there")
    options = parser.parse_args()
    machine = Machine(Compute(threads=options.threads, device="cpu", precision="fp32"))
    torch.manual_seed(0)
    records = []
    for make in (grey, photos):
        with tempfile.TemporaryDirectory() as folder:
            contenders, seconds = make(Path(folder), machine)
            found = measure(contenders, options.rounds)
        print(f"{contenders[0].data}: {contenders[0].images} images, fetched once in {seconds:.1f} s")
        for record in found:
            print(f"  {record['name']:30} {record['images_per_second']:10.0f} images/s {record['ratio']:8.1f} ×")
        records += found
    if options.json:
        options.json.write_text(json.dumps(records, indent=1) + "\n")


if __name__ == "__main__":
    main()
