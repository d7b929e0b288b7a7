"""scheduled_mask: SGT on more and more images, by a ramp that is fixed beforehand: a control of SMOOT's adaptivity.

The fraction of masked images rises linearly from 0 to 2 · phi over the run; where that is more than 1, it rises to 1
and stays there, the sooner the larger phi is. `ramp: falling` is the same run backwards: it starts there, and ends at
0. Its mean over a run that is not stopped early is phi. With phi and k the
means of `masked_images` and `masked_pixels` in the history of a run of SMOOT, both spend the same.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from smoot.artifacts.run import Control
from smoot.methods._masked import MaskedMethod, drawn
from smoot.training.method import Batch, Context, MaskedParams

if TYPE_CHECKING:
    from torch import Tensor


class Params(MaskedParams):
    phi: Annotated[float, Field(gt=0, le=1)] = 0.5
    """The mean fraction of the images that is masked over the run. Set it to what a pilot of SMOOT masked."""
    ramp: Literal["rising", "falling"] = "rising"
    """Whether more and more images are masked, or fewer and fewer."""


class Method(MaskedMethod):
    control = Control(of=("smoot",), equal=("masked_images", "masked_pixels"))

    def __init__(self, params: Params, context: Context) -> None:
        super().__init__(params, context)
        self.phi, self.falling = Fraction(params.phi), params.ramp == "falling"
        self.masked = self.seen = 0

    def choose(self, batch: Batch) -> Tensor:
        rows = drawn(self.count(batch.number, batch.size), batch, self.context)
        self.masked, self.seen = self.masked + len(rows), self.seen + batch.size
        return rows

    def count(self, number: int, size: int) -> int:
        """How many of the `size` images step `number` masks: the whole images that have become due since the last."""
        steps = self.context.steps
        # In exact fractions: with rounded ones, a full batch would lack an image now and then.
        done, due = (size * steps * self._area(Fraction(step, steps)) for step in (number, number + 1))
        # One image alone cannot be masked, so that where they are few they become due in pairs.
        unit = 1 if due - done >= 2 else 2
        return unit * (due // unit - done // unit)

    def _area(self, time: Fraction) -> Fraction:
        """Under the ramp up to `time`, a fraction of the run; in all of it, phi."""
        return self.phi - self._risen(1 - time) if self.falling else self._risen(time)

    def _risen(self, time: Fraction) -> Fraction:
        top, rise = min(Fraction(1), 2 * self.phi), min(Fraction(1), 2 * (1 - self.phi))
        return top * (time**2 / (2 * rise) if time < rise else time - rise / 2)

    def record(self) -> dict[str, float]:
        budgets = super().record() | {"masked_images": self.masked / self.seen}
        self.masked = self.seen = 0
        return budgets

    def state(self) -> dict[str, Any]:
        return {"counts": [self.masked, self.seen]}

    def restore(self, state: dict[str, Any]) -> None:
        self.masked, self.seen = state["counts"]
