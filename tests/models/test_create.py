"""Models of timm's, made for a data set."""

import pytest
import timm
import torch

from smoot.artifacts.dataset import DatasetInfo
from smoot.core.errors import SmootError
from smoot.models.create import build, create, initialise
from smoot.models.model_entry import ModelEntry


def test_timm_makes_the_sgt_cnn_by_name():
    model = timm.create_model("sgt_cnn")
    assert model(torch.zeros(2, 1, 28, 28)).shape == (2, 10)
    assert sum(parameter.numel() for parameter in model.parameters()) == 1_199_882
    assert timm.create_model("sgt_cnn", in_chans=3, num_classes=7, img_size=32)(torch.zeros(1, 3, 32, 32)).shape == (
        1,
        7,
    )


@pytest.mark.parametrize(
    ("name", "channels", "side"),
    [
        ("sgt_cnn", 1, 28),
        ("test_resnet", 1, 28),
        ("resnet18", 3, 32),
        ("vit_tiny_patch16_224", 3, 64),
        ("convnext_atto", 3, 64),
    ],
)
def test_models_of_many_families_take_channels_classes_and_size(name, channels, side):
    model = create(ModelEntry(timm=name), channels, 5, (side, side)).eval()
    assert model(torch.zeros(2, channels, side, side)).shape == (2, 5)


def test_the_seed_decides_the_weights():
    def weights(seed):
        torch.manual_seed(seed)
        return torch.cat([p.flatten() for p in create(ModelEntry(timm="sgt_cnn"), 1, 10, (28, 28)).parameters()])

    assert torch.equal(weights(1), weights(1))
    assert not torch.equal(weights(1), weights(2))


@pytest.mark.parametrize(
    ("model", "named"),
    [
        (ModelEntry(timm="resnet_nil"), "timm has no such model"),
        (ModelEntry(timm="sgt_cnn", kwargs={"nonsense": 1}), "unexpected keyword argument 'nonsense'"),
        (ModelEntry(timm="sgt_cnn", kwargs={"pretrained": True}), "no pretrained weights"),
    ],
)
def test_a_model_that_cannot_be_made_is_named(model, named):
    with pytest.raises(SmootError, match=named):
        create(model, 1, 10, (28, 28))


def test_an_enlarged_model_is_explained_by_the_original_pixels():
    images = torch.randn(2, 1, 28, 20, generator=torch.Generator().manual_seed(0), requires_grad=True)
    model = create(ModelEntry(timm="test_vit", upsample=64), 1, 5, (28, 20)).eval()
    logits = model(images)
    assert logits.shape == (2, 5)
    logits.sum().backward()
    assert images.grad.shape == images.shape
    assert images.grad.all()


def test_an_enlarged_model_has_the_weights_of_the_larger_one():
    def weights(model, side):
        torch.manual_seed(0)
        return torch.cat([p.flatten() for p in create(model, 3, 5, (side, side)).parameters()])

    assert torch.equal(weights(ModelEntry(timm="test_vit", upsample=64), 32), weights(ModelEntry(timm="test_vit"), 64))


def test_upsample_does_not_shrink():
    with pytest.raises(SmootError, match="upsample: 16: it would shrink images of 28×28 pixels"):
        create(ModelEntry(timm="test_resnet", upsample=16), 1, 10, (28, 28))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("test_vit", "divisible by patch size"),
        ("densenet121", "Output size is too small"),
        ("gcvit_xxtiny", "division by zero"),
        ("halonet_h1", "AssertionError"),
    ],
)
def test_a_size_that_a_model_refuses_only_when_it_meets_it_is_named_before_training(name, said):
    with pytest.raises(SmootError, match=f"{name}, .*{said}.*28×28 pixels, a larger `upsample` may help"):
        create(ModelEntry(timm=name), 1, 10, (28, 28))


def test_a_network_that_leaves_pixels_out_is_named(capsys):
    create(ModelEntry(timm="deit_tiny_patch16_224"), 1, 4, (28, 28))
    assert (
        "deit_tiny_patch16_224, kwargs: {}, upsample: None: it does not see the last of 28×28"
        in capsys.readouterr().err
    )


INFO = DatasetInfo(
    title="Toy",
    source="made here",
    licence="none",
    classes=("a", "b", "c"),
    sizes={"train": 1, "val": 1, "test": 1},
    shape=(1, 28, 28),
    mean=(0.5,),
    std=(0.5,),
    sha256={},
)


def test_a_model_is_made_for_a_data_set_as_it_is_described():
    torch.manual_seed(0)
    expected = create(ModelEntry(timm="sgt_cnn"), 1, 3, (28, 28)).state_dict()
    for make in (build, lambda model, info: initialise(model, info)[0]):
        torch.manual_seed(0)
        state = make(ModelEntry.of("sgt_cnn", {}), INFO).state_dict()
        assert state.keys() == expected.keys()
        assert all(torch.equal(state[name], expected[name]) for name in state)
    assert initialise(ModelEntry.of("sgt_cnn", {}), INFO)[1] is None


def test_a_model_that_is_built_only_to_be_filled_asks_for_no_weights():
    model = ModelEntry.of("mine", {"timm": "sgt_cnn", "kwargs": {"pretrained": True}})
    assert build(model, INFO)(torch.zeros(2, 1, 28, 28)).shape == (2, 3)
    with pytest.raises(SmootError, match=r"^models\.mine: timm: sgt_cnn, .*no pretrained weights"):
        initialise(model, INFO)


def test_an_entry_without_a_name_is_named_by_its_key():
    assert ModelEntry.of("resnet18", {"upsample": 32}).name == "resnet18"
    assert ModelEntry.of("larger", {"timm": "resnet18", "upsample": 32}).name == "resnet18"
    with pytest.raises(SmootError, match=r"^models\.nil\.timm: nil: timm has no such model"):
        build(ModelEntry.of("nil", {}), INFO)


def test_weights_that_cannot_be_downloaded_are_named_in_one_line(monkeypatch):
    def offline(*arguments, **options):
        raise FileNotFoundError("no network\nat all")

    monkeypatch.setattr(timm, "create_model", offline)
    with pytest.raises(SmootError, match=r"^models\.it: timm: test_resnet, .*: no network; `weights` takes them .*$"):
        initialise(ModelEntry.of("it", {"timm": "test_resnet", "kwargs": {"pretrained": True}}), INFO)
