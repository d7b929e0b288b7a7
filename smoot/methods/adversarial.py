"""adversarial: training on adversarial examples (Madry et al., ICLR 2018).

Minimises CE(f(x + δ), y), where δ are `steps` steps of projected gradient ascent of each image's CE from a random
start, within `epsilon` by the L∞ or the L2 norm, and within what pixels can be. (3 + 2 · steps) F a step. One step is
fast adversarial training (Wong, Rice, Kolter, ICLR 2020); it may overfit to that one step, which its accuracy under
more of them shows. For maps: Etmann et al., ICML 2019; Kim, Seo, Jeon 2019.

δ is sought in eval mode: without dropout, by BatchNorm's running statistics, which it does not move. With ε = 0 it is
the baseline. The history's train_ce and train_accuracy are of x + δ.
"""

from __future__ import annotations

from smoot.methods._adversarial import Adversarial, AdversarialParams


class Params(AdversarialParams):
    pass


class Method(Adversarial):
    pass
