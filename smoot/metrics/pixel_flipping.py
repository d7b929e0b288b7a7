"""pixel_flipping: how fast does the class probability fall as pixels are replaced, the highest-ranked first?"""

from smoot.artifacts.scores import MetricInfo
from smoot.metrics._pixel_removal import over_pixels
from smoot.scoring.metric import MetricParams, Scores, Subject

INFO = MetricInfo(
    title="Pixel flipping",
    category="faithfulness",
    higher_is_better=False,
    citation="Bach et al., PLOS ONE 2015",
    cost="H F",
)


class Params(MetricParams):
    pass


def score(subject: Subject, params: Params) -> Scores:
    """Area under the curve of p_y, as its mean height in [0, 1]. A step replaces as many pixels as a row has."""
    height, width = subject.maps.shape[2:]
    area = over_pixels("PixelFlipping", subject, softmax=True, features_in_step=width, return_auc_per_sample=True)
    return Scores(area / (height - 1))
