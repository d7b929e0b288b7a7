"""Blocks of params.yaml that are right alone, but not together. Each function gives a line for each problem."""

from collections import Counter
from collections.abc import Iterator

from smoot.artifacts.effects import effect_names
from smoot.artifacts.performance import SCORED_SPLITS, performance
from smoot.core import components
from smoot.report.analysis.hypotheses import unmatched
from smoot.scoring.metric import metric_info
from smoot.settings.params import Params
from smoot.training.method import MaskedParams


def all_of(params: Params) -> list[str]:
    lines = [*grid(params), *baseline(params), *metric_names(params), *processes(params), *label_smoothing(params)]
    lines += [*control_names(params), *judged_attribution(params)]
    return lines or [*primary(params), *questions(params)]


def grid(params: Params) -> Iterator[str]:
    """Keys of the grid that are there twice, or have no block."""
    for name, keys in params.grid:
        repeated = [key for key, count in Counter(map(str, keys)).items() if count > 1]
        yield from (f"grid.{name}: {key} is there more than once" for key in repeated)
        if name != "seeds":
            blocks = getattr(params, name)
            allowed = ", ".join(blocks)
            yield from (f"grid.{name}: {key}: has no block; allowed: {allowed}" for key in keys if key not in blocks)


def baseline(params: Params) -> Iterator[str]:
    if params.report.baseline not in params.grid.methods:
        allowed = ", ".join(params.grid.methods)
        yield f"report.baseline: {params.report.baseline}: not a method of the grid; allowed: {allowed}"
    if "baseline" not in params.report.model_fields_set:
        yield "report.baseline: missing; the stages of both engines name its models, so write it, such as baseline"


def metric_names(params: Params) -> Iterator[str]:
    """Metrics of the grid's panels whose name is that of another result: results.csv could not tell them apart."""
    panels = {name: params.panels[name] for name in params.grid.panels if name in params.panels}
    taken = {measure for split in SCORED_SPLITS for measure in performance(split)}
    for panel in panels.values():
        for name, block in panel.metrics.items():
            entry = components.resolve("metrics", name, block)
            taken |= {f"{name}_{summary}" for summary in metric_info(entry).summaries} | {*effect_names(name)}
    owner: dict[str, str] = {}
    for name, panel in panels.items():
        for metric in panel.metrics:
            if metric in taken:
                yield f"panels.{name}.metrics.{metric}: the name of a result of another kind; give it another"
            if owner.setdefault(metric, name) != name:
                yield f"panels.{name}.metrics.{metric}: also in panel {owner[metric]}; give it a name of its own"


def processes(params: Params) -> Iterator[str]:
    if params.training.processes > params.compute.threads:
        yield (
            f"training.processes: {params.training.processes}: more than compute.threads, {params.compute.threads}, "
            "of which each process needs one"
        )


def label_smoothing(params: Params) -> Iterator[str]:
    """Methods whose saliency comes from the backward pass of the smoothed loss, which is another's gradient."""
    for name in params.methods:
        smoothing = params.recipe(name).label_smoothing
        masked = isinstance(params.method(name).params(), MaskedParams)
        if masked and smoothing and params.own_masking(name).saliency == "fused":
            yield (
                f"methods.{name}: masking.saliency: fused has no label smoothing, but training.label_smoothing "
                f"is {smoothing}; allowed with it: separate, shared"
            )


def control_names(params: Params) -> Iterator[str]:
    """Methods that are to be controls of themselves, or of what has no block."""
    for name in params.methods:
        allowed = ", ".join(other for other in params.methods if other != name)
        for held in getattr(params.method(name).params(), "control_of", None) or []:
            if held == name or held not in params.methods:
                yield f"methods.{name}.control_of: {held}: not another entry of methods; allowed: {allowed}"


def judged_attribution(params: Params) -> Iterator[str]:
    """A map by which nothing can be judged: one that no panel has, a null, or one of the baseline's model."""
    panels = [params.panels[key] for key in params.grid.panels if key in params.panels]
    names = {
        name for panel in panels for name in set(panel.attributions) - panel.null_attributions() - panel.borrowed()
    }
    chosen = params.report.attribution
    if names and chosen not in names:
        allowed = ", ".join(sorted(names))
        yield f"report.attribution: {chosen}: in no panel of the grid, a null, or of another model; allowed: {allowed}"


def primary(params: Params) -> Iterator[str]:
    """Names that no comparison of the declared family has."""
    declared = params.report.primary
    if declared is None:
        return
    chosen = set(declared.metrics)
    for name in params.grid.panels:
        panel = params.panels[name]
        for metric in chosen & set(panel.metrics) if panel.split != "test" else ():
            yield (
                f"report.primary.metrics: {metric}: of panel {name}, whose images are of the {panel.split} split; "
                "a claim is made of test images"
            )
            chosen.discard(metric)
    if chosen == set(declared.metrics):
        lines = unmatched(declared, params.report.baseline, params.hypotheses)
        yield from (f"report.primary.{line}" for line in lines)


def questions(params: Params) -> Iterator[str]:
    """Names in a question that no comparison has."""
    everything = params.hypotheses if params.report.questions else []
    for number, question in enumerate(params.report.questions):
        for place, ask in enumerate(question.asks):
            lines = unmatched(ask.named(params.report.baseline), params.report.baseline, everything)
            yield from (f"report.questions.{number}.asks.{place}.{line}" for line in lines)
