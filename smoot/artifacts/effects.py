"""The effects of a training method on a score, by their names in results: what is the map's, and what the model's.

A method changes a model and its maps. Tried two by two, with the baseline's map and on the baseline's model, the
difference of a score falls into the two, and into how much better a map suits its own model than another's.
"""

EFFECTS = {
    "map_effect": "map's effect",
    "model_effect": "model's effect",
    "map_fit": "fit",
}
"""The end of each effect's name, {metric}_{effect}, and its title."""


def is_effect(metric: str) -> bool:
    """Whether a name is that of an effect."""
    return metric.endswith(tuple(f"_{effect}" for effect in EFFECTS))


def effect_names(metric: str) -> list[str]:
    """The names of the effects on a metric, in the order of EFFECTS."""
    return [f"{metric}_{effect}" for effect in EFFECTS]
