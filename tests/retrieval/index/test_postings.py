"""Postings say what stands where, in whatever batches they were counted, and however they came together."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from retrieval.index.merging import MergeInput, merge
from retrieval.index.postings import IMPACT_SCALE, K1, PIVOTS, B, Postings, count_postings
from retrieval.index.terms import passage_terms, term_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from retrieval.words.segment import Segmenter

TEXTS = st.text(st.sampled_from("宜昌磷石膏二十亿a1.5é_ ,\n"), max_size=15)
CORPORA = st.lists(TEXTS, max_size=9)


def counted(segmenter: Segmenter, texts: Sequence[str], first_row: int = 0) -> Postings:
    """One batch."""
    return count_postings(texts, map(segmenter.cut, texts), first_row)


def table(postings: Iterable[Postings]) -> dict[tuple[int, int], int]:
    """The impact of each term in each row."""
    found = {}
    for one in postings:
        for place, term in enumerate(one.terms.tolist()):
            for at in range(int(one.starts[place]), int(one.starts[place + 1])):
                found[term, int(one.rows[at])] = int(one.impacts[at])
    return found


def in_order(postings: Iterable[Postings]) -> list[tuple[int, list[int], list[int]]]:
    """Each term with its rows and impacts, in whatever parts they come."""
    return [
        (term, one.rows[start:end].tolist(), one.impacts[start:end].tolist())
        for one in postings
        for term, (start, end) in zip(one.terms.tolist(), pairwise(one.starts.tolist()), strict=True)
    ]


def said(segmenter: Segmenter, texts: Sequence[str]) -> dict[tuple[int, int], int]:
    """The same, term by term as `passage_terms` names them."""
    found = {}
    for row, text in enumerate(texts):
        for field, terms in passage_terms(segmenter, text).items():
            norm = K1 * (1 - B + B * len(terms) / PIVOTS[field])
            for term, tf in Counter(terms).items():
                impact = round(IMPACT_SCALE * (tf * (K1 + 1) / (tf + norm)))
                found[term_id(field, term), row] = min(255, max(1, impact))
    return found


@given(texts=CORPORA)
def test_a_batch_counts_the_terms_of_its_texts(segmenter: Segmenter, texts: list[str]) -> None:
    """Texts are counted as arrays, questions term by term: what one calls a term the other has to call the same."""
    assert table([counted(segmenter, texts)]) == said(segmenter, texts)


@given(texts=CORPORA, batch=st.integers(1, 4))
def test_batches_come_to_the_same(segmenter: Segmenter, texts: list[str], batch: int) -> None:
    """How the work is shared out is no matter."""
    pieces = [counted(segmenter, texts[row : row + batch], row) for row in range(0, len(texts), batch)]
    assert table(merge([MergeInput(piece) for piece in pieces])) == table([counted(segmenter, texts)])


@given(texts=CORPORA, data=st.data())
def test_rows_that_lie_between_one_another_come_to_the_same(
    segmenter: Segmenter, texts: list[str], data: st.DataObject
) -> None:
    """In a corrected corpus articles that stay and such that are new take turns, and some of the old ones go."""
    fates = [data.draw(st.sampled_from(["goes", "stays", "new", "new, too"])) for _ in texts]
    rows = np.cumsum([fate != "goes" for fate in fates], dtype=np.int32) - 1
    rows[[row for row, fate in enumerate(fates) if fate == "goes"]] = -1

    def source(*these: str) -> MergeInput:
        some = [row for row, fate in enumerate(fates) if fate in these]
        return MergeInput(counted(segmenter, [texts[row] for row in some]), rows[some])

    fresh, base = [source("new"), source("new, too")], source("goes", "stays")
    whole = counted(segmenter, [text for text, row in zip(texts, rows, strict=True) if row >= 0])
    for part_postings in (3, 2**22):
        assert in_order(merge(fresh, base, part_postings)) == in_order([whole])
        assert in_order(merge([*fresh, base], None, part_postings)) == in_order([whole])


@given(texts=CORPORA, data=st.data())
def test_what_goes_is_gone_and_what_moves_is_moved(segmenter: Segmenter, texts: list[str], data: st.DataObject) -> None:
    """After a correction the index is the one that a full build makes."""
    kept = data.draw(st.lists(st.sampled_from(range(len(texts))), unique=True)) if texts else []
    moved = np.full(len(texts), -1, np.int32)
    moved[kept] = np.arange(len(kept))
    whole = counted(segmenter, [texts[row] for row in kept])
    assert in_order(merge([MergeInput(counted(segmenter, texts), moved)])) == in_order([whole])


@given(texts=CORPORA)
def test_postings_ascend(segmenter: Segmenter, texts: list[str]) -> None:
    """Searches look terms and rows up by halves."""
    for one in merge([MergeInput(counted(segmenter, texts))]):
        assert (np.diff(one.terms.astype(object)) > 0).all()
        for start, end in pairwise(one.starts):
            assert start < end
            assert (np.diff(one.rows[start:end]) > 0).all()


def test_parts_follow_one_another(segmenter: Segmenter) -> None:
    """Large indexes are merged piece by piece, or memory would hold them whole."""
    texts = [f"宜昌磷石膏{number}新港码头" for number in range(40)]
    postings = counted(segmenter, texts)
    told: list[tuple[int, int]] = []
    parts = list(merge([MergeInput(postings)], part_postings=100, progress=lambda *one: told.append(one)))
    assert len(parts) > 2
    assert told == [(part, len(told) - 1) for part in range(len(told))]
    assert len(told) > len(parts)
    assert all(int(one.terms[-1]) < int(other.terms[0]) for one, other in pairwise(parts))
    assert table(parts) == table([postings])
