"""A page of made-up sections: 2 data sets and models, 4 methods and a null, 3 seeds, and names that break things."""

import numpy as np
from matplotlib.figure import Figure

from smoot.artifacts.scores import MetricInfo
from smoot.report.analysis.comparison import pairwise_differences
from smoot.report.page import (
    Cell,
    Column,
    Explained,
    Gallery,
    Listing,
    Maps,
    Note,
    Part,
    Picture,
    Points,
    Row,
    Section,
    Span,
    Table,
    Text,
)  # fmt: skip
from smoot.report.render.html import html_page
from smoot.report.words import number

LONG = "a_method_whose_name_" + "goes_on_and_on_" * 12
HOSTILE = '<b onclick="x()">&"\'</b>'
RIGHT_TO_LEFT = "שיטה"
DATASETS, MODELS = ["fashion_mnist", "shapes"], ["sgt_cnn", "resnet18"]
METHODS, NULL = ["baseline", "sgt_absolute", "smoot", HOSTILE], "untrained"
ATTRIBUTIONS = ["gradient", "integrated_gradients", "random"]
METRICS = {
    "test_accuracy": ("Accuracy on the test images", "performance", True),
    "faithfulness": ("Faithfulness correlation", "faithfulness", True),
    "drop": ("Accuracy drop, uniform fill", "faithfulness", True),
    "lipschitz": ("Local Lipschitz estimate", "robustness", False),
    "mass": ("Relevance mass accuracy", "localisation", True),
    "sparseness": ("Sparseness", "complexity", True),
}
SEEDS = (0, 1, 2)
SHOWN = Span("Shown", "strong")
RESULTS = "method,value\nsmoot,0.5\nשיטה,−0.5\n"


def info(metric: str) -> MetricInfo:
    title, category, higher_is_better = METRICS[metric]
    return MetricInfo(
        title=title, category=category, higher_is_better=higher_is_better, citation="Somebody & others, 2020",
        cost="50 F", scale="It is a product.",
    )  # fmt: skip


def scores(dataset: str, model: str) -> Table:
    rng = np.random.default_rng(len(dataset) + 7 * len(model))
    rows = []
    for metric, (_, category, _) in METRICS.items():
        for attribution in ATTRIBUTIONS if metric != "test_accuracy" else [""]:
            labels = {"dataset": dataset, "model": model, "category": category, "attribution": attribution}
            null = attribution == "random"
            values = {
                method: {seed: 0.7 + 0.05 * place + 0.02 * rng.standard_normal() - 0.75 * null for seed in SEEDS}
                for place, method in enumerate([*METHODS, NULL])
            }
            if metric == "drop" and attribution == "gradient":
                del values["smoot"][1]
            rows.append(row(metric, values, {key: value for key, value in labels.items() if value}, null))
    columns = [Column("metric"), Column("attribution")]
    columns += [Column(method, True, method, method == NULL) for method in [*METHODS, NULL]]
    name = f"scores-{dataset}-{model}"
    return Table(name, tuple(columns), tuple(rows), f"Scores on {dataset} with {model}", "baseline")


def row(metric: str, values: dict[str, dict[int, float]], labels: dict[str, str], null: bool) -> Row:
    title, _, higher = METRICS[metric]
    arrow, marks = "↑" if higher else "↓", "!≠" if metric == "drop" else ""
    cells = [Cell(f"{title} {arrow}", metric=metric, mark=marks), Cell(labels.get("attribution", "–"))]
    scores = np.array([[by_seed.get(seed, np.nan) for seed in SEEDS] for by_seed in values.values()])
    pairs = pairwise_differences(list(values), scores, 0.95, higher)
    for method, by_seed in values.items():
        difference = pairs.get((method, "baseline"))
        mean, seeds = float(np.mean(list(by_seed.values()))), " ".join(map(number, by_seed.values()))
        detail = "p 0.0312" if method == "smoot" and metric == "drop" else ""
        hole = "" if len(by_seed) == len(SEEDS) else f"{len(by_seed)} of {len(SEEDS)} seeds"
        apart = difference is not None and difference.apart
        cells.append(Cell(number(mean), mean, seeds, difference, detail, apart=apart, hole=hole))
    return Row(tuple(cells), labels, null, higher, pairs)


def costs() -> Table:
    columns = (Column("method"), Column("data set"), Column("training, s", True))
    rows = []
    for dataset in DATASETS:
        for place, method in enumerate([*METHODS, LONG, "w" * 200, RIGHT_TO_LEFT]):
            seconds = Cell(number(10.5 * place, 1), 10.5 * place) if place else Cell(hole="not run")
            rows.append(Row((Cell(method), Cell(dataset), seconds), {"method": method, "dataset": dataset}))
    return Table("costs", columns, tuple(rows), "Seconds of training")


def gallery(size: int = 16, seeds: tuple[int, ...] = SEEDS) -> Gallery:
    rng = np.random.default_rng(7)
    y, x = np.mgrid[-1 : 1 : size * 1j, -1 : 1 : size * 1j]
    blobs = [np.exp(-6 * ((x - dx) ** 2 + (y - dy) ** 2)) for dx, dy in [(0, 0), (0.3, -0.4), (-0.4, 0.2), (0.1, 0.5)]]
    images = {
        f"{dataset}/main": np.stack([np.stack([(255 * blob).astype(np.uint8)] * channels) for blob in blobs])
        for dataset, channels in zip(DATASETS, (1, 3), strict=True)
    }
    maps = [
        Maps(dataset, model, method, seed, "main", attribution, _maps(blobs, rng, attribution))
        for dataset in DATASETS
        for model in MODELS
        for attribution in ATTRIBUTIONS[:2]
        for seed in seeds
        for method in [*METHODS, NULL]
    ]
    return Gallery(images, dict.fromkeys(images, ("T-shirt", "trouser", HOSTILE, RIGHT_TO_LEFT)), tuple(maps))


def _maps(blobs: list[np.ndarray], rng: np.random.Generator, attribution: str) -> np.ndarray:
    values = np.stack([blob + 0.2 * rng.standard_normal(blob.shape) for blob in blobs])
    return (np.abs(values) if attribution == "gradient" else values).astype(np.float32)


def answer() -> Section:
    missing = Span("results/runs/fashion_mnist/sgt_cnn/smoot/seed1/run.json", "code")
    findings: tuple[Text, ...] = (
        (SHOWN, ": sgt_absolute is better than baseline by Faithfulness correlation, higher by 0.091 [0.052, 0.130]."),
        (
            Span("Not shown", "strong"),
            ": smoot and sgt_absolute are not told apart: 0.012 [−0.020, 0.044].",
        ),
        (SHOWN, f": {HOSTILE} is less accurate than baseline by 1.5 points [0.9, 2.1]; n = 3 seeds."),
    )
    why = ": with 3 seeds the smallest two-sided p of a paired test is 0.2500; 6 seeds are needed."
    blocks = (
        Note((Span("2 results are missing", "strong"), "; what follows is made without them: ", missing), "warning"),
        Points(findings),
        Note((Span("No claim of significance can be made", "strong"), why), "notice"),
        Picture("overview", Figure(), "Paired differences to baseline; right is better.", "12 differences"),
    )
    question = (
        "Do sgt_absolute, smoot and random masking differ from baseline in accuracy, and in how well their maps "
        "score, over 3 training seeds?"
    )
    return Section("answer", "not shown", question, blocks)


def provenance() -> Section:
    listing = Listing("grid:\n  methods: [baseline]\n" + "x" * 300)
    paper = Note(("See ", Span("the paper", "link", "https://example.org/paper")))
    blocks = (Part("params.yaml", (listing,), folded=False), paper, Part("Not folded", (Note(RIGHT_TO_LEFT),)))
    return Section("provenance", "Provenance", (LONG, " ", Span(HOSTILE, "code")), blocks)


def sections() -> list[Section]:
    marks = Points(((Span("!", "mark"), " the random map scores as well"), (Span("≠", "mark"), " its score moves")))
    once_more = Table("folded", (Column("method"),), (Row((Cell("baseline"),), {"dataset": DATASETS[1]}),), "Once more")
    return [
        answer(),
        Section("scores", "Scores", "The mean over seeds, each seed’s value, and the paired difference.", all_scores()),
        Section("sanity", "Sanity", "Does a score measure something?", (marks,)),
        Section("maps", "Maps", "The same images for every method.", (gallery(),)),
        Section("cost", "Cost", "", (costs(), Part("The same again", (Note("Inside."), once_more), folded=True))),
        provenance(),
    ]


def all_scores() -> tuple[Table, ...]:
    return tuple(scores(dataset, model) for dataset in DATASETS for model in MODELS)


def explained() -> list[Explained]:
    here: tuple[Text, ...] = (("Marked ", Span("!", "mark"), ": some random map scores as well."),)
    return [
        Explained(metric, title, info(metric), here if metric == "drop" else ())
        for metric, (title, _, _) in METRICS.items()
    ]


def draw(picture: Picture) -> str:
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="720" height="240" viewBox="0 0 720 240">'
        f'<text x="20" y="40" fill="var(--ink, #111)">{picture.name}</text></svg>'
    )


def made_up(title: str = "Saliency-guided training, compared", shown: list[Section] | None = None) -> str:
    embedded = {"results.csv": RESULTS.encode(), "params.yaml": b"grid: {}\n"}
    colours = ":root { --method-1: #0072b2; }"
    return html_page(title, shown or sections(), explained(), embedded, ["report.md", "tables.tex"], colours, draw)
