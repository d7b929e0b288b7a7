"""baseline: plain training. Minimises CE(f(x), y)."""

from torch import nn

from smoot.core.blocks import Block
from smoot.masking import Batch, Step, plain_step
from smoot.training import method


class Params(Block):
    pass


class Method(method.Method):
    def step(self, model: nn.Module, batch: Batch) -> Step:
        return plain_step(model, batch, self.task.autocast)
