"""`smoot explain`: what a key of params.yaml means."""

import subprocess
import sys

import pytest
from builders import PROJECT

from smoot.cli.explain import describe
from smoot.core.errors import ParamsError
from smoot.settings.places import find

VARIANTS = {
    "methods": {"sgt_k30": {"method": "sgt", "k": 0.3}},
    "panels": {"quick": {"images": 96, "attributions": {"ig": {"attribution": "integrated_gradients"}}}},
    "models": {"net": {"timm": "resnet18"}},
}


def explained(name, raw=VARIANTS):
    return describe(find(name, raw))


def test_a_value():
    assert explained("methods.sgt_k30.k").splitlines() == [
        "methods.sgt_k30.k",
        "  The fraction of an image's pixels that is masked.",
        "  type            number",
        "  range           ≥ 0, ≤ 1",
        "  default         0.5",
        "  in params.yaml  0.3",
    ]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("training.lr", "> 0"),
        ("methods.sgt.k", "0.5"),
        ("methods.sgt.training.lr", "learning rate"),
        ("panels.*.images", "How many images"),
        ("panels.quick.images", "96"),
        ("panels.quick.attributions.ig.steps", "50"),
        ("panels.*.metrics.accuracy_drop.fill", "image_min or channel_mean or uniform"),
        ("grid.seeds", "list of whole numbers"),
        ("grid.methods", "list of text"),
        ("models.net.weights", "sha256"),
        ("models.*.upsample", "1024"),
        ("training.augment", "crop"),
    ],
)
def test_what_is_said(name, said):
    assert said in explained(name)


def test_a_block_lists_its_keys():
    lines = explained("masking").splitlines()
    assert [line.split()[0] for line in lines if line and not line[0].isspace()][3:] == [
        "ranking", "target", "fill", "saliency",
    ]  # fmt: skip


def test_a_block_of_entries_lists_its_own_and_the_components():
    lines = [line.split()[0] for line in explained("methods").splitlines() if line and not line[0].isspace()]
    assert "sgt_k30" in lines
    assert "smoot" in lines


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("training.lrr", "training.lr"),
        ("lr", "training.lr"),
        ("fill", "masking.fill"),
        ("methods.sgtt", "methods.sgt"),
        ("methods.sgt.kk", "methods.sgt.k"),
        ("panels.quik.images", "panels.quick"),
        ("trainin.epochs", "training"),
        ("grid.methods.sgt", "grid.methods"),
    ],
)
def test_an_unknown_key_is_answered_by_the_nearest(name, nearest):
    with pytest.raises(ParamsError) as caught:
        explained(name)
    assert caught.value.lines == [f"{name}: no such key of params.yaml; the nearest is {nearest}"]


def test_a_key_like_no_other_is_answered_by_what_is_allowed():
    with pytest.raises(ParamsError, match=r"^qqqq: no such key of params\.yaml; allowed: grid, compute, "):
        explained("qqqq")


def test_an_entry_of_a_component_that_is_not_there_is_named():
    with pytest.raises(
        ParamsError, match=r"^params\.yaml: methods\.mine: sgtt: no such method; allowed: adversarial, "
    ):
        explained("methods.mine.k", {"methods": {"mine": {"method": "sgtt"}}})


def test_the_command_needs_no_torch_and_no_params_file(tmp_path):
    code = "import sys; from smoot.cli import app; app(['explain', 'training.lr'], standalone_mode=False)"
    checked = f"{code}; assert 'torch' not in sys.modules"
    result = subprocess.run(
        [sys.executable, "-c", checked], cwd=tmp_path, env={"PYTHONPATH": str(PROJECT)}, capture_output=True, text=True
    )
    assert result.returncode == 0, result.stderr
    assert "The learning rate" in result.stdout
