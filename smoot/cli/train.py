"""`smoot train`: one cell of the grid."""

from smoot.cli.coordinates import Dataset, Method, Model, Seed, checked_params


def train(dataset: Dataset, model: Model, method: Method, seed: Seed) -> None:
    """Train one cell of the grid into results/runs/."""
    raw = checked_params(datasets=dataset, models=model, methods=method)
    from smoot.artifacts.paths import GridCell
    from smoot.engines.attempts import recorded, train_log
    from smoot.engines.gpus import claim

    claim(raw["training"].get("processes", 1), raw["compute"].get("device", "auto"))
    cell = GridCell(dataset, model, method, seed)
    with recorded(train_log(cell)):
        from smoot.engines.code import digest
        from smoot.engines.stages import view_of
        from smoot.training import stage

        stage.train_cell(cell, view_of(raw, "train", **cell.coordinates), code=digest(raw, "train", method))
