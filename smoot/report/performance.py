"""What training measures of its result, as metrics of the report."""

from smoot.artifacts.scores import MetricInfo

SPLITS = ("test", "val")
"""Those that a report can show, in its order; never two of them in one table."""
ON_SPLIT = {"test": "", "val": "validation images"}
"""What a title says of a split; nothing of the usual one."""


def performance(split: str) -> dict[str, MetricInfo]:
    """By the name in `RunRecord.metrics` and results.csv. split: of SPLITS."""
    name = {"test": "Test", "val": "Validation"}[split]
    return {
        f"{split}_accuracy": _info(f"{name} accuracy", True, ""),
        f"{split}_loss": _info(f"{name} cross-entropy", False, ""),
        f"{split}_ece": _info("Expected calibration error", False, "Guo et al., ICML 2017"),
    }


def _info(title: str, higher_is_better: bool, citation: str) -> MetricInfo:
    return MetricInfo(title=title, category="performance", higher_is_better=higher_is_better, citation=citation)
