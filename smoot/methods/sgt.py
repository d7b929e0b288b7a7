"""sgt: Saliency Guided Recipe (Ismail, Corrada Bravo, Feizi, NeurIPS 2021, Algorithm 1).

Minimises CE(f(x), y) + λ · KL(p(x) ‖ p(x~)), where x~ is x with the fraction k of its pixels that has the lowest
saliency ∂ log p_y / ∂x replaced. With `masking.saliency: separate` this is the authors' procedure; `fused`, which costs
less, takes the saliency from the training pass, dropout and all, and lets no gradient through p(x).
"""

from smoot.training import masked, method


class Params(method.MaskedParams):
    pass


class Method(masked.Method):
    pass
