"""Puts other words into the previous question, as 那二期呢, 那武汉大学呢 or 2020年呢 ask."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from corpus.regions import region_mentions
from retrieval.question.attributes import asking_phrase, is_attribute
from retrieval.question.clause import ORDINAL, parse_clauses, topic_of
from retrieval.question.kinds import QuestionKind
from retrieval.words.lexicon import word_class

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from retrieval.question.clause import Clause, Span
    from retrieval.words.segment import Segmenter, Token

_NUMERAL = r"(?:\d+|[〇零一二三四五六七八九十两百]+)"
_NAMES = re.compile(r"[^的,，、\s]+")
_ENDINGS = frozenset("省市县区镇乡村路街桥河湖港厂院局园馆站")  # one character tells that two names are alike
_SORTS = re.compile("(?:企业|公司|项目|工程|学校|医院|设施|设备|技术|产品|产业|人才|公寓|平台|园区)$")
_ALL_OF_IT = re.compile("各[市县区州地]+|全[省市县区]|[省市县区]内|境内")  # 湖北各市, and then 宜昌
_LONG = 4  # characters: a longer word is a name rather than a sort of thing
_OTHERS = frozenset("结果 其他 其它 别的 其余 原文 来源 出处 依据 文章 链接".split())  # ask about the answer itself
_ADVERBIAL = frozenset({QuestionKind.WHEN, QuestionKind.WHERE, QuestionKind.WHY, QuestionKind.HOW, QuestionKind.YES_NO})
_Place: TypeAlias = "Callable[[Clause, Element], str]"


@dataclass(frozen=True, slots=True)
class Element:
    """Words of a follow-up that are put into the previous question.

    Attributes:
        text: normalised.
        original: as typed.
        is_sort: they name a sort of thing (成果), not a single one (武汉大学).
        place: returns the previous question with these words in it.
    """

    text: str
    original: str
    is_sort: bool
    place: _Place


def substitute(before: Clause, clause: Clause, span: Span, segmenter: Segmenter) -> str | None:
    """Put words of a follow-up into the previous question, each in the place of what is most like it.

    Args:
        before: the previous question.
        clause: the follow-up.
        span: start and end of the words, offsets in `clause.text`.
        segmenter: cuts them into words.

    Returns:
        The previous question with these words in it, as typed; unchanged if it has them already; None if they name
        nothing.
    """
    question, text = before, None
    for element in _elements(clause, span, segmenter):
        text = question.typed_text() if element.text in question.text else element.place(question, element)
        question = next(reversed(parse_clauses(text, segmenter)), question)
    return text


def _elements(clause: Clause, span: Span, segmenter: Segmenter) -> Iterator[Element]:
    """Yield what the words of a span name, in reading order; words that name nothing are left out."""
    for start, end in _pieces(clause, span):
        text = clause.text[start:end]
        tokens = segmenter.tokens(text)
        tags = [word_class(token.word) for token in tokens]
        is_named = any(tag[:2] in ("nr", "ns", "nt", "nz") for tag in tags)
        is_sort = not is_named and (_SORTS.search(text) is not None or (all(tags) and len(text) < _LONG))
        place = _place(clause, (start, end), tokens)
        if place:
            yield Element(text, clause.typed_text(start, end), is_sort, place)


def _pieces(clause: Clause, span: Span) -> Iterator[Span]:
    """Yield the times and ordinals of a span, and the text between them cut by `_names`, as offsets in `clause.text`.

    They are in reading order, without overlaps; a 工程 or 项目 directly after an ordinal is left out.
    """
    whole = [*clause.times, *(match.span() for match in ORDINAL.finditer(clause.text))]
    at = span[0]
    for start, end in sorted(piece for piece in whole if span[0] <= piece[0] and piece[1] <= span[1]):
        if start >= at:
            yield from _names(clause.text, at, start)
            yield (start, end)
            at = end + len("工程") * clause.text.startswith(("工程", "项目"), end)  # 二期工程 is 二期
    yield from _names(clause.text, at, span[1])


def _names(text: str, start: int, end: int) -> Iterator[Span]:
    """Yield the spans in text[start:end] between 的, commas, 、 and white space."""
    return (match.span() for match in _NAMES.finditer(text, start, end))


def _place(clause: Clause, span: Span, tokens: list[Token]) -> _Place | None:
    """Return the function that puts the words of a span into a question (`_at_time` …); None if they name nothing.

    Args:
        clause: the follow-up.
        span: start and end of the words in it.
        tokens: the words, at least one.
    """
    text = clause.text[slice(*span)]
    tags = [word_class(token.word) for token in tokens]
    if span in clause.times:
        return _at_time
    if ORDINAL.fullmatch(text):
        return _at_ordinal
    if clause.is_region(span) or tags == ["ns"]:
        return _at_region
    if text in _OTHERS or not any(not tag or tag[0] in "nvaijlsbt" for tag in tags):
        return None
    if is_attribute(tokens[-1].word) and not any(tag[:1] == "n" or not tag for tag in tags[:-1]):
        return _at_asked
    return _at_verb if tags in (["v"], ["vn"]) else _at_name


def _at_time(before: Clause, element: Element) -> str:
    """Put a time in the place of the first one, or of its only part of the same form: 11月 for 10月 in 2019年10月.

    It stands in front if the question names no time.
    """
    if not before.times:
        return element.original + before.typed_text()
    start, end = before.times[0]
    alike = [match.span() for match in _of_shape(element.text, before.text[start:end])]
    if len(alike) == 1:  # 2019年10月, and then 11月
        start, end = start + alike[0][0], start + alike[0][1]
    return _with(before, (start, end), element)


def _at_ordinal(before: Clause, element: Element) -> str:
    """Put an ordinal in the place of the first one of the same unit; behind the subject if there is none."""
    alike = next(_of_shape(element.text, before.text), None)
    return _with(before, alike.span() if alike else (before.subject[1],) * 2, element)


def _at_region(before: Clause, element: Element) -> str:
    """Put a place in the place of the first one of its level (a city or not), else of the first one that is named.

    If none is named, it replaces a subject that is a place (ns in jieba's dictionary), else it stands in front. A place
    directly behind the replaced one is replaced too (点军区 of 宜昌市点军区), and so is the 各市 of 湖北各市.
    """
    named = region_mentions(element.text)
    regions = region_mentions(before.text)
    if not regions:
        is_place = before.words and word_class(before.text[slice(*before.subject)]) == "ns"
        return _with(before, before.subject, element) if is_place else element.original + before.typed_text()
    is_city = bool(named) and named[-1].region.city == named[-1].region.name
    chosen = next((place for place in regions if (place.region.city == place.region.name) is is_city), regions[0])
    end = next((place.end for place in regions if place.start == chosen.end), chosen.end)  # 宜昌市点军区 is one place
    all_of_it = _ALL_OF_IT.match(before.text, end)
    return _with(before, (chosen.start, all_of_it.end() if all_of_it else end), element)


def _at_asked(before: Clause, element: Element) -> str:
    """Ask for an attribute of what the previous question is about: 总投资 makes 二期的总投资是多少."""
    return f"{topic_of(before)}的{element.original}{asking_phrase(element.text)}"


def _at_verb(before: Clause, element: Element) -> str:
    """Put a verb in the place of the last word behind the subject that is no time; as a name if there is none.

    Unless it is asked when, where, why, how or whether, only words before the question word count.
    """
    words = [word for word in before.words if word.start >= before.subject[1] and not before.is_time(word)]
    if before.part.kind not in _ADVERBIAL:
        words = [word for word in words if word.end <= before.part.asked[0]]
    return _with(before, (words[-1].start, words[-1].end), element) if words else _at_name(before, element)


def _at_name(before: Clause, element: Element) -> str:
    """Put words in the place of the first name that ends like them (`_alike`), else of the subject.

    If there is neither, they stand in front. A sort of thing (人才公寓) that no name ends like takes the place of the
    thing asked for, if there is one, or of what follows the last 的 of the subject; else it follows a subject of
    several words.
    """
    alike = _alike(before, element.text)
    start, end = before.subject
    if alike:
        return _with(before, alike, element)
    if element.is_sort and before.asked_thing[0] < before.asked_thing[1]:
        asked = before.typed_text(0, before.part.asked[1])  # 几家企业, and then 学校: the measure may be another
        measure = "个" if asked.endswith(("几", "幾")) else ""
        return f"{asked}{measure}{element.original}{before.typed_text(before.asked_thing[1])}"
    if start == end:
        return f"{element.original}，{before.typed_text()}"
    last = before.text.rfind("的", start, end) + 1
    if element.is_sort and last:  # 红安的污水处理厂, and then 人才公寓
        return _with(before, (last, end), element)
    if element.is_sort and sum(start <= word.start < end for word in before.words) > 1:  # the school of 红安开发区
        return f"{before.typed_text(0, end)}的{element.original}{before.typed_text(end)}"
    return _with(before, (start, end), element)


def _alike(before: Clause, text: str) -> Span | None:
    """Return the span of the first name in a question that ends like `text`; None if there is none.

    华中科技大学 ends like 武汉大学: the last two characters are the same. One is enough if it is of _ENDINGS, as 路.
    """
    words = before.words
    begin = 0
    for i, word in enumerate(words):
        if i and words[i - 1].end < word.start:
            begin = i
        name = before.text[words[begin].start : word.end]
        shared = next((n for n in range(min(len(name), len(text)), 0, -1) if name[-n:] == text[-n:]), 0)
        if shared > 1 or (shared and text[-1] in _ENDINGS):
            return words[begin].start, word.end
    return None


def _of_shape(text: str, within: str) -> Iterator[re.Match[str]]:
    """Yield the matches in `within` that differ from `text` only in their numbers."""
    return re.finditer(re.sub(_NUMERAL, lambda _: _NUMERAL, re.escape(text)), within)


def _with(before: Clause, span: Span, element: Element) -> str:
    """Return the previous question as typed, with the words of an element in place of a span of its text."""
    return f"{before.typed_text(0, span[0])}{element.original}{before.typed_text(span[1])}"
