"""Known answers: what a metric gives where the right score is known. The tests hold every metric to its own."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class KnownAnswer:
    """The score of every image, given maps and a model of which all is known.

    The images are noise of 8 × 8 pixels with an object, distractors and a shortcut's mark; labels are what the model
    says.
    """

    value: float
    maps: Literal["object", "distractor", "shortcut", "pixel", "random", "gradient", "contributions", "losses"]
    """The maps. Three are 1 on the region of that name and 0 elsewhere; `pixel` is so on one pixel. `random` is that
    attribution, noise. The others are of the linear model: `gradient` |w_y|; `contributions` w_y · x, which adds up to
    f_y(x) − f_y(0); `losses` what f_y loses where a pixel becomes the image's mean colour."""
    model: Literal["linear", "constant"] = "linear"
    """f(x) = W x, without a bias; or logits (2, 0, 0) whatever the image."""
    tolerance: float = 1e-5
    """The amount by which a score may differ from `value`."""
