"""pointing_game: is the highest-ranked pixel on the object?"""

from smoot.artifacts.dataset import Region
from smoot.artifacts.scores import MetricInfo
from smoot.metrics._regions import localise
from smoot.scoring.metric import MetricParams, Scores, Subject

INFO = MetricInfo(
    title="Pointing game",
    category="localisation",
    higher_is_better=True,
    citation="Zhang et al., IJCV 2018",
)


class Params(MetricParams):
    pass


def score(subject: Subject, params: Params) -> Scores:
    """0 or 1; chance is the object's share of the image. Of several highest pixels, one on the object is enough."""
    return Scores(localise("PointingGame", subject, Region.OBJECT))
