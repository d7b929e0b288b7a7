"""A reproducible benchmark of saliency-guided training methods, and its parts as functions for your own models.

Nothing is imported before it is used: `import smoot` needs neither torch nor pandas.
"""

from typing import TYPE_CHECKING

import lazy_loader

__version__ = "0.2.0"

if TYPE_CHECKING:
    from smoot.api.attribution import attribute
    from smoot.api.comparison import holm, paired_difference, seeds_needed
    from smoot.api.scores import score
    from smoot.api.training import training_method
    from smoot.api.written_report import write_report
    from smoot.core.errors import SmootError

__all__ = [
    "SmootError",
    "__version__",
    "attribute",
    "holm",
    "paired_difference",
    "score",
    "seeds_needed",
    "training_method",
    "write_report",
]

__getattr__, *_ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "api.attribution": ["attribute"],
        "api.comparison": ["holm", "paired_difference", "seeds_needed"],
        "api.scores": ["score"],
        "api.training": ["training_method"],
        "api.written_report": ["write_report"],
        "core.errors": ["SmootError"],
    },
)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
