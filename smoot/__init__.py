"""A reproducible benchmark of saliency-guided training methods, and its parts as functions for your own models.

Nothing is imported before it is used: `import smoot` needs neither torch nor pandas.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

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

_MODULES = {
    "SmootError": "smoot.core.errors",
    "attribute": "smoot.api.attribution",
    "holm": "smoot.api.comparison",
    "paired_difference": "smoot.api.comparison",
    "score": "smoot.api.scores",
    "seeds_needed": "smoot.api.comparison",
    "training_method": "smoot.api.training",
    "write_report": "smoot.api.written_report",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_MODULES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
