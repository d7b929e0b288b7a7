"""Data sets that know what is evidence and what is not: the share of their images that each region covers."""

from collections.abc import Iterable
from statistics import fmean

from smoot.artifacts.dataset import Region

REGIONS = [region.name.lower() for region in Region if region is not Region.BACKGROUND]

# A data set's regions, and the fraction of an image that each covers.
Shares = dict[str, float]


def covered_shares(panels: Iterable[tuple[str, int, Shares]]) -> dict[str, Shares]:
    """The shares of each data set that has masks, in the order of REGIONS: means over seeds, whose images can differ.

    panels: the data set, the training seed and the shares of each; of several with one data set and seed, the last
    counts.
    """
    of_seeds: dict[str, dict[int, Shares]] = {}
    for dataset, seed, shares in panels:
        if shares:
            of_seeds.setdefault(dataset, {})[seed] = shares
    return {dataset: _means(list(by_seed.values())) for dataset, by_seed in of_seeds.items()}


def _means(several: list[Shares]) -> Shares:
    """Where all are equal, to the bit what they are."""
    found = {region: [shares[region] for shares in several if region in shares] for region in REGIONS}
    return {region: of[0] if len({*of}) == 1 else fmean(of) for region, of in found.items() if of}
