"""What is where on a canvas, and that only the object, or a shortcut, tells the label."""

from types import SimpleNamespace

import dataset_contract
import numpy as np
import pytest
from pydantic import ValidationError

from smoot.artifacts.dataset import Region, Split, read_info
from smoot.artifacts.paths import DataFolder
from smoot.core import components
from smoot.core.errors import ParamsError, SmootError
from smoot.data import write
from smoot.data.contract import Dataset, DatasetCard, DatasetParams, in_memory
from smoot.data.load_entry import load_entry
from smoot.datasets import _shortcut_mark, canvas, mnist5k
from smoot.datasets._composition import Form, objects
from smoot.settings.validation import validate

CLASSES, KEPT = 5, 3
SPLITS = {"train": (60, 200), "val": (20, 210), "test": (40, 220)}
COLOUR = 195  # and above: brighter than every background


class ToyParams(DatasetParams):
    size: int = 1


def toy(params: ToyParams) -> Dataset:
    """Colour images without masks: 195 + the class in red, the split in green, the place in the split in blue."""
    splits = {}
    for name, (size, green) in SPLITS.items():
        labels = np.arange(size * params.size) % CLASSES
        colours = np.stack([COLOUR + labels, np.full_like(labels, green), np.arange(len(labels)) % 256], axis=1)
        splits[name] = in_memory(np.tile(colours.astype(np.uint8)[:, :, None, None], (1, 1, 6, 8)), labels)
    return Dataset([f"class {label}" for label in range(CLASSES)], splits)


@pytest.fixture
def base(monkeypatch):
    """A base named toy, beside the real ones."""
    component = SimpleNamespace(
        CARD=DatasetCard(title="Toy", source="nowhere", licence="free", size="few", classes="5"),
        Params=ToyParams,
        load=toy,
    )
    real = components.load
    monkeypatch.setattr(components, "load", lambda kind, name: component if name == "toy" else real(kind, name))


def made(size=1, **params):
    """A canvas of the toy: the whole of each split, by its name, and the data set."""
    arguments = {"base": {"dataset": "toy", "size": size}, "side": 18, "distractor_classes": CLASSES - KEPT} | params
    dataset = canvas.load(canvas.Params(**arguments))
    return {name: source.read(np.arange(len(source))) for name, source in dataset.splits.items()}, dataset


def slots_of(split, slots):
    """(n,) the slot whose pixels are all SHORTCUT, and no other pixel is."""
    slots_seen = []
    for mask in split.masks[:, 0] == Region.SHORTCUT:
        full = [mask[top : top + height, left : left + width].all() for top, left, height, width in slots]
        assert sum(full) == 1
        assert mask.sum() == slots[0][2] * slots[0][3]
        slots_seen.append(full.index(True))
    return np.array(slots_seen)


def test_a_canvas_of_digits_with_a_shortcut_keeps_the_contract():
    base = {"dataset": "mnist5k", "val": 200, "test": 200}
    dataset = dataset_contract.load(canvas, canvas.Params(base=base, shortcut=True, shortcut_agreement=0.9))
    assert dataset.classes == list("0123456")


@pytest.mark.parametrize("params", [{}, {"shortcut": True}, {"distractors": 0}])
def test_a_canvas_of_colour_images_without_masks_keeps_the_contract(base, params):
    params = {"base": {"dataset": "toy"}, "side": 18, "distractor_classes": 2} | params
    dataset = dataset_contract.load(canvas, canvas.Params(**params))
    assert dataset.splits["test"].shape == (3, 18, 18)
    assert len(dataset.splits["test"]) == 24


def test_an_object_is_the_bases_at_its_mask_and_whole():
    params = mnist5k.Params(val=200, test=200)
    digits = mnist5k.load(params).splits["val"]
    digits = digits.take(np.flatnonzero(digits.labels < 7)).read(np.arange(140))
    source = canvas.load(canvas.Params(base={"dataset": "mnist5k", **params.model_dump()})).splits["val"]
    split = source.read(np.arange(len(source)))
    assert np.array_equal(split.labels, digits.labels)
    places = set()
    for place in range(140):
        digit, mask = digits.masks[place, 0] == Region.OBJECT, split.masks[place, 0] == Region.OBJECT
        assert np.array_equal(split.images[place, 0][mask], digits.images[place, 0][digit])
        # The same form: moved, and not cut.
        moved = np.argwhere(mask) - np.argwhere(digit)
        assert (moved == moved[0]).all()
        places.add(tuple(moved[0]))
    assert min(min(place) for place in places) == 4
    assert max(max(place) for place in places) == 48 - 28 - 4
    assert len(places) > 60


def test_masks_say_what_each_pixel_shows(base):
    splits, dataset = made(shortcut=True)
    slots = dataset.slots
    for name, split in splits.items():
        red = split.images[:, :1].astype(int)
        shows = np.select(
            [red == 255, red >= COLOUR + KEPT, red >= COLOUR],
            [Region.SHORTCUT, Region.DISTRACTOR, Region.OBJECT],
            Region.BACKGROUND,
        )
        assert np.array_equal(split.masks, shows)
        # The object is the whole image, in the label's colour; fragments are of the same split.
        assert ((split.masks == Region.OBJECT).sum((1, 2, 3)) == 6 * 8).all()
        assert (red == COLOUR + split.labels[:, None, None, None])[split.masks == Region.OBJECT].all()
        pasted = (split.masks[:, 0] == Region.DISTRACTOR) | (split.masks[:, 0] == Region.OBJECT)
        assert set(split.images[:, 1][pasted]) == {SPLITS[name][1]}
        assert set(split.images[:, 0][split.masks[:, 0] == Region.DISTRACTOR]) == {COLOUR + 3, COLOUR + 4}
        background = split.images.transpose(0, 2, 3, 1)[split.masks[:, 0] == Region.BACKGROUND]
        assert background.min() >= 64
        assert background.max() < COLOUR
        assert background.std() > 10
        frame = Form(18, 3, 6, 8, 3).frame
        assert not pasted[:, :frame].any()
        assert not pasted[:, -frame:].any()
        assert not pasted[:, :, :frame].any()
        assert not pasted[:, :, -frame:].any()
        assert len(slots_of(split, slots)) == len(split)


def test_an_object_is_its_mask_or_the_whole_image_where_that_is_empty():
    masks = np.zeros((3, 1, 2, 2), np.uint8)
    masks[0, 0, 0], masks[1, 0, 1] = Region.OBJECT, Region.DISTRACTOR
    split = Split(np.zeros((3, 3, 2, 2), np.uint8), np.zeros(3, np.int64), masks)
    assert np.array_equal(objects(split), [[[1, 1], [0, 0]], np.ones((2, 2)), np.ones((2, 2))])
    assert objects(Split(split.images, split.labels, masks[:0])).all()


def test_the_number_of_fragments_is_what_is_asked(base):
    """Each is a crop of half the height and width, and has a blue of its own but where two are of one image."""
    for distractors in (0, 1, 4):
        splits, _ = made(distractors=distractors, side=60)
        split = splits["train"]
        fragments = split.masks[:, 0] == Region.DISTRACTOR
        assert fragments.sum((1, 2)).max() == distractors * 3 * 4
        assert (fragments.sum((1, 2)) > 0).mean() == (distractors > 0)


def test_labels_change_nothing_but_the_label(base):
    """So no part of an image but the object can tell it."""
    source, form = toy(ToyParams()).splits["train"], Form(18, 3, 6, 8, 3)
    everything = source.read(np.arange(len(source)))
    labels, kept = source.labels.copy(), np.flatnonzero(source.labels < KEPT)
    labels[kept] = np.random.default_rng(0).permutation(labels[kept])
    other_objects = everything.images.copy()
    other_objects[kept] = 255 - other_objects[kept]
    canvases = [
        canvas.canvas(in_memory(images, of), KEPT, form, (0, "train"), None, 1.0).read(np.arange(len(kept)))
        for images, of in [(everything.images, source.labels), (everything.images, labels), (other_objects, labels)]
    ]
    assert not np.array_equal(canvases[0].labels, canvases[1].labels)
    assert np.array_equal(canvases[0].images, canvases[1].images)
    assert np.array_equal(canvases[0].masks, canvases[1].masks)
    assert np.array_equal(canvases[0].masks, canvases[2].masks)
    around = np.broadcast_to(canvases[0].masks != Region.OBJECT, canvases[0].images.shape)
    assert np.array_equal(canvases[0].images[around], canvases[2].images[around])


def test_a_mark_is_where_its_class_says_in_training_and_anywhere_in_the_test(base):
    splits, dataset = made(size=10, shortcut=True)
    slots = dataset.slots
    assert slots[0][:2].tolist() == [0, 0]
    assert np.array_equal(slots_of(splits["train"], slots), splits["train"].labels)
    assert np.array_equal(slots_of(splits["val"], slots), splits["val"].labels)
    drawn = slots_of(splits["test"], slots)
    assert np.bincount(drawn, minlength=KEPT) / len(drawn) == pytest.approx(np.full(KEPT, 1 / KEPT), abs=0.1)
    for label in range(KEPT):
        assert (drawn == splits["test"].labels)[splits["test"].labels == label].mean() == pytest.approx(1 / 3, abs=0.13)
    assert (splits["train"].images[splits["train"].masks.repeat(3, axis=1) == Region.SHORTCUT] == 255).all()


def test_agreement_is_a_probability(base):
    splits, dataset = made(size=30, shortcut=True, shortcut_agreement=0.4)
    slots = slots_of(splits["train"], dataset.slots)
    for label in range(KEPT):
        drawn = np.bincount(slots[splits["train"].labels == label], minlength=KEPT)
        expected = np.where(np.arange(KEPT) == label, 0.4 + 0.6 / KEPT, 0.6 / KEPT)
        assert drawn / drawn.sum() == pytest.approx(expected, abs=0.08)


def test_a_shortcut_changes_nothing_but_its_slot(base):
    (plain, without), (marked, _) = made(), made(shortcut=True)
    assert without.slots is None
    for name, split in plain.items():
        elsewhere = marked[name].masks != Region.SHORTCUT
        assert np.array_equal(split.masks[elsewhere], marked[name].masks[elsewhere])
        elsewhere = np.broadcast_to(elsewhere, split.images.shape)
        assert np.array_equal(split.images[elsewhere], marked[name].images[elsewhere])


@pytest.mark.parametrize(("side", "size", "classes"), [(48, 4, 44), (48, 4, 7), (50, 4, 10), (18, 2, 3), (32, 3, 36)])
def test_slots_lie_apart_along_the_border(side, size, classes):
    covered = np.zeros((side, side), int)
    slots = _shortcut_mark.slots(side, size, classes)
    assert slots[0].tolist() == [0, 0, size, size]
    for top, left, height, width in slots:
        assert covered[top : top + height, left : left + width].size == size * size
        covered[top : top + height, left : left + width] += 1
    assert covered.max() == 1
    assert covered[size:-size, size:-size].sum() == 0
    assert covered.sum() == classes * size * size


def test_slots_are_in_dataset_json(base, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with_mark, without = DataFolder("with"), DataFolder("without")
    for folder, dataset in ((with_mark, made(shortcut=True)[1]), (without, made()[1])):
        write.write_dataset(folder.path, dataset, canvas.CARD)
    info = read_info(with_mark)
    assert np.array(info.slots).shape == (KEPT, 4)
    assert info.source == "composed of Toy: nowhere"
    assert info.licence == "free"
    assert info.title == canvas.CARD.title
    assert read_info(without).slots is None


def test_the_seed_decides_and_the_splits_have_streams_of_their_own(base):
    one, again, other = (made(seed=seed)[0] for seed in (1, 1, 2))
    assert np.array_equal(one["train"].images, again["train"].images)
    assert not np.array_equal(one["train"].images, other["train"].images)
    assert not np.array_equal(one["train"].images[:20, :, 0], one["test"].images[:20, :, 0])


def test_a_base_without_images_for_fragments_is_refused(base, monkeypatch):
    dataset = toy(ToyParams())
    val = dataset.splits["val"]
    dataset.splits["val"] = val.take(np.flatnonzero(val.labels < 4))
    monkeypatch.setattr(components.load("datasets", "toy"), "load", lambda params: dataset)
    with pytest.raises(SmootError, match="canvas: base: toy: no val image of class class 4"):
        made()


def test_what_does_not_fit_is_refused(base):
    with pytest.raises(SmootError, match=r"distractor_classes: 4: toy has 5 classes.* at most 3"):
        made(distractor_classes=4)
    with pytest.raises(SmootError, match=r"side: 11: no room for images of 6×8 .* at least 12"):
        made(side=11)
    made(side=12, distractors=1)
    with pytest.raises(SmootError, match="room for 44 marks of 4×4 pixels, one a class; there are 45 classes"):
        _shortcut_mark.slots(48, 4, 45)


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"base": {"dataset": "canvas"}}, "a canvas is not made from a canvas"),
        ({"base": {"dataset": "nothing"}}, "dataset: nothing: no such dataset; allowed: .*mnist5k"),
        ({"base": {}}, "dataset: missing; allowed: "),
        ({"base": {"dataset": "mnist5k", "val": 1}}, "mnist5k: val: .*greater than or equal to 10"),
        ({"base": {"dataset": "mnist5k", "sizes": 1}}, "mnist5k: sizes: "),
        ({"base": {"dataset": "mnist5k", "train": 0}}, "mnist5k: train: .*greater than or equal to 1"),
        ({"distractor_classes": 0}, "distractor_classes: 0: .*1 or more"),
        ({"shortcut_agreement": 1.5}, "shortcut_agreement"),
    ],
)
def test_wrong_params_are_refused_by_key(params, message):
    with pytest.raises(ValidationError, match=message):
        canvas.Params(**{"base": {"dataset": "mnist5k"}} | params)


def test_a_wrong_base_is_found_when_params_yaml_is_checked(smoke):
    smoke["datasets"]["mine"] = {"dataset": "canvas", "base": {"dataset": "mnist5k", "val": 1}}
    with pytest.raises(ParamsError) as error:
        validate(smoke)
    assert str(error.value).startswith("params.yaml: datasets.mine.base: mnist5k: val: ")


def test_no_classes_are_kept_where_there_are_no_fragments(base):
    _, dataset = made(distractors=0, distractor_classes=0)
    assert len(dataset.classes) == CLASSES


def test_training_images_can_be_fewer_in_the_base_or_on_the_canvas(base):
    """The base's `train` counts before the classes of the fragments are taken away, the canvas's own after it."""
    whole, _ = made()
    few, _ = made(base={"dataset": "toy", "train": 20})
    block = {"dataset": "canvas", "base": {"dataset": "toy"}, "side": 18, "distractor_classes": 2, "train": 12}
    own = {
        name: source.read(np.arange(len(source)))
        for name, source in load_entry(components.resolve("datasets", "mine", block)).splits.items()
    }
    for splits in (few, own):
        assert np.bincount(splits["train"].labels).tolist() == [4, 4, 4]
        for name in ("val", "test"):
            assert np.array_equal(splits[name].images, whole[name].images)
    images_of_all = {image.tobytes() for image in whole["train"].images}
    assert {image.tobytes() for image in own["train"].images} <= images_of_all


def test_too_few_of_the_bases_images_are_named(base):
    with pytest.raises(SmootError, match=r"^canvas: base\.train: 4: of 60 training images, .*; allowed: 5 to 60$"):
        made(base={"dataset": "toy", "train": 4})
