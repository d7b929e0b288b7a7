"""Small archives in the very formats of the data sets that are downloaded, and what is in them."""

import dataclasses
import gzip
import hashlib
import io
import pickle
import struct
import tarfile
import zipfile
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image
from scipy.io import savemat
from torchvision import datasets

from smoot.datasets import caltech101

SIDE = 64  # of the photographs' shorter sides
Arrays = tuple[np.ndarray, np.ndarray, np.ndarray | None]  # images (N, C, H, W), labels (N,), masks (N, 1, H, W) bool


@dataclass(frozen=True)
class Published:
    """A data set as its author gives it out."""

    files: dict[str, bytes]
    """By path beneath `cache_folder()`."""
    classes: list[str]
    parts: list[Arrays]
    """What the author calls training and test images; one part where he does not."""
    checksums: list[tuple[object, str, Any]]
    """(object, attribute, value): what the code that reads the files holds of their checksums."""
    params: dict[str, int]
    tolerance: int = 0
    """By which the images may differ."""


def md5(content: bytes) -> str:
    return hashlib.md5(content).hexdigest()


def tar(files: dict[str, bytes], mode: str = "w:gz") -> bytes:
    with tarfile.open(fileobj=(stream := io.BytesIO()), mode=mode) as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return stream.getvalue()


def random_arrays(count: int, shape: tuple[int, ...], classes: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.integers(0, 256, (count, *shape), np.uint8), rng.permutation(count) % classes


def idx(kind: type, classes: list[str]) -> Published:
    """The MNIST family: big-endian headers, then bytes."""
    files, parts, resources = {}, [], []
    for seed, (prefix, count) in enumerate([("train", 60), ("t10k", 30)]):
        images, labels = random_arrays(count, (28, 28), 10, seed)
        images[images < 128] = 0
        for name, content in {
            f"{prefix}-images-idx3-ubyte": struct.pack(">4i", 2051, count, 28, 28) + images.tobytes(),
            f"{prefix}-labels-idx1-ubyte": struct.pack(">2i", 2049, count) + labels.astype(np.uint8).tobytes(),
        }.items():
            packed = gzip.compress(content, mtime=0)
            files[f"{kind.__name__}/raw/{name}.gz"] = packed
            resources.append((f"{name}.gz", md5(packed)))
        parts.append((images[:, None], labels, images[:, None] > 0))
    return Published(files, classes, parts, [(kind, "resources", resources)], {"val": 20})


def mnist() -> Published:
    return idx(datasets.MNIST, [*"0123456789"])


def fashion_mnist() -> Published:
    return idx(datasets.FashionMNIST, datasets.FashionMNIST.classes)


def kmnist() -> Published:
    return idx(datasets.KMNIST, datasets.KMNIST.classes)


def cifar(kind: type, labels_key: str, classes: list[str], count: int) -> Published:
    """Pickled batches: a row for each image, all of its red, then green, then blue."""
    batches, lists, parts = {}, [], []
    for part, names in enumerate([kind.train_list, kind.test_list]):
        arrays = []
        for seed, (name, _) in enumerate(names):
            images, labels = random_arrays(count, (3, 32, 32), len(classes), 10 * part + seed)
            batches[name] = pickle.dumps({"data": images.reshape(count, -1), labels_key: labels.tolist()})
            arrays.append((images, labels))
        images, labels = map(np.concatenate, zip(*arrays, strict=True))
        parts.append((images, labels, None))
        lists.append([[name, md5(batches[name])] for name, _ in names])
    batches[kind.meta["filename"]] = meta = pickle.dumps({kind.meta["key"]: classes})
    packed = tar({f"{kind.base_folder}/{name}": content for name, content in batches.items()})
    checksums = [
        (kind, "tgz_md5", md5(packed)),
        (kind, "train_list", lists[0]),
        (kind, "test_list", lists[1]),
        (kind, "meta", kind.meta | {"md5": md5(meta)}),
    ]
    return Published({kind.filename: packed}, classes, parts, checksums, {"val": 2 * len(classes)})


def cifar10() -> Published:
    names = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]
    return cifar(datasets.CIFAR10, "labels", names, 20)


def cifar100() -> Published:
    return cifar(datasets.CIFAR100, "fine_labels", [f"class {number}" for number in range(100)], 400)


def svhn() -> Published:
    """MATLAB files: the images along the last axis; the label of the digit 0 is 10."""
    files, parts, split_list = {}, [], dict(datasets.SVHN.split_list)
    for seed, split in enumerate(["train", "test"]):
        images, labels = random_arrays(40, (3, 32, 32), 10, seed)
        stream = io.BytesIO()
        matlab_labels = np.where(labels == 0, 10, labels).astype(np.uint8)[:, None]
        savemat(stream, {"X": images.transpose(2, 3, 1, 0), "y": matlab_labels})
        url, name, _ = split_list[split]
        files[name] = stream.getvalue()
        split_list[split] = [url, name, md5(files[name])]
        parts.append((images, labels, None))
    return Published(files, [*"0123456789"], parts, [(datasets.SVHN, "split_list", split_list)], {"val": 10})


def photograph(number: int) -> tuple[bytes, np.ndarray, np.ndarray]:
    """(a JPEG, its pixels (3, H, W), its object (H, W) bool): a wide one, of a colour of its own, with an L on it."""
    colour = np.array([number % 8, number // 8 % 8, number // 64 % 8]) * 32
    pixels = np.broadcast_to(colour[:, None, None], (3, SIDE, SIDE + 32)).astype(np.uint8)
    mask = np.zeros(pixels.shape[1:], bool)
    mask[8:56, 32:40] = mask[48:56, 32:72] = True
    pixels[:, mask] = 255 - pixels[:, mask]
    Image.fromarray(pixels.transpose(1, 2, 0)).save(stream := io.BytesIO(), "JPEG", quality=95, subsampling=0)
    return stream.getvalue(), pixels, mask


def seen(numbers: range, masked: bool) -> tuple[np.ndarray, np.ndarray | None]:
    """(images, masks) of these photographs: their middle, as the sides are cut off."""
    _, images, masks = zip(*map(photograph, numbers), strict=True)
    return np.stack(images)[..., 16:-16], np.stack(masks)[:, None, :, 16:-16] if masked else None


def imagenette() -> Published:
    names = datasets.Imagenette._WNID_TO_CLASS
    files, parts, start = {}, [], 0
    for split, each in [("train", 4), ("val", 2)]:
        numbers = range(start, start + 10 * each)
        labels = np.repeat(np.arange(10), each)
        for number, label in zip(numbers, labels, strict=True):
            wnid = list(names)[label]
            files[f"imagenette2-160/{split}/{wnid}/{wnid}_{number:03d}.JPEG"] = photograph(number)[0]
        images, masks = seen(numbers, masked=False)
        parts.append((images, labels, masks))
        start = numbers.stop
    packed = tar({"imagenette2-160/noisy_imagenette.csv": b"path,label\n"} | files)
    archives = datasets.Imagenette._ARCHIVES
    checksums = [(datasets.Imagenette, "_ARCHIVES", archives | {"160px": (archives["160px"][0], md5(packed))})]
    classes = [names_[0] for names_ in names.values()]
    return Published({"imagenette2-160.tgz": packed}, classes, parts, checksums, {"val": 10, "size": SIDE}, 4)


def oxford_pets() -> Published:
    breeds = ["Abyssinian", "american_bulldog", "Bengal", "yorkshire_terrier"]
    images, notes, parts, start = {}, {}, [], 0
    for split, each in [("trainval", 20), ("test", 5)]:
        numbers = range(start, start + 4 * each)
        labels, lines = np.repeat(np.arange(4), each), []
        for number, label in zip(numbers, labels, strict=True):
            name = f"{breeds[label]}_{number}"
            images[f"images/{name}.jpg"], _, mask = photograph(number)
            trimap = np.where(mask, 1, 2).astype(np.uint8)
            trimap[48:56, 32:72] = 3  # the lower stroke is all border
            Image.fromarray(trimap).save(stream := io.BytesIO(), "PNG")
            notes[f"annotations/trimaps/{name}.png"] = stream.getvalue()
            lines.append(f"{name} {label + 1} {1 + label % 2} 1\n")
        notes[f"annotations/{split}.txt"] = "".join(lines).encode()
        shown, masks = seen(numbers, masked=True)
        parts.append((shown, labels, masks))
        start = numbers.stop
    packed = [tar(images | {"images/Abyssinian_100.mat": b"no image"}), tar(notes)]
    names = ["images.tar.gz", "annotations.tar.gz"]
    urls = [url for url, _ in datasets.OxfordIIITPet._RESOURCES]
    resources = tuple((url, md5(content)) for url, content in zip(urls, packed, strict=True))
    files = {f"oxford-iiit-pet/{name}": content for name, content in zip(names, packed, strict=True)}
    classes = ["Abyssinian", "American Bulldog", "Bengal", "Yorkshire Terrier"]
    checksums = [(datasets.OxfordIIITPet, "_RESOURCES", resources)]
    return Published(files, classes, parts, checksums, {"val": 40, "size": SIDE}, 4)


def caltech() -> Published:
    """A zip of a packed and an unpacked tar; outlines count from 1, from the corner of the object's box."""
    classes = {"Faces": "Faces_2", "Faces_easy": "Faces_3", "Motorbikes": "Motorbikes_16", "ant": "ant"}
    each = 100
    images = {"101_ObjectCategories/BACKGROUND_Google/image_0001.jpg": photograph(0)[0]}
    corners = [(32, 8), (39, 8), (39, 48), (71, 48), (71, 55), (32, 55)]
    box = np.array([[9, 56, 33, 72]], np.uint16)  # top, bottom, left, right
    contour = np.array(corners, float).T - [[32], [8]]
    savemat(stream := io.BytesIO(), {"box_coord": box, "obj_contour": contour})
    notes = {}
    for label, (name, note) in enumerate(classes.items()):
        for place in range(each):
            images[f"101_ObjectCategories/{name}/image_{place + 1:04d}.jpg"] = photograph(label * each + place)[0]
            notes[f"Annotations/{note}/annotation_{place + 1:04d}.mat"] = stream.getvalue()
    with zipfile.ZipFile(outer := io.BytesIO(), "w") as archive:
        archive.writestr("caltech-101/101_ObjectCategories.tar.gz", tar(images))
        archive.writestr("caltech-101/Annotations.tar", tar(notes, "w"))
        archive.writestr("caltech-101/show_annotation.m", "% shows an outline")
        archive.writestr("__MACOSX/caltech-101/._Annotations.tar", "resource fork")
    shown, masks = seen(range(len(classes) * each), masked=True)
    packed = outer.getvalue()
    part = shown, np.repeat(np.arange(len(classes)), each), masks
    wanted = [dataclasses.replace(caltech101.ARCHIVES[0], md5=md5(packed))]
    files = {"caltech101/caltech-101.zip": packed}
    params = {"val": 101, "test": 102, "size": SIDE}
    return Published(files, list(classes), [part], [(caltech101, "ARCHIVES", wanted)], params, 4)


ALL = {
    "mnist": mnist,
    "fashion_mnist": fashion_mnist,
    "kmnist": kmnist,
    "cifar10": cifar10,
    "cifar100": cifar100,
    "svhn": svhn,
    "imagenette": imagenette,
    "oxford_pets": oxford_pets,
    "caltech101": caltech,
}
