"""What metrics and attributions have in common is made once."""

import numpy as np

from smoot.scoring.cache import ArrayCache


def test_a_memo_knows_arrays_by_their_content_and_keeps_no_more_than_its_limit():
    calls = []

    def make():
        calls.append(1)
        return np.full(4, len(calls))

    memo = ArrayCache(limit=2 * np.zeros(4, int).nbytes)
    first, other = (np.arange(6), np.zeros(2)), (np.arange(6).reshape(2, 3), np.zeros(2))
    result = memo.get(first, make)
    result[:] = -1
    assert memo.get(tuple(map(np.copy, first)), make).tolist() == [1] * 4
    assert memo.get(other, make).tolist() == [2] * 4
    assert memo.get((np.ones(6), np.zeros(2)), make).tolist() == [3] * 4
    assert memo.get((np.ones(6), np.zeros(2)), make).tolist() == [4] * 4
    assert memo.get(first, make).tolist() == [1] * 4
