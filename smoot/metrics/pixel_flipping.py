"""pixel_flipping: how fast does the class probability fall as pixels are replaced, the highest-ranked first?"""

from smoot.scoring.metric import About, MetricParams, Scores, Subject
from smoot.scoring.quantus import per_image

ABOUT = About("Pixel flipping", "faithfulness", False, "Bach et al., PLOS ONE 2015")


class Params(MetricParams):
    pass


def score(subject: Subject, params: Params) -> Scores:
    """Area under the curve of p_y, in [0, 1]; an image row's worth of pixels a step, replaced by the image's mean."""
    height, width = subject.maps.shape[2:]
    area = per_image(
        "PixelFlipping",
        subject,
        softmax=True,
        features_in_step=width,
        perturb_baseline="mean",
        return_auc_per_sample=True,
    )
    return Scores(area / (height - 1))
