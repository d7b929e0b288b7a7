"""What is said of a comparison is what its numbers say."""

import pytest

from smoot.artifacts.scores import MetricInfo
from smoot.report.analysis.claims import Claim
from smoot.report.analysis.comparison import Difference, MethodScores, ScoreRow
from smoot.report.analysis.hypotheses import Comparison
from smoot.report.verdicts import impossible, sentence


def told(metric, difference, p=0.01, possible=True, mark="", several=False, higher_is_better=True):
    of_model = metric == "test_accuracy"
    compared = Comparison("a", "net", "smoot", "baseline", "" if of_model else "gradient", metric)
    info = MetricInfo(title="Sparseness", category="complexity", higher_is_better=higher_is_better, citation="c")
    entries = [MethodScores(method, dict.fromkeys(range(6), 0.5), 6, Difference()) for method in ("smoot", "baseline")]
    title = "Test accuracy" if of_model else info.title
    row = ScoreRow("a", "net", "test", "p", compared.attribution, metric, title, info, entries, {})
    text = sentence(Claim(compared, row, difference, p), possible, mark, several)
    return "".join(part if isinstance(part, str) else part.text for part in text)


def difference(mean, low, high):
    return Difference(mean, (low, high), 0.9)


def test_accuracy_is_told_in_points():
    assert told("test_accuracy", difference(-0.015, -0.021, -0.009)) == (
        "Shown: smoot is less accurate than baseline by 1.5 points [0.9, 2.1]; n = 6 seeds, p = 0.0100."
    )
    assert "more accurate than baseline by 1.5 points [0.9, 2.1]" in told(
        "test_accuracy", difference(0.015, 0.009, 0.021)
    )


@pytest.mark.parametrize(
    ("mean", "higher_is_better", "words"),
    [
        (0.2, True, "better than baseline by Sparseness of gradient, higher by 0.200 [0.100, 0.300]"),
        (0.2, False, "worse than baseline by Sparseness of gradient, higher by"),
        (-0.2, True, "worse than baseline by Sparseness of gradient, lower by 0.200 [0.100, 0.300]"),
        (-0.2, False, "better than baseline by Sparseness of gradient, lower by"),
    ],
)
def test_better_and_worse_follow_the_direction_of_the_metric(mean, higher_is_better, words):
    low, high = sorted((mean / 2, mean * 1.5))
    assert words in told("sparseness", difference(mean, low, high), higher_is_better=higher_is_better)


def test_what_an_interval_does_not_tell_apart_is_said_to_be_so_with_its_sign():
    text = told("sparseness", difference(-0.1, -0.3, 0.1), p=0.4)
    assert text.startswith(
        "Not shown: smoot and baseline are not told apart by Sparseness of gradient: −0.100 [−0.300,"
    )


def test_without_the_seeds_for_it_nothing_is_shown_and_no_p_is_given():
    text = told("sparseness", difference(0.2, 0.1, 0.3), possible=False)
    assert text.startswith("Not shown: ")
    assert "p =" not in text


def test_missing_scores_are_not_tested():
    assert told("sparseness", Difference(), p=float("nan")).startswith("Not tested: ")


def test_marks_are_said_in_words_and_the_place_only_where_there_are_several():
    text = told("sparseness", difference(0.2, 0.1, 0.3), mark="!", several=True)
    assert "(a, net)" in text
    assert "Beware (!): in some run a map that does not look at the model scores as well as the map, or better." in text


def test_why_nothing_can_be_claimed():
    assert impossible(4, True, 4, 7, missing=False, on_test=True).endswith(
        "a paired test is 0.0156; for 4 declared comparisons, 8 seeds are needed"
    )
    assert impossible(4, True, 4, 7, missing=True, on_test=True) == "results are missing"
    assert "could be tested" in impossible(0, False, 0, 3, missing=False, on_test=True)
    assert "validation images" in impossible(0, False, 0, 3, missing=False, on_test=False)
