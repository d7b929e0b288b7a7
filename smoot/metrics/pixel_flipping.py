"""pixel_flipping: how fast does the class probability fall as pixels are replaced, the highest-ranked first?"""

from smoot.scoring.metric import About, MetricParams, Scores, Subject
from smoot.scoring.quantus import per_image

ABOUT = About("Pixel flipping", "faithfulness", False, "Bach et al., PLOS ONE 2015")


class Params(MetricParams):
    pass


def score(subject: Subject, params: Params) -> Scores:
    """Area under the curve of p_y, as its mean height in [0, 1].

    A step replaces as many values as an image row has, by the mean of the image as it then is. Of an image with
    several channels, the channels of a pixel are values of their own, with the same rank.
    """
    width = subject.maps.shape[-1]
    points = subject.images[0].size // width
    area = per_image(
        "PixelFlipping",
        subject,
        softmax=True,
        features_in_step=width,
        perturb_baseline="mean",
        return_auc_per_sample=True,
    )
    return Scores(area / (points - 1))
