"""pointing_game: is the highest-ranked pixel on the object?"""

from smoot.data.store import Region
from smoot.scoring.metric import About, MetricParams, Scores, Subject
from smoot.scoring.regions import localise

ABOUT = About("Pointing game", "localisation", True, "Zhang et al., IJCV 2018")


class Params(MetricParams):
    pass


def score(subject: Subject, params: Params) -> Scores:
    """0 or 1; chance is the object's share of the image. Of several highest pixels, one on the object is enough."""
    return Scores(localise("PointingGame", subject, Region.OBJECT))
