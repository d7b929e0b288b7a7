"""What came out of a comparison, in one sentence made from its numbers."""

from smoot import statistics
from smoot.artifacts.performance import ACCURACY
from smoot.core.text import count
from smoot.report.analysis.claims import Claim
from smoot.report.analysis.comparison import Difference
from smoot.report.analysis.hypotheses import Comparison
from smoot.report.analysis.validity import MARKS
from smoot.report.page import Span, Text
from smoot.report.words import number

VERDICTS = {
    "better": "Shown",
    "worse": "Shown",
    "not shown": "Not shown",
    "not tested": "Not tested",
    "as good": "Shown",
}


def sentence(claim: Claim, possible: bool, mark: str, several: bool) -> Text:
    """possible: whether the report can make claims at all. mark: keys of MARKS. several: whether there are several
    data sets or models, so that the sentence must say which.
    """
    compared, difference = claim.comparison, claim.difference
    verdict = claim.verdict(possible)
    behind = f"n = {count(len(claim.row.paired(compared.method, compared.against)) if claim.row else 0, 'seed')}"
    if claim.tested and possible:
        behind += f", p = {number(claim.p, 4)}"
    where = f" ({compared.dataset}, {compared.model})" if several else ""
    told = _told(claim, difference, compared, shown=verdict in ("better", "worse"))
    of_marks = "".join(f" Beware ({sign}): {MARKS[sign]}." for sign in mark)
    return (Span(VERDICTS[verdict], "strong"), f": {told}{where}; {behind}.{of_marks}")


def answered(claim: Claim, possible: bool, several: bool) -> Text:
    """One part of the answer to a question, with its numbers. possible, several: as in `sentence`."""
    compared, difference = claim.comparison, claim.difference
    asked = "better than" if claim.margin is None else f"as good as, within {claim.margin:g},"
    by = _metric(claim, compared)
    where = f" ({compared.dataset}, {compared.model})" if several else ""
    known = amount(difference, compared) if difference.known else "not known"
    behind = f", p = {number(claim.p, 4)}" if claim.tested and possible else ""
    verdict = Span(claim.answer(possible).capitalize(), "strong")
    return (verdict, f": {compared.method} {asked} {compared.against} by {by}{where}: {known}{behind}.")


def _told(claim: Claim, difference: Difference, compared: Comparison, shown: bool) -> str:
    """shown: whether p says that there is a difference, whatever the interval says."""
    method, against = compared.method, compared.against
    if claim.row is None or not difference.known:
        return f"{method} against {against} by {_metric(claim, compared)}, as scores are missing"
    if not difference.apart and not shown:
        return (
            f"{method} and {against} are not told apart by {_metric(claim, compared)}: {amount(difference, compared)}"
        )
    higher = difference.mean > 0
    if compared.metric in ACCURACY:
        more = "more" if higher else "less"
        return f"{method} is {more} accurate than {against} by {amount(difference, compared, absolute=True)}"
    better = "better" if higher == claim.row.info.higher_is_better else "worse"
    by = f"{'higher' if higher else 'lower'} by {amount(difference, compared, absolute=True)}"
    return f"{method} is {better} than {against} by {_metric(claim, compared)}, {by}"


def amount(difference: Difference, compared: Comparison, absolute: bool = False) -> str:
    """Such as "1.5 points [0.9, 2.1]"; of accuracies in points, hundredths. absolute: the sign is told by a word."""
    sign = -1 if absolute and difference.mean < 0 else 1
    scale, digits, unit = (100, 1, " points") if compared.metric in ACCURACY else (1, 3, "")
    low, high = sorted(sign * scale * end for end in difference.interval)
    mean = number(sign * scale * difference.mean, digits) + unit
    return f"{mean} [{number(low, digits)}, {number(high, digits)}]" if difference.bounded else mean


def _metric(claim: Claim, compared: Comparison) -> str:
    title = claim.row.title if claim.row else compared.metric
    return f"{title} of {compared.attribution}" if compared.attribution else title


def impossible(claims: int, declared: bool, tested: int, seeds: int, missing: bool, on_test: bool) -> str:
    """Why nothing can be claimed. on_test: whether there are scores of test images."""
    if missing:
        return "results are missing"
    if not on_test:
        return "all scores are of validation images, which are there to choose by"
    if not tested:
        return "there is no comparison of trained methods that could be tested"
    smallest = number(statistics.smallest_p(seeds), 4)
    which = count(claims, "declared comparison" if declared else "comparison")
    needed = count(statistics.seeds_needed(max(claims, 1)), "seed")
    verb = "is" if needed.startswith("1 ") else "are"
    return (
        f"with {count(seeds, 'seed')} the smallest two-sided p of a paired test is {smallest}; for {which}, "
        f"{needed} {verb} needed"
    )
