"""One part of a question taken apart: its subject and the thing it asks for, as spans and as they were typed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from corpus.regions import region_mentions
from corpus.text import normalize
from corpus.times import TimeKind, time_mentions
from retrieval.question.attributes import is_attribute
from retrieval.question.kinds import MEASURES, QuestionKind
from retrieval.question.query import parse_parts
from retrieval.words.lexicon import word_class
from retrieval.words.segment import Token

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corpus.text import Normalized
    from retrieval.question.query import SubQuestion
    from retrieval.words.segment import Segmenter

Span: TypeAlias = tuple[int, int]

ORDINAL = re.compile(r"第?(?:\d+|[一二三四五六七八九十两]+)(?:期|届|批|号|阶段|轮|标段)")
TRAIL = re.compile(r"(?:[了过着的吗呢吧啊呀嘛么\s,、。]|没有$)+$")
# Names of such things have verbs in them: 生态修复工程, 推进资本市场建设工作专题会议.
HOLDERS = re.compile(
    r"(?:工程|项目|会议?|论坛|活动|行动|计划|方案|规划|意见|办法|政策|条例|机制|中心|平台|基地|公司|集团|企业|机构|部门|单位|"
    r"[厂站院所园区馆局委办部队]|系统|基金|产业|专班|协议|合同|学校|大学)$"
)
_JOINS = re.compile(r"[的地和与及同·“”\"'《》()、\-—/\s]*")  # what may stand between the words of one name
_PARTICLES = frozenset("了过着到成于至出上")  # particles behind a verb
_ADVERBS = frozenset("同比 环比 年均 累计 大约 至少".split())
_PREPOSITIONS = frozenset("用在于由被把对向从按给")
# Last characters of words for a time; other words of that class are 唐朝 and the like
_WHEN = frozenset("时候后前来今在期初末底先")
_OPENING, _CLOSING = ("《", "“", "「", "『"), "》”」』"
_DETERMINER = re.compile(rf"^(?:哪|什么|啥|何)(?:一|些|几)?[{MEASURES}]?")
# Kinds that may name the thing asked for: 几个项目, 哪座城市
_NAMING = frozenset({QuestionKind.HOW_MANY, QuestionKind.LIST, QuestionKind.WHAT, QuestionKind.WHO, QuestionKind.WHERE})


@dataclass(frozen=True)
class Clause:
    """One part of a question, with the text from which it was parsed.

    Spans are pairs of start and end in `text`; an empty span (start equal to end) means that there are no such words.

    Attributes:
        part: the parsed part.
        question: the whole question as typed, of which the part may be a piece.
    """

    part: SubQuestion
    question: str

    @property
    def text(self) -> str:
        """The normalised text of the part."""
        return self.part.text

    def typed_text(self, start: int = 0, end: int | None = None) -> str:
        """Return text[start:end] as it was typed, by default all of it; normalised if noise was removed from it.

        White space at both ends is stripped.
        """
        end, plain = len(self.text) if end is None else end, self._plain
        at = plain.text.find(self.text)
        shown = self.text[start:end] if at < 0 else self.question[slice(*plain.original(at + start, at + end))]
        return shown.strip()

    @cached_property
    def _plain(self) -> Normalized:
        return normalize(self.question)

    @cached_property
    def words(self) -> tuple[Token, ...]:
        """The words without question words; a preposition is split from a word the dictionary lacks: 路用 is 路, 用."""
        return tuple(word for guessed in self.part.words for word in _split_preposition(guessed))

    @cached_property
    def times(self) -> tuple[Span, ...]:
        """The spans of the calendar times that it names, in order; durations are left out."""
        return tuple((time.start, time.end) for time in time_mentions(self.text) if time.kind is not TimeKind.DURATION)

    @cached_property
    def subject(self) -> Span:
        """The span of the name of what the question is about; (0, 0) if no word names anything.

        It is the first name before the question word, or else the first one after it.
        """
        start = self.part.asked[0]
        begin = max(self.text.rfind(mark, 0, start) + 1 for mark in ",:")
        before = [word for word in self.words if word.end <= start]
        main = [word for word in before if word.start >= begin]
        behind = [word for word in self.words if word.start >= self.asked_thing[1]]
        objects = [word for word in behind if word_class(word.word) != "vn"]  # 黄蝉 in 哪些地方种植黄蝉
        for words in (main, before, objects, behind, self.words):
            first = next(filter(self.is_topic, words), None)
            if first:
                return self._name(behind[behind.index(first) :] if first in behind else words)
        return (0, 0)

    @cached_property
    def asked_thing(self) -> Span:
        """The span of the thing asked for, without question word and measure: 项目 in 几个项目; empty if not given."""
        start, end = self.part.asked
        if self.part.kind not in _NAMING or self.text[start:end].endswith(("谁", "何人", "什么人")):
            return (end, end)
        determiner = _DETERMINER.match(self.text[start:end])
        if determiner and start + determiner.end() < end:  # 哪座城市, but 哪里 and 哪些地方 name no thing
            return (end, end) if self.text[end - 1] in "里儿方" else (start + determiner.end(), end)
        words = [word for word in self.words if word.start >= end]
        if words and words[0].start == end and words[0].word in MEASURES:
            words = words[1:]
        last = next((i for i in range(1, len(words)) if self._ends(words, i) or self._acts(words, i)), len(words))
        while last and not self._is_noun(words[last - 1]):
            last -= 1
        is_near = last and _JOINS.fullmatch(self.text[end : words[0].start].lstrip(MEASURES))
        return (words[0].start, words[last - 1].end) if is_near else (end, end)

    def is_topic(self, word: Token) -> bool:
        """Return True if a word names something that a question may be about: a noun, but no attribute and no time.

        Verbal nouns (建设) and words that jieba's dictionary lacks count as nouns.
        """
        return not is_attribute(word.word) and self._is_noun(word)

    def is_time(self, word: Token) -> bool:
        """Return True if a word lies wholly within one of the calendar times (`times`); durations do not count.

        Only offsets are compared: the word must be of this clause.
        """
        return any(start <= word.start and word.end <= end for start, end in self.times)

    def has_particle(self, word: Token) -> bool:
        """Return True if a particle directly after a word makes it a predicate: 开工了, 着力于."""
        is_particle = self.text[word.end : word.end + 1] in _PARTICLES
        return is_particle and not any(following.start == word.end for following in self.words)

    def is_region(self, span: Span) -> bool:
        """Return True if a span begins and ends with the name of a place."""
        regions = region_mentions(self.text[slice(*span)])
        return bool(regions) and regions[0].start == 0 and regions[-1].end == span[1] - span[0]

    def _name(self, words: Sequence[Token]) -> Span:
        """Return the span of the name with which some words begin, with the quotation marks around it.

        It includes all words up to the last 的 among them, and ends before the next word that cannot belong to a name
        (`_ends`).
        """
        last_of = max((i for i in range(1, len(words)) if "的" in self._gap(words, i)), default=0)
        end = next((i for i in range(last_of + 1, len(words)) if self._ends(words, i)), len(words))
        while end > 1 and not (self.is_topic(words[end - 1]) or ORDINAL.match(words[end - 1].word)):
            end -= 1
        begin = next((i for i in range(end) if word_class(words[i].word)[:1] not in ("p", "d", "q")), 0)
        start, stop = words[begin].start, words[end - 1].end
        if self.text[:start].endswith(_OPENING) and re.search(f"[{_CLOSING}]", self.text[start : stop + 1]):
            start -= 1
        return start, stop + self.text[stop:].startswith(tuple(_CLOSING))

    def _ends(self, words: Sequence[Token], i: int) -> bool:
        """Return True if words[i] does not belong to the name that the words before it form."""
        word, tag = words[i], word_class(words[i].word)
        if not _JOINS.fullmatch(self._gap(words, i)) or self.is_time(word):
            return True
        if ORDINAL.match(word.word):
            return False
        is_behind = word is self.words[-1] and self.part.kind not in _NAMING
        is_last = word.end == self.part.asked[0] or is_behind
        if self.has_particle(word) or (is_last and tag == "vn") or word.word in _ADVERBS:
            return True
        return tag[:1] in ("p", "d", "r", "t") or (tag == "v" and not _has_holder(words[i:]))

    def _acts(self, words: Sequence[Token], i: int) -> bool:
        """Return True if a verbal noun is a verb with an object: 种植 in 哪些地方种植黄蝉, not 应用 in 几个应用项目."""
        return word_class(words[i].word) == "vn" and i + 1 < len(words) and not _has_holder(words[i:])

    def _gap(self, words: Sequence[Token], i: int) -> str:
        """Return the text between words[i - 1] and words[i]."""
        return self.text[words[i - 1].end : words[i].start]

    def _is_noun(self, word: Token) -> bool:
        """Return True if a word outside of calendar times is a noun, a verbal noun, or unknown to the dictionary."""
        tag = word_class(word.word)
        is_noun = not tag or tag[0] in "nijlsg" or tag in ("eng", "vn", "zg")
        return not self.is_time(word) and (is_noun or (tag == "t" and word.word[-1] not in _WHEN))


def _has_holder(words: Sequence[Token]) -> bool:
    """Return True if a word ends like a thing whose name may have verbs in it (HOLDERS): 工程, 公司."""
    return any(HOLDERS.search(word.word) for word in words)


def _split_preposition(word: Token) -> tuple[Token, ...]:
    """Split 路用, two characters that the dictionary has not, into 路 and the preposition 用; keep any other word."""
    if len(word.word) != 2 or word.word[1] not in _PREPOSITIONS or word_class(word.word):
        return (word,)
    middle = word.start + 1
    return Token(word.word[0], word.start, middle), Token(word.word[1], middle, word.end)


def parse_clauses(question: str, segmenter: Segmenter) -> tuple[Clause, ...]:
    """Return all parts of a question as typed, in order, as clauses, also those without a question word.

    Empty if politeness and noise are all there is.
    """
    return tuple(Clause(part, question) for part in parse_parts(question, segmenter))


_FILLER = re.compile(r"(?:[是有为叫在共达于同与由向]|[一总]共|包[括含]|分别|主要)+$")


def topic_of(clause: Clause) -> str:
    """Return what a follow-up question that names nothing itself is about: the subject, as typed; empty for none.

    If the subject is only a place and the question counts or lists something there, return that thing instead:
    宜昌消耗的磷石膏 for 宜昌消耗了多少磷石膏.
    """
    says_more = strip_filler(clause.text[clause.subject[1] : clause.part.asked[0]])
    is_place = clause.part.kind in (QuestionKind.HOW_MANY, QuestionKind.LIST) and clause.is_region(clause.subject)
    return describe_asked_thing(clause) if is_place and says_more else clause.typed_text(*clause.subject)


def describe_asked_thing(clause: Clause) -> str:
    """Describe the thing asked for by the rest of the question, as typed: 宜昌开工的项目 of 宜昌开工了几个项目.

    The thing is 人 if the question only asks who. The subject is returned if the question names no such thing, or says
    nothing else about it.
    """
    noun = clause.typed_text(*clause.asked_thing) or ("人" if clause.part.kind is QuestionKind.WHO else "")
    begin = clause.subject[0] if clause.subject[1] <= clause.part.asked[0] else 0
    before = strip_filler(clause.text[begin : clause.part.asked[0]])
    end = max(clause.part.asked[1], clause.asked_thing[1])
    behind = TRAIL.sub("", clause.text[end:])
    if not noun or not before + behind:
        return clause.typed_text(*clause.subject)
    return f"{clause.typed_text(begin, begin + len(before))}{clause.typed_text(end, end + len(behind))}的{noun}"


def strip_filler(text: str) -> str:
    """Strip particles and empty verbs from the end of a question's beginning: 红安 of 红安一共有."""
    shorter = _FILLER.sub("", TRAIL.sub("", text))
    return shorter if shorter == text else strip_filler(shorter)
