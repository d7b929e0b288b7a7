"""baseline: plain training. Minimises CE(f(x), y)."""

from torch import nn

from smoot.core.params_file import Block
from smoot.training import method
from smoot.training.step import Batch, Step, plain_step


class Params(Block):
    pass


class Method(method.Method):
    def step(self, model: nn.Module, batch: Batch) -> Step:
        return plain_step(model, batch, self.context)
