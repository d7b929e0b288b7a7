"""sgt: Saliency Guided Training (Ismail, Corrada Bravo, Feizi, NeurIPS 2021, Algorithm 1).

Minimises CE(f(x), y) + λ · KL(p(x) ‖ p(x~)), where x~ is x with the fraction k of its pixels that has the lowest
saliency ∂ log p_y / ∂x replaced. With `masking.saliency: separate` this is the authors' procedure, at 8 forwards' worth
of work a step; `fused`, which costs 6, takes the saliency from the training pass, dropout and all, and lets no gradient
through p(x).

Controls of it are entries: `masking: {ranking: random}` masks pixels drawn at random, at the same cost, so that what it
gains it owes to no saliency. `k: 0` masks none: the KL is between two passes of the same images, which dropout sets
apart; without dropout only BatchNorm's statistics differ from the baseline's, as they see every batch twice.
"""

from smoot.methods._masked import MaskedMethod
from smoot.training.method import MaskedParams


class Params(MaskedParams):
    pass


class Method(MaskedMethod):
    pass
