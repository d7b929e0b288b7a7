"""Which pixels are hidden and what replaces them, against counting by hand."""

import pytest
import torch
from pydantic import ValidationError

from smoot.masking import Masking, MaskingOverride, lowest, rank_by, replace


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def drawing(seed=0):
    numbers = generator(seed)
    return lambda like: torch.rand(like.shape, generator=numbers)


def test_lowest_marks_exactly_what_sorting_by_hand_marks():
    values = torch.randn(5, 4, 6, generator=generator())
    pixels = torch.tensor([0, 1, 7, 23, 24])
    hidden = lowest(values, pixels)
    for image, count, mask in zip(values, pixels, hidden, strict=True):
        order = sorted(range(24), key=lambda place: image.flatten()[place].item())
        expected = [place in order[:count] for place in range(24)]
        assert mask.flatten().tolist() == expected


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_lowest_is_the_stable_sorts_where_many_are_equal(dtype):
    values = torch.randint(-2, 3, (50, 6, 6), generator=generator()).to(dtype)
    pixels = torch.randint(0, 37, (50,), generator=generator(1))
    order = values.flatten(1).argsort(dim=1, stable=True)
    ranks = torch.empty_like(order).scatter_(1, order, torch.arange(36).expand_as(order))
    assert torch.equal(lowest(values, pixels).flatten(1), ranks < pixels[:, None])


def test_of_equal_pixels_the_first_in_row_order_is_lower():
    assert lowest(torch.zeros(1, 2, 3), torch.tensor([4])).flatten().tolist() == [True] * 4 + [False] * 2


@pytest.mark.parametrize("fill", ["uniform", "image_min", "channel_mean"])
def test_replace_changes_hidden_pixels_only_and_stays_within_the_image(fill):
    images = torch.randn(4, 3, 5, 5, generator=generator())
    hidden = torch.rand(4, 5, 5, generator=generator(1)) < 0.5
    filled = replace(images, hidden, fill, drawing(2))
    for image, mask, result in zip(images, hidden, filled, strict=True):
        for before, after in zip(image, result, strict=True):
            assert torch.equal(after[~mask], before[~mask])
            assert (after[mask] != before[mask]).sum() >= mask.sum() - 1  # the minimum is its own replacement
            assert after.min() >= before.min()
            assert after.max() <= before.max()
            if fill == "image_min":
                assert (after[mask] == before.min()).all()
            if fill == "channel_mean":
                torch.testing.assert_close(after[mask], before.mean().expand(int(mask.sum())))


def test_random_ranking_ignores_the_saliency():
    one, other = torch.zeros(2, 4, 4), torch.randn(2, 4, 4)
    assert torch.equal(rank_by(one, "random", drawing()), rank_by(other, "random", drawing()))
    assert torch.equal(rank_by(-other, "absolute", drawing()), other.abs())


def test_fused_refuses_the_logit_and_an_override_is_checked_with_what_it_overrides():
    with pytest.raises(ValidationError, match="separate, shared"):
        Masking(target="logit", saliency="fused")
    shared = Masking(saliency="shared")
    assert shared.override(MaskingOverride(target="logit")).target == "logit"
    with pytest.raises(ValidationError, match="separate, shared"):
        Masking().override(MaskingOverride(target="logit"))
