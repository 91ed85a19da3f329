"""Which of some old things are which of some new ones."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from corpus.comparison.alignment import GONE, align

KINDS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 1)), max_size=8)


def digests(kinds: list[tuple[int, int]]) -> np.ndarray:
    """One row each."""
    return np.array(kinds, np.uint64).reshape(-1, 2)


@given(KINDS, KINDS)
def test_as_many_are_found_again_as_there_are_in_both(old: list[tuple[int, int]], new: list[tuple[int, int]]) -> None:
    """What is not found again is made anew for nothing; what is found twice is lost once."""
    found = align(digests(old), digests(new))
    pairs = [(number, origin) for number, origin in enumerate(found.origins.tolist()) if origin != GONE]
    assert len(pairs) == (Counter(old) & Counter(new)).total()
    assert all(new[number] == old[origin] for number, origin in pairs)
    assert [(int(found.moved[origin]), origin) for _, origin in pairs] == pairs
    assert np.count_nonzero(found.moved != GONE) == len(pairs)


@given(KINDS, KINDS)
def test_equal_things_keep_their_order(old: list[tuple[int, int]], new: list[tuple[int, int]]) -> None:
    """Or a library would be made in another order than it is kept in."""
    found = align(digests(old), digests(new))
    for kind in set(old):
        of_kind = [origin for number, origin in enumerate(found.origins.tolist()) if new[number] == kind]
        there = [origin for origin in of_kind if origin != GONE]
        assert there == sorted(there)
        assert of_kind[: len(there)] == there


@given(KINDS, KINDS)
def test_runs_are_pieces_that_stay_together(old: list[tuple[int, int]], new: list[tuple[int, int]]) -> None:
    """Each is copied at once."""
    found = align(digests(old), digests(new))
    assert [number for start, end in found.runs for number in range(start, end)] == list(range(len(new)))
    for start, end in found.runs:
        origins = found.origins[start:end]
        assert (origins == GONE).all() or ((np.diff(origins) == 1).all() and origins[0] != GONE)
