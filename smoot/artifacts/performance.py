"""What training measures of its result, as metrics of the report."""

from smoot.artifacts.metric_info import MetricInfo

SCORED_SPLITS = ("test", "val")
"""Those that a report can show, in its order; never two of them in one table."""
ON_SPLIT = {"test": "", "val": "validation images"}
"""What a title says of a split; nothing of the usual one."""

ACCURACY = {"test_accuracy", "val_accuracy"}
"""Names in results.csv of what is told in points, hundredths."""


def performance(split: str) -> dict[str, MetricInfo]:
    """The measures by their names in `RunRecord.metrics` and results.csv, of n images and not of one. split: one of
    SCORED_SPLITS."""
    name = {"test": "Test", "val": "Validation"}[split]
    return {
        f"{split}_accuracy": MetricInfo(
            title=f"{name} accuracy",
            category="performance",
            higher_is_better=True,
            citation="",
            meaning="What share of the images is classified correctly.",
            formula="#{images: argmax f(x) = y} / n; # counts the images, of which there are n",
            limits=(0, 1),
        ),
        f"{split}_loss": MetricInfo(
            title=f"{name} cross-entropy",
            category="performance",
            higher_is_better=False,
            citation="",
            meaning="How little probability the model gives to the true class.",
            formula="−Σ ln p_y(x) / n; the sum is over the n images",
            limits=(0, None),
            deviations="In nats, and without label smoothing, also where training smooths labels.",
        ),
        f"{split}_ece": MetricInfo(
            title="Expected calibration error",
            category="performance",
            higher_is_better=False,
            citation="Guo et al., ICML 2017",
            link="https://arxiv.org/abs/1706.04599",
            meaning="How far the model's confidence is from how often it is right.",
            formula="Σ_b (n_b / n) |accuracy_b − confidence_b|; b runs over 15 equally wide bins of max p, n_b of the "
            "n images are in b; accuracy_b and confidence_b are the means of what is right, 0 or 1, and of max p in b",
            limits=(0, 1),
            deviations="With few images it is too large even for a perfectly calibrated model, as a bin's accuracy is "
            "then mostly chance. It is of the confidence in the class that the model says, and not of the others.",
        ),
    }
