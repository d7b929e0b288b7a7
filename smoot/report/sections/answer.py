"""What was asked, and what came out."""

from smoot.core.text import count
from smoot.report.page import Block, Note, Part, Points, Section, Span, Text
from smoot.report.sections._overview import overview
from smoot.report.sections.map_or_model import warning
from smoot.report.study import Study
from smoot.report.verdicts import answered, impossible, sentence
from smoot.report.words import codes, enumerated

UNFOLDED = 6  # findings that stand unfolded
METHODS_NAMED = 12  # methods that the question names


def build(study: Study) -> Section:
    blocks: list[Block] = [*_banners(study), *_answers(study), *_findings(study)]
    pictures = overview(study)
    blocks += pictures[:1]
    if len(pictures) > 1:
        blocks.append(Part("The same for the other models and data sets", tuple(pictures[1:]), folded=True))
    return Section("answer", study.report.title, question(study), tuple(blocks))


def _answers(study: Study) -> list[Block]:
    """What came out of each question, with the numbers that it was answered by."""
    told: list[Block] = []
    for answer in study.answers:
        parts = tuple(answered(study.tests[part], study.can_claim, study.several) for part in answer.parts)
        verdict = Span(answer.verdict.capitalize(), "strong")
        told += [Note((answer.text, " ", verdict, ".")), Points(parts)]
    return told


def question(study: Study) -> str:
    """What the report asks: its authors' words, or what its grid says."""
    if study.report.question:
        return study.report.question
    grid, baseline = study.grid, study.report.baseline
    of = f"on {enumerated(grid.datasets)} with {enumerated(grid.models)}"
    asked = [method for method in study.trained if method not in study.second_draws]
    if not asked:
        return f"What does {baseline} score {of}?"
    verb, whose = ("Does", "its") if len(asked) == 1 else ("Do", "their")
    methods = enumerated(asked) if len(asked) <= METHODS_NAMED else f"{len(asked)} methods"
    return (
        f"{verb} {methods} differ from {baseline} in accuracy, and in how well {whose} explanations "
        f"score, {of}, over {count(len(grid.seeds), 'training seed')}?"
    )


def findings(study: Study) -> list[Text]:
    """A sentence for each declared comparison; without a declaration one on what can be said."""
    if study.report.declares:
        return [
            sentence(claim, study.can_claim, study.mark(comparison), study.several)
            for comparison, claim in study.claims.items()
        ]
    undeclared: Text = (Span("No comparison was declared", "strong"), " (", Span("report.primary", "code"), "), so ")
    if not study.can_claim:
        explored = f" {_explored(study)}" if study.trained else ""
        return [(*undeclared, f"nothing is claimed.{explored}")]
    verdicts = [claim.verdict(study.can_claim) for claim in study.claims.values()]
    shown = [f"{verdicts.count(verdict)} {verdict}" for verdict in ("better", "worse")]
    return [
        (
            *undeclared,
            f"all {count(len(verdicts), 'difference')} to {study.report.baseline} count as one family: "
            f"{enumerated(shown)}, {verdicts.count('not shown')} not shown, {verdicts.count('not tested')} not tested.",
        )
    ]


def _explored(study: Study) -> str:
    """What the intervals say by themselves."""
    drawn = study.differences
    apart = drawn[drawn["apart"]]
    better = int(((apart["mean"] > 0) == apart["higher_is_better"]).sum())
    chance = len(drawn) * (1 - study.report.confidence)
    if not study.has_intervals:
        return "One seed gives no interval, so no difference can be told from chance."
    return (
        f"Of {count(len(drawn), 'difference')} to {study.report.baseline}, {len(apart)} have an interval that excludes "
        f"0, {better} of them better and {len(apart) - better} worse; by chance alone about {chance:.0f} would."
    )


def _findings(study: Study) -> list[Block]:
    told = findings(study)
    blocks: list[Block] = [Points(tuple(told[:UNFOLDED]))]
    if len(told) > UNFOLDED:
        blocks.append(
            Part(f"{count(len(told) - UNFOLDED, 'more comparison')}", (Points(tuple(told[UNFOLDED:])),), True)
        )
    if not study.can_claim:
        seeds, missing = len(study.grid.seeds), bool(study.evidence.missing)
        declared, on_test = study.report.declares, "test" in study.splits
        why = impossible(len(study.tests), declared, study.tested, seeds, missing, on_test)
        blocks.append(Note((Span("No claim of significance can be made", "strong"), f": {why}."), "notice"))
    return blocks


def _banners(study: Study) -> list[Note]:
    """What must be seen before anything is believed."""
    evidence, notes = study.evidence, []
    if evidence.missing:
        missing = count(len(evidence.missing), "result is missing", "results are missing")
        text = (Span(missing, "strong"), "; what follows is made without them: ", *codes(evidence.missing))
        notes.append(Note(text, "warning"))
    if said := warning(study):
        notes.append(Note((Span("Map and model are not told apart", "strong"), f": {said}."), "warning"))
    if evidence.outdated:
        made = count(len(evidence.outdated), "run or score was", "runs or scores were") + " made with other parameters"
        text = (Span(made, "strong"), " than those below: ", *codes(evidence.outdated))
        notes.append(Note(text, "warning"))
    return notes
