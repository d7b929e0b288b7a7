"""`smoot score`: one trained cell by one panel."""

from smoot.cli.coordinates import Dataset, Method, Model, PanelName, Seed, checked_params


def score(dataset: Dataset, model: Model, method: Method, seed: Seed, panel: PanelName) -> None:
    """Score one trained cell by a panel of attributions and metrics into results/scores/."""
    raw = checked_params(datasets=dataset, models=model, methods=method, panels=panel)
    from smoot.artifacts.paths import GridCell
    from smoot.engines.attempts import recorded, score_log
    from smoot.engines.gpus import claim

    claim(1, raw["compute"].get("device", "auto"))
    cell = GridCell(dataset, model, method, seed)
    with recorded(score_log(cell, panel)):
        from smoot.engines.stages import view_of
        from smoot.scoring import stage

        stage.score_cell(cell, panel, view_of(raw, "score", **cell.coordinates, panel=panel))
