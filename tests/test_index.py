"""The index ranks as its formula says, checked against an independent sum over all passages."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.index import (
    FIELDS,
    IMPACT_SCALE,
    K1,
    WEIGHT_SCALE,
    B,
    QueryTerm,
    build_index,
    open_index,
    passage_terms,
    query_terms,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from retrieval.segment import Segmenter

TEXTS = st.text(st.sampled_from("宜昌磷石膏a1 ,"), max_size=12)
CORPORA = st.lists(TEXTS, max_size=8)
TINY = ["磷石膏", "磷石膏磷石膏", "宜昌磷石膏", "宜昌", "", "磷石膏"]
BOTH_SIDES = 0.5 / IMPACT_SCALE, 0.5 / WEIGHT_SCALE  # what rounding can take from an impact and a weight


class BruteForce:
    """The formula of `retrieval.index`, passage by passage."""

    def __init__(self, segmenter: Segmenter, texts: Sequence[str]) -> None:
        self.counts = [
            {field: Counter(terms) for field, terms in passage_terms(segmenter, text).items()} for text in texts
        ]

    def df(self, field: str, term: str) -> int:
        """In how many passages a term stands."""
        return sum(term in counts[field] for counts in self.counts)

    def idf(self, field: str, term: str) -> float:
        """How telling a term is."""
        df = self.df(field, term)
        return math.log(1 + (len(self.counts) - df + 0.5) / (df + 0.5))

    def impact(self, field: str, term: str, row: int) -> float:
        """How much of a passage a term is."""
        tf = self.counts[row][field][term]
        mean = sum(counts[field].total() for counts in self.counts) / len(self.counts)
        norm = K1 * (1 - B + B * self.counts[row][field].total() / mean) if mean else 1.0
        return tf * ((K1 + 1) / (tf + norm))

    def score(self, query: Sequence[QueryTerm], row: int) -> float:
        """The score in real numbers."""
        return sum(t.weight * self.idf(t.field, t.term) * self.impact(t.field, t.term, row) for t in query)

    def whole_score(self, query: Sequence[QueryTerm], row: int) -> int:
        """The score in whole numbers, impact and weight rounded apart."""
        return sum(
            round(t.weight * self.idf(t.field, t.term) * WEIGHT_SCALE)
            * round(self.impact(t.field, t.term, row) * IMPACT_SCALE)
            for t in query
        )

    def ranking(self, query: Sequence[QueryTerm]) -> list[int]:
        """The rows that score at all, best first, ties in reading order."""
        scores = [self.whole_score(query, row) for row in range(len(self.counts))]
        return sorted((row for row, score in enumerate(scores) if score), key=lambda row: (-scores[row], row))


@given(texts=CORPORA, question=TEXTS)
def test_the_ranking_is_the_formulas(segmenter: Segmenter, texts: list[str], question: str) -> None:
    """Postings, partial sorting and memory maps may change the speed, never the order."""
    query = query_terms(segmenter, question)
    found = build_index(segmenter, texts).search(query, len(texts) + 1)
    assert [row for row, _ in found] == BruteForce(segmenter, texts).ranking(query)


@given(texts=CORPORA, question=TEXTS)
def test_scores_are_the_formulas_up_to_rounding(segmenter: Segmenter, texts: list[str], question: str) -> None:
    """Whole numbers are there to make sums exact, not to make another formula."""
    brute, query = BruteForce(segmenter, texts), query_terms(segmenter, question)
    by_impact, by_weight = BOTH_SIDES
    allowed = (
        sum(t.weight * brute.idf(t.field, t.term) * by_impact + (K1 + 1) * by_weight for t in query) if texts else 0
    )
    for row, score in build_index(segmenter, texts).search(query, len(texts)):
        assert score == pytest.approx(brute.score(query, row), abs=1.01 * allowed, rel=0)


@given(texts=CORPORA, question=TEXTS, k=st.integers(1, 9))
def test_the_k_best_are_the_first_k_of_all(segmenter: Segmenter, texts: list[str], question: str, k: int) -> None:
    """Asking for fewer must not change which."""
    index, query = build_index(segmenter, texts), query_terms(segmenter, question)
    assert index.search(query, k) == index.search(query, 100)[:k]


@given(texts=CORPORA, question=TEXTS, data=st.data())
def test_a_search_within_some_passages_finds_no_others(
    segmenter: Segmenter, texts: list[str], question: str, data: st.DataObject
) -> None:
    """The others are left out before the best are chosen, and no score changes."""
    index, query = build_index(segmenter, texts), query_terms(segmenter, question)
    within = np.array(data.draw(st.lists(st.booleans(), min_size=len(texts), max_size=len(texts))), np.bool_)
    expected = [(row, score) for row, score in index.search(query, 100) if within[row]]
    assert list(replace(index, within=within).search(query, 3)) == expected[:3]


@given(texts=CORPORA, question=TEXTS)
def test_document_frequencies_are_counted(segmenter: Segmenter, texts: list[str], question: str) -> None:
    """How telling a word is decides what is called missing."""
    index, brute = build_index(segmenter, texts), BruteForce(segmenter, texts)
    for field in FIELDS:
        for term in passage_terms(segmenter, question)[field]:
            assert index.document_frequency(field, term) == brute.df(field, term)


@settings(max_examples=20)
@given(texts=CORPORA, question=TEXTS)
def test_an_index_survives_saving(
    segmenter: Segmenter, tmp_path_factory: pytest.TempPathFactory, texts: list[str], question: str
) -> None:
    """It is built once and opened at every start."""
    folder = tmp_path_factory.mktemp("index")
    built = build_index(segmenter, texts)
    built.save(folder)
    query = query_terms(segmenter, question)
    assert open_index(folder, len(texts)).search(query, 100) == built.search(query, 100)


def test_an_empty_corpus_has_an_index(segmenter: Segmenter) -> None:
    """A folder without articles is no error."""
    assert build_index(segmenter, []).search(query_terms(segmenter, "宜昌磷石膏"), 5) == ()


def test_passages_without_words_have_an_index(segmenter: Segmenter) -> None:
    """Lines of punctuation occur in real pages."""
    assert build_index(segmenter, ["。", "", "——"]).search(query_terms(segmenter, "宜昌"), 5) == ()


def test_more_can_be_asked_for_than_there_is(segmenter: Segmenter) -> None:
    """A corpus may be smaller than k."""
    found = build_index(segmenter, TINY).search(query_terms(segmenter, "磷石膏"), 1000)
    assert sorted(row for row, _ in found) == [0, 1, 2, 5]


def test_ties_stand_in_reading_order(segmenter: Segmenter) -> None:
    """The same question must give the same answer on every machine."""
    index = build_index(segmenter, ["宜昌", *["磷石膏"] * 50])
    found = index.search(query_terms(segmenter, "磷石膏"), 7)
    assert [row for row, _ in found] == [1, 2, 3, 4, 5, 6, 7]


def test_only_passages_with_a_term_are_found(segmenter: Segmenter) -> None:
    """A passage that shares nothing is no hit."""
    assert [row for row, _ in build_index(segmenter, TINY).search(query_terms(segmenter, "宜昌"), 9)] == [3, 2]


def test_question_words_are_not_searched_for(segmenter: Segmenter) -> None:
    """什么 stands in interviews, not in answers."""
    assert "什么" not in {term.term for term in query_terms(segmenter, "宜昌有什么") if term.field == "word"}


def test_progress_counts_every_passage(segmenter: Segmenter) -> None:
    """A bar that stops halfway looks like a hang."""
    told: list[int] = []
    build_index(segmenter, TINY, told.append)
    assert told == [1, 2, 3, 4, 5, 6]


def test_arrays_that_do_not_fit_are_refused(segmenter: Segmenter, tmp_path: Path) -> None:
    """Files of two indexes mixed would cite the wrong passages."""
    build_index(segmenter, TINY).save(tmp_path)
    other = tmp_path / "other"
    other.mkdir()
    build_index(segmenter, TINY[:3]).save(other)
    (other / "starts.npy").replace(tmp_path / "starts.npy")
    with pytest.raises(ValueError, match="fit"):
        open_index(tmp_path, len(TINY))
