"""Saliency-guided training on one small model of each of many families of timm."""

import pytest
import torch
from builders import gradients, make_batch, make_context, make_info

from smoot.methods import sgt
from smoot.models.create import create
from smoot.models.model_entry import ModelEntry

CLASSES = 4

# (model, channels, side of the images, keyword arguments, upsample), the smallest that there is of its family.
FAMILIES = [
    ("test_resnet", 1, 28, {}, None),
    ("resnext26ts", 3, 32, {}, None),
    ("test_byobnet", 3, 28, {}, None),
    ("seresnext26ts", 1, 28, {}, None),
    ("test_nfnet", 3, 28, {}, None),
    ("test_efficientnet", 1, 32, {}, None),
    ("mobilenetv3_small_050", 3, 28, {}, None),
    ("mnasnet_small", 1, 28, {}, None),
    ("ghostnet_050", 3, 32, {}, None),
    ("regnetx_002", 1, 32, {}, None),
    ("densenet121", 3, 28, {}, 32),
    ("vgg11", 1, 32, {"mlp_ratio": 0.0625}, None),
    ("dla46_c", 3, 32, {}, None),
    ("test_convnext", 1, 28, {}, 32),
    ("inception_next_atto", 3, 32, {}, None),
    ("inception_v3", 1, 28, {}, 96),
    ("test_vit", 1, 28, {"patch_size": 4}, None),
    ("deit_tiny_patch16_224", 3, 32, {"patch_size": 8}, None),
    ("cait_xxs24_224", 1, 28, {"patch_size": 7}, None),
    ("xcit_nano_12_p8_224", 3, 32, {}, None),
    ("pvt_v2_b0", 1, 32, {}, None),
    ("gmlp_ti16_224", 1, 28, {}, 32),
    ("swin_tiny_patch4_window7_224", 3, 28, {"embed_dim": 24}, None),
    ("test_maxvit", 1, 32, {}, None),
    ("test_coatnet", 3, 28, {}, 32),
    ("mobilevit_xxs", 1, 32, {}, None),
    ("test_mambaout", 3, 28, {}, None),
]


@pytest.mark.parametrize(
    ("name", "channels", "side", "kwargs", "upsample"), FAMILIES, ids=[family[0] for family in FAMILIES]
)
def test_families_of_timm_learn_from_all_the_pixels_of_small_images(capsys, name, channels, side, kwargs, upsample):
    torch.manual_seed(0)
    model = create(ModelEntry(timm=name, kwargs=kwargs, upsample=upsample), channels, CLASSES, (side, side))
    assert not capsys.readouterr().err, "the last row or column of pixels is cut off"

    method = sgt.Method(sgt.Params(), make_context(info=make_info(classes=CLASSES, shape=(channels, side, side))))
    assert torch.are_deterministic_algorithms_enabled()
    optimizer = torch.optim.SGD(model.train().parameters(), lr=0.01)
    for number in range(2):  # networks may begin with zeros that the gradient does not pass
        optimizer.zero_grad()
        step = method.step(model, make_batch(channels=channels, side=side, classes=CLASSES, seed=number))
        learned = gradients(model)
        optimizer.step()
    assert step.loss.isfinite()
    assert all(gradient.isfinite().all() for gradient in learned)
    assert sum(bool(gradient.any()) for gradient in learned) > 0.9 * len(learned)
