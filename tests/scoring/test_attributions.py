"""What every attribution keeps to, and the exact answers of a linear model."""

import numpy as np
import pytest
import torch
from examples import example
from scored_models import CLASSES, SIDE, Linear, small_cnn, subject
from torch import nn

from smoot.attributions._modules import last_stage, trace
from smoot.core import components
from smoot.models.create import create
from smoot.models.model_entry import ModelEntry
from smoot.scoring.metric import NotApplicableError

ATTRIBUTIONS = components.names("attributions")
BY_THE_FUNCTION_ALONE = [
    *("centre", "edges", "gradient", "gradient_shap", "input_x_gradient", "integrated_gradients", "occlusion"),
    *("random", "smoothgrad"),
]


def module_of(name):
    return components.load("attributions", name)


@pytest.fixture(autouse=True)
def deterministic():
    """As runs are; some functions of PyTorch then refuse to work."""
    torch.use_deterministic_algorithms(True)


def timm_model(name):
    torch.manual_seed(0)
    kwargs = {"patch_size": 4} if name == "test_vit" else {}
    model = create(ModelEntry(timm=name, kwargs=kwargs), 1, CLASSES, (28, 28)).eval().requires_grad_(False)
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            # As if it had been trained: without biases, many a wrong attribution is right.
            module.bias.normal_(0, 0.3)
            module.running_mean.normal_(0, 0.2)
    return model


def attribute(name, model, images, labels, **params):
    entry = example("attributions", name, **params)
    return entry.load().attribute(model, images.clone(), labels, entry.params()).detach()


def batch(model, size=6, channels=1, side=SIDE):
    images = torch.randn((size, channels, side, side), generator=torch.Generator().manual_seed(2))
    with torch.no_grad():
        return images, model(images).argmax(1)


def change(model, images, labels):
    """f_y(x) − f_y(0)."""
    with torch.no_grad():
        return (model(images) - model(torch.zeros_like(images))).gather(1, labels[:, None]).squeeze(1)


@pytest.mark.parametrize("name", ATTRIBUTIONS)
def test_maps_have_the_images_size_and_are_the_same_each_time(name):
    one, other = subject(name, model=small_cnn()), subject(name, model=small_cnn())
    assert one.maps.shape == one.images.shape
    assert one.maps.dtype == np.float32
    assert np.isfinite(one.maps).all()
    assert np.array_equal(one.maps, other.maps)


@pytest.mark.parametrize("name", ATTRIBUTIONS)
def test_a_map_is_that_of_its_own_image_whatever_the_others_are(name):
    one = subject(name, model=small_cnn())
    assert np.ptp(one.maps[3:5]) > 0
    np.testing.assert_allclose(
        one.explain(one.model, one.images[3:5], one.labels[3:5]), one.maps[3:5], rtol=1e-5, atol=1e-6
    )


@pytest.mark.parametrize("name", ATTRIBUTIONS)
def test_it_leaves_the_model_as_it_was(name):
    model = small_cnn()
    images, labels = batch(model)
    before = model(images)
    attribute(name, model, images, labels)
    assert not any(module._forward_hooks or module._forward_pre_hooks for module in model.modules())
    assert all(module.inplace for module in model.modules() if isinstance(module, nn.ReLU))
    assert torch.equal(model(images), before)


@pytest.mark.parametrize("model", ["test_resnet", "sgt_cnn", "test_vit"])
@pytest.mark.parametrize("name", ATTRIBUTIONS)
def test_it_explains_models_of_timm_or_says_why_not(name, model):
    network = timm_model(model)
    images, labels = batch(network, size=3, channels=1, side=28)
    try:
        maps = attribute(name, network, images, labels)
    except NotApplicableError as reason:
        assert str(reason)
        return
    assert maps.shape[0] == 3
    assert maps.shape[2:] == images.shape[2:]
    assert maps.isfinite().all()
    assert (maps.flatten(1).std(1) > 0).all()
    alone = attribute(name, network, images[1:2], labels[1:2])
    torch.testing.assert_close(maps[1:2], alone, rtol=1e-4, atol=1e-4 * float(maps.abs().max()))


@pytest.mark.parametrize("name", BY_THE_FUNCTION_ALONE)
def test_what_needs_no_modules_applies_to_a_transformer(name):
    network = timm_model("test_vit")
    assert attribute(name, network, *batch(network, size=2, side=28)).isfinite().all()


@pytest.mark.parametrize(
    ("name", "reason"),
    [("deep_lift", "layer_norm in"), ("grad_cam", "into patches"), ("guided_backprop", "gelu in")],
)
def test_what_does_not_apply_to_a_transformer_says_why(name, reason):
    network = timm_model("test_vit")
    with pytest.raises(NotApplicableError, match=reason):
        attribute(name, network, *batch(network, size=2, side=28))


@pytest.mark.parametrize("name", ATTRIBUTIONS)
def test_it_says_what_it_is(name):
    assert module_of(name).__doc__.startswith(f"{name}: ")


@pytest.mark.parametrize("name", [name for name in ATTRIBUTIONS if getattr(module_of(name), "COMPLETE", False)])
def test_maps_that_promise_to_add_up_do(name):
    model = small_cnn()
    images, labels = batch(model)
    maps = attribute(name, model, images, labels)
    torch.testing.assert_close(maps.sum((1, 2, 3)), change(model, images, labels), rtol=0.05, atol=0.05)


@pytest.mark.parametrize("name", [name for name in ATTRIBUTIONS if getattr(module_of(name), "NULL", False)])
def test_maps_that_say_nothing_of_the_model_are_the_same_for_another(name):
    one = subject(name)
    torch.manual_seed(5)
    other_model = Linear()
    other_model.linear.reset_parameters()
    assert np.array_equal(one.explain(other_model, one.images, (one.labels + 1) % CLASSES), one.maps)


def weights(of):
    return of.model.linear.weight.numpy()[of.labels].reshape(-1, 1, SIDE, SIDE)


@pytest.mark.parametrize("name", ["gradient", "smoothgrad"])
def test_gradients_of_a_linear_model_are_its_weights(name):
    linear = subject(name)
    np.testing.assert_allclose(linear.maps, np.abs(weights(linear)), rtol=1e-5)


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("input_x_gradient", {}),
        ("integrated_gradients", {}),
        ("deep_lift", {}),
        ("gradient_shap", {"noise": 0.0}),
        ("occlusion", {"window": 1, "stride": 1}),
    ],
)
def test_contributions_to_a_linear_model_are_weights_times_input(name, params):
    linear = subject()
    maps = attribute(name, linear.model, torch.from_numpy(linear.images), torch.from_numpy(linear.labels), **params)
    np.testing.assert_allclose(maps, weights(linear) * linear.images, rtol=1e-4, atol=1e-5)


def test_gradient_shap_of_a_linear_model_is_off_by_its_baselines_mean():
    linear = subject("gradient_shap")
    baselines = (linear.images - linear.maps / weights(linear)).mean(0)
    assert 0.03 < baselines.std() < 0.12, "0.5 / √50 is 0.07"


@pytest.mark.parametrize(
    ("name", "params", "tolerance"),
    [
        ("deep_lift", {}, 1e-5),
        ("integrated_gradients", {"steps": 200}, 2e-2),
        ("gradient_shap", {"samples": 400, "noise": 0.0}, 2e-2),
    ],
)
def test_attributions_add_up_to_what_the_image_changes(name, params, tolerance):
    model = small_cnn()
    images, labels = batch(model)
    maps = attribute(name, model, images, labels, **params)
    torch.testing.assert_close(maps.sum((1, 2, 3)), change(model, images, labels), rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize(
    "layers",
    [
        [nn.Conv2d(1, 4, 3), nn.MaxPool2d(2), nn.ReLU()],
        [nn.Conv2d(1, 4, 3), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2, 1)],
        [nn.Conv2d(1, 4, 3), nn.GELU(), nn.Conv2d(4, 4, 1), nn.Sigmoid()],
        [nn.Conv2d(1, 4, 3), relu := nn.ReLU(), nn.Conv2d(4, 4, 1), relu, nn.BatchNorm2d(4)],
    ],
    ids=["pool then relu", "windows that overlap", "smooth activations", "one relu twice"],
)
def test_deep_lift_adds_up_whatever_the_order_of_its_modules(layers):
    features = nn.Sequential(*layers, nn.Flatten()).eval()
    model = nn.Sequential(features, nn.Linear(features(torch.zeros(1, 1, SIDE, SIDE)).shape[1], CLASSES))
    torch.manual_seed(0)
    for parameter in model.eval().requires_grad_(False).parameters():
        parameter.normal_(0, 0.5)
    images, labels = batch(model)
    maps = attribute("deep_lift", model, images, labels)
    torch.testing.assert_close(maps.sum((1, 2, 3)), change(model, images, labels), rtol=1e-5, atol=1e-5)


def test_deep_lift_gives_a_pooled_pixel_what_the_pool_passes_on():
    """The baseline is the same everywhere in a window, so that it chooses no pixel, even where it is the higher."""
    torch.manual_seed(0)
    model = nn.Sequential(nn.MaxPool2d(3, 2, 1), nn.Flatten(), nn.Linear(16, CLASSES)).eval().requires_grad_(False)
    images, labels = batch(model)
    images -= 1.5
    expected = attribute("input_x_gradient", model, images, labels)
    torch.testing.assert_close(attribute("deep_lift", model, images, labels), expected, rtol=1e-4, atol=1e-5)


@pytest.mark.filterwarnings("ignore")
def test_deep_lift_and_guided_backprop_are_captums_where_those_are_right():
    from captum.attr import DeepLift, GuidedBackprop

    model = small_cnn()
    images, labels = batch(model)
    for name, reference in (("deep_lift", DeepLift), ("guided_backprop", GuidedBackprop)):
        expected = reference(model).attribute(images, target=labels).detach()
        torch.testing.assert_close(attribute(name, model, images, labels), expected, rtol=1e-5, atol=1e-6)


def test_smoothgrad_is_captums_of_the_same_noise(monkeypatch):
    from captum.attr import NoiseTunnel, Saliency

    from smoot.attributions._noise import gaussian

    model = small_cnn()
    images, labels = batch(model, size=1)
    noise = gaussian(25, images, 0) * float(images.max() - images.min())
    monkeypatch.setattr(NoiseTunnel, "_add_noise_to_input", staticmethod(lambda image, part, _: image + part * noise))
    expected = NoiseTunnel(Saliency(model)).attribute(images, nt_samples=25, stdevs=0.15, target=labels, abs=True)
    torch.testing.assert_close(attribute("smoothgrad", model, images, labels), expected)


@pytest.mark.parametrize("name", ["smoothgrad", "gradient_shap"])
def test_noise_changes_with_its_seed_alone(name):
    model = small_cnn()
    images, labels = batch(model)
    one, other = (attribute(name, model, images, labels, seed=seed) for seed in (0, 1))
    assert 0.5 < np.corrcoef(one.flatten(), other.flatten())[0, 1] < 0.9999


class Backprop(nn.Module):
    """f_y(x) = w · relu(V x), whose guided gradient is known: Vᵀ times the positive parts of w, where V x > 0."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.hidden, self.relu, self.out = nn.Linear(SIDE * SIDE, 12), nn.ReLU(), nn.Linear(12, CLASSES)

    def forward(self, images):
        return self.out(self.relu(self.hidden(images.flatten(1))))


def test_guided_backprop_passes_positive_gradients_back_alone():
    model = Backprop().eval().requires_grad_(False)
    images, labels = batch(model)
    passed = model.out.weight[labels].clamp(min=0) * (model.hidden(images.flatten(1)) > 0)
    expected = (passed @ model.hidden.weight).view_as(images)
    torch.testing.assert_close(attribute("guided_backprop", model, images, labels), expected)
    model.hidden.weight.abs_()
    assert (attribute("guided_backprop", model, images, labels) >= 0).all()


def test_grad_cam_is_the_feature_map_that_a_class_reads_and_zero_where_nothing_is():
    """One map, pooled to a mean: its gradient is the class's weight everywhere, and the map is its positive part."""
    model = nn.Sequential(nn.Conv2d(1, 1, 1), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(1, 2))
    model.eval().requires_grad_(False)
    model[0].weight[:], model[0].bias[:], model[4].weight[:] = 1.0, 0.0, torch.tensor([[2.0], [-2.0]])
    images = torch.zeros(2, 1, 8, 8)
    images[:, :, 2:4, 3:6] = 5.0
    maps = attribute("grad_cam", model, images, torch.tensor([0, 1]))
    torch.testing.assert_close(maps[0], images[0] * 2 / 64)
    assert not maps[1].any(), "the map speaks against the second class"


def test_grad_cam_enlarges_the_maps_of_the_last_stage_of_a_resnet():
    network = timm_model("test_resnet")
    assert last_stage(trace(network, torch.zeros(1, 1, 64, 64))) is network.layer4
    assert last_stage(trace(network, torch.zeros(1, 1, 24, 24))) is network.layer3, "those of layer4 have one pixel"
    images, labels = batch(network, size=2, side=64)
    assert attribute("grad_cam", network, images, labels).shape == (2, 1, 64, 64)


def test_occlusion_is_the_fall_of_the_logit_on_the_squares_that_cover_a_pixel():
    model = small_cnn()
    images, labels = batch(model, size=2)
    maps = attribute("occlusion", model, images, labels, window=4, stride=4)
    for row, column in ((0, 0), (0, 4), (4, 4)):
        covered = images.clone()
        covered[:, :, row : row + 4, column : column + 4] = 0
        fall = (model(images) - model(covered)).gather(1, labels[:, None])
        square = maps[:, 0, row : row + 4, column : column + 4].flatten(1)
        torch.testing.assert_close(square, fall.expand_as(square), rtol=1e-4, atol=1e-5)


def test_occlusion_of_colour_images_counts_a_square_once():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Flatten(), nn.Linear(3 * SIDE * SIDE, CLASSES)).eval().requires_grad_(False)
    images, labels = batch(model, channels=3)
    maps = attribute("occlusion", model, images, labels, window=1, stride=1)
    weight = model[1].weight[labels].view_as(images)
    torch.testing.assert_close(maps, (weight * images).sum(1, keepdim=True), rtol=1e-4, atol=1e-5)


class Functional(nn.Module):
    """A ReLU that is a function, beside one that is a module."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.first, self.relu, self.second = nn.Linear(SIDE * SIDE, 12), nn.ReLU(), nn.Linear(12, CLASSES)

    def forward(self, images):
        return self.second(self.relu(torch.relu(self.first(images.flatten(1))) - 0.1))


class Gated(nn.Module):
    """A product of features."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.first, self.gate, self.second = (nn.Linear(SIDE * SIDE, n) for n in (CLASSES, CLASSES, CLASSES))

    def forward(self, images):
        return self.first(images.flatten(1)) * self.gate(images.flatten(1))


PATCHES = nn.Sequential(nn.Conv2d(1, 4, 4, 4), nn.Flatten(), nn.Linear(16, CLASSES))


@pytest.mark.parametrize(
    ("name", "model", "reason"),
    [
        ("deep_lift", Functional(), "relu in .*Functional"),
        ("deep_lift", Gated(), "a product of features"),
        ("guided_backprop", Functional(), "relu in .*Functional$"),
        ("guided_backprop", nn.Sequential(nn.Flatten(), nn.Linear(64, 3), nn.GELU()), "gelu in .*GELU$"),
        ("guided_backprop", Linear(), "the model has none"),
        ("grad_cam", Linear(), "no convolution"),
        ("grad_cam", nn.Sequential(nn.Conv2d(1, 4, 8), nn.Flatten(), nn.Linear(4, CLASSES)), "larger than one pixel"),
        ("grad_cam", PATCHES, "into patches"),
    ],
)
def test_what_does_not_apply_says_why(name, model, reason):
    model.eval().requires_grad_(False)
    with pytest.raises(NotApplicableError, match=reason):
        attribute(name, model, *batch(model))


def test_a_square_larger_than_the_image_does_not_apply():
    with pytest.raises(NotApplicableError, match="window 9 is larger than images of 8×8"):
        attribute("occlusion", Linear(), *batch(Linear()), window=9)


def test_squares_that_leave_pixels_out_are_refused():
    with pytest.raises(ValueError, match="stride: 4: should be at most window, 3"):
        components.load("attributions", "occlusion").Params(window=3, stride=4)


def test_random_maps_of_images_that_hardly_differ_are_unrelated():
    one = subject("random")
    changed = one.explain(one.model, one.images + 1e-3, one.labels)
    assert abs(np.corrcoef(changed.ravel(), one.maps.ravel())[0, 1]) < 0.2


def test_edges_are_where_the_image_changes_and_as_strong_as_it_changes():
    """Sobel's derivative of a ramp is 8 times its slope; of a step, 4 times its height, on both sides of it."""
    images = torch.zeros(3, 3, SIDE, SIDE)
    images[0] = 2 + 3 * torch.arange(SIDE)
    images[1] = images[0].mT + images[0]
    images[2, 1:, :, 4:] = 5.0
    maps = attribute("edges", Linear(3), images, torch.zeros(3, dtype=torch.long))
    assert maps.shape == (3, 1, SIDE, SIDE)
    inner = maps[:, 0, 1:-1, 1:-1]
    torch.testing.assert_close(inner[0], torch.full_like(inner[0], 24))
    torch.testing.assert_close(inner[1], torch.full_like(inner[1], 24 * 2**0.5))
    # Of three channels, two have the step.
    expected = torch.zeros(SIDE, SIDE)
    expected[:, 3:5] = 20 * 2 / 3
    torch.testing.assert_close(maps[2, 0], expected)


def test_the_centre_is_1_in_the_middle_and_falls_by_shares_of_the_sides():
    images = torch.randn(2, 3, 9, 15)
    maps = attribute("centre", Linear(), images, torch.tensor([0, 1]), sigma=1 / 3)
    assert maps.shape == (2, 1, 9, 15)
    assert torch.equal(maps[0], maps[1])
    shown = maps[0, 0]
    steps = {(4, 7): 0, (1, 7): 1, (7, 7): 1, (4, 2): 1, (4, 12): 1, (1, 2): 2}
    for place, squares in steps.items():
        assert float(shown[place]) == pytest.approx(np.exp(-squares / 2)), place
    assert shown.max() == shown[4, 7]
