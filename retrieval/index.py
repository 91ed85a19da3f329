"""The TF-IDF index: three weighted fields in one inverted index of integer impacts.

A passage's score for a question is

    score(q, d) = sum over fields f, terms t of q:  w_f · idf_f(t) · impact(f, t, d)
    impact      = tf · (k1 + 1) / (tf + k1 · (1 − b + b · |d|_f / mean |d|_f))
    idf(t)      = ln(1 + (N − df + ½) / (df + ½))

which is TF-IDF with Okapi's saturation and length terms (Robertson and Zaragoza, "The Probabilistic Relevance
Framework: BM25 and Beyond", 2009). Impacts and query weights are whole numbers, so that a sum is the same in
any order, on any machine and in any thread.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corpus.numbers import digits, numbers
from retrieval.segment import Segmenter, characters, word_pairs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    import numpy.typing as npt
    from scipy.sparse import csc_matrix

K1, B = 0.9, 0.4  # saturation and length: +1.0 R@1 over 1.2 and 0.75 on eight Chinese question sets
IMPACT_SCALE = 4096  # an impact is below K1 + 1 = 1.9, so it fits in 16 bits
WEIGHT_SCALE = 1024
WORD, SINGLE, PAIR, WORD_PAIR = 1.0, 0.1, 0.5, 0.3  # weights; +3 R@1 pooled over words alone
FIELDS = ("word", "character", "word-pair")
ARRAYS = ("terms", "starts", "rows", "impacts")

# Words of a question that say what is asked rather than about what: they are not searched for.
QUESTION_WORDS = frozenset(
    (
        "什么 啥 哪 哪些 哪个 哪里 哪儿 哪一 哪种 哪年 哪位 哪家 哪项 哪几 谁 多少 几 几个 "
        "多 多久 多大 多长 多高 怎么 怎样 怎么样 如何 为何 为什么 何时 何地 何 何种 何处 "
        "何人 是否 是不是 有没有 有何 吗 呢 吧 啊 呀 的 地 得 了 是 在 有 和 与 于 被 "
        "为 及 以 之 其 所 由 个 一个 中 对 等 并 就 都 会 要 把 从 请 请问 我 你 想 "
        "知道 告诉 麻烦 问 问下 时候 时 那边 这边 那里 这里 那个 这个 里头 里面 里 到底 "
        "究竟 一共 总共 大约 大概 约 具体 一直 给 让 能 能够 可以 已 已经 曾 曾经 又 也 "
        "还 才 一下 一些 有些 关于 主要 分别 各自 进行 叫 说 讲 到现在 呗 嘛 哦 哈 呃 嗯 "
        "哎 唉 么 跟 同 钱 干嘛 干什么 做什么 全部 现在 目前 如今 眼下 那 这 它 他 她 他们 它们 咱们 我们 你们 您 "
        "最新 最近 近期 新近 这些 那些 些 那条 这条 那座 这座 听说 这钱 东西 "
    ).split()
)
_QUESTION_CHARACTERS = frozenset("什么哪些谁多少几怎样如何吗呢的了是")


@dataclass(frozen=True, slots=True)
class QueryTerm:
    """A term of a question with its weight, before the index's own idf."""

    field: str
    term: str
    weight: float  # of the field, times how often the question says it


def passage_terms(segmenter: Segmenter, text: str) -> dict[str, list[str]]:
    """The terms of a normalised text, for each field."""
    tokens = segmenter.tokens(text)
    return {
        "word": [*(token.word for token in tokens), *_numbers_in_digits(text)],
        "character": list(characters(text)),
        "word-pair": list(word_pairs(tokens)),
    }


def _numbers_in_digits(text: str) -> Iterator[str]:
    """The numbers that are not written so, in plain digits: 20亿 and 二十亿 are found by each other."""
    for number in numbers(text):
        term = digits(number)
        if term and term != text[number.start : number.end]:
            yield term


def query_terms(segmenter: Segmenter, text: str) -> tuple[QueryTerm, ...]:
    """What is searched for a normalised question: its terms but for question words, each with its weight."""
    terms = passage_terms(segmenter, text)
    words = Counter(word for word in terms["word"] if word not in QUESTION_WORDS)
    letters = Counter(term for term in terms["character"] if not _QUESTION_CHARACTERS.issuperset(term))
    return (
        *(QueryTerm("word", term, WORD * count) for term, count in words.items()),
        *(QueryTerm("character", term, _character_weight(term) * count) for term, count in letters.items()),
        *(QueryTerm("word-pair", term, WORD_PAIR * count) for term, count in Counter(terms["word-pair"]).items()),
    )


def _character_weight(term: str) -> float:
    return SINGLE if len(term) == 1 or term.isascii() else PAIR


def term_id(field: str, term: str) -> int:
    """A term as 64 bits: two of a million terms meet with a probability of 3 · 10⁻⁸."""
    return int.from_bytes(hashlib.blake2b(f"{field}\0{term}".encode(), digest_size=8).digest(), "little")


@dataclass(frozen=True, slots=True)
class Index:
    """The inverted index, as four arrays that may be memory maps.

    Attributes:
        passages: how many passages (rows) were indexed.
        terms: (T,) uint64, sorted: the ids of all terms of all fields.
        starts: (T + 1,) int64: the postings of terms[i] are starts[i]:starts[i + 1].
        rows: (P,) int32: the passages of each posting, ascending within a term.
        impacts: (P,) uint16: their impacts, times IMPACT_SCALE.
        within: (passages,) bool: the only passages that a search may find; None for all.
    """

    passages: int
    terms: npt.NDArray[np.uint64]
    starts: npt.NDArray[np.int64]
    rows: npt.NDArray[np.int32]
    impacts: npt.NDArray[np.uint16]
    within: npt.NDArray[np.bool_] | None = None

    def search(self, query: Iterable[QueryTerm], k: int) -> tuple[tuple[int, float], ...]:
        """The k best passages as (row, score), best first, ties in reading order; rows without a term left out."""
        totals = np.zeros(self.passages, dtype=np.int64)
        for term in query:
            start, end = self._postings(term.field, term.term)
            weight = round(term.weight * self._idf(end - start) * WEIGHT_SCALE)
            totals[self.rows[start:end]] += self.impacts[start:end].astype(np.int64) * weight
        if self.within is not None:
            totals *= self.within
        found = np.flatnonzero(totals)
        if len(found) > k:
            kth = np.partition(totals[found], len(found) - k)[len(found) - k]
            found = found[totals[found] >= kth]
        order = np.lexsort((found, -totals[found]))[:k]
        return tuple((int(row), float(totals[row]) / (IMPACT_SCALE * WEIGHT_SCALE)) for row in found[order])

    def document_frequency(self, field: str, term: str) -> int:
        """In how many passages a term stands."""
        start, end = self._postings(field, term)
        return end - start

    def _idf(self, df: int) -> float:
        return math.log(1 + (self.passages - df + 0.5) / (df + 0.5))

    def _postings(self, field: str, term: str) -> tuple[int, int]:
        wanted = np.uint64(term_id(field, term))
        at = int(np.searchsorted(self.terms, wanted))
        if at == len(self.terms) or self.terms[at] != wanted:
            return 0, 0
        return int(self.starts[at]), int(self.starts[at + 1])

    def save(self, folder: Path) -> None:
        """Write the arrays as .npy files."""
        for name in ARRAYS:
            np.save(folder / f"{name}.npy", getattr(self, name), allow_pickle=False)


def open_index(folder: Path, passages: int) -> Index:
    """Open saved arrays by memory map.

    Raises:
        OSError, ValueError: a file is missing or no array.
    """
    terms, starts, rows, impacts = (
        np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False) for name in ARRAYS
    )
    if len(starts) != len(terms) + 1 or len(rows) != len(impacts) or int(starts[-1]) != len(rows):
        raise ValueError("the arrays do not fit one another")
    return Index(passages, terms, starts, rows, impacts)


def build_index(segmenter: Segmenter, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Index:
    """Count the terms of normalised texts, one a passage, and turn the counts into impacts.

    Args:
        segmenter: cuts the texts.
        texts: title, heading and paragraph of each passage, normalised.
        progress: is told how many passages were cut.
    """
    from scipy.sparse import hstack  # scikit-learn and scipy are for building only: 1 s to import

    counted: list[dict[str, list[str]]] = []
    once: dict[str, str] = {}  # each term is held once, or 80,000 paragraphs take 4 GB
    for text in texts:
        terms = passage_terms(segmenter, text)
        counted.append({field: [once.setdefault(term, term) for term in terms[field]] for field in FIELDS})
        if progress:
            progress(len(counted))
    fields = [_field_impacts(field, [terms[field] for terms in counted]) for field in FIELDS]
    ids = np.concatenate([ids for ids, _ in fields])
    order = np.argsort(ids)
    matrix = hstack([matrix for _, matrix in fields], format="csc")[:, order]
    matrix.sort_indices()
    impacts = np.rint(matrix.data * IMPACT_SCALE).astype(np.uint16)
    return Index(len(texts), ids[order], matrix.indptr.astype(np.int64), matrix.indices.astype(np.int32), impacts)


def _field_impacts(field: str, term_lists: list[list[str]]) -> tuple[npt.NDArray[np.uint64], csc_matrix]:
    """Term ids (T,) and impacts (passages × T, float64) of one field."""
    from scipy.sparse import csc_matrix
    from sklearn.feature_extraction.text import CountVectorizer

    if not any(term_lists):
        return np.zeros(0, np.uint64), csc_matrix((len(term_lists), 0))
    counter = CountVectorizer(analyzer=_as_it_is)
    counts = counter.fit_transform(term_lists).tocsr().astype(np.float64)
    lengths = np.asarray(counts.sum(axis=1)).ravel()
    norms = K1 * (1 - B + B * lengths / lengths.mean())
    counts.data *= (K1 + 1) / (counts.data + np.repeat(norms, np.diff(counts.indptr)))
    ids = np.array([term_id(field, term) for term in counter.get_feature_names_out()], dtype=np.uint64)
    return ids, counts.tocsc()


def _as_it_is(terms: list[str]) -> list[str]:
    return terms
