"""Pages of the reference: the components of a kind, each with what it says of itself."""

from types import ModuleType

from tables import keys_table

from smoot.artifacts.metric_info import SYMBOLS, MetricInfo
from smoot.core import components
from smoot.scoring.metric import MetricParams
from smoot.settings.keys import keys
from smoot.training.method import MaskedParams, MethodParams

TITLES = {"methods": "Training methods", "datasets": "Data sets", "attributions": "Attributions", "metrics": "Metrics"}
INTRODUCTIONS = {
    "methods": "`x` is an image, `y` its class, `f` the logits, `p` their softmax, `x~` the image with pixels "
    "replaced, CE cross-entropy, KL the Kullback-Leibler divergence. F is the price of a forward pass. A step of plain "
    "training costs 3 F. An entry of `methods` names one of these by the key `method`, or by its own name.",
    "datasets": "An entry of `datasets` names one of these by the key `dataset`, or by its own name.",
    "attributions": "A map says how much each pixel of an image speaks for its class. An entry of a panel's "
    "`attributions` names one of these by the key `attribution`, or by its own name. Most are captum's. SmoothGrad, "
    "gradient SHAP, DeepLift and guided backpropagation are written here, and tested against known answers: captum's "
    "need a batch at once, or do not fit every model.",
    "metrics": "An entry of a panel's `metrics` names one of these by the key `metric`, or by its own name. Most are "
    "Quantus's. ROAD and non-sensitivity are computed here, and tested against Quantus's. Completeness, the accuracy "
    "drop, the symmetric relevance gain, accuracy under attack and accuracy under noise are this project's. A price is "
    "what an image costs beside its map: forward passes (F), forward passes that all attributions share (S), maps made "
    "anew (E). In formulas:\n\n" + "\n".join(f"- `{symbol}` is {meaning}" for symbol, meaning in SYMBOLS.items()),
}
SHARED = {
    "methods": (("all methods", MethodParams), ("methods that mask by saliency", MaskedParams)),
    "metrics": (("all metrics", MetricParams),),
}
"""Keys that components have from a block of all their kind, and are shown once."""


def components_page(kind: str) -> str:
    parts = [f"# {TITLES[kind]}\n", f"{INTRODUCTIONS[kind]}\n"]
    seen = []
    for title, block in SHARED.get(kind, ()):
        new = [key for key in keys(block) if key not in seen]
        parts += [f"## Keys of {title}\n", keys_table(new)]
        seen += new
    for name in components.names(kind):
        module = components.load(kind, name)
        own = [key for key in keys(module.Params) if key not in seen]
        parts += [f"## {name}\n", *_about(kind, name, module), keys_table(own) if own else ""]
    return "\n".join(parts)


def _about(kind: str, name: str, module: ModuleType) -> list[str]:
    text = _escaped((module.__doc__ or "").removeprefix(f"{name}: ").strip())
    parts = [f"{text[:1].upper()}{text[1:]}\n"]
    if note := getattr(getattr(module, "Method", None), "note", ""):
        parts.append(f"!!! warning\n    {note}\n")
    if kind == "metrics" and hasattr(module, "INFO"):
        parts += _metric(module.INFO)
    if kind == "datasets":
        card = module.CARD
        facts = {"images": card.size, "classes": card.classes, "object masks": card.masks}
        parts.append(_facts(facts | {"licence": card.licence, "source": card.source}))
    return parts


def _metric(info: MetricInfo) -> list[str]:
    facts = {
        "category": info.category,
        "better": "higher" if info.higher_is_better else "lower",
        "range": info.range,
        "price": info.cost,
        "paper": f"[{info.citation}]({info.link})" if info.link else info.citation,
        "beware": _escaped(info.deviations),
    }
    return [f"{_escaped(info.meaning)}\n", f"`{info.formula}`\n", _facts(facts)]


def _facts(facts: dict[str, str]) -> str:
    return "".join(f"- **{word}**: {fact}\n" for word, fact in facts.items() if fact)


def _escaped(text: str) -> str:
    for character in "\\*<[":
        text = text.replace(character, f"\\{character}")
    return text
