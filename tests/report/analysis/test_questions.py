"""Questions, and how they are answered."""

import pytest
from made_up_tables import tables_of
from pydantic import ValidationError

from smoot.report.analysis.claims import claims
from smoot.report.analysis.hypotheses import Comparison
from smoot.report.analysis.questions import Equivalence, answer, declared, hypotheses_of
from smoot.report.options import Ask, Question, Report

EVERYTHING = [
    Comparison("d", "net", method, against, attribution, metric)
    for method in ("sgt", "smoot", "baseline")
    for against in ("sgt", "smoot", "baseline")
    if method != against
    for attribution, metric in (("", "test_accuracy"), ("gradient", "drop_map_effect"), ("gradient", "drop"))
]
BETTER = Comparison("d", "net", "sgt", "baseline", "gradient", "drop_map_effect")
ACCURATE = Equivalence(Comparison("d", "net", "sgt", "baseline", "", "test_accuracy"), 0.01)


def question(*asks):
    return Question.model_validate({"text": "Does it help?", "asks": list(asks)})


MAP = {"method": "sgt", "claim": "better", "metrics": ["drop_map_effect"], "attributions": ["gradient"]}
EQUAL = {"method": "sgt", "claim": "as_good", "margin": 0.01, "metrics": ["test_accuracy"]}


def report(*questions, **options):
    return Report(name="r", title="R", baseline="baseline", questions=list(questions), **options)


def test_a_question_asks_what_it_names():
    assert hypotheses_of(question(MAP, EQUAL), "baseline", EVERYTHING) == [BETTER, ACCURATE]


def test_the_family_holds_each_test_once():
    primary = {"methods": ["sgt"], "metrics": ["drop_map_effect", "test_accuracy"], "attributions": ["gradient"]}
    found = declared(report(question(MAP), question(MAP, EQUAL), primary=primary), EVERYTHING)
    assert found == [Comparison("d", "net", "sgt", "baseline", "", "test_accuracy"), BETTER, ACCURATE]
    assert declared(report(question(EQUAL)), EVERYTHING) == [ACCURATE]


def test_without_a_declaration_all_scores_are_compared_but_no_effects():
    assert {one.metric for one in declared(report(), EVERYTHING)} == {"test_accuracy", "drop"}


@pytest.mark.parametrize(
    ("verdicts", "said"),
    [
        (("yes", "yes"), "yes"),
        (("yes", "no"), "mixed"),
        (("yes", "not established"), "mixed"),
        (("no", "no"), "no"),
        (("no", "not established"), "no"),
        (("not established", "not established"), "not established"),
    ],
)
def test_the_answer_is_made_of_all_its_parts(verdicts, said):
    parts = [BETTER, ACCURATE]
    assert answer(question(MAP, EQUAL), parts, dict(zip(parts, verdicts, strict=True))).verdict == said


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (EQUAL | {"margin": None}, "margin: missing"),
        (MAP | {"margin": 0.1}, "margin: 0.1: only with as_good"),
        (EQUAL | {"margin": 0.0}, "greater than 0"),
        (MAP | {"claim": "best"}, "better"),
    ],
)
def test_a_margin_belongs_to_what_is_as_good(ask, said):
    with pytest.raises(ValidationError, match=said):
        Ask.model_validate(ask)


@pytest.mark.parametrize(
    ("accuracies", "verdict", "answered"),
    [
        ([0.801, 0.799, 0.8, 0.8005, 0.7995, 0.8, 0.8, 0.8], "as good", "yes"),
        ([0.7, 0.71, 0.69, 0.7, 0.7, 0.71, 0.69, 0.7], "not shown", "no"),
        ([0.9, 0.7, 0.85, 0.75, 0.95, 0.65, 0.8, 0.8], "not shown", "not established"),
    ],
)
def test_as_good_needs_all_of_the_difference_within_the_margin(accuracies, verdict, answered):
    tables = tables_of({"baseline": [0.8] * 8, "sgt": accuracies})
    (claim,) = claims(tables, [ACCURATE]).values()
    assert (claim.verdict(True), claim.answer(True)) == (verdict, answered)
    assert claim.answer(False) == "not established"


def test_both_kinds_of_tests_are_adjusted_together():
    tables = tables_of({"baseline": [0.8] * 8, "sgt": [0.801, 0.799, 0.8, 0.8005, 0.7995, 0.8, 0.8, 0.8]})
    alone = claims(tables, [ACCURATE])[ACCURATE]
    both = claims(tables, [ACCURATE, BETTER])
    assert both[ACCURATE].p == pytest.approx(2 * alone.p)
    assert not both[BETTER].tested
