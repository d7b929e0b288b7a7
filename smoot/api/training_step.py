"""The step of a training method in a user's own loop."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from smoot.api._inputs import described_array, labels_of, logits_shape, masks_of
from smoot.api._process import device_of
from smoot.api._training_run import TrainingRun, check_index, size_of
from smoot.core.components import Entry
from smoot.core.errors import SmootError
from smoot.core.machine import Hardware
from smoot.masking import Masking
from smoot.training.method import Batch, Method, StepResult, undisturbed
from smoot.training.recipe import Recipe

LENGTH = ("train_images", "batch_size", "epochs")


class TrainingMethod:
    """A training method that turns batches into gradients; `training_method` makes it."""

    def __init__(
        self,
        entry: Entry,
        recipe: Recipe,
        masking: Masking,
        seed: int,
        told: Mapping[str, Any],
    ) -> None:
        """told: what is known of the run: the arguments of `training_method`, None where one was not given."""
        self._entry, self._recipe, self._masking, self._seed = entry, recipe, masking, seed
        self._told = told
        self._method: Method | None = None
        self._steps = self._recorded = 0

    def backward(
        self,
        model: nn.Module,
        images: Tensor,
        labels: Tensor,
        *,
        index: Tensor | None = None,
        masks: Tensor | None = None,
    ) -> StepResult:
        """Adds the gradients of the method's loss to the `.grad` of the model's weights.

        Call it in the place of `loss.backward()`, between `optimizer.zero_grad()` and `optimizer.step()`. The model
        stays in the mode that it is in. Passes that a method needs beside the training pass leave BatchNorm's
        statistics and torch's random stream alone. Autocast of yours around it holds for every pass; a gradient scaler,
        which 16-bit floats other than bfloat16 need, cannot be used.

        Args:
            model: Maps images to logits (b, classes). The same in every step.
            images: (b, channels, height, width) floats, normalised, on the model's device, b ≥ 2.
            labels: (b,) int64, the classes, on the model's device.
            index: (b,) int64, the images' places in the training set, for a method that keeps numbers of each.
            masks: (b, height, width) bools, true on the object, for a method that needs them, such as `right_reasons`.

        Returns:
            What the step has found, all of it detached: `loss`, a scalar; `ce`, (b,), the cross-entropy of each image
            without label smoothing; `correct`, (b,) bools; `rise`, (b,), how much masking has raised the
            cross-entropy, NaN of an image that was not masked.

        Raises:
            SmootError: An argument has the wrong shape, type or range, or the method needs one that is missing.
        """
        size = size_of(model, images, labels)
        method = self._method or self._begin(model, images)
        self._refuse(method, images, index, masks)
        # On another device a look at the values would wait for it, in every step.
        if self._steps == 0 or images.device.type == "cpu":
            labels_of("labels", labels, size, method.context.classes)
            if index is not None and method.needs_index:
                check_index(index, size, method.context.images)
            if masks is not None and method.needs_masks:
                masks_of(masks, tuple(images.shape))
        places = torch.arange(size, device=images.device) if index is None else index.to(images.device)
        regions = None
        if masks is not None and method.needs_masks:
            regions = masks.to(images.device, torch.uint8).reshape(size, 1, *images.shape[2:])
        result = method.step(model, Batch(images, labels, places, places, self._steps, masks=regions))
        self._steps += 1
        return result

    def record(self) -> dict[str, float]:
        """Tells what the method has spent since the last call, once an epoch; empty where it spends nothing.

        Returns:
            Such as `masked_images`, the fraction of the images that were masked, and `masked_pixels`.

        Raises:
            SmootError: There was no step since the last call.
        """
        if self._method is None or self._steps == self._recorded:
            raise SmootError(f"{self._entry.key}: no step to record since the last time")
        self._recorded = self._steps
        return self._method.record()

    def _begin(self, model: nn.Module, images: Tensor) -> Method:
        """The method for such images and classes."""
        with undisturbed(model):
            classes = logits_shape(model, images)
        told = self._told
        sizes = {} if told["train_images"] is None else {"train": told["train_images"]}
        info = described_array(tuple(images.shape[1:]), classes, told["mean"], told["std"], sizes)
        context = TrainingRun(
            info, self._recipe, self._masking, self._seed, Hardware(device_of(model)), self._entry.key, told
        )
        self._method = self._entry.load().Method(self._entry.params(), context)
        return self._method

    def _refuse(self, method: Method, images: Tensor, index: Tensor | None, masks: Tensor | None) -> None:
        if method.needs_masks and not torch.is_tensor(masks):
            raise SmootError(f"{self._entry.key}: needs masks, a tensor that says where the objects are")
        if method.needs_index and not torch.is_tensor(index):
            raise SmootError(f"{self._entry.key}: needs index, a tensor of the images' places in the training set")
        if (shape := tuple(images.shape[1:])) != (first := method.context.info.shape):
            raise SmootError(f"images: of shape {shape} each; should be {first}, as in the first step")
        length = [self._told[name] for name in LENGTH]
        if None not in length and self._steps >= (steps := method.context.steps):
            raise SmootError(
                f"{self._entry.key}: step {steps + 1}, but {', '.join(LENGTH)} say that the run has {steps} steps of "
                "full batches"
            )
