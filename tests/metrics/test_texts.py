"""What every metric says of itself, for a reader of the report."""

import inspect
import re
from urllib.parse import urlsplit

import pytest
from pydantic import ValidationError
from scored_models import known

from smoot.artifacts.metric_info import MetricInfo
from smoot.artifacts.performance import SCORED_SPLITS, performance
from smoot.core import components
from smoot.scoring.metric import MetricParams
from smoot.training.evaluation import MEASURES, calibration_error

METRICS = components.names("metrics")
INFOS = {name: known(name) for name in METRICS}
# A generic metric says nothing of what it calls.
GENERIC = {name for name in METRICS if hasattr(components.load("metrics", name), "calls")}
PERFORMANCE = {name: info for split in SCORED_SPLITS for name, info in performance(split).items()}
ALL = INFOS | PERFORMANCE


def needed(**fields):
    return {"title": "T", "category": "complexity", "higher_is_better": True, "citation": "c"} | fields


@pytest.mark.parametrize("name", ALL)
def test_it_says_in_one_sentence_what_it_measures(name):
    assert re.fullmatch(r"[A-Z][^.\n]+\.", ALL[name].meaning)


@pytest.mark.parametrize("name", ALL)
def test_its_formula_is_one_line_without_markup(name):
    formula = ALL[name].formula
    assert formula
    assert not re.search(r"[\n\\$<`]|\.$|  ", formula.replace(" < ", ""))
    for opening, closing in ("()", "{}", "⌊⌋"):
        assert formula.count(opening) == formula.count(closing)


@pytest.mark.parametrize("name", sorted(set(METRICS) - GENERIC))
def test_its_formula_names_every_parameter(name):
    own = components.load("metrics", name).Params.model_fields.keys() - MetricParams.model_fields.keys()
    assert own <= set(re.findall(r"\w+", INFOS[name].formula))


@pytest.mark.parametrize("name", ["accuracy_drop", "symmetric_relevance_gain"])
def test_a_formula_names_every_fill(name):
    for fill in components.load("metrics", name).Params.model_fields["fill"].annotation.__args__:
        assert fill in INFOS[name].formula


def test_the_formula_of_the_calibration_error_has_its_number_of_bins():
    bins = inspect.signature(calibration_error).parameters["bins"].default
    assert f"over {bins} equally wide bins" in PERFORMANCE["test_ece"].formula


def test_all_that_training_measures_is_explained():
    assert {f"{split}_{measure}" for split in SCORED_SPLITS for measure in MEASURES} == PERFORMANCE.keys()


@pytest.mark.parametrize("name", ALL)
def test_who_cites_a_paper_links_to_it(name):
    address = urlsplit(ALL[name].link)
    assert bool(address.netloc) == bool(ALL[name].citation)
    if address.netloc:
        assert address.scheme == "https"
        assert len(address.path) > 1
    assert name in PERFORMANCE or address.netloc


@pytest.mark.parametrize("name", ALL)
def test_what_to_beware_of_is_in_whole_sentences(name):
    assert re.fullmatch(r"([A-Z].*[^ ]\.)?", ALL[name].deviations)
    assert "  " not in ALL[name].deviations
    assert not re.search(r"[a-z]\.[A-Z]", ALL[name].deviations)


@pytest.mark.parametrize("name", sorted(set(ALL) - GENERIC))
def test_its_range_is_known(name):
    low, high = ALL[name].limits
    assert low is not None
    assert high is None or low < high
    assert ALL[name].range


def test_a_range_as_text():
    limits = {(0, 1): "[0, 1]", (-1, 0.5): "[−1, 0.5]", (0, None): "≥ 0", (None, -2): "≤ −2", (None, None): ""}
    assert {pair: MetricInfo(**needed(limits=pair)).range for pair in limits} == limits


@pytest.mark.parametrize("link", ["javascript:alert()", "doi.org/10", "https://a b"])
def test_a_link_is_an_address_of_the_web(link):
    with pytest.raises(ValidationError):
        MetricInfo(**needed(link=link))


@pytest.mark.parametrize("name", ["pixel_flipping", "region_perturbation", "road"])
def test_who_does_not_subtract_what_training_on_masked_images_gives_says_so(name):
    assert "trained on masked images" in INFOS[name].deviations


@pytest.mark.parametrize("name", [name for name in METRICS if INFOS[name].category == "localisation"])
def test_localisation_of_the_object_warns_of_black_backgrounds(name):
    of_object = components.load("metrics", name).KNOWN_ANSWER.maps == "object"
    assert ("On black backgrounds" in INFOS[name].deviations) == of_object
