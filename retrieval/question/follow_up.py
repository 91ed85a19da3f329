"""Resolves follow-up questions such as 那二期呢, 它什么时候开工 or 什么时候 against the previous question.

A question that names its own topic is left alone. Otherwise one of three things is missing, and is taken from the
previous one:

    missing                 examples                    resolved as
    all but a part          那二期呢, 2020年呢, 只看宜昌    the previous question with that part in it (`substitute`)
    the noun of a pronoun   它, 那里, 该项目, 其             the previous subject in its place (`resolve_pronoun`)
    the subject             什么时候, 总投资是多少            the previous subject in front (`fill_ellipsis`)
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from corpus.regions import region_mentions
from corpus.text import normalize
from retrieval.index.terms import QUESTION_WORDS
from retrieval.question.attributes import is_attribute
from retrieval.question.clause import ORDINAL, Clause, parse_clauses
from retrieval.question.ellipsis import ASKS, fill_ellipsis
from retrieval.question.kinds import MEASURES
from retrieval.question.pronouns import resolve_pronoun
from retrieval.question.query import LONGEST
from retrieval.question.substitute import substitute

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.question.clause import Span
    from retrieval.words.segment import Segmenter

_PIECES = re.compile(r"[^?？!！。;；\n]+")
_LEAD = re.compile(
    r"(?:(?:好的?|好吧|嗯+|哦+|噢|行|明白了?|知道了?|懂了?|了解了?|谢谢|ok)(?:[,。!~、\s]+|$))*"
    r"(?:(?:那么|还有|另外|此外|再问一下|接着问)[,\s]*|(?P<that>那)[,\s]*)?"
)
_STAYING = frozenset(f"{MEASURES}年时天月次")  # 那条路, 那年
_ONLY = re.compile(r"(?:只|仅|单|光)(?:看|说|算|讲|问|查|要)")
_END = re.compile(r"(?:的?呢[啊呀]?|的)?[\s.,~]*$")
_COUNT = re.compile(rf"(?:有|是|达到?|[一总]共)*(?:多少|几)[{MEASURES}]?$")  # 武汉有多少家
_VERDICT = re.compile(r"(?:也|又|都)*(?:(?:有|是|行|能)(?:吗|么|没有)|有没有)$")  # 武汉也有吗


def resolve(question: str, before: str, segmenter: Segmenter) -> str | None:
    """Complete a question that follows another one; the same input gives the same output, and no input is an error.

    Args:
        question: as typed; of a longer one the first LONGEST characters are read.
        before: the previous question, as it was resolved itself; its last part with a subject counts.
        segmenter: cuts both into words.

    Returns:
        The question as it can be asked alone, each part ending in ？; parts such as 好的 are dropped, and a later part
        that needs no completion is kept. None if the question, or the first of several, can be asked alone as it is, or
        if the previous question has no subject.
    """
    earlier = [clause for piece in _PIECES.findall(before[:LONGEST]) for clause in _clauses(piece, segmenter)]
    turn = next((clause for clause in reversed(earlier) if clause.subject[0] < clause.subject[1]), None)
    resolved: list[str] = []
    for piece in _PIECES.findall(question[:LONGEST]) if turn else ():
        clauses = _clauses(piece, segmenter)
        if not clauses:  # 好的
            continue
        text = _resolve_piece(clauses, turn, segmenter) if turn else None
        if text is None and not resolved:
            return None
        resolved.append(text or piece.strip())
        turn = _first(resolved[-1], segmenter) or turn
    complete = "".join(f"{text}？" for text in resolved)
    return complete if complete and _letters(complete) != _letters(question) else None


def _resolve_piece(clauses: Sequence[Clause], turn: Clause, segmenter: Segmenter) -> str | None:
    """Resolve all clauses before a question mark, the first against `turn`, each other against the one before it.

    The results are joined by ，; None if one of them can stand alone.
    """
    resolved: list[str] = []
    for clause in clauses:
        text = _resolve_clause(clause, turn, segmenter)
        if text is None:
            return None
        resolved.append(text)
        turn = _first(text, segmenter) or turn
    return "，".join(resolved) or None


def _resolve_clause(clause: Clause, before: Clause, segmenter: Segmenter) -> str | None:
    """Resolve a clause against the previous question; None if it can stand alone or nothing can be filled in."""
    part = _lone_part(clause, before, segmenter)
    if part:
        is_limit = _ONLY.match(clause.text) and not region_mentions(before.text)
        if is_limit and clause.is_region(part):
            return f"{clause.typed_text(0, part[1])}，{before.typed_text()}"
        return substitute(before, clause, part, segmenter)
    return resolve_pronoun(clause, before, segmenter) or _filled(clause, before, segmenter)


def _filled(clause: Clause, before: Clause, segmenter: Segmenter) -> str | None:
    """Fill an ellipsis, also after a time, or after an ordinal like one of the previous question: 二期什么时候开工.

    None if the clause can stand alone.
    """
    ordinal = ORDINAL.match(clause.text)
    alike = ordinal and any(earlier[0][-1] == ordinal[0][-1] for earlier in ORDINAL.finditer(before.text))
    end = ordinal.end() if ordinal and alike else next((end for start, end in clause.times if start == 0), 0)
    if not end:
        return fill_ellipsis(clause, before)
    rest, condition = _first(clause.typed_text(end), segmenter), clause.typed_text(0, end)
    if rest is None or (not ordinal and _has_new_words(rest, before)):
        return None  # 8月29日发生了什么 can stand alone
    changed = _first(substitute(before, clause, (0, end), segmenter) or "", segmenter)
    filled = fill_ellipsis(rest, changed or before)
    return filled if not filled or condition in filled else condition + filled


def _has_new_words(clause: Clause, before: Clause) -> bool:
    """Return True if a clause has a word, other than an attribute, that the previous question lacks."""
    return any(word.word not in before.text and not is_attribute(word.word) for word in clause.words)


def _lone_part(clause: Clause, before: Clause, segmenter: Segmenter) -> Span | None:
    """Return the span of the words of which a question consists: 二期 of 那二期呢; None if it asks more.

    A question that asks the same as the previous one of another time, ordinal or place (武汉有多少家) counts as well:
    the span is that of the time, ordinal or place.
    """
    text = clause.text
    only, end = _ONLY.match(text), _END.search(text)
    start = only.end() if only else 0
    stop = end.start() if end else len(text)
    if not ASKS.search(text):
        is_meant = only or "呢" in text[stop:] or _is_condition(clause, (start, stop), segmenter)
        return (start, stop) if is_meant and start < stop else None
    start = _after_condition(clause)
    tail = text[start:stop]
    if any(clause.is_topic(word) for word in clause.words if word.start >= start and word.word not in MEASURES):
        return None
    is_same = (len(tail) > 1 and tail in before.text) or (
        clause.part.kind is before.part.kind and (_VERDICT.match(tail) or _COUNT.match(tail))
    )
    return (0, start) if start and is_same else None


def _after_condition(clause: Clause) -> int:
    """Return the end of the time, ordinal or place with which a clause begins, the latest; 0 if it begins with none."""
    places = [region.end for region in region_mentions(clause.text) if region.start == 0]
    times = [end for start, end in clause.times if start == 0]
    ordinal = ORDINAL.match(clause.text)
    return max([*places, *times, ordinal.end() if ordinal else 0])


def _is_condition(clause: Clause, span: Span, segmenter: Segmenter) -> bool:
    """Return True if a span is only times, ordinals or attributes, question words aside: 2020年, 总投资."""
    words = [word for word in segmenter.tokens(clause.text[slice(*span)]) if word.word not in QUESTION_WORDS]
    return bool(words) and all(
        any(start <= span[0] + word.start < end for start, end in clause.times)
        or ORDINAL.fullmatch(word.word)
        or is_attribute(word.word)
        for word in words
    )


def _clauses(piece: str, segmenter: Segmenter) -> tuple[Clause, ...]:
    """Parse a piece as typed without the 好的 or 那 at its beginning; empty if nothing is left.

    The 那 of 那条路 and 那里 is kept; 那个 becomes 这个.
    """
    piece = piece.lstrip()
    plain = normalize(piece)
    lead = _LEAD.match(plain.text)
    end = lead.end() if lead else 0
    if lead and lead["that"]:
        following = next(iter(segmenter.tokens(plain.text[end:])), None)
        is_kept = following is not None and (following.word in _STAYING or following.word[0] in "里儿边些")
        end = lead.start("that") if is_kept else end
    rest = piece[plain.original(end, len(plain.text))[0] :]
    if plain.text[end:].startswith("那个"):
        rest = f"这{rest[1:]}"  # 那个 would be removed as a filler
    return parse_clauses(rest, segmenter)


def _first(question: str, segmenter: Segmenter) -> Clause | None:
    """Return the first part of a question as typed; None if it has none."""
    return next(iter(parse_clauses(question, segmenter)), None)


def _letters(text: str) -> str:
    """Return the letters, digits and ideographs of a text, normalised."""
    return re.sub(r"\W", "", normalize(text).text)
