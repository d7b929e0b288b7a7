"""shortcut_mass: what share of the attribution lies on the shortcut's mark?"""

from smoot.data.store import Region
from smoot.scoring.metric import About, MetricParams, Scores, Subject
from smoot.scoring.regions import localise

ABOUT = About(
    "Attribution on the shortcut", "localisation", False, "after Arras, Osman, Samek, Information Fusion 2022"
)


class Params(MetricParams):
    pass


def score(subject: Subject, params: Params) -> Scores:
    """A fraction, of absolute attribution; chance is the mark's share of the image."""
    return Scores(localise("RelevanceMassAccuracy", subject, Region.SHORTCUT))
