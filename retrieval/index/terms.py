"""The terms that a text is found by, in three fields, and the numbers that the index knows them by."""

from __future__ import annotations

import hashlib
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from corpus.numbers import digit_forms
from retrieval.words.segment import characters, units, word_pairs

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from retrieval.words.segment import Segmenter

    UInt64s = npt.NDArray[np.uint64]

FIELDS = ("word", "character", "word-pair")
WORD, SINGLE, PAIR, WORD_PAIR = 1.0, 0.1, 0.5, 0.3  # weights; +3 R@1 pooled over words alone
_PLACES = {field: place for place, field in enumerate(FIELDS)}
ROW_BITS = 11  # at the lower end of an id, left for the rows of a batch that is being indexed
FIELD_BITS = 2
REMEMBERED = 2**14  # terms of questions

_LEFT, _RIGHT, _SPREAD = (np.uint64(odd) for odd in (0x9E3779B97F4A7C15, 0xD1B54A32D192ED03, 0x94D049BB133111EB))
_UPPER = np.uint64(2**64 - 2 ** (ROW_BITS + FIELD_BITS))
_ALONE = pow(int(_RIGHT), -1, 2**64)  # in place of a second unit, times _RIGHT it is 1

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


class QueryTerm(NamedTuple):
    """A term of a question with its weight, before the index's own idf."""

    field: str
    term: str
    weight: float  # of the field, times how often the question says it


def passage_terms(segmenter: Segmenter, text: str) -> dict[str, list[str]]:
    """The terms of a normalised text, for each field."""
    tokens = segmenter.tokens(text)
    return {
        "word": [*(token.word for token in tokens), *digit_forms(text)],
        "character": list(characters(text)),
        "word-pair": list(word_pairs(tokens)),
    }


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


def term_ids(fields: Sequence[str], terms: Sequence[str]) -> UInt64s:
    """The numbers of some terms, each of a field: (terms,) uint64.

    Of the 64 bits the lower ROW_BITS are 0, and the next FIELD_BITS tell the field. The other 51 are a hash: two of
    twenty million terms of a field meet with a probability of 9%, and would be one.
    """
    lefts, rights = [], []
    for field, term in zip(fields, terms, strict=True):
        left, right = _units_of(field, term)
        lefts.append(left)
        rights.append(right)
    places = np.array([_PLACES[field] for field in fields], np.uint64)
    return ids(places, np.array(lefts, np.uint64), np.array(rights, np.uint64))


@lru_cache(REMEMBERED)
def term_id(field: str, term: str) -> int:
    """The number of one term."""
    return int(term_ids([field], [term])[0])


def ids(field: UInt64s, lefts: UInt64s, rights: UInt64s | None) -> UInt64s:
    """The numbers of terms of one or two units, multiplied and folded so that the upper bits depend on all.

    Args:
        field: places in FIELDS.
        lefts: `unit_id` of the only or the first.
        rights: of the second; None where there are none.
    """
    seconds = np.uint64(1) if rights is None else rights * _RIGHT
    mixed = (lefts * _LEFT + seconds) * _SPREAD
    mixed = (mixed ^ mixed >> np.uint64(32)) * _SPREAD
    return mixed & _UPPER | field << np.uint64(ROW_BITS)


def _units_of(field: str, term: str) -> tuple[int, int]:
    """The units of a term; _ALONE twice where they would be more, which no index has."""
    if field == "character":
        if len(term) == 1:
            return ord(term), _ALONE
        if len(term) == 2 and not term.isascii():
            return ord(term[0]), ord(term[1])
        found = units(term)
        if len(found) > 2 or "".join(found) != term:
            return _ALONE, _ALONE
    else:
        found = term.split(" ")
    return unit_id(found[0]), unit_id(found[1]) if len(found) > 1 else _ALONE


@lru_cache(REMEMBERED)
def unit_id(unit: str) -> int:
    """A word, character or run of Latin letters as 64 bits: a character's own number, else a hash."""
    if len(unit) == 1:
        return ord(unit)
    return int.from_bytes(hashlib.blake2b(unit.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")
