"""Explain why a question gets its answer, or none: how it is read, what is found, how it is ranked and weighed.

Nothing is decided here: `retrieval.answer.decide` decides, and the explanation reads its `Decision`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from corpus.regions import region_mentions
from corpus.times import TimeKind, time_mentions
from retrieval.answer import WHEN_SURE, decide, find_candidates
from retrieval.explanation.contributions import lead, odds, passage_scores, sentence_scores
from retrieval.words.segment import domain_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from retrieval.answer import Candidate, Decision, Policy, Verdict
    from retrieval.explanation.contributions import Lead, Odds, PassageScore, SentenceScore
    from retrieval.library import Library
    from retrieval.model import Citation
    from retrieval.question.query import Query, SubQuestion
    from retrieval.words.segment import Token


class Role(StrEnum):
    """What a word does in a question."""

    CONTENT = "content"  # it is searched for
    ASKING = "asking"  # part of the question word: 什么 and 时候 in 什么时候
    FUNCTION = "function"  # neither, as 的 and 是


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a question."""

    text: str
    role: Role
    #: listed in the project's own dictionary
    is_domain: bool
    #: its weight where it is searched for, and what it would weigh where it is not
    idf: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """The best sentence for one part of a question, and what its ranking and its confidence are made of."""

    citation: Citation
    #: the best ones, best first; the first is the one judged
    sentences: tuple[SentenceScore, ...]
    #: of the first sentence over the second; None where there is only one
    lead: Lead | None
    odds: Odds
    confidence: float  # 0..1
    threshold: float  # 0..1, of the policy
    verdict: Verdict
    #: words of the question that occur neither in the sentence nor around it, the rarest first
    missing: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class PartExplanation:
    """One part of a question: how it is read, and the best sentence for it."""

    question: SubQuestion
    words: tuple[Word, ...]
    #: the places of Hubei that it names
    places: tuple[str, ...]
    #: the dates and years that it names, as written; no durations
    times: tuple[str, ...]
    #: None where no sentence is found
    judgement: Judgement | None

    @property
    def question_word(self) -> str:
        """Return the question word, as 多少; empty where there is none."""
        return self.question.text[slice(*self.question.asked)]


@dataclass(frozen=True, kw_only=True, slots=True)
class Explanation:
    """All that leads to a result."""

    #: the question with all its limits
    query: Query
    decision: Decision
    #: of `decision.query`, in its order
    parts: tuple[PartExplanation, ...]
    #: what `decision.query` finds, in the order of `retrieval.search.search`
    passages: tuple[PassageScore, ...]


def explain(library: Library, query: Query, policy: Policy = WHEN_SURE) -> Explanation:
    """Answer a question as `retrieval.answer.answer` does, and return what led to the result.

    Parts and passages are those of `decision.query`: the query itself, or the wider one behind it that decided.
    """
    decision = decide(library, query, find_candidates(library, query), policy)
    candidates = {candidate.ranked.part: candidate for candidate in decision.candidates}
    return Explanation(
        query=query,
        decision=decision,
        parts=tuple(_explain_part(library, part, candidates.get(part), policy) for part in decision.query.parts),
        passages=passage_scores(library, decision.query),
    )


def _explain_part(library: Library, part: SubQuestion, candidate: Candidate | None, policy: Policy) -> PartExplanation:
    places = (mention.region.name for mention in region_mentions(part.text))
    times = (
        part.text[mention.start : mention.end]
        for mention in time_mentions(part.text)
        if mention.kind is not TimeKind.DURATION
    )
    return PartExplanation(
        question=part,
        words=tuple(_words(library, part)),
        places=tuple(dict.fromkeys(places)),
        times=tuple(dict.fromkeys(times)),
        judgement=_explain_candidate(library, candidate, policy) if candidate else None,
    )


def _words(library: Library, part: SubQuestion) -> Iterator[Word]:
    """Yield the words of a part in order, also those not searched for; each in the form in which it is searched for."""
    domain = frozenset(domain_words())
    for token in library.segmenter.tokens(part.text):
        searched = [word for word in part.words if token.start <= word.start and word.end <= token.end]
        role = Role.CONTENT if searched else Role.ASKING if _is_asking(part, token) else Role.FUNCTION
        text = searched[0].word if searched else token.word  # 签了 is searched for as 签
        yield Word(text, role, text in domain, library.idf("word", text))


def _is_asking(part: SubQuestion, token: Token) -> bool:
    """Return whether a word overlaps the question word."""
    start, end = part.asked
    return token.start < end and start < token.end


def _explain_candidate(library: Library, candidate: Candidate, policy: Policy) -> Judgement:
    return Judgement(
        citation=candidate.citation,
        sentences=sentence_scores(candidate.ranked),
        lead=lead(candidate.ranked),
        odds=odds(candidate.evidence, library.shift),
        confidence=candidate.confidence,
        threshold=policy.least_confidence,
        verdict=policy.verdict(candidate),
        missing=candidate.evidence.missing,
    )
