"""Data sets that know what is evidence and what is not: the share of their images that each region covers."""

from collections.abc import Iterable

from smoot.artifacts.dataset import Region

REGIONS = [region.name.lower() for region in Region if region is not Region.BACKGROUND]

# A data set's regions, and the fraction of an image that each covers.
Shares = dict[str, float]


def covered_shares(panels: Iterable[tuple[str, Shares]]) -> dict[str, Shares]:
    """The shares of each data set that has masks, in the order of REGIONS. panels: the data set and shares of each."""
    return {
        dataset: {region: shares[region] for region in REGIONS if region in shares}
        for dataset, shares in panels
        if shares
    }
