"""Writes docs/results.md: results.md.j2, which is beside this file, with the numbers of the published reports.

python workflow/study/results.py
"""

from functools import cache
from math import isfinite
from pathlib import Path
from statistics import fmean

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from smoot import statistics
from smoot.report.analysis.comparison import Difference, ScoreRow
from smoot.report.analysis.validity import MARKS
from smoot.report.evidence import published
from smoot.report.study import Study

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parent.parent
PAGE = PROJECT / "docs/results.md"

LOSS = 0.02
"""How much less accurate than the baseline a trial may be to be chosen."""
DROPS = ("accuracy_drop_mean", "accuracy_drop_uniform")
HEADS = {
    "val_accuracy": "validation accuracy",
    "test_accuracy": "accuracy",
    "accuracy_drop_mean": "drop, mean fill",
    "accuracy_drop_uniform": "drop, uniform fill",
    "adversarial_accuracy": "under attack",
    "relevance_mass": "relevance mass",
    "shortcut_mass": "mass on the mark ↓",
    "shortcut_reliance": "lost when the mark moves ↓",
}


@cache
def study(report: str) -> Study:
    return Study(*published.read_published(PROJECT / "reports" / report))


def row(report: str, metric: str, dataset: str = "", attribution: str = "gradient") -> ScoreRow:
    """Of the gradient map, or of the model itself. dataset: the report's first, if it is not given."""
    of = study(report)
    (found,) = (
        row
        for row in of.rows
        if row.metric == metric
        and row.dataset == (dataset or of.grid.datasets[0])
        and row.attribution in ("", attribution)
    )
    return found


def mean(report: str, metric: str, method: str, **where: str) -> float:
    """Over the seeds."""
    return of_method(row(report, metric, **where), method)


def of_method(its_row: ScoreRow, method: str) -> float:
    return next(entry.mean for entry in its_row.entries if entry.method == method)


def short(number: float, signed: bool = False) -> str:
    """Such as .423, −.05 or +.01 as −.050 and +.010."""
    digits = f"{abs(number):.3f}"
    sign = "−" if number < 0 and float(digits) else "+" if signed and float(digits) else ""
    return sign + (digits[1:] if digits.startswith("0") else digits)


def marks_of(report: str, its_row: ScoreRow) -> str:
    """The row's marks, as they stand behind a number; docs/marks.md says what they mean."""
    mark = study(report).mark(its_row)
    return f" {mark}" if mark else ""


def marks_of_score(report: str) -> str:
    """The marks of the drops that a trial's score is the mean of."""
    found = {mark for metric in DROPS for mark in marks_of(report, row(report, metric)).strip()}
    return f" {''.join(sorted(found, key=list(MARKS).index))}" if found else ""


def value(report: str, metric: str, method: str, **where: str) -> str:
    its_row = row(report, metric, **where)
    return short(of_method(its_row, method)) + marks_of(report, its_row)


def difference(report: str, metric: str, method: str, other: str, **where: str) -> str:
    """method − other, with its 95 % interval."""
    its_row = row(report, metric, **where)
    return with_interval(its_row.compare(method, other)) + marks_of(report, its_row)


def area(report: str, metric: str, which: str, method: str, other: str) -> str:
    """method − other of one of the two areas that the drop of the gradient map is the difference of.

    which: "first", under the random order, or "second", under the map's. Paired by seed, with the 95 % interval.
    """
    parts = study(report).parts
    own = parts[(parts["metric"] == metric) & (parts["attribution"] == "gradient")]
    by_seed = own.pivot(index="method", columns="seed", values=f"{which}_area")
    found = statistics.paired(by_seed.loc[[method]].to_numpy(), by_seed.loc[[other]].to_numpy(), 0.95)
    middle, low, high = (float(values[0]) for values in found)
    return f"{short(middle, True)} [{short(low, True)}, {short(high, True)}]"


def option(report: str, method: str, key: str) -> str:
    """A parameter of a method."""
    return short(study(report).params["methods"][method][key])


def masked(report: str, method: str) -> str:
    """The mean share of the images that the method has masked, over epochs and seeds."""
    history = study(report).evidence.history
    return short(float(history.loc[history["method"] == method, "masked_images"].mean()))


def with_interval(of: Difference) -> str:
    return f"{short(of.mean, True)} [{', '.join(short(end, True) for end in of.interval)}]"


def table(head: list[str], body: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *body]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def scores(report: str, metrics: list[str], dataset: str = "") -> str:
    """A method a line: its mean, and what it is less the baseline's, bold where the interval excludes 0."""
    rows, of = [row(report, metric, dataset) for metric in metrics], study(report)
    body = []
    for method in of.grid.methods:
        line = [f"`{method}`"]
        for its_row in rows:
            shown = short(of_method(its_row, method)) + marks_of(report, its_row)
            if method in of.trained:
                to = its_row.compare(method, of.report.baseline)
                shown += f" <br> {_bold_if_apart(to)}{marks_of(report, its_row)}"
            line.append(shown)
        body.append(line)
    return table(["method", *(HEADS[metric] for metric in metrics)], body)


EFFECTS = {
    "accuracy_drop_black": "drop, black fill",
    "accuracy_drop_mean": "drop, mean fill",
    "accuracy_drop_uniform": "drop, uniform fill",
    "srg_uniform": "SRG, uniform fill",
    "faithfulness_correlation": "faithfulness correlation",
}


def effects(report: str, part: str = "") -> str:
    """A method a line: what it has more than the baseline of each of EFFECTS, bold where the interval excludes 0.

    part: "" for the whole difference, or the part of it: "_map_effect", "_model_effect" or "_map_fit".
    """
    of, body = study(report), []
    for method in of.grid.methods:
        if method != of.report.baseline:
            rows = [row(report, metric + part) for metric in EFFECTS]
            compared = [(its_row, its_row.compare(method, of.report.baseline)) for its_row in rows]
            body.append([f"`{method}`", *(_bold_if_apart(to) + marks_of(report, its_row) for its_row, to in compared)])
    return table(["method", *EFFECTS.values()], body)


def _bold_if_apart(to: Difference) -> str:
    return f"**{with_interval(to)}**" if to.apart else with_interval(to)


def parts(report: str) -> str:
    """A method a line: of each drop, the random order's area, the map's, and the share of the headroom that the
    difference is; means over seeds, of the gradient map."""
    of = study(report)
    names = [name for name in EFFECTS if name.startswith("accuracy_drop")]
    own = of.parts[of.parts["attribution"] == "gradient"]
    means = own.groupby(["method", "metric"])[["first_area", "second_area", "share"]].mean()
    body = [
        [
            f"`{method}`",
            *(
                " · ".join(short(value) if isfinite(value) else "–" for value in means.loc[(method, name)])
                for name in names
            ),
        ]
        for method in of.grid.methods
    ]
    return table(["method", *(EFFECTS[name] for name in names)], body)


def claims(report: str) -> str:
    """Every declared comparison, with its adjusted p and what may be said."""
    of, body = study(report), []
    for claim in of.claims.values():
        asked = claim.comparison
        by = with_interval(claim.difference) + marks_of(report, claim.row) if claim.tested and claim.row else "–"
        p = (f"{claim.p:.4f}" if claim.p < 1 else "1") if claim.tested else "–"
        line = [f"`{asked.method}` − `{asked.against}`", HEADS[asked.metric], by, p, claim.verdict(of.can_claim)]
        body.append([asked.dataset, *line] if len(of.grid.datasets) > 1 else line)
    head = ["comparison", "score", "difference", "p", "verdict"]
    return table(["data", *head] if len(of.grid.datasets) > 1 else head, body)


def verdicts(report: str, verdict: str) -> int:
    """How many declared comparisons came out so."""
    of = study(report)
    return sum(claim.verdict(of.can_claim) == verdict for claim in of.claims.values())


def trials(report: str) -> dict[str, dict[str, tuple[float, float]]]:
    """By method, the trials' (score, validation accuracy), by their keys: what the rule of docs/study.md asks for."""
    families: dict[str, dict[str, tuple[float, float]]] = {}
    for trial in study(report).trained:
        score = fmean(mean(report, metric, trial) for metric in DROPS)
        family = trial.rpartition("_")[0]
        families.setdefault(family, {})[trial] = score, mean(report, "val_accuracy", trial)
    return families


def chosen(report: str) -> dict[str, str]:
    """By method, the trial that the rule chooses."""
    least, picks = mean(report, "val_accuracy", "baseline") - LOSS, {}
    for family, scored in trials(report).items():
        score, accuracy = ({trial: pair[place] for trial, pair in scored.items()} for place in (0, 1))
        allowed = [trial for trial in scored if accuracy[trial] >= least]
        picks[family] = max(allowed, key=score.__getitem__) if allowed else max(scored, key=accuracy.__getitem__)
    return picks


def best(report: str, family: str) -> str:
    """The score of its chosen trial."""
    return short(trials(report)[family][chosen(report)[family]][0]) + marks_of_score(report)


def baseline_score(report: str) -> str:
    return short(fmean(mean(report, metric, "baseline") for metric in DROPS)) + marks_of_score(report)


def costs(report: str, device: str) -> str:
    """A method a line: its training time over the baseline's of the same data and seed, the median on `device`."""
    of = study(report)
    runs = of.evidence.costs
    own = runs[[machine["device"] == device for machine in runs["machine"]]]
    seconds = own.pivot_table("train_seconds", ["dataset", "model", "seed"], "method")
    ratios = seconds.div(seconds[of.report.baseline], axis=0).median()
    return table(["method", "training time"], [[f"`{method}`", f"{ratios[method]:.2f}"] for method in of.trained])


def strengths(*reports: str) -> str:
    """A method a line: the trial that was chosen, its parameters, score and accuracy, and the other trials' scores."""
    body = []
    for report in reports:
        methods, marks = study(report).params["methods"], marks_of_score(report)
        for family, trial in chosen(report).items():
            of_family = trials(report)[family]
            entry = {key: value for key, value in methods[trial].items() if key not in ("method", "masking")}
            params = ", ".join(f"{key} {value}" for key, value in entry.items())
            others = sorted((score for key, (score, _) in of_family.items() if key != trial), reverse=True)
            score, accuracy = map(short, of_family[trial])
            span = f"{short(others[0])} to {short(others[-1])}"
            body.append([f"`{family}`", params, score + marks, accuracy, span + marks])
    return table(["method", "chosen", "score", "validation accuracy", "other trials' scores"], body)


def seeds(report: str) -> int:
    return len(study(report).grid.seeds)


def page() -> str:
    environment = Environment(loader=FileSystemLoader(HERE), undefined=StrictUndefined, keep_trailing_newline=True)
    functions = (
        value,
        difference,
        area,
        option,
        masked,
        scores,
        effects,
        parts,
        claims,
        verdicts,
        strengths,
        best,
        baseline_score,
        costs,
        seeds,
    )
    given = {function.__name__: function for function in functions}
    return environment.get_template("results.md.j2").render(given)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
