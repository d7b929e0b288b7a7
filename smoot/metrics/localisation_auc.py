"""localisation_auc: does a pixel on the object have more attribution than one that is not?"""

from smoot.artifacts.dataset import Region
from smoot.artifacts.metric_info import MetricInfo
from smoot.metrics._caveats import BLACK_BACKGROUND
from smoot.metrics._regions import localise
from smoot.scoring.known_answer import KnownAnswer
from smoot.scoring.metric import MetricParams, Scores, Subject

INFO = MetricInfo(
    title="Localisation AUC",
    category="localisation",
    higher_is_better=True,
    citation="Fawcett, Pattern Recognition Letters 2006",
    link="https://doi.org/10.1016/j.patrec.2005.10.010",
    meaning="How often a pixel on the object has more attribution than a pixel that is not on it.",
    formula="P(|aᵢ| > |aⱼ|) + ½ P(|aᵢ| = |aⱼ|); i a random pixel of the object, j a random pixel elsewhere",
    limits=(0, 1),
    deviations=(
        "Chance is 0.5, whatever the size of the object. Quantus takes signed maps unless told otherwise; here it is "
        "the absolute value. Undefined where the object fills the image. "
        f"{BLACK_BACKGROUND}"
    ),
)
KNOWN_ANSWER = KnownAnswer(1, maps="object")


class Params(MetricParams):
    pass


def score(subject: Subject, params: Params) -> Scores:
    """Values in [0, 1], chance is .5: how often a pixel on the object outranks one beside it, by absolute attribution.

    NaN where the object fills the image.
    """
    return Scores(localise("AUC", subject, Region.OBJECT))
