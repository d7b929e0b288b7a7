"""A report's study: the grid, what was measured of it, and every comparison that a section may show, computed once."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from smoot import statistics
from smoot.artifacts.effects import effect_names
from smoot.artifacts.grid import Grid
from smoot.artifacts.performance import ACCURACY
from smoot.core.text import count
from smoot.report.analysis.aggregate import means_over_datasets
from smoot.report.analysis.chains import chains
from smoot.report.analysis.claims import Claim, claims
from smoot.report.analysis.comparison import ScoreRow, ScoreTable, summarise
from smoot.report.analysis.controls import Contrast, contrasts, pairs
from smoot.report.analysis.differences import Compared, difference_table
from smoot.report.analysis.effects import borrowed, effect_metrics, effect_rows
from smoot.report.analysis.hypotheses import ALL, Comparison, compared, comparisons
from smoot.report.analysis.likeness import Unlike, second_draws, unlike
from smoot.report.analysis.matched_budgets import Budget, matched_budgets
from smoot.report.analysis.parts import parts
from smoot.report.analysis.questions import Answer, Hypothesis, answer, declared, hypotheses_of
from smoot.report.analysis.validity import Check, Nulls, marks, sanity
from smoot.report.evidence.evidence import Evidence
from smoot.report.evidence.metrics import Metric
from smoot.report.figures.look import Look
from smoot.report.options import Report


@dataclass(frozen=True)
class Study:
    """What the sections of a report are made of."""

    evidence: Evidence
    params: dict[str, Any]
    """The blocks of params.yaml that the report is made with."""

    @cached_property
    def grid(self) -> Grid:
        return Grid.model_validate(self.params["grid"])

    @cached_property
    def report(self) -> Report:
        return Report.model_validate(self.params["report"])

    @cached_property
    def nulls(self) -> Nulls:
        methods = {name for name, run in self.evidence.methods.items() if not run.trained}
        return Nulls(methods, {name for name, record in self.evidence.attributions.items() if record.null})

    @cached_property
    def second_draws(self) -> set[str]:
        """The methods that are the baseline once more, by other random numbers: nulls of every comparison with it."""
        return second_draws(self.evidence.methods, self.report.baseline)

    @cached_property
    def look(self) -> Look:
        """How the figures show the methods."""
        return Look(self.grid.methods, self.report.baseline, self.nulls.methods, self.second_draws, self.chains)

    @cached_property
    def chains(self) -> list[list[str]]:
        """Variants of one method, in the order of their strength."""
        return chains(self.evidence.methods, self.params["methods"])

    @cached_property
    def trained(self) -> list[str]:
        """The methods that are compared with the baseline, in the grid's order."""
        return [name for name in self.grid.methods if name not in self.nulls.methods | {self.report.baseline}]

    @cached_property
    def results(self) -> pd.DataFrame:
        """The scores of runs and of their own maps: without what is of, or on, the baseline's model."""
        everything = self.evidence.results
        return everything[~everything["attribution"].isin(borrowed(self.evidence.attributions))]

    @cached_property
    def curves(self) -> pd.DataFrame:
        """The curves of `results`."""
        points = self.evidence.curves
        return points[~points["attribution"].isin(borrowed(self.evidence.attributions))]

    @cached_property
    def effects(self) -> pd.DataFrame:
        """What of each score is the map's, and what the model's: rows as of `results`; none without the pairs."""
        evidence = self.evidence
        return effect_rows(evidence.results, evidence.metrics, evidence.attributions, self.report.baseline)

    @cached_property
    def effect_metrics(self) -> Mapping[str, Metric]:
        """The effects of which there are rows, as metrics."""
        present = set(self.effects["metric"])
        scored = {name for name in self.evidence.metrics if present & {*effect_names(name)}}
        return effect_metrics(self.evidence.metrics, scored)

    @cached_property
    def metrics(self) -> Mapping[str, Metric]:
        """The metrics by name: what was measured, then the effects on them."""
        return {**self.evidence.metrics, **self.effect_metrics}

    @cached_property
    def splits(self) -> list[str]:
        """Those that there are scores of, of `performance.SPLITS` and in its order."""
        return list(self.evidence.shares)

    @cached_property
    def tables(self) -> list[ScoreTable]:
        """A table for each data set and model, then one over all data sets, if they are several."""
        results = pd.concat([self.results, self.effects], ignore_index=True)
        everything = pd.concat([results, means_over_datasets(results)], ignore_index=True)
        report, grid = self.report, self.grid
        return summarise(everything, self.metrics, grid.methods, grid.seeds, report.baseline, report.confidence)

    @cached_property
    def rows(self) -> list[ScoreRow]:
        return [row for table in self.tables for row in table.rows]

    def row_of(self, dataset: str, model: str, attribution: str, metric: str) -> ScoreRow | None:
        """The row of a score; None where there is none."""
        return self._rows_by_score.get((dataset, model, attribution, metric))

    @cached_property
    def _rows_by_score(self) -> dict[tuple[str, str, str, str], ScoreRow]:
        return {(row.dataset, row.model, row.attribution, row.metric): row for row in self.rows}

    @cached_property
    def places(self) -> list[tuple[str, str]]:
        """(data set, model) of what holds in general: over all data sets, if they are several."""
        datasets = [ALL] if len(self.grid.datasets) > 1 else self.grid.datasets
        return [(dataset, model) for dataset in datasets for model in self.grid.models]

    @property
    def several(self) -> bool:
        """Whether a sentence must say which data set and model it is about."""
        return len(self.grid.datasets) * len(self.grid.models) > 1

    @property
    def has_intervals(self) -> bool:
        return len(self.grid.seeds) > 1

    @property
    def mean_over_seeds(self) -> str:
        """The words for what a figure shows, such as "mean over 3 seeds with its 95 % interval (Student's t)"."""
        seeds = count(len(self.grid.seeds), "seed")
        if not self.has_intervals:
            return f"of {seeds}, which gives no interval"
        return f"mean over {seeds} with its {100 * self.report.confidence:.0f} % interval (Student's t)"

    @cached_property
    def comparisons(self) -> list[Comparison]:
        """All that a claim could be made of."""
        results = pd.concat([self.results, self.effects], ignore_index=True)
        scores = compared(results, self.metrics, self.nulls.maps)
        everything = comparisons(self.grid, scores, self.nulls.methods | self.second_draws)
        return [comparison for comparison in everything if comparison.metric in self.metrics]

    @cached_property
    def tests(self) -> dict[Hypothesis, Claim]:
        """Every test that the report makes, their p adjusted for each other."""
        return claims(self.tables, declared(self.report, self.comparisons))

    @cached_property
    def claims(self) -> dict[Comparison, Claim]:
        """What the report can claim, comparison by comparison: whether one method is better."""
        return {test: claim for test, claim in self.tests.items() if isinstance(test, Comparison)}

    @cached_property
    def answers(self) -> list[Answer]:
        """What came out of each question."""
        verdicts = {test: claim.answer(self.can_claim) for test, claim in self.tests.items()}
        return [
            answer(question, hypotheses_of(question, self.report.baseline, self.comparisons), verdicts)
            for question in self.report.questions
        ]

    @cached_property
    def tested(self) -> int:
        return sum(claim.tested for claim in self.tests.values())

    @cached_property
    def can_claim(self) -> bool:
        enough = statistics.can_claim(len(self.grid.seeds), len(self.tests))
        return self.tested > 0 and not self.evidence.missing and enough

    @cached_property
    def compared(self) -> list[Compared]:
        """What is declared, or else every method with the baseline by the report's attribution.

        Where the panel has the pairs, a score that tries maps on models stands for its map's effect.
        """
        if self.report.declares:
            claims = self.claims.values()
            return [(claim.row, claim.comparison.method, claim.comparison.against) for claim in claims if claim.row]
        return [
            (row, method, self.report.baseline)
            for row in self.rows
            if (row.dataset, row.model) in self.places and row.split == self.splits[0]
            if row.attribution in ("", self.report.attribution) and row.metric not in self._untold
            for method in self.trained
        ]

    @cached_property
    def _untold(self) -> set[str]:
        """The metrics that stand behind another: scores behind their map's effect, and all other effects."""
        effects = {name: effect_names(name)[0] for name in self.evidence.metrics if self.metrics[name].info.tries_maps}
        told = {name: effect for name, effect in effects.items() if effect in self.effect_metrics}
        return {*told} | {*self.effect_metrics} - {*told.values()}

    @cached_property
    def differences(self) -> pd.DataFrame:
        """The differences of `compared`, as DIFFERENCE_COLUMNS of `smoot.report.analysis.differences`."""
        return difference_table(self.compared, self.rows, self.nulls.maps, self.report.baseline)

    @cached_property
    def parts(self) -> pd.DataFrame:
        """PART_COLUMNS of `smoot.report.analysis.parts`: what scores are the difference of."""
        evidence = self.evidence
        classes = {name: len(dataset.classes) for name, dataset in evidence.datasets.items()}
        return parts(self.results, evidence.metrics, evidence.curves, classes)

    @cached_property
    def checks(self) -> list[Check]:
        report = self.report
        return sanity(
            self.results, self.evidence.metrics, self.nulls, report.attribution, report.baseline, report.confidence
        )

    @cached_property
    def marks(self) -> dict[tuple[str, str, str], str]:
        """(data set, model, metric) → its marks."""
        return marks(self.checks)

    def mark(self, row: ScoreRow | Comparison) -> str:
        return self.marks.get((row.dataset, row.model, row.metric), "")

    @cached_property
    def pairs(self) -> list[tuple[str, str]]:
        """(method, its control)."""
        return pairs(self.evidence.methods, self.grid.methods)

    @cached_property
    def contrasts(self) -> list[Contrast]:
        return contrasts(self.tables, self.pairs, self.report.attribution)

    @cached_property
    def budgets(self) -> list[Budget]:
        evidence = self.evidence
        return matched_budgets(evidence.methods, evidence.history, evidence.costs, self.grid.methods)

    @cached_property
    def unlike(self) -> list[Unlike]:
        """The controls that differ in more than what makes them controls."""
        return unlike(self.evidence.methods)

    @cached_property
    def headline(self) -> list[tuple[str, str]]:
        """(attribution, metric) of what is told first: what was declared, or else the accuracy and one of a category.

        Of a category it is the first, by the attribution that the report judges by; its map's effect, where the panel
        has the pairs.
        """
        if self.report.declares:
            named = [self.report.primary] if self.report.primary else []
            named += [ask.named(self.report.baseline) for question in self.report.questions for ask in question.asks]
            of_model = [("", metric) for one in named for metric in one.metrics]
            of_maps = [(name, metric) for one in named for metric in one.metrics for name in one.attributions]
            tested = {(claim.comparison.attribution, claim.comparison.metric) for claim in self.tests.values()}
            return [pair for pair in dict.fromkeys(of_model + of_maps) if pair in tested]
        shown: dict[str, tuple[str, str]] = {}
        for row in self.rows:
            if row.split != self.splits[0] or row.metric in self._untold:
                continue
            if row.attribution == self.report.attribution or row.metric in ACCURACY:
                shown.setdefault(row.info.category, (row.attribution, row.metric))
        return list(shown.values())
