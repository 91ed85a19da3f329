"""Why a question got its answer, or none: what was read in it, found, compared and weighed; nothing is decided here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from corpus.regions import mentions as region_mentions
from corpus.times import TimeKind
from corpus.times import mentions as time_mentions
from retrieval.answer import WHEN_SURE, consider, decide
from retrieval.explanation.contributions import lead, odds, passage_scores, sentence_scores
from retrieval.model import Abstention, Answer
from retrieval.ranking.weights import weights
from retrieval.words.segment import domain_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from retrieval.answer import RankedPassages
    from retrieval.explanation.contributions import Lead, Odds, PassageScore, SentenceScore
    from retrieval.library import Library
    from retrieval.limits import Limits
    from retrieval.model import Citation, Result
    from retrieval.question.query import Query, SubQuestion
    from retrieval.words.segment import Token


class Role(StrEnum):
    """What a word is to a question."""

    CONTENT = "content"  # searched for
    ASKING = "asking"  # part of the question word: 什么 and 时候 in 什么时候
    FUNCTION = "function"  # 的, 是: neither


class Verdict(StrEnum):
    """What becomes of the best sentence for one thing asked."""

    GIVEN = "given"
    UNSURE = "unsure"  # its confidence is below the threshold
    ABOUT_TODAY = "about-today"  # no article knows today's world
    ONLY_PLANNED = "only-planned"  # it is asked what is done, and a plan is told


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a question; `idf` is what it would weigh, and weighs where it is searched for."""

    text: str
    role: Role
    is_domain: bool  # stands in the project's own dictionary
    idf: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """The best sentence for one thing asked.

    Attributes:
        lead: of the first sentence before the second; None where there is only one.
        missing: words of the question that the first sentence and what is around it lack.
    """

    citation: Citation
    sentences: tuple[SentenceScore, ...]
    lead: Lead | None
    odds: Odds
    confidence: float  # 0..1
    threshold: float  # 0..1
    verdict: Verdict
    missing: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class PartExplanation:
    """One thing that is asked, as it was read, and what came of it.

    Attributes:
        places: the places of Hubei that it names.
        times: the times of the calendar that it names, in its words.
        judgement: None where no sentence was found.
    """

    part: SubQuestion
    words: tuple[Word, ...]
    places: tuple[str, ...]
    times: tuple[str, ...]
    judgement: Judgement | None

    @property
    def asked(self) -> str:
        """The question word; empty where there is none."""
        return self.part.text[slice(*self.part.asked)]


@dataclass(frozen=True, kw_only=True, slots=True)
class Explanation:
    """All that led to a result.

    Attributes:
        asked: the limits that the question sets.
        kept: those under which the result was found.
        left_out: things asked beyond those that are read.
        passages: the best ones for the whole question, in the order that their sentences put them in.
        result: what `answer` gives.
    """

    question: str
    asked: Limits
    kept: Limits
    readings: tuple[PartExplanation, ...]
    left_out: tuple[str, ...]
    passages: tuple[PassageScore, ...]
    result: Result


def explain(library: Library, query: Query) -> Explanation:
    """Answer a question, and keep what led to the answer."""
    reached, found, result = _reach(library, query)
    by_part = {one.ranked.part: one for one in found}
    readings = (_reading(library, part, by_part.get(part)) for part in reached.parts)
    return Explanation(
        question=query.question,
        asked=query.limits,
        kept=reached.limits,
        readings=tuple(readings),
        left_out=reached.left_out,
        passages=passage_scores(library, reached),
        result=result,
    )


def _reach(library: Library, query: Query) -> tuple[Query, tuple[RankedPassages, ...], Result]:
    """The query that led to the result, as asked or under fewer limits, as `retrieval.answer.decide` goes on."""
    found = consider(library, query)
    result = decide(library, replace(query, wider=None), found, WHEN_SURE)
    if isinstance(result, Abstention) and query.wider is not None:
        wider = _reach(library, query.wider)
        if isinstance(wider[2], Answer) or not result.nearest:
            return wider
    return query, found, result


def _reading(library: Library, part: SubQuestion, found: RankedPassages | None) -> PartExplanation:
    places = (mention.region.name for mention in region_mentions(part.text))
    times = (part.text[one.start : one.end] for one in time_mentions(part.text) if one.kind is not TimeKind.DURATION)
    return PartExplanation(
        part=part,
        words=tuple(_words(library, part)),
        places=tuple(dict.fromkeys(places)),
        times=tuple(dict.fromkeys(times)),
        judgement=_judgement(library, found) if found else None,
    )


def _words(library: Library, part: SubQuestion) -> Iterator[Word]:
    own = frozenset(domain_words())
    for token in library.segmenter.tokens(part.text):
        searched = [word for word in part.words if token.start <= word.start and word.end <= token.end]
        role = Role.CONTENT if searched else Role.ASKING if _is_asking(part, token) else Role.FUNCTION
        text = searched[0].word if searched else token.word  # 签了 counts as 签
        yield Word(text, role, text in own, library.idf("word", text))


def _is_asking(part: SubQuestion, token: Token) -> bool:
    start, end = part.asked
    return token.start < end and start < token.end


def _judgement(library: Library, found: RankedPassages) -> Judgement:
    return Judgement(
        citation=found.citation,
        sentences=sentence_scores(found.ranked),
        lead=lead(found.ranked),
        odds=odds(found, library.shift),
        confidence=found.confidence,
        threshold=weights().threshold,
        verdict=_verdict(found),
        missing=found.evidence.missing,
    )


def _verdict(found: RankedPassages) -> Verdict:
    if WHEN_SURE.allows(found):
        return Verdict.GIVEN
    if found.ranked.part.is_about_today:
        return Verdict.ABOUT_TODAY
    return Verdict.ONLY_PLANNED if found.confidence >= weights().threshold else Verdict.UNSURE
