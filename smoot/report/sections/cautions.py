"""What a reader must know before he believes a number."""

from collections.abc import Mapping
from typing import Any

from smoot.artifacts.run import RunRecord
from smoot.core.text import count
from smoot.report.analysis.matched_budgets import TOLERANCE
from smoot.report.evidence.provenance import not_deterministic
from smoot.report.page import Block, Note, Points, Section, Span, Text
from smoot.report.study import Study
from smoot.report.words import enumerated, number


def overrides(runs: Mapping[str, RunRecord]) -> dict[str, dict[str, dict[str, Any]]]:
    """block → method → the options in which it differs; no block that all methods share. runs: one of each method."""
    blocks = {
        "masking": {method: run.masking for method, run in runs.items() if run.masking},
        "training": {method: run.recipe for method, run in runs.items() if run.recipe},
    }
    return {block: methods for block, methods in blocks.items() if methods}


def notes(runs: Mapping[str, RunRecord]) -> dict[str, list[str]]:
    """Each distinct note, and the methods that have it. runs: one of each method."""
    texts: dict[str, list[str]] = {}
    for method, run in runs.items():
        if run.note:
            texts.setdefault(run.note, []).append(method)
    return texts


def build(study: Study) -> Section | None:
    counts = tuple(_counts(study))
    warnings = [*_budgets(study), *_unlike(study), *_not_deterministic(study), *_overrides(study)]
    blocks: list[Block] = [Points(counts)] if counts else []
    blocks += [Note(text, "warning") for text in warnings]
    return Section("cautions", "Before you read on", "", tuple(blocks)) if blocks else None


def _counts(study: Study) -> list[Text]:
    results = study.results
    scores = results[results["metric"].isin(study.metrics)]
    statuses = scores["status"].value_counts()
    panels = scores[(scores["status"] == "ok") & (scores["panel"] != "")]
    phrases = {
        "undefined": ("is undefined", "are undefined"),
        "not applicable": ("does not apply", "do not apply"),
        "not run": ("has not been run", "have not been run"),
    }
    counts = [(int(statuses.get(status, 0)), *phrase) for status, phrase in phrases.items()]
    counts.append(
        (int((panels["reason"] != "").sum()), "leaves out some of its images", "leave out some of their images")
    )
    told = [count(total, one, more) for total, one, more in counts if total]
    points: list[Text] = []
    if told:
        reasons = Span("results.csv", "link", "results.csv")
        points.append((f"Of {count(len(scores), 'score')}, {enumerated(told)}; reasons are in ", reasons, "."))
    if fewest := int(panels["images"].min()) if len(panels) else 0:
        points.append(f"Behind each score of a map are at least {count(fewest, 'image')}.")
    for text, methods in notes(study.evidence.methods).items():
        points.append((Span(enumerated(methods), "strong"), f": {text}"))
    return points


def _budgets(study: Study) -> list[Text]:
    return [
        (
            Span(f"{budget.method} is no control of equal budget", "strong"),
            f" on {budget.dataset} · {budget.model}: {budget.what} {number(budget.own)}, {budget.against}'s "
            f"{number(budget.target)}, more than {100 * TOLERANCE:.0f} % apart.",
        )
        for budget in study.budgets
        if budget.off
    ]


def _unlike(study: Study) -> list[Text]:
    return [
        (
            Span(f"{one.control} and {one.method} are not like with like", "strong"),
            f": the control differs in more than what makes it one: {one.listed}.",
        )
        for one in study.unlike
    ]


def _not_deterministic(study: Study) -> list[Text]:
    runs = not_deterministic(study.evidence.costs)
    if not runs:
        return []
    return [
        (
            Span(count(runs, "run was", "runs were") + " not deterministic", "strong"),
            " (",
            Span("compute.deterministic: false", "code"),
            " or ",
            Span("training.compile: true", "code"),
            "): made again, they may come out otherwise.",
        )
    ]


def _overrides(study: Study) -> list[Text]:
    texts: list[Text] = []
    for block, methods in overrides(study.evidence.methods).items():
        by_options: dict[str, list[str]] = {}
        for name, options in methods.items():
            listed = ", ".join(f"{key}: {value}" for key, value in options.items())
            by_options.setdefault(f"{{{listed}}}", []).append(name)
        parts: list[str | Span] = []
        for place, (listed, names) in enumerate(by_options.items()):
            parts += ["; " if place else " ", Span(listed, "code"), f" in {enumerated(names)}"]
        texts.append(("Not all methods share the ", Span(block, "code"), " block:", *parts, "."))
    return texts
