"""First weights: of a file that is what it should be, of the hub, or none."""

import hashlib

import numpy as np
import pytest
import skimage
import timm
import torch
from PIL import Image, ImageOps
from pydantic import ValidationError
from safetensors.torch import save, save_file

from smoot.artifacts.dataset import DatasetInfo
from smoot.core.errors import SmootError
from smoot.models import weights
from smoot.models.create import build, initialise
from smoot.models.model_entry import ModelEntry
from workflow.study import lite_weights

NETWORK = "test_efficientnet"
FIRST, LAST = "conv_stem.weight", ("classifier.weight", "classifier.bias")


def info(channels=3, classes=10, side=32):
    return DatasetInfo(
        title="Toy",
        source="made here",
        licence="none",
        classes=tuple(f"class {number}" for number in range(classes)),
        sizes={"train": 1, "val": 1, "test": 1},
        shape=(channels, side, side),
        mean=(0.5,) * channels,
        std=(0.5,) * channels,
        sha256={},
    )


@pytest.fixture
def tensors():
    """What a network of 10 classes and 3 channels may have learned."""
    torch.manual_seed(99)
    network = timm.create_model(NETWORK, num_classes=10)
    return {name: tensor.clone() for name, tensor in network.state_dict().items()}


def entry(path, digest=None, **more):
    digest = digest or hashlib.sha256(path.read_bytes()).hexdigest()
    return ModelEntry.of("mine", {"timm": NETWORK, "weights": {"file": str(path), "sha256": digest}} | more)


def refused(model, said, **form):
    with pytest.raises(SmootError, match=said) as caught:
        initialise(model, info(**form))
    assert "\n" not in str(caught.value)


def saved(path, content):
    if path.suffix == ".safetensors":
        save_file(content, path)
    else:
        torch.save(content, path)
    return path


def same(network, tensors):
    state = network.state_dict()
    return state.keys() == tensors.keys() and all(torch.equal(state[name], tensors[name]) for name in state)


@pytest.mark.parametrize(
    ("suffix", "wrapper"), [("safetensors", None), *(("pth", w) for w in (None, *weights.WRAPPERS))]
)
def test_a_file_of_tensors_is_taken_as_it_is(tmp_path, tensors, suffix, wrapper, capsys):
    path = saved(tmp_path / f"it.{suffix}", {wrapper: tensors, "epoch": 7} if wrapper else tensors)
    network, record = initialise(entry(path), info())
    assert same(network, tensors)
    assert (record.source, record.drawn) == (str(path), ())
    assert record.revision == hashlib.sha256(path.read_bytes()).hexdigest()
    assert network.training
    assert not capsys.readouterr().err


def test_a_path_counts_from_the_projects_folder(tmp_path, tensors, monkeypatch):
    path = saved(tmp_path / "it.safetensors", tensors)
    monkeypatch.chdir(tmp_path)
    file = {"file": "it.safetensors", "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
    assert same(initialise(ModelEntry.of(NETWORK, {"weights": file}), info())[0], tensors)


def test_a_classifier_of_other_classes_is_drawn_and_said(tmp_path, tensors, capsys):
    path = saved(tmp_path / "it.safetensors", tensors)
    torch.manual_seed(0)
    drawn = build(entry(path), info(classes=4)).state_dict()
    torch.manual_seed(0)
    network, record = initialise(entry(path), info(classes=4))
    assert record.drawn == LAST
    assert same(network, {name: (drawn if name in LAST else tensors)[name] for name in tensors})
    said = f"models.mine.weights.file: {path}: did not fit, so drawn: classifier.weight, classifier.bias"
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("channels", [1, 4])
def test_a_first_layer_of_other_channels_is_adapted_as_timm_does(tmp_path, tensors, channels, capsys):
    path = saved(tmp_path / "it.safetensors", tensors)
    network, record = initialise(entry(path), info(channels=channels))
    assert record.drawn == ()
    assert same(network, tensors | {FIRST: timm.models.adapt_input_conv(channels, tensors[FIRST])})
    assert f"adapted to {channels} channels: {FIRST}" in capsys.readouterr().err


def test_a_first_layer_that_timm_cannot_adapt_is_drawn(tmp_path, tensors):
    tensors[FIRST] = torch.randn(tensors[FIRST].shape[0], 5, *tensors[FIRST].shape[2:])
    path = saved(tmp_path / "it.safetensors", tensors)
    assert initialise(entry(path), info(channels=4))[1].drawn == (FIRST,)


def test_an_enlarged_network_has_them_too(tmp_path, tensors):
    network, _ = initialise(entry(saved(tmp_path / "it.safetensors", tensors), upsample=64), info())
    assert same(network[1], tensors)


def test_old_files_lack_the_counts_of_batch_norm(tmp_path, tensors):
    kept = {name: tensor for name, tensor in tensors.items() if not name.endswith("num_batches_tracked")}
    network, record = initialise(entry(saved(tmp_path / "it.pth", kept)), info())
    assert record.drawn == ()
    assert same(network, tensors)


def test_to_build_it_no_file_is_needed(tmp_path):
    assert build(entry(tmp_path / "gone.pth", "0" * 64), info())(torch.zeros(2, 3, 32, 32)).shape == (2, 10)


def test_a_missing_file_is_named(tmp_path):
    said = rf"^models\.mine\.weights\.file: {tmp_path}/gone\.pth: cannot be read: No such file .*; expected: a file"
    refused(entry(tmp_path / "gone.pth", "0" * 64), said)


def test_another_checksum_is_named(tmp_path, tensors):
    path = saved(tmp_path / "it.safetensors", tensors)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    refused(entry(path, "0" * 64), rf"^models\.mine\.weights\.sha256: {'0' * 64}: {path} has {digest}$")


@pytest.mark.parametrize("zipped", [True, False])
def test_a_pickle_with_code_is_refused_and_not_run(tmp_path, tensors, zipped):
    class Evil:
        def __reduce__(self):
            return exec, (f"import pathlib; pathlib.Path({str(tmp_path / 'evil')!r}).touch()",)

    path = tmp_path / "it.pth"
    torch.save(tensors | {"evil": Evil()}, path, _use_new_zipfile_serialization=zipped)
    refused(entry(path), r"it\.pth: damaged, or holds code or objects, which are not loaded; expected: safetensors, or")
    assert not (tmp_path / "evil").exists()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("it.safetensors", b""),
        ("it.safetensors", save({"a": torch.zeros(9)})[:-5]),
        ("it.safetensors", b"no tensors at all, but some text"),
        ("it.pth", b""),
        ("it.pth", b"no tensors at all, but some text"),
        ("it.pth", b"PK\x03\x04 no archive"),
    ],
)
def test_a_damaged_file_is_named(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    refused(entry(tmp_path / name), rf"^models\.mine\.weights\.file: {tmp_path / name}: damaged, or .*; expected: ")


@pytest.mark.parametrize("content", [[torch.zeros(2)], {"epoch": 3}, {"state_dict": {"a": "b"}}, torch.zeros(2)])
def test_what_is_no_state_dict_is_refused(tmp_path, content):
    path = saved(tmp_path / "it.pth", content)
    refused(entry(path), r"it\.pth: not tensors by name, at the top or under state_dict or model; expected: ")


def test_a_file_where_nothing_fits_is_refused(tmp_path, tensors):
    path = saved(tmp_path / "it.pth", {f"module.{name}": tensor for name, tensor in tensors.items()})
    refused(entry(path), rf"it\.pth: none of its {len(tensors)} tensors fits; expected: {FIRST}, bn1.weight, bn1.bias")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda tensors: tensors.pop("bn1.bias"), r"bn1\.bias is missing, expected \d+$"),
        (lambda tensors: tensors.update({"bn1.bias": torch.zeros(3)}), r"bn1\.bias is 3, expected \d+$"),
        (lambda tensors: tensors.update({"more": torch.zeros(3, 2)}), r"more is 3×2, expected missing$"),
        (lambda tensors: tensors.update({FIRST: torch.zeros(1, 3, 5, 5)}), r"conv_stem\.weight is 1×3×5×5, expected"),
    ],
)
def test_a_file_of_another_model_is_refused(tmp_path, tensors, change, said):
    change(tensors)
    path = saved(tmp_path / "it.pth", tensors)
    refused(entry(path), rf"^models\.mine\.weights\.file: .*not of this model: {said}")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"kwargs": {"pretrained": True}}, "first weights are of one kind"),
        ({"weights": {"file": "it.pth", "sha256": "abc"}}, "match pattern"),
        ({"weights": {"file": "it.pth"}}, "sha256"),
    ],
)
def test_wrong_entries_are_refused(tmp_path, more, said):
    with pytest.raises(ValidationError, match=said):
        entry(tmp_path / "it.pth", "0" * 64, **more)


def test_weights_of_the_hub_are_known_by_their_revision(tmp_path):
    """In a folder as the hub's own client lays it out."""
    layers = timm.get_pretrained_cfg("resnet18").to_dict()
    network = timm.create_model("resnet18", num_classes=4)
    assert weights.from_hub(network, layers, 4, str(tmp_path)).revision == "unknown"
    folder = tmp_path / f"models--{layers['hf_hub_id'].replace('/', '--')}"
    (folder / "refs").mkdir(parents=True)
    (folder / "refs" / "main").write_text("abc123")
    (folder / "snapshots" / "abc123").mkdir(parents=True)
    (folder / "snapshots" / "abc123" / "model.safetensors").touch()
    record = weights.from_hub(network, layers, 4, str(tmp_path))
    assert (record.source, record.revision, record.drawn) == (layers["hf_hub_id"], "abc123", ("fc.weight", "fc.bias"))
    assert weights.from_hub(network, layers, 1000, str(tmp_path)).drawn == ()


def test_weights_of_the_hub_are_in_the_record(tmp_path, monkeypatch):
    """timm's own loading is left out: it needs a network."""
    made = timm.create_model
    monkeypatch.setattr(timm, "create_model", lambda name, **options: made(name, **options | {"pretrained": False}))
    model = ModelEntry.of("resnet18", {"kwargs": {"pretrained": True, "cache_dir": str(tmp_path)}, "upsample": 64})
    _, record = initialise(model, info())
    assert (record.source, record.revision) == (timm.get_pretrained_cfg("resnet18").hf_hub_id, "unknown")
    assert record.drawn == ("fc.weight", "fc.bias")


@pytest.fixture(scope="module")
def lite0(tmp_path_factory):
    """ImageNet's weights, in a file as a user would have them."""
    published = lite_weights.published("0")
    if published is None:
        pytest.skip(f"{lite_weights.PACKAGE.format(0)} is not installed; it ships the weights")
    path = tmp_path_factory.mktemp("weights") / "lite0.safetensors"
    save_file(lite_weights.renamed(published, "0"), path)
    return path


@pytest.mark.parametrize("network", ["efficientnet_lite0", "tf_efficientnet_lite0"])
@pytest.mark.parametrize(
    ("picture", "classes"),
    [("chelsea.png", {281, 282, 285}), ("rocket.jpg", {657, 744}), ("coffee.png", {967, 968})],
    ids=["tabby, tiger or Egyptian cat", "missile or projectile", "espresso or cup"],
)
def test_a_pretrained_network_knows_what_is_in_a_photograph(lite0, network, picture, classes):
    model, record = initialise(entry(lite0, timm=network), info(classes=1000, side=224))
    assert record.drawn == ()
    image = Image.open(f"{skimage.__path__[0]}/data/{picture}").convert("RGB")
    pixels = np.asarray(ImageOps.fit(image, (224, 224), Image.Resampling.BICUBIC), np.float32)
    images = torch.from_numpy((pixels / 255 - 0.5) / 0.5).permute(2, 0, 1)[None]
    with torch.no_grad():
        assert int(model.eval()(images).argmax()) in classes


def test_a_pretrained_network_can_begin_with_grey_images_of_other_classes(lite0):
    model, record = initialise(entry(lite0, timm="efficientnet_lite0"), info(channels=1, classes=5, side=64))
    assert record.drawn == LAST
    assert model(torch.zeros(2, 1, 64, 64)).shape == (2, 5)
