"""pointing_game: is the highest-ranked pixel on the object?"""

from smoot.artifacts.dataset import Region
from smoot.artifacts.metric_info import MetricInfo
from smoot.metrics._caveats import BLACK_BACKGROUND
from smoot.metrics._regions import localise
from smoot.scoring.known_answer import KnownAnswer
from smoot.scoring.metric import MetricParams, Scores, Subject

INFO = MetricInfo(
    title="Pointing game",
    category="localisation",
    higher_is_better=True,
    citation="Zhang et al., IJCV 2018",
    link="https://arxiv.org/abs/1608.00507",
    meaning="Whether the pixel of the highest attribution lies on the object.",
    formula="1 if some pixel of the highest |a| is one of the object, else 0",
    limits=(0, 1),
    deviations=(
        "The paper also counts a hit within 15 pixels of the object; here, as in Quantus, only on it. Of several "
        "pixels of the same highest value one on the object is enough. One pixel decides, so it needs many images. "
        "Chance is the object's share of the image. "
        f"{BLACK_BACKGROUND}"
    ),
)
KNOWN_ANSWER = KnownAnswer(1, maps="object")


class Params(MetricParams):
    pass


def score(subject: Subject, params: Params) -> Scores:
    """0 or 1; chance is the object's share of the image. Of several highest pixels, one on the object is enough."""
    return Scores(localise("PointingGame", subject, Region.OBJECT))
