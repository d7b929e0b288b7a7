"""random_mask: SGT whose masked pixels are drawn at random, a control. What it gains, it owes to no saliency.

Its steps cost what SGT's do: the saliency is computed, and not used.
"""

from typing import ClassVar

from smoot.training import masked, method


class Params(method.MaskedParams):
    OWN: ClassVar[dict[str, str]] = {"ranking": "random"}


class Method(masked.Method):
    pass
