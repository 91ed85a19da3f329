"""Either kernel finds what adding everything up finds, within limits or without."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.index import kernel
from retrieval.index.kernel import Lists, Scratch

if TYPE_CHECKING:
    import numpy.typing as npt

    from retrieval.index.kernel import Search

HAS_NUMBA = find_spec("numba") is not None
FAST = pytest.param("compiled", marks=pytest.mark.skipif(not HAS_NUMBA, reason="numba is not installed"))
PASSAGES = 60


@pytest.fixture(scope="module", params=["plain", FAST])
def find(request: pytest.FixtureRequest) -> Search:
    """A kernel's search."""
    if request.param == "plain":
        return kernel.PLAIN.search
    from retrieval.index.compiled import compile_kernel

    return compile_kernel().search


@st.composite
def lists(draw: st.DrawFn) -> Lists:
    """Some terms, of which a few stand nearly everywhere, as they do in Chinese."""
    chosen = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    shares = draw(st.lists(st.sampled_from([0.02, 0.1, 0.5, 0.95]), max_size=12))
    return lists_of(chosen, shares, PASSAGES)


def lists_of(chosen: np.random.Generator, shares: list[float], passages: int) -> Lists:
    """Terms that stand in such shares of the passages, the ones that may add most first."""
    rows = [np.flatnonzero(chosen.random(passages) < share).astype(np.int32) for share in shares]
    rows = [one if len(one) else np.zeros(1, np.int32) for one in rows]
    impacts = [chosen.integers(1, 256, len(one)).astype(np.uint8) for one in rows]
    weights = np.array([1 + int(chosen.integers(1000) * (1 - share)) for share in shares], np.int32)
    most = np.array([int(weight) * int(one.max()) for weight, one in zip(weights, impacts, strict=True)], np.int64)
    order = np.argsort(-most, kind="stable")
    ends = np.cumsum([len(one) for one in rows], dtype=np.int64)
    starts = ends - np.array([len(one) for one in rows], np.int64)
    left = np.append(np.cumsum(most[order][::-1])[::-1], 0).astype(np.int64)
    flat_rows, flat_impacts = (
        np.concatenate([*rows, np.zeros(0, np.int32)]),
        np.concatenate([*impacts, np.zeros(0, np.uint8)]),
    )
    for array in (flat_rows, flat_impacts):
        array.setflags(write=False)
    return Lists(starts[order], ends[order], weights[order], left, flat_rows, flat_impacts)


def everything(terms: Lists, within: npt.NDArray[np.bool_] | None, passages: int, k: int) -> list[tuple[int, int]]:
    """The k best, by adding up all postings and sorting all passages."""
    totals = np.zeros(passages, np.int64)
    for start, end, weight in zip(terms.starts, terms.ends, terms.weights, strict=True):
        np.add.at(totals, terms.rows[start:end], terms.impacts[start:end].astype(np.int64) * int(weight))
    if within is not None:
        totals *= within
    found = sorted((-int(total), row) for row, total in enumerate(totals) if total)
    return [(row, -total) for total, row in found[:k]]


def found_by(
    find: Search, terms: Lists, within: npt.NDArray[np.bool_] | None, scratch: Scratch, k: int
) -> list[tuple[int, int]]:
    """What a kernel finds; it leaves the scratch clean."""
    rows, totals = find(terms, within, scratch, k)
    assert not scratch.totals.any()
    return list(zip(rows.tolist(), totals.tolist(), strict=True))


@given(terms=lists(), k=st.integers(1, 70), limits=st.none() | st.integers(0, 2**32 - 1))
def test_the_best_are_those_of_all(find: Search, terms: Lists, k: int, limits: int | None) -> None:
    """Leaving postings out may save time, and change nothing: neither rows nor totals nor the order of equals."""
    within = None if limits is None else np.random.default_rng(limits).random(PASSAGES) < 0.4
    found = found_by(find, terms, within, Scratch.of(PASSAGES), k)
    assert found == everything(terms, within, PASSAGES, k)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("is_limited", [False, True])
def test_many_passages_are_no_different(find: Search, seed: int, is_limited: bool) -> None:
    """Only there are lists long enough for every way of reading them."""
    chosen, passages = np.random.default_rng(seed), 30_000
    terms = lists_of(chosen, [0.0005] * 8 + [0.01] * 8 + [0.2] * 10 + [0.6] * 3, passages)
    within = chosen.random(passages) < 0.05 if is_limited else None
    scratch = Scratch.of(passages)
    for k in (1, 20, 500):
        assert found_by(find, terms, within, scratch, k) == everything(terms, within, passages, k)


def test_ties_come_in_the_order_of_rows(find: Search) -> None:
    """The same question has the same answer, whatever was left out on the way."""
    rows, impacts = np.arange(100, dtype=np.int32), np.full(100, 7, np.uint8)
    for array in (rows, impacts):
        array.setflags(write=False)
    terms = Lists(np.array([0]), np.array([100]), np.array([3], np.int32), np.array([21, 0]), rows, impacts)
    assert found_by(find, terms, None, Scratch.of(100), 3) == [(0, 21), (1, 21), (2, 21)]


def test_searches_use_the_kernel_that_is_ready() -> None:
    """A first question does not wait until another is compiled."""
    before = kernel.current_kernel()
    other = kernel.Kernel(kernel.weigh, kernel.search)
    kernel.use_kernel(other)
    assert kernel.current_kernel() is other
    kernel.use_kernel(before)
