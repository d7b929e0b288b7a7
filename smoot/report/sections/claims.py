"""The declared comparisons, number by number."""

from smoot import statistics
from smoot.core.text import count
from smoot.report.analysis.claims import Claim
from smoot.report.page import Cell, Column, Row, Section, Table
from smoot.report.sections._cells import labels
from smoot.report.study import Study
from smoot.report.words import number, with_interval

CLAIM_COLUMNS = (
    Column("metric"),
    Column("attribution"),
    Column("data set"),
    Column("model"),
    Column("comparison"),
    Column("difference", number=True),
    Column("P(better)", number=True),
    Column("p", number=True),
    Column("verdict"),
)


def build(study: Study) -> Section | None:
    if not study.report.declares:
        return None
    rows = tuple(_row(study, claim) for claim in study.tests.values())
    reading = (
        "What report.primary and report.questions declare. The page cannot verify that they did so before the results "
        "were seen. p is of the paired sign-flip test, or, where two methods are to be as good as each other, of two "
        "one-sided t-tests within the margin; it is adjusted (Holm) for all "
        f"{count(len(rows), 'comparison')}, those that could not be tested among them; a claim needs "
        f"p ≤ {number(statistics.ALPHA, 2)}. The interval is of each difference by "
        "itself, not adjusted. P(better) is the probability that a run of the first is better than one of the second. "
        "Everything else in this report explores: it has intervals, and no p."
    )
    return Section(
        "claims", "Declared comparisons", reading, (Table("claims", CLAIM_COLUMNS, rows, "Declared comparisons"),)
    )


def _row(study: Study, claim: Claim) -> Row:
    compared, difference = claim.comparison, claim.difference
    verdict, mark = claim.verdict(study.can_claim), study.mark(compared)
    if verdict in ("better", "worse") and mark:
        verdict += ", by a metric that is marked"
    known = difference.known
    within = "" if claim.margin is None else f"as good within {claim.margin:g}"
    cells = (
        Cell(claim.title, metric=compared.metric, mark=mark),
        Cell(compared.attribution or "–"),
        Cell(compared.dataset),
        Cell(compared.model),
        Cell(f"{compared.method} − {compared.against}", detail=within),
        Cell(with_interval(difference), difference.mean if known else None, apart=difference.apart),
        Cell(number(difference.improvement, 2), difference.improvement if known else None),
        Cell(number(claim.p, 4), claim.p if claim.tested else None),
        Cell(verdict),
    )
    of = labels(
        dataset=compared.dataset, model=compared.model, method=compared.method, attribution=compared.attribution
    )
    return Row(cells, of)
