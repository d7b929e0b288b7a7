"""no_mask: SGT that masks no pixel, a control: the KL between two passes of the same images, which dropout sets apart.

Without dropout the KL is 0, and the method differs from the baseline by BatchNorm's statistics alone, which see every
batch twice.
"""

from typing import Literal

from smoot.training import masked, method


class Params(method.MaskedParams):
    k: Literal[0] = 0


class Method(masked.Method):
    pass
