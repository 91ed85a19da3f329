"""The terms that a text is found by, in three fields, and their ids in the index."""

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
ROW_BITS = 11  # lowest bits of an id: 0, free for the rows of a batch that is being indexed
FIELD_BITS = 2  # above them
REMEMBERED = 2**14  # terms of questions whose ids are cached

_LEFT, _RIGHT, _SPREAD = (np.uint64(odd) for odd in (0x9E3779B97F4A7C15, 0xD1B54A32D192ED03, 0x94D049BB133111EB))
_UPPER = np.uint64(2**64 - 2 ** (ROW_BITS + FIELD_BITS))
_ALONE = pow(int(_RIGHT), -1, 2**64)  # stands for a missing second unit: times _RIGHT it is 1

# Words that say what is asked rather than about what: they are left out of the query.
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
    """A term of a question with its weight, which the index multiplies by the term's idf."""

    field: str
    term: str
    weight: float  # of the field, times the term's frequency in the question


def passage_terms(segmenter: Segmenter, text: str) -> dict[str, list[str]]:
    """Return the terms of a normalised text by field, once for each occurrence; question words included."""
    tokens = segmenter.tokens(text)
    return {
        "word": [*(token.word for token in tokens), *digit_forms(text)],
        "character": list(characters(text)),
        "word-pair": list(word_pairs(tokens)),
    }


def query_terms(segmenter: Segmenter, text: str) -> tuple[QueryTerm, ...]:
    """Return the query for a normalised question: its distinct terms with weights, without question words.

    Left out are words in QUESTION_WORDS, and characters and pairs that consist only of question characters; pairs of
    words are all kept. A term that occurs n times has n times the weight.
    """
    terms = passage_terms(segmenter, text)
    words = Counter(word for word in terms["word"] if word not in QUESTION_WORDS)
    letters = Counter(term for term in terms["character"] if not _QUESTION_CHARACTERS.issuperset(term))
    return (
        *(QueryTerm("word", term, WORD * count) for term, count in words.items()),
        *(QueryTerm("character", term, _character_weight(term) * count) for term, count in letters.items()),
        *(QueryTerm("word-pair", term, WORD_PAIR * count) for term, count in Counter(terms["word-pair"]).items()),
    )


def _character_weight(term: str) -> float:
    """Return PAIR for a pair with a Chinese character in it; SINGLE for one character and for anything in ASCII."""
    return SINGLE if len(term) == 1 or term.isascii() else PAIR


def term_ids(fields: Sequence[str], terms: Sequence[str]) -> UInt64s:
    """Return the ids of terms, fields[i] being the field of terms[i]: (terms,) uint64.

    Of the 64 bits the lowest ROW_BITS are 0, and the next FIELD_BITS hold the field. The other 51 are a hash: among
    twenty million terms of a field there is a collision with a probability of 9%; two such terms are treated as one.

    Raises:
        KeyError: a field is none of FIELDS.
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
    """Return the id of one term, see `term_ids`; cached."""
    return int(term_ids([field], [term])[0])


def ids(field: UInt64s, lefts: UInt64s, rights: UInt64s | None) -> UInt64s:
    """Return the ids of terms of one or two units: hashed by multiplication, so that the upper bits depend on all.

    Args:
        field: an index into FIELDS, for all terms or for each.
        lefts: `unit_id` of each term's first or only unit.
        rights: of its second; None if all terms have only one.
    """
    seconds = np.uint64(1) if rights is None else rights * _RIGHT
    mixed = (lefts * _LEFT + seconds) * _SPREAD
    mixed = (mixed ^ mixed >> np.uint64(32)) * _SPREAD
    return mixed & _UPPER | field << np.uint64(ROW_BITS)


def _units_of(field: str, term: str) -> tuple[int, int]:
    """Return the ids of a term's units: (first, second), the second _ALONE for a term of one unit.

    (_ALONE, _ALONE), which no index holds, if there are more than two.
    """
    if field == "character":
        if len(term) == 1:
            return ord(term), _ALONE
        if len(term) == 2 and not term.isascii():
            return ord(term[0]), ord(term[1])
        parts = units(term)
        if len(parts) > 2 or "".join(parts) != term:
            return _ALONE, _ALONE
    else:
        parts = term.split(" ")
    return unit_id(parts[0]), unit_id(parts[1]) if len(parts) > 1 else _ALONE


@lru_cache(REMEMBERED)
def unit_id(unit: str) -> int:
    """Return 64 bits for a word, character or run of Latin letters: a character's code point, else a hash."""
    if len(unit) == 1:
        return ord(unit)
    return int.from_bytes(hashlib.blake2b(unit.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")
