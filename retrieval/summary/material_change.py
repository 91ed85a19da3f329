"""Whether a correction is material, so that those who were alerted to the article are told: figures, names or dates."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, TypeAlias

from corpus.amounts import contains_number
from corpus.numbers import digits, numbers
from corpus.regions import region_mentions
from corpus.text import normalize, sentences
from corpus.times import TimeKind, time_mentions
from retrieval.summary.key_figures import unit_end
from retrieval.summary.proper_names import is_name

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from fractions import Fraction

    from corpus.model import Article, Correction
    from corpus.numbers import Number
    from corpus.regions import Region
    from corpus.times import TimeMention
    from retrieval.words.segment import Segmenter, Token

Span: TypeAlias = tuple[int, int]

_MARKER = re.compile(  # number of a list item: 1、 may become 一、
    r"(?m)(?:^|(?<=[。;:!?]))[^\S\n]*\(?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[、.)](?!\d)"
)
_SPACE = re.compile("(?<![a-z0-9]) | (?![a-z0-9])")  # but not between two Latin words or numbers
_MARK = re.compile(r"[^\w\n]|_")
_TITLE = re.compile("《([^《》\n]+)》")

_VAGUE = re.compile(  # times without a definite start, which may replace one another
    "目前|当前|如今|现在|近期|近日|日前|近些?年来?|近来|最近|今后|同期|年内"
)
_SAME_TIME = str.maketrans({"翌": "次", "末": "底", "昔": "昨"})
_EDGE = re.compile("[上中下]旬|[底末初]")
# Measure words that may be left out or replaced: 三个项目 is 三项.
_COUNTED = frozenset("个 家 项 条 座 件 种 所 类 次 场".split())

# Words before a figure that reverse its meaning: 增长3% and 下降3%, 超500家 and 近500家.
_SENSES = (
    re.compile(r"(?P<plus>[增升涨扩]|提高)|(?P<minus>[降减跌缩滑]|回落)"),
    re.compile(r"(?P<plus>不少于|不低于|至少|超|逾|突破|[多高]于)|(?P<minus>不足|不到|不超过|至多|[低少]于|未达|近)"),
)
_SENSE_LENGTH = 6  # characters before the figure
_CLAUSE_END = re.compile(r"[,，;；:：。!?\n]")


def is_material(correction: Correction, segmenter: Segmenter) -> bool:
    """Return whether a correction changes figures, names or dates, so that it is news to readers of the article.

    Compared are the dates of publication, and, in the sentences (title included) that only one of both has, in whatever
    order, how often each number, time, place and name occurs, and whether a figure rises or falls. Names are those of
    `is_name`, and what is in 《》. Notation does not count, nor do equal units, indefinite times and corrected typos.
    """
    if correction.before.date != correction.after.date:
        return True
    versions = [Counter(_sentences(article)) for article in (correction.before, correction.after)]
    texts = ["\n".join((one - other).elements()) for one, other in (versions, versions[::-1])]
    known = {mention.region for text in texts for mention in region_mentions(text)}
    before, after = (_read(text, version, known) for text, version in zip(texts, versions, strict=True))
    return (
        before.times != after.times
        or before.places != after.places
        or _have_other_figures(before, after)
        or _have_other_names(before, after, segmenter)
    )


def _sentences(article: Article) -> Iterator[str]:
    """Yield the title and the sentences of the body, normalised, without white space and numbers of list items."""
    for part in (article.title, article.body):
        text = _SPACE.sub("", " ".join(_MARKER.sub("", normalize(part).text).split()))
        yield from (text[start:end] for start, end in sentences(text))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Reading:
    """The sentences that only one version of an article has, and what they name.

    Attributes:
        text: normalised, a sentence a line.
        words: the text of the whole version, without punctuation.
        times: how often each time occurs, by `_time`.
        places: how often each place of Hubei occurs, by its full name.
        figures: the numbers that are no part of a time, each as it is written with its unit.
        other: the text without times, places and figures.
    """

    text: str
    words: str
    times: Counter[str]
    places: Counter[str]
    figures: tuple[tuple[Number, str], ...]
    other: str


def _read(text: str, version: Counter[str], known: Collection[Region]) -> _Reading:
    """Find times, places and figures in a text.

    Args:
        text: the sentences that only this version has.
        version: all sentences of the version.
        known: places that either text names, so that their short names are found in both.
    """
    times = [time for time in time_mentions(text) if time.kind is not TimeKind.DURATION]
    places = region_mentions(text, known)
    taken = [(time.start, time.end) for time in times]
    counted = [number for number in numbers(text) if not _meets((number.start, number.end), taken)]
    figures = tuple((number, text[number.start : unit_end(text, number)]) for number in counted)
    taken += [(place.start, place.end) for place in places]
    taken += [(number.start, number.start + len(written)) for number, written in figures]
    return _Reading(
        text=text,
        words=_MARK.sub("", "\n".join(version.elements())),
        times=Counter(filter(None, (_time(text, time) for time in times))),
        places=Counter(place.region.full_name for place in places),
        figures=figures,
        other=_without(text, taken),
    )


def _meets(span: Span, others: Iterable[Span]) -> bool:
    """Return whether a span overlaps one of some others."""
    return any(span[0] < end and start < span[1] for start, end in others)


def _without(text: str, spans: Iterable[Span]) -> str:
    """Replace spans of a text, which may overlap, by a comma each."""
    pieces, last = [], 0
    for start, end in sorted(spans):
        pieces.append(text[last:start])
        last = max(last, end)
    return "，".join([*pieces, text[last:]])


def _time(text: str, time: TimeMention) -> str:
    """Return the same text for the same time however it is written; empty for an indefinite one (目前, 近年来)."""
    words = text[time.start : time.end]
    edge = _EDGE.search(words)
    if time.first:
        return f"{time.first} {time.last} {edge[0].translate(_SAME_TIME) if edge else ''}"
    if _VAGUE.fullmatch(words):
        return ""
    for number in reversed(numbers(words)):
        words = words[: number.start] + digits(number) + words[number.end :]
    return words.translate(_SAME_TIME)


def _have_other_figures(before: _Reading, after: _Reading) -> bool:
    """Return whether a figure occurs more often in one text than in the other, or has the opposite sense there.

    Opposite are 增长 and 下降, 超 and 近, for example. Equal figures are the same in other units (3公里, 3000米),
    without the unit (3亿, 3亿元) and with another measure word (3家, 3个); the 一家 of 一家企业 is none.
    """
    counts = [Counter(filter(_is_counted, map(_quantity, reading.figures))) for reading in (before, after)]
    removed, added = ([*(one - other).elements()] for one, other in (counts, counts[::-1]))
    for quantity in removed:
        same = next((other for other in added if _is_same(quantity, other)), None)
        if same is None:
            return True
        added.remove(same)
    return bool(added) or any(_are_reversed(sense, before, after) for sense in _SENSES)


@dataclass(frozen=True, slots=True)
class _Quantity:
    """A number with its unit, whatever the wording."""

    value: Fraction
    unit: str  # empty for a measure word of _COUNTED
    written: str = field(compare=False)


def _quantity(figure: tuple[Number, str]) -> _Quantity:
    """Return value and unit of a figure, the unit without regard to measure words that may be replaced."""
    number, written = figure
    return _Quantity(number.value, "" if number.unit in _COUNTED else number.unit, written)


def _is_counted(quantity: _Quantity) -> bool:
    """Return False for the 一家 of 一家企业, which is an article rather than a number."""
    return quantity.unit != "" or quantity.value != 1


def _is_same(one: _Quantity, other: _Quantity) -> bool:
    """Return whether two quantities are equal in different units (3公里, 3000米) or without one (3亿, 3亿元)."""
    pairs = ((one.written, other.written), (other.written, one.written))
    return any(contains_number(text, number) for written, text in pairs for number in numbers(written))


def _are_reversed(sense: re.Pattern[str], before: _Reading, after: _Reading) -> bool:
    """Return whether a figure of both texts has the opposite sense now."""
    old, new = (_balance(sense, reading) for reading in (before, after))
    return any(old[quantity] * new[quantity] < 0 for quantity in old)


def _balance(sense: re.Pattern[str], reading: _Reading) -> Counter[_Quantity]:
    """Return how much more often each quantity occurs in the positive sense than in the negative one."""
    balance: Counter[_Quantity] = Counter()
    for number, written in reading.figures:
        lead = _CLAUSE_END.split(reading.text[max(0, number.start - _SENSE_LENGTH) : number.start])[-1]
        last = next(reversed([*sense.finditer(lead)]), None)
        if last:
            balance[_quantity((number, written))] += 1 if last["plus"] else -1
    return balance


def _have_other_names(before: _Reading, after: _Reading, segmenter: Segmenter) -> bool:
    """Return whether a name occurs more often in one version than in the other; a corrected typo is no name."""
    old, new = (segmenter.tokens(reading.other) for reading in (before, after))
    counts = [Counter(token.word for token in tokens) for tokens in (old, new)]
    removed, added = counts[0] - counts[1], counts[1] - counts[0]
    names = chain(
        (word for word in removed if is_name(word, segmenter) and not _is_typo(word, before, new, after, segmenter)),
        (word for word in added if is_name(word, segmenter) and not _is_typo(word, after, old, before, segmenter)),
        (_MARK.sub("", title) for reading in (before, after) for title in _TITLE.findall(reading.text)),
    )
    return any(before.words.count(name) != after.words.count(name) for name in names)


def _is_typo(word: str, mine: _Reading, tokens: Iterable[Token], theirs: _Reading, segmenter: Segmenter) -> bool:
    """Return whether a word is an ordinary one with a wrong character: 发殿 where the other text has 发展.

    That is so if the word is unknown and occurs once in its version, and if the other text has, between the same
    neighbours, another character there, in a word of two characters or more that is no name.

    Args:
        word: a word of `mine`.
        mine: the text with the word.
        tokens: the words of `theirs.other`.
        theirs: the other text.
        segmenter: has the frequencies of words.
    """
    if segmenter.frequency(word) or mine.words.count(word) > 1:
        return False
    start = mine.other.find(word)
    lead, tail = mine.other[max(0, start - 1) : start], mine.other[start + len(word) :][:1]
    shapes = (f"{re.escape(lead + word[:i])}(.){re.escape(word[i + 1 :] + tail)}" for i in range(len(word)))
    places = [match.start(1) for shape in shapes if (match := re.search(shape, theirs.other))]
    words = [token.word for token in tokens if any(token.start <= place < token.end for place in places)]
    return any(len(other) > 1 and not is_name(other, segmenter) for other in words)
