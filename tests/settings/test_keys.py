"""Every key of params.yaml is documented, by the schemas that check it."""

from typing import Any, Literal

import pytest

from smoot.core import components
from smoot.core.params_file import Block
from smoot.settings.keys import REQUIRED, Key, keys
from smoot.settings.params import Params
from smoot.settings.places import ANY, Place, whole_file
from smoot.training.recipe import Recipe


def blocks(place: Place):
    """All blocks of the file, and those of every component."""
    yield place
    for part in place.below():
        yield from blocks(place.step(part))


PLACES = {place.name: place for place in blocks(whole_file({}))}


def test_all_blocks_are_found():
    for kind in components.WORDS.keys() - {"models"}:
        block = f"panels.{ANY}.{kind}" if kind in ("attributions", "metrics") else kind
        assert {f"{block}.{name}" for name in components.names(kind)} <= PLACES.keys()
    assert {"training.augment.flip", "models.*.weights.sha256", "report.primary.against"} <= PLACES.keys()


@pytest.mark.parametrize("place", [place for place in PLACES.values() if place.key], ids=lambda place: place.name)
def test_every_key_says_what_it_means(place):
    assert len(place.key.meaning) > 8
    assert place.key.meaning.endswith(".")


def test_a_key_has_type_range_and_default():
    lr, schedule, warmup, clip_norm, milestones = (
        next(key for key in keys(Recipe) if key.name == name)
        for name in ("lr", "schedule", "warmup_epochs", "clip_norm", "milestones")
    )
    assert lr == Key("lr", "number", "> 0", REQUIRED, lr.meaning)
    assert schedule == Key(
        "schedule", "cosine or tanh or poly or multistep or constant", "", "cosine", schedule.meaning
    )
    assert warmup == Key("warmup_epochs", "whole number", "≥ 0", "0", warmup.meaning)
    assert clip_norm == Key("clip_norm", "number or null", "> 0", "null", clip_norm.meaning)
    assert milestones == Key("milestones", "list of whole numbers", "", "[]", milestones.meaning)


class Own(Block):
    """Of types that a project's own component may have."""

    bits: Literal[8, 16, None] = 8
    corner: tuple[int, float] = (0, 0.5)
    extra: Any = None


def test_types_that_no_component_of_the_package_has():
    assert [key.type for key in keys(Own)] == ["8 or 16 or null", "list of whole number and number", "anything"]


def test_a_block_that_may_be_left_out_shows_its_keys():
    report = whole_file({}).step("report").step("primary")
    assert [key.name for key in report.keys] == ["methods", "against", "metrics", "attributions", "models", "datasets"]
    assert report.key.default == "null"


def test_the_keys_are_those_of_the_schema_in_its_order():
    assert [key.name for key in keys(Params)] == list(Params.model_fields)
