"""Masks and boxes of a user's own images: they go the image's way, and every way to be wrong is one line."""

import json
import re

import numpy as np
import pytest
from PIL import ExifTags, Image
from pydantic import ValidationError

from smoot.artifacts.dataset import Region
from smoot.core.errors import SmootError
from smoot.data import stage
from smoot.datasets import image_folder
from smoot.datasets.image_folder import Params

INSIDE = (3, 2, 9, 12)
"""The object: its first and last column and row are x1, y1, x2, y2."""
SIZE = (24, 16)


def image(path, size=SIZE, box=INSIDE, orientation=None):
    """Noise with a white object, so that a mask that went another way than its image is seen."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.random.default_rng(len(str(path))).integers(0, 60, (size[1], size[0], 3), dtype=np.uint8)
    pixels[box[1] : box[3] + 1, box[0] : box[2] + 1] = 255
    exif = Image.Exif()
    if orientation:
        exif[ExifTags.Base.Orientation] = orientation
    Image.fromarray(pixels).save(path, exif=exif)


def mask(path, value=1, size=SIZE, box=INSIDE, mode="L"):
    path.parent.mkdir(parents=True, exist_ok=True)
    values = np.zeros((size[1], size[0]), np.uint8)
    values[box[1] : box[3] + 1, box[0] : box[2] + 1] = value
    found = Image.fromarray(values)
    (found.convert("1") if mode == "1" else found).save(path)


@pytest.fixture
def root(tmp_path):
    for split, count in (("train", 6), ("test", 3)):
        for name in ("crow", "owl"):
            for number in range(count):
                image(tmp_path / f"images/{split}/{name}/{number}.png")
                mask(tmp_path / f"masks/{split}/{name}/{number}.png")
    return tmp_path


def load(root, **params):
    return image_folder.load(Params(root=str(root / "images"), size=16, leaks="allow", **params))


def read(dataset, split="test"):
    source = dataset.splits[split]
    return source.read(np.arange(len(source)))


def refused(root, said, **params):
    with pytest.raises(SmootError, match=said):
        dataset = load(root, **params)
        [read(dataset, split) for split in dataset.splits]


def csv(root, rows, name="boxes.csv"):
    (root / name).write_text("\n".join(["file,class,x1,y1,x2,y2", *rows]) + "\n")
    return str(root / name)


def every_image(root):
    return [path.relative_to(root / "images").as_posix() for path in sorted((root / "images").rglob("*.png"))]


def on_the_object(split):
    """Whether the mask is where the white object is, but for the edge that resizing blurs."""
    bright = split.images.min(axis=1) > 200
    dark = split.images.max(axis=1) < 100
    inside = split.masks[:, 0] == Region.OBJECT
    assert inside[bright].all()
    assert not inside[dark].any()
    assert 0.05 < inside.mean() < 0.6


def test_masks_lie_on_their_objects(root):
    dataset = load(root, masks=str(root / "masks"))
    for split in dataset.splits:
        on_the_object(read(dataset, split))
    assert dataset.masks == "image files of the user's own: every value above 0"


def test_boxes_lie_on_their_objects_and_several_are_joined(root):
    x1, y1, x2, y2 = INSIDE
    rows = [f"{name},x,{x1},{y1},{x2},7" for name in every_image(root)]
    rows += [f"{name},x,{x1},6,{x2},{y2}" for name in every_image(root)]
    dataset = load(root, boxes=csv(root, rows))
    assert np.array_equal(read(dataset).masks, read(load(root, masks=str(root / "masks"))).masks)
    assert dataset.masks == "boxes of the user's own: boxes.csv"


def test_boxes_of_coco_are_those_of_the_csv(root):
    x1, y1, x2, y2 = INSIDE
    names = every_image(root)
    content = {
        "images": [{"id": 7 + place, "file_name": name} for place, name in enumerate(names)],
        "annotations": [
            {"image_id": 7 + place, "bbox": [x1, y1, x2 - x1 + 1, y2 - y1 + 1]} for place in range(len(names))
        ],
    }
    (root / "instances.json").write_text(json.dumps(content))
    dataset = load(root, boxes=str(root / "instances.json"))
    assert np.array_equal(read(dataset).masks, read(load(root, masks=str(root / "masks"))).masks)
    (root / "instances.json").write_text('{"images": []}')
    refused(
        root, r"instances.json: not COCO's JSON of instances .*: no 'annotations'", boxes=str(root / "instances.json")
    )


@pytest.mark.parametrize("orientation", range(1, 9))
def test_masks_and_boxes_are_turned_with_their_image(root, orientation):
    for path in (root / "images").rglob("*.png"):
        image(path, orientation=orientation)
    on_the_object(turned := read(load(root, masks=str(root / "masks"))))
    rows = [f"{name},x,{','.join(map(str, INSIDE))}" for name in every_image(root)]
    assert np.array_equal(read(load(root, boxes=csv(root, rows))).masks, turned.masks)


def test_values_that_are_object_and_others(root):
    for path in (root / "masks").rglob("*.png"):
        mask(path, value=3)
    whole = read(load(root, masks=str(root / "masks"), object=[1, 3])).masks
    assert np.array_equal(whole, read(load(root, masks=str(root / "masks"))).masks)
    assert not read(load(root, masks=str(root / "masks"), object=[1])).masks.any()


def fetched(root, monkeypatch, **params):
    monkeypatch.chdir(root)
    own = {"dataset": "image_folder", "root": "images", "masks": "masks", "size": 16, "leaks": "allow"}
    stage.fetch_dataset("mine", {"datasets.mine": own | params})


def test_a_value_that_no_mask_has_is_refused(root, monkeypatch):
    with pytest.raises(SmootError, match="object: 2, 7: in none of the masks, which have 0, 1"):
        fetched(root, monkeypatch, object=[1, 2, 7])
    assert not (root / "results/data/mine").exists()


def test_masks_without_an_object_are_told_and_refused_where_all_are(root, monkeypatch, capsys):
    mask(root / "masks/test/owl/0.png", value=0)
    fetched(root, monkeypatch)
    said = "1 mask has no object, so no score of localisation is of its image: masks/test/owl/0.png"
    assert said in capsys.readouterr().err
    for path in (root / "masks").rglob("*.png"):
        mask(path, value=0)
    with pytest.raises(SmootError, match="no mask has an object: all their values are 0"):
        fetched(root, monkeypatch)


@pytest.mark.parametrize("mode", ["1", "P", "I;16"])
def test_masks_of_one_value_a_pixel_are_read(root, mode):
    expected = read(load(root, masks=str(root / "masks"))).masks
    for path in (root / "masks").rglob("*.png"):
        if mode == "1":
            mask(path, value=255, mode="1")
        elif mode == "P":
            with Image.open(path) as grey:
                found = Image.fromarray(np.asarray(grey))
            found.putpalette([0, 0, 0, 200, 10, 10])
            found.save(path)
        else:
            with Image.open(path) as grey:
                Image.fromarray(np.asarray(grey).astype(np.uint16) * 700).save(path)
    assert np.array_equal(read(load(root, masks=str(root / "masks"))).masks, expected)


def test_masks_in_the_folder_of_the_images_are_no_split(root):
    (root / "masks").rename(root / "images/masks")
    on_the_object(read(load(root, masks=str(root / "images/masks"))))
    refused(root, r"images/masks: not a split")


def test_what_is_wrong_with_masks_is_named_by_file(root):
    folder, where = root / "masks", {"masks": str(root / "masks")}
    mask(folder / "test/owl/0.png", size=(24, 17))
    refused(root, r"masks/test/owl/0.png: 24×17, where .*images/test/owl/0.png is 24×16", **where)
    Image.new("RGB", SIZE).save(folder / "test/owl/0.png")
    refused(root, r"masks/test/owl/0.png: pixels of mode RGB; a mask has one value a pixel", **where)
    (folder / "test/owl/0.png").unlink()
    refused(root, r"images/test/owl/0.png: no mask; .*masks/test/owl/0.png is expected", **where)
    Image.new("L", SIZE, 1).save(folder / "test/owl/0.jpg")
    refused(root, r"masks/test/owl/0.jpg: no mask; allowed, as they keep every value: BMP", **where)
    mask(folder / "test/owl/0.png")
    refused(root, r"images/test/owl/0.png: 2 masks: .*0.jpg, .*0.png", **where)
    (folder / "test/owl/0.jpg").unlink()
    mask(folder / "test/owl/9.png")
    refused(root, r"masks/test/owl/9.png: a mask of no image", **where)
    (folder / "test/owl/9.png").unlink()
    image(root / "images/test/owl/0.bmp")
    refused(root, r"images/test/owl/0.png: has the stem of 0.bmp", **where)


def test_what_is_wrong_with_boxes_is_named_by_file(root):
    rows = {name: f"{name},x,1,1,9,9" for name in every_image(root)}
    first = "test/crow/0.png"
    for row, said in {
        f"{first},x,1,1,24,9": r"test/crow/0.png: box 1, 1, 24, 9 is not inside its 24×16 pixels",
        f"{first},x,9,1,1,9": r"test/crow/0.png: box 9, 1, 1, 9 is not inside",
        f"{first},x,1,1,nan,9": r"boxes.csv: line \d+: .*finite numbers",
        f"{first},x,1,1,,9": r"boxes.csv: line \d+: .*four numbers are needed",
        f"{first},x,1,1": r"boxes.csv: line \d+: .*four numbers are needed",
        "test/crow/7.png,x,1,1,9,9": r"boxes.csv: 'test/crow/7.png': no such image in .*\n.*crow/0.png: no box in",
    }.items():
        refused(root, said, boxes=csv(root, (rows | {first: row}).values()))
    (root / "other.csv").write_text("file,x,y\n")
    refused(root, r"other.csv: no column x1, y1, x2, y2", boxes=str(root / "other.csv"))
    refused(root, r"none.csv: cannot be read: No such file", boxes=str(root / "none.csv"))


def test_up_to_twenty_are_named(root):
    for number in range(30):
        mask(root / f"masks/test/owl/more{number}.png")
    with pytest.raises(SmootError) as caught:
        load(root, masks=str(root / "masks"))
    assert len(lines := str(caught.value).splitlines()) == 21
    assert lines[-1] == "and 10 more"


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"masks": "a", "boxes": "b"}, "masks and boxes: both say where objects are"),
        ({"test": "train"}, "test: train: a model is not tested on what it is trained on"),
        ({"object": [1]}, "object: means values of masks"),
        ({"masks": "a", "object": []}, "object"),
        ({"masks": "a", "object": [-1]}, "object"),
    ],
)
def test_keys_that_contradict_each_other_are_refused(params, said):
    with pytest.raises(ValidationError, match=re.escape(said)):
        Params(root="x", **params)
