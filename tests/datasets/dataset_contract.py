"""What every data set keeps to."""

import hashlib
from types import ModuleType

import numpy as np

from smoot.artifacts.dataset import Region
from smoot.artifacts.paths import SPLITS
from smoot.data import write
from smoot.data.contract import Dataset, DatasetCard, DatasetParams


def load(component: ModuleType, params: DatasetParams) -> Dataset:
    """The data set that `component` makes of `params`; fails where it breaks the contract."""
    assert isinstance(component.CARD, DatasetCard)
    assert issubclass(component.Params, DatasetParams)
    dataset, again = component.load(params), component.load(params)
    assert tuple(dataset.splits) == SPLITS
    write.check_arrays(dataset, "it")
    digests = {}
    for name, source in dataset.splits.items():
        assert source.labels.dtype == np.int64
        assert len(source) > 0
        parts = list(write.chunks(source))
        images, masks = (np.concatenate([getattr(part, array) for part in parts]) for array in ("images", "masks"))
        assert images.dtype == masks.dtype == np.uint8
        assert images.shape == (len(source), *source.shape)
        assert masks.shape == (len(source) if source.masked else 0, 1, *source.shape[1:])
        assert set(np.unique(masks)) <= set(Region)
        assert np.array_equal(np.concatenate([part.labels for part in parts]), source.labels)
        # Any places, in any order, give what the whole has there.
        places = np.random.default_rng(0).permutation(len(source))[:7]
        few = again.splits[name].take(places[::-1]).read(np.arange(len(places))[::-1])
        assert np.array_equal(few.images, images[places])
        assert np.array_equal(few.labels, source.labels[places])
        if source.masked:
            assert np.array_equal(few.masks, masks[places])
        digests[name] = {hashlib.sha256(image.tobytes()).digest() for image in images}
    assert not digests["train"] & digests["test"], "a test image is trained on"
    assert not digests["val"] & digests["test"]
    return dataset
