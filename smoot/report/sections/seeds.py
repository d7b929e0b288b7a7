"""Every seed's score."""

from smoot.core.text import count
from smoot.report.figures.seeds import seeds
from smoot.report.metrics import aimed
from smoot.report.page import Block, Part, Picture, Section
from smoot.report.study import Study


def build(study: Study) -> Section | None:
    titles = {name: aimed(metric) for name, metric in study.metrics.items()}
    results = study.evidence.results
    attributions = [name for name in results["attribution"].unique() if name and name not in study.nulls.maps]
    blocks: list[Block] = []
    for (dataset, model), rows in results.groupby(["dataset", "model"], sort=False):
        figure = seeds(rows, titles, study.look, attributions, study.nulls.maps)
        if figure is not None:
            caption = (
                f"{dataset} · {model}: a point is one of {count(len(study.grid.seeds), 'training run')} a method. Grey "
                "is what a null scores: a map that does not look at the model, or a model that was not trained."
            )
            picture = Picture(f"seeds_{dataset}_{model}", figure, caption, caption)
            blocks.append(Part(f"{dataset} · {model}", (picture,), folded=bool(blocks)))
    reading = "A metric that does not tell a map from the grey of the nulls measures nothing here."
    return Section("seeds", "Every seed", reading, tuple(blocks)) if blocks else None
