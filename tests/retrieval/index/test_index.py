"""The index ranks as its formula says, checked against an independent sum over all passages."""

from __future__ import annotations

import math
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.index.folder import Files
from retrieval.index.index import open_index, write_index
from retrieval.index.kernel import WEIGHT_SCALE
from retrieval.index.merging import MergeInput, merge
from retrieval.index.postings import IMPACT_SCALE, K1, PIVOTS, B, count_postings
from retrieval.index.terms import FIELDS, QueryTerm, passage_terms, query_terms

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from retrieval.words.segment import Segmenter
    from tests.conftest import IndexOf

TEXTS = st.text(st.sampled_from("宜昌磷石膏a1 ,"), max_size=12)
CORPORA = st.lists(TEXTS, max_size=8)
TINY = ["磷石膏", "磷石膏磷石膏", "宜昌磷石膏", "宜昌", "", "磷石膏"]
BOTH_SIDES = 0.5 / IMPACT_SCALE, 0.5 / WEIGHT_SCALE  # what rounding can take from an impact and a weight


class BruteForce:
    """The formulas of `retrieval.index.index` and `retrieval.index.postings`, passage by passage."""

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
        norm = K1 * (1 - B + B * self.counts[row][field].total() / PIVOTS[field])
        return tf * (K1 + 1) / (tf + norm)

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
def test_the_ranking_is_the_formulas(segmenter: Segmenter, index_of: IndexOf, texts: list[str], question: str) -> None:
    """Postings, partial sorting and memory maps may change the speed, never the order."""
    query = query_terms(segmenter, question)
    found = index_of(texts).search(query, len(texts) + 1)
    assert [row for row, _ in found] == BruteForce(segmenter, texts).ranking(query)


@given(texts=CORPORA, question=TEXTS)
def test_scores_are_the_formulas_up_to_rounding(
    segmenter: Segmenter, index_of: IndexOf, texts: list[str], question: str
) -> None:
    """Whole numbers are there to make sums exact, not to make another formula."""
    brute, query = BruteForce(segmenter, texts), query_terms(segmenter, question)
    by_impact, by_weight = BOTH_SIDES
    allowed = (
        sum(t.weight * brute.idf(t.field, t.term) * by_impact + (K1 + 1) * by_weight for t in query) if texts else 0
    )
    for row, score in index_of(texts).search(query, len(texts)):
        assert score == pytest.approx(brute.score(query, row), abs=1.01 * allowed, rel=0)


@given(texts=CORPORA, question=TEXTS, k=st.integers(1, 9))
def test_the_k_best_are_the_first_k_of_all(
    segmenter: Segmenter, index_of: IndexOf, texts: list[str], question: str, k: int
) -> None:
    """Asking for fewer must not change which."""
    index, query = index_of(texts), query_terms(segmenter, question)
    assert index.search(query, k) == index.search(query, 100)[:k]


@given(texts=CORPORA, question=TEXTS, data=st.data())
def test_a_search_within_some_passages_finds_no_others(
    segmenter: Segmenter, index_of: IndexOf, texts: list[str], question: str, data: st.DataObject
) -> None:
    """The others are left out before the best are chosen, and no score changes."""
    index, query = index_of(texts), query_terms(segmenter, question)
    within = np.array(data.draw(st.lists(st.booleans(), min_size=len(texts), max_size=len(texts))), np.bool_)
    expected = [(row, score) for row, score in index.search(query, 100) if within[row]]
    assert list(replace(index, within=within).search(query, 3)) == expected[:3]


@given(texts=CORPORA, question=TEXTS)
def test_document_frequencies_are_counted(
    segmenter: Segmenter, index_of: IndexOf, texts: list[str], question: str
) -> None:
    """How telling a word is decides what is called missing."""
    index, brute = index_of(texts), BruteForce(segmenter, texts)
    for field in FIELDS:
        for term in passage_terms(segmenter, question)[field]:
            assert index.document_frequency(field, term) == brute.df(field, term)


def test_an_empty_corpus_has_an_index(segmenter: Segmenter, index_of: IndexOf) -> None:
    """A folder without articles is no error."""
    assert index_of([]).search(query_terms(segmenter, "宜昌磷石膏"), 5) == ()


def test_passages_without_words_have_an_index(segmenter: Segmenter, index_of: IndexOf) -> None:
    """Lines of punctuation occur in real pages."""
    assert index_of(["。", "", "——"]).search(query_terms(segmenter, "宜昌"), 5) == ()


def test_more_can_be_asked_for_than_there_is(segmenter: Segmenter, index_of: IndexOf) -> None:
    """A corpus may be smaller than k."""
    found = index_of(TINY).search(query_terms(segmenter, "磷石膏"), 1000)
    assert sorted(row for row, _ in found) == [0, 1, 2, 5]


def test_ties_stand_in_reading_order(segmenter: Segmenter, index_of: IndexOf) -> None:
    """The same question must give the same answer on every machine."""
    index = index_of(["宜昌", *["磷石膏"] * 50])
    found = index.search(query_terms(segmenter, "磷石膏"), 7)
    assert [row for row, _ in found] == [1, 2, 3, 4, 5, 6, 7]


def test_only_passages_with_a_term_are_found(segmenter: Segmenter, index_of: IndexOf) -> None:
    """A passage that shares nothing is no hit."""
    texts = ["磷石膏", "宜昌" + "磷石膏" * 20, "宜昌", ""]  # the shorter says it with more weight
    assert [row for row, _ in index_of(texts).search(query_terms(segmenter, "宜昌"), 9)] == [2, 1]


def test_question_words_are_not_searched_for(segmenter: Segmenter) -> None:
    """什么 stands in interviews, not in answers."""
    assert "什么" not in {term.term for term in query_terms(segmenter, "宜昌有什么") if term.field == "word"}


def test_sums_that_would_not_fit_are_scaled_down(segmenter: Segmenter, index_of: IndexOf) -> None:
    """A question of 512 characters has a thousand terms; totals have 31 bits."""
    heavy = tuple(term._replace(weight=term.weight * 1e6) for term in query_terms(segmenter, "宜昌磷石膏"))
    index = index_of(TINY)
    light = index.search(query_terms(segmenter, "宜昌磷石膏"), 9)
    found = index.search(heavy, 9)
    assert [row for row, _ in found] == [row for row, _ in light]
    assert [score / 1e6 for _, score in found] == pytest.approx([score for _, score in light], rel=1e-2)


def test_a_hit_in_the_longest_text_counts(index_of: IndexOf, segmenter: Segmenter) -> None:
    """An impact that was rounded to nothing would hide the only passage that has a word."""
    index = index_of(["磷石膏" + "宜昌" * 100_000, "路"])
    assert [row for row, _ in index.search(query_terms(segmenter, "磷石膏"), 5)] == [0]


def test_searches_side_by_side_find_the_same(segmenter: Segmenter, index_of: IndexOf) -> None:
    """Each adds up in a scratch of its own, and leaves it clean."""
    index = index_of([f"宜昌磷石膏{number % 7}新港{number % 11}" for number in range(300)])
    queries = [query_terms(segmenter, f"新港{number % 11}磷石膏{number % 7}") for number in range(77)]
    expected = [index.search(query, 20) for query in queries]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(lambda query: index.search(query, 20), queries * 5)) == expected * 5


def test_arrays_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    """Files of two indexes mixed would cite the wrong passages."""
    for name, texts in (("one", TINY), ("other", TINY[:3])):
        (tmp_path / name).mkdir()
        write_index(Files(tmp_path / name), merge([MergeInput(count_postings(texts, [[*text] for text in texts]))]))
    (tmp_path / "other" / "starts.i8").replace(tmp_path / "one" / "starts.i8")
    with pytest.raises(ValueError, match="fit"):
        open_index(tmp_path / "one", len(TINY))
