"""How much of an image each region covers."""

import numpy as np

from smoot.artifacts.dataset import Region


def region_shares(masks: np.ndarray) -> dict[str, float]:
    """The fraction of an image that each region covers, by its name: what a random map scores in localisation.

    Means over the images that have the region; regions that no image has are left out. masks: as in a Subject.
    """
    regions = [region for region in Region if region != Region.BACKGROUND]
    fractions = {region.name.lower(): (masks == region).mean((1, 2, 3)) for region in regions}
    return {name: float(by_image[by_image > 0].mean()) for name, by_image in fractions.items() if by_image.any()}
