"""untrained: the model as it was drawn, a null control. What a metric says of it, it says without any training."""

from torch import nn

from smoot.core.params_file import Block
from smoot.training import method
from smoot.training.step import Batch, Step


class Params(Block):
    pass


class Method(method.Method):
    trained = False

    @staticmethod
    def epochs(params: Block, epochs: int) -> int:
        return 0

    def step(self, model: nn.Module, batch: Batch) -> Step:
        raise AssertionError("an untrained model takes no step")
