"""Values that no run could work with are lines of `smoot check`; those that depend on data, once these are there."""

import pytest
from toy_data import bright_rows, write_data

from smoot.artifacts.paths import DataFolder
from smoot.cli.check import plan
from smoot.core.errors import ParamsError
from smoot.settings.data_limits import check_data
from smoot.settings.validation import validate


def changed(raw, dotted, value):
    *path, key = dotted.split(".")
    for name in path:
        raw = raw[name]
    raw[key] = value


@pytest.mark.parametrize(
    ("where", "value", "said"),
    [
        ("compute.threads", 2**40, "compute.threads: 1099511627776: should be less than or equal to 1024"),
        ("training.epochs", 2**70, f"training.epochs: {2**70}: should be less than or equal to 1000000"),
        ("models.test_resnet.upsample", 100000, "models.test_resnet.upsample: 100000: should be less than or equal"),
        ("panels.tiny.gallery", 50, "panels.tiny: gallery: 50: should be at most images, 32"),
        (f"methods.{'m' * 300}", {"method": "sgt"}, f"methods.{'m' * 79}…: '{'m' * 78}…: String should have"),
    ],
)  # fmt: skip
def test_what_no_machine_can_do_is_refused(smoke, where, value, said):
    changed(smoke, where, value)
    with pytest.raises(ParamsError) as refused:
        validate(smoke)
    assert any(line.startswith(f"params.yaml: {said}") for line in refused.value.lines), refused.value.lines


@pytest.mark.parametrize(
    ("where", "value", "said"),
    [
        ("panels.tiny.images", 3000, "panels.tiny.images: 3000: the test split of mnist5k has 20"),
        ("training.batch_size", 5000, "training.batch_size: 5000: for mnist5k it should be 40 at most"),
        ("training.images", 5000, "training.images: 5000: for mnist5k it should be 40 at most"),
    ],
)
def test_what_the_data_do_not_have_is_refused_once_they_are_there(smoke, tmp_path, monkeypatch, where, value, said):
    monkeypatch.chdir(tmp_path)
    smoke["panels"]["tiny"]["images"] = 20
    changed(smoke, where, value)
    params = validate(smoke)
    check_data(params)
    write_data(DataFolder("mnist5k").path, *(bright_rows(size, 8) for size in (40, 20, 20)))
    with pytest.raises(ParamsError) as refused:
        check_data(params)
    assert f"params.yaml: {said}" in refused.value.lines


def test_more_threads_than_the_machine_has_are_said(smoke, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("os.sched_getaffinity", lambda process: {0, 1})
    smoke["compute"]["threads"] = 1000
    line = "threads   compute.threads is 1000, but this machine has 2: it is slow here"
    assert line in plan(smoke, validate(smoke)).splitlines()


def test_a_plan_says_what_an_epoch_of_drawn_images_is(smoke, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    smoke["training"] |= {"images": 250, "batch_size": 32}
    said = "1 epoch, each of 7 steps, batches of 32, from 250 training images that the seed draws, into results/runs/"
    assert said in plan(smoke, validate(smoke))
