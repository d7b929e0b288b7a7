"""The questions of a report, and what they are answered by."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from smoot.report.analysis.hypotheses import Comparison, family
from smoot.report.options import Question, Report

Verdict = Literal["yes", "no", "mixed", "not established"]


class Equivalence(NamedTuple):
    """The hypothesis that two methods are as good as each other."""

    comparison: Comparison
    margin: float
    """The largest difference that counts as none."""


Hypothesis = Comparison | Equivalence
"""What one test is made of: that a method is better, or as good."""


def hypotheses_of(question: Question, baseline: str, everything: list[Comparison]) -> list[Hypothesis]:
    """What the question asks. everything: all comparisons that a claim could be made of."""
    found: list[Hypothesis] = []
    for ask in question.asks:
        for comparison in family(ask.named(baseline), baseline, everything):
            found.append(comparison if ask.margin is None else Equivalence(comparison, ask.margin))
    return found


def declared(report: Report, everything: list[Comparison]) -> list[Hypothesis]:
    """The family of tests that are adjusted for each other, each once: of `primary`, and of all questions."""
    found: list[Hypothesis] = []
    if report.primary or not report.questions:
        found += family(report.primary, report.baseline, everything)
    for question in report.questions:
        found += hypotheses_of(question, report.baseline, everything)
    return list(dict.fromkeys(found))


@dataclass(frozen=True)
class Answer:
    """What came out of a question."""

    text: str
    """The question."""
    verdict: Verdict
    parts: tuple[Hypothesis, ...]
    """What it was answered by."""


def answer(question: Question, parts: Sequence[Hypothesis], verdicts: Mapping[Hypothesis, str]) -> Answer:
    """Yes where all parts hold, no where the opposite of some is shown and none holds, mixed where some hold.

    verdicts: "yes", "no" or "not established" of each part.
    """
    found = {verdicts[part] for part in parts}
    verdict: Verdict
    if found == {"yes"}:
        verdict = "yes"
    elif "yes" in found:
        verdict = "mixed"
    else:
        verdict = "no" if "no" in found else "not established"
    return Answer(question.text, verdict, tuple(parts))
