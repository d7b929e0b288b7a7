"""sgt_separate: SGT with its authors' own way to the saliency, an extra pass in eval mode.

It costs 8 forwards' worth of work a step, and gradient flows through both sides of the KL. Where the masking block says
`saliency: separate`, `sgt` is the same.
"""

from typing import ClassVar

from smoot.training import masked, method


class Params(method.MaskedParams):
    OWN: ClassVar[dict[str, str]] = {"saliency": "separate"}


class Method(masked.Method):
    pass
