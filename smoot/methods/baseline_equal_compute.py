"""baseline_equal_compute: plain training for longer, a control: what a method gains by its costlier steps alone.

The number of epochs is the recipe's times `factor`, rounded, and the schedule is stretched to them. 2 is what fused SGT
costs, 1 + φ what SMOOT costs with a mean fraction φ of the images masked.
"""

from typing import Annotated

from pydantic import Field
from torch import nn

from smoot.core.params_file import Block
from smoot.training import method
from smoot.training.step import Batch, Step, plain_step


class Params(Block):
    factor: Annotated[float, Field(gt=0, description="epochs for each of the recipe's")] = 2.0


class Method(method.Method):
    @staticmethod
    def epochs(params: Params, epochs: int) -> int:
        return max(1, round(params.factor * epochs))

    def step(self, model: nn.Module, batch: Batch) -> Step:
        return plain_step(model, batch, self.context)
