"""How alike the maps of a model are to those of the same network with its weights drawn anew."""

import numpy as np

from smoot.metrics._quantus_call import per_image
from smoot.scoring.metric import Subject

LAYERS = (
    "Quantus draws each layer from the same seed, so layers of one shape get the same weights; and it leaves alone the "
    "parameters that belong to no layer, such as the class token and the positions of a ViT."
)
"""A caveat of all metrics that draw weights by Quantus."""


def correlation(subject: Subject) -> np.ndarray:
    """(n,) in [−1, 1]: Spearman's, of the absolute map and of that of the model with all of its layers drawn anew."""
    return per_image(
        "MPRT",
        subject,
        softmax=False,
        abs=True,
        seed=subject.seed,
        layer_order="bottom_up",
        skip_layers=True,
        return_last_correlation=True,
    )
