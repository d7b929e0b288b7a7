"""The block of smoothed features: what it computes, where it stands, and what it leaves alone."""

import copy

import pytest
import torch
from builders import make_batch, make_model
from torch import nn

from smoot.models.create import create, inner
from smoot.models.model_entry import ModelEntry
from smoot.models.smoothed import as_saved, smoothed
from smoot.training.optimiser import make_average, make_optimizer
from smoot.training.recipe import Recipe

SHAPE = (1, 8, 8)
PLACES = {
    "sgt_cnn": "pool",
    "test_resnet": "act1",
    "test_efficientnet": "blocks.0",
    "test_byobnet": "stem",
    "mobilenetv3_small_050": "bn1",
    "vgg11": "features.4",
    "densenet121": "features.norm0",
    "test_convnext": "stages.0",
    "test_maxvit": "stem",
}
SMALL = {"vgg11": {"mlp_ratio": 0.0625}}


def made(name, side=32):
    torch.manual_seed(0)
    return create(ModelEntry(timm=name, kwargs=SMALL.get(name, {})), 1, 4, (side, side))


def identity(channels=1):
    """A stage that gives its input, and nothing after it."""
    return nn.Sequential(nn.Identity(), nn.Identity()), (channels, 5, 5)


def test_a_point_is_spread_over_its_neighbours_and_mixed_over_channels():
    network, shape = identity(2)
    changed = smoothed(network, shape, "0", seed=0)
    with torch.no_grad():
        changed.smoothed_by.weight.copy_(torch.tensor([[9.0, 0.0], [18.0, 0.0]]).view(2, 2, 1, 1))
        changed.smoothed_by.bias.copy_(torch.tensor([0.0, 0.5]))
    images = torch.zeros(1, *shape)
    images[0, 0, 2, 2] = 1.0
    spread = torch.zeros(5, 5)
    spread[1:4, 1:4] = 1.0
    expected = torch.stack([spread + images[0, 0], 2 * spread + 0.5])
    torch.testing.assert_close(changed(images)[0], expected)


def test_at_the_border_the_mean_is_of_the_pixels_that_there_are():
    network, shape = identity()
    changed = smoothed(network, shape, "0", seed=0)
    with torch.no_grad():
        changed.smoothed_by.weight.fill_(1.0)
        changed.smoothed_by.bias.zero_()
    torch.testing.assert_close(changed(torch.full((1, *shape), 3.0)), torch.full((1, *shape), 6.0))


@pytest.mark.parametrize("name", PLACES)
def test_it_stands_after_the_first_features_of_half_the_side(name):
    plain, network = made(name), made(name)
    changed = smoothed(network, (1, 32, 32), None, seed=0)
    assert bytes(changed.smoothed_after.tolist()).decode() == PLACES[name]
    images = torch.randn(2, 1, 32, 32, generator=torch.Generator().manual_seed(0))
    seen = []
    inner(plain).get_submodule(PLACES[name]).register_forward_hook(lambda stage, given, maps: seen.append(maps))
    expected = plain.eval()(images)
    assert seen[0].shape[1] == len(changed.smoothed_by.weight)
    assert max(seen[0].shape[2:]) <= 16
    changed.eval()
    assert not torch.allclose(changed(images), expected)
    with torch.no_grad():
        for parameter in changed.smoothed_by.parameters():
            parameter.zero_()
    assert torch.equal(changed(images), expected)


def test_its_first_weights_are_of_the_seed_and_within_the_bound_of_pytorchs_own():
    first, same, other = (smoothed(made("sgt_cnn"), (1, 32, 32), None, seed).smoothed_by for seed in (1, 1, 2))
    assert torch.equal(first.weight, same.weight)
    assert not torch.equal(first.weight, other.weight)
    drawn = nn.Conv2d(64, 64, 1)
    for ours, theirs in ((first.weight, drawn.weight), (first.bias, drawn.bias)):
        assert 0.9 / 8 < ours.abs().max() <= 1 / 8
        assert 0.9 / 8 < theirs.abs().max() <= 1 / 8


def test_a_copy_has_a_block_of_its_own():
    changed = smoothed(made("sgt_cnn"), (1, 32, 32), None, seed=0).eval()
    twin = copy.deepcopy(changed)
    images = torch.ones(1, 1, 32, 32)
    before = changed(images)
    with torch.no_grad():
        twin.smoothed_by.bias.add_(1.0)
    assert torch.equal(changed(images), before)
    assert not torch.equal(twin(images), before)


def test_a_moving_average_is_of_the_block_too():
    changed = smoothed(made("sgt_cnn"), (1, 32, 32), None, seed=0)
    average = make_average(changed, Recipe(epochs=1, batch_size=2, lr=0.1, ema=0.9))
    with torch.no_grad():
        changed.smoothed_by.bias.add_(1.0)
    for number in range(200):
        average.update(changed, number)
    torch.testing.assert_close(average.module.smoothed_by.bias, changed.smoothed_by.bias, rtol=1e-3, atol=1e-3)
    images = torch.ones(1, 1, 32, 32)
    torch.testing.assert_close(average.module.eval()(images), changed.eval()(images), rtol=1e-2, atol=1e-2)


@pytest.mark.parametrize("name", ["test_maxvit", "sgt_cnn"])
def test_the_weight_decay_of_the_network_stays_what_it_was(name):
    recipe = Recipe(epochs=1, batch_size=2, lr=0.1, optimizer="adamw", weight_decay=0.1)

    def decayed(network):
        groups = make_optimizer(network, recipe).param_groups
        return {id(one): group["weight_decay"] for group in groups for one in group["params"]}

    network = made(name)
    before = decayed(network)
    after = decayed(changed := smoothed(network, (1, 32, 32), None, seed=0))
    assert {key: after[key] for key in before} == before
    assert after[id(changed.smoothed_by.weight)] == 0.1


def test_compiled_networks_have_the_block():
    changed = smoothed(make_model(), SHAPE, "1", seed=0).eval()
    graphs = torch.compile(changed, backend="eager")
    images = make_batch().images
    assert torch.equal(graphs(images), changed(images))


@pytest.mark.parametrize(
    ("name", "after", "said"),
    [
        ("sgt_cnn", "layer1", "after: layer1: the network has no such module; it has conv1, relu1"),
        ("sgt_cnn", "fc1", r"after: fc1: it does not give maps \(N, C, H, W\)"),
        ("test_vit", None, r"after: blocks.0: it does not give maps \(N, C, H, W\)"),
        ("test_mambaout", None, r"after: stages.0: it does not give maps \(N, C, H, W\)"),
        ("own", None, "after: null: timm does not say where the network's stages end; name a module of it"),
        ("twice", "shared", "after: shared: it is called 2 times in a pass; expected: once"),
    ],
)
def test_where_it_cannot_stand_is_one_line(name, after, said):
    class Twice(nn.Module):
        def __init__(self):
            super().__init__()
            self.shared = nn.Identity()

        def forward(self, images):
            return self.shared(self.shared(images))

    if name == "own":
        network, side = make_model(), 8
    elif name == "twice":
        network, side = Twice(), 8
    else:
        kwargs = {"img_size": 32, "patch_size": 8} if name == "test_vit" else {}
        network, side = create(ModelEntry(timm=name, kwargs=kwargs), 1, 4, (32, 32)), 32
    with pytest.raises(ValueError, match=f"^{said}") as error:
        smoothed(network, (1, side, side), after, seed=0)
    assert len(str(error.value).splitlines()) == 1


def test_weights_without_a_block_are_of_the_network_as_it_is():
    network = make_model()
    assert as_saved(network, network.state_dict()) is network
