"""Asks a question and records the outcome: the confidence, whether the answer is right, and whether it is shown."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from retrieval.answer import WHEN_SURE, decide, find_candidates
from retrieval.evaluation.evaluate import AT_ANY_CONFIDENCE, AskedQuestion
from retrieval.model import Answer
from retrieval.question.understand import understand

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.quality.sets import Group
    from retrieval.answer import Candidate
    from retrieval.library import Library
    from retrieval.model import Citation, Result

NOTHING = float("-inf")  # the score of what is not found


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of one question.

    Attributes:
        confidence: 0..1; 0 if there is no answer at any threshold.
        is_right: the first citation is right, with the threshold off.
        is_told_elsewhere: the question is unanswerable, but the first citation has an accepted answer, from another
            article. Of 41 "false answers" to news without its article, 23 were of this kind, and most were right.
        is_shown, is_shown_right: at the shipped threshold, an answer is given, and its first citation is right.
        passage_score: the index's score of its best passage.
        sentence_score: the ranker's score of its best sentence.
    """

    is_answerable: bool
    confidence: float
    is_right: bool
    is_told_elsewhere: bool
    is_shown: bool
    is_shown_right: bool
    passage_score: float
    sentence_score: float


def ask(library: Library, golds: Group, *, is_answerable: bool) -> Outcome:
    """Ask a question as a user would, and once more with the threshold off.

    Args:
        library: the library, from which the answer may be removed.
        golds: questions of the same text.
        is_answerable: whether the library contains the answer; if not, no answer is right.
    """
    query = understand(library, golds[0].question)
    found = find_candidates(library, query)
    shown, given = (decide(library, query, found, policy).result for policy in (WHEN_SURE, AT_ANY_CONFIDENCE))
    asked = AskedQuestion(golds=golds, hits=(), shown=_citations(shown), forced=_citations(given), confidence=0.0)
    return Outcome(
        is_answerable=is_answerable,
        confidence=given.confidence if isinstance(given, Answer) else 0.0,
        is_right=is_answerable and asked.is_first_hit(asked.forced),
        is_told_elsewhere=not is_answerable and _has_answer(golds, asked.forced),
        is_shown=bool(asked.shown),
        is_shown_right=is_answerable and asked.is_first_hit(asked.shown),
        passage_score=next((hit.score for hit in library.search(query.terms, 1)), NOTHING),
        sentence_score=_sentence_score(found),
    )


def _citations(result: Result) -> tuple[Citation, ...]:
    return result.citations if isinstance(result, Answer) else ()


def _has_answer(golds: Group, citations: Sequence[Citation]) -> bool:
    """Return True if the first citation contains an accepted answer, whatever its article."""
    articles = tuple(citation.passage.article.id for citation in citations[:1])
    return AskedQuestion(
        golds=tuple(replace(gold, articles=articles) for gold in golds), hits=(), shown=(), forced=(), confidence=0.0
    ).is_first_hit(citations)


def _sentence_score(found: Sequence[Candidate]) -> float:
    return max(found[0].ranked.scores) if found else NOTHING
