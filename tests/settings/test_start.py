"""What a command loads before it works: a parameter file is checked without what takes seconds to import."""

import subprocess
import sys

import pytest
from builders import PROJECT

from smoot.core.errors import ParamsError
from smoot.settings import timm_names
from smoot.settings.timm_names import COMMON_OPTIMISERS, check_names, is_model
from smoot.settings.validation import validate
from smoot.training.recipe import Recipe

SLOW = ("torch", "torchvision", "timm", "captum", "quantus", "pandas", "scipy", "sklearn", "matplotlib", "mlxtend")
CHECK = """
import sys
from pathlib import Path
from smoot.engines.code import digest
from smoot.core.params_file import read_params
from smoot.cli.check import plan
from smoot.engines.stages import code_keys
from smoot.settings.timm_names import check_names, is_model
from smoot.settings.validation import validate
assert is_model("resnet18.a1_in1k")
for path in sys.argv[1:]:
    raw = read_params(Path(path))
    params = validate(raw)
    check_names(params)
    assert plan(raw, params)
    assert all(digest(raw, stage, key) for stage, key in code_keys(raw))
print(*sorted(sys.modules))
"""
PRESETS = sorted((PROJECT / "workflow/presets").glob("*.yaml"))


def test_checking_any_preset_imports_nothing_slow():
    command = [sys.executable, "-c", CHECK, *map(str, PRESETS)]
    output = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    loaded = set(output.splitlines()[-1].split())
    assert "smoot.methods.sgt" in loaded
    assert not loaded & set(SLOW)


def test_what_the_source_says_of_models_timm_says_too():
    import timm

    import smoot.models.create  # noqa: F401

    unseen = [name for name in timm.list_models() if not timm_names._in_source(name)]
    assert len(unseen) < 20  # those that are made in a loop
    assert all(is_model(name) for name in unseen)
    assert not is_model("resnet19")


@pytest.mark.parametrize("name", COMMON_OPTIMISERS)
def test_common_optimisers_take_whatever_a_recipe_gives(name):
    from torch import nn

    from smoot.training.optimiser import make_optimizer

    recipe = Recipe(epochs=1, batch_size=2, lr=0.1, weight_decay=0.1, momentum=0.5, optimizer=name)
    assert make_optimizer(nn.Linear(1, 1), recipe).param_groups[0]["lr"] == 0.1


def test_an_optimiser_that_is_not_common_is_asked_for(smoke):
    smoke["training"]["optimizer"] = "adamz"
    smoke["methods"]["smoot"]["training"] = {"optimizer": "lion"}
    with pytest.raises(ParamsError, match=r"training\.optimizer: adamz"):
        check_names(validate(smoke))
