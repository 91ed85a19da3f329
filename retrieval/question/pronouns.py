"""Replaces a pronoun (它, 那里, 该项目) in a question that names nothing itself by words of the previous question."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from corpus.regions import region_mentions
from retrieval.question.clause import HOLDERS, describe_asked_thing, topic_of
from retrieval.question.kinds import MEASURES, QuestionKind
from retrieval.words.lexicon import word_class

if TYPE_CHECKING:
    from retrieval.question.clause import Clause, Span
    from retrieval.words.segment import Segmenter

_PRONOUN = re.compile(
    r"(?P<many>[它他她]们)|(?P<place>[那这][里儿边]|此地|当地(?!时间)|(?<=在)此(?![次时前后间]))|(?P<among>其中)"
    r"|(?P<whose>其(?![他它余实次间后]))|(?P<person>(?<!其)[他她](?![人乡国信]))"
    r"|(?P<thing>(?<!其)它|(?:^|(?<=,))这(?=[是有要能会得])|[这那]个(?=[是有要能会得多几在什怎]|$))"
    rf"|(?P<this>该|此(?![外前后时次处刻致间])|[这那](?:些|[{MEASURES}]))"
)
_SHORT = re.compile(r"[省市县区镇乡村]")
_TIMES = re.compile(r"[年月日天时次]|期间|阶段|时期|时候")


def resolve_pronoun(clause: Clause, before: Clause, segmenter: Segmenter) -> str | None:
    """Replace the first pronoun of a question by what it refers to in the previous question.

    Args:
        clause: the question with the pronoun.
        before: the previous question.
        segmenter: cuts the question into words.

    Returns:
        The question as it can be asked alone, otherwise as typed; None if it has no pronoun, if it names what the
        pronoun refers to itself, or if the previous question names nothing that the pronoun could refer to.
    """
    for match in _PRONOUN.finditer(clause.text):
        end = match.end() + (len(_head(clause, match, before, segmenter)) if match["this"] else 0)
        is_word = not _is_within_a_word(clause, match.span(), segmenter)
        if is_word and (not match["this"] or end > match.end()):
            if _is_explained(clause, match):
                return None
            noun = _referent(before, match, clause.text[match.end() : end])
            return f"{clause.typed_text(0, match.start())}{noun}{clause.typed_text(end)}" if noun else None
    return None


def _head(clause: Clause, match: re.Match[str], before: Clause, segmenter: Segmenter) -> str:
    """Return the noun after 该 or 这个: 项目 of 该项目.

    Empty if no noun follows, if a word for a time follows (该年), or if a name follows that the previous question does
    not have.
    """
    token_there = next((token for token in segmenter.tokens(clause.text) if token.start == match.start()), None)
    if token_there and _SHORT.fullmatch(token_there.word[len(match[0]) :]):
        return token_there.word[-1]  # 该县
    nouns: list[str] = []
    for token in segmenter.tokens(clause.text[match.end() :]):
        tag = word_class(token.word)
        is_noun = tag[:1] in ("n", "m", "") or tag in ("vn", "zg")
        if token.start != len("".join(nouns)) or not is_noun or _TIMES.match(token.word):
            break
        nouns.append(token.word)
    holder = next((i for i, noun in enumerate(nouns) if HOLDERS.search(noun)), 0)  # 该生态修复工程, but 该书
    head = "".join(nouns[: holder + 1])
    is_name = bool(holder) or word_class(head) in ("", "nr", "ns", "nt", "nz")
    return "" if is_name and head not in before.text else head


def _is_within_a_word(clause: Clause, span: Span, segmenter: Segmenter) -> bool:
    """Return True if a span lies within a longer word, as 其 in 土耳其 and 该 in 应该 do.

    Only words that jieba's dictionary has, and has not as pronouns, count: 该县 and 其他 do not.
    """
    tokens = segmenter.tokens(clause.text)
    return any(
        token.start <= span[0] and span[1] <= token.end
        for token in tokens
        if len(token.word) > span[1] - span[0] and word_class(token.word) not in ("", "r")
    )


def _is_explained(clause: Clause, match: re.Match[str]) -> bool:
    """Return True if a question names something before its pronoun, to which the pronoun then refers.

    The thing that the question asks for does not count.
    """
    place, (start, end) = match.start(), clause.asked_thing
    before = [word for word in clause.words if word.end <= place]
    if match["place"] or match["this"]:
        if before and before[-1].end == place and word_class(before[-1].word)[:1] not in ("v", "p", "d"):
            return True  # 大元这个国号, 襄城那边
        before = [word for word in before if not start <= word.start < end]
    elif clause.part.kind is QuestionKind.WHO and clause.part.asked[1] <= place:
        return True  # 哪位作家在他的文章里
    return any(map(clause.is_topic, before))


def _referent(before: Clause, match: re.Match[str], head: str) -> str:
    """Return the words of the previous question to which a pronoun refers, as typed; empty if there are none.

    其 gives them with 的 (unless it is 其中, which gives them with 中).

    Args:
        before: the previous question.
        match: the pronoun, as _PRONOUN matched it.
        head: the noun after 该 or 这个; empty for other pronouns.
    """
    places = [before.typed_text(region.start, region.end) for region in region_mentions(before.text)]
    if match["many"] or match["among"]:
        return describe_asked_thing(before) + ("中" if match["among"] else "")
    if match[0] == "当地":
        others = (before.typed_text(word.start, word.end) for word in before.words if word_class(word.word) == "ns")
        return places[-1] if places else next(others, "")
    if match["place"]:
        return before.typed_text(*before.subject)
    if match["person"]:
        return _person(before)
    if not head:
        return topic_of(before) + ("的" if match["whose"] else "")
    if _SHORT.fullmatch(head) and places:
        return places[-1]
    if before.text[slice(*before.asked_thing)].endswith(head):
        return describe_asked_thing(before)
    at = before.text.find(head, *before.subject)
    return topic_of(before) if at < 0 else before.typed_text(before.subject[0], at + len(head))


def _person(before: Clause) -> str:
    """Return who the previous question asks for if it asks who; else the first person it names, else its topic."""
    names = (before.typed_text(word.start, word.end) for word in before.words if word_class(word.word) == "nr")
    return describe_asked_thing(before) if before.part.kind is QuestionKind.WHO else next(names, topic_of(before))
