"""`smoot fetch`: one data set."""

from smoot.cli.coordinates import Dataset, checked_params


def fetch(dataset: Dataset) -> None:
    """Put a data set into results/data/."""
    raw = checked_params(datasets=dataset)
    from smoot.engines.attempts import fetch_log, recorded

    with recorded(fetch_log(dataset)):
        from smoot.data import stage
        from smoot.engines.stages import view_of

        stage.fetch_dataset(dataset, view_of(raw, "fetch", dataset=dataset))
