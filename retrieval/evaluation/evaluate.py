"""How good the answers are: recall, hits, spans, and what is answered that should not be."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from corpus.text import normalize
from retrieval.answer import WHEN_SURE, Policy, decide, find_candidates
from retrieval.evaluation.gold import group_by_question
from retrieval.model import Answer
from retrieval.question.understand import understand
from retrieval.search import search

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from retrieval.evaluation.gold import Gold
    from retrieval.evaluation.selective import Trial
    from retrieval.library import Library
    from retrieval.model import Citation, Hit, Result

DEPTH = 20  # hits looked at
FORCED = Policy(is_forced=True)
AT_ANY_CONFIDENCE = Policy(threshold=0.0)  # not forced: what asks for today's weather stays without an answer


@dataclass(frozen=True, kw_only=True, slots=True)
class AskedQuestion:
    """One question's outcome; questions of the same text are one, with several right answers.

    Attributes:
        given_up_to: the highest threshold at which there is an answer; 0 where there never is, whatever the confidence.
    """

    golds: tuple[Gold, ...]
    hits: tuple[Hit, ...]
    shown: tuple[Citation, ...]  # with the threshold
    forced: tuple[Citation, ...]  # without
    confidence: float
    answered_up_to: float = 0.0

    @property
    def has_answer(self) -> bool:
        """Whether the articles answer the question."""
        return any(gold.has_answer for gold in self.golds)

    @property
    def is_judged(self) -> bool:
        """Whether the sentence is judged, not only the article."""
        return any(gold.answers for gold in self.golds)

    @property
    def rank(self) -> int | None:
        """The rank of the first hit of a right article, from 1, articles counted once."""
        articles = dict.fromkeys(hit.passage.article for hit in self.hits)
        for rank, article in enumerate(articles, 1):
            if any(gold.accepts_article(article) for gold in self.golds):
                return rank
        return None

    def is_first_hit(self, citations: Sequence[Citation]) -> bool:
        """Whether the first citation is right: it holds what is asked for, or one of the things."""
        return any(gold.accepts(first, text) for first in citations[:1] for gold, text in self._accepted())

    def is_any_hit(self, citations: Sequence[Citation]) -> bool:
        """Whether the citations together hold what is asked for, all of it where several things are."""
        for gold in self.golds:
            found = [any(gold.accepts(citation, text) for citation in citations) for text in gold.answers or ()]
            if found and (all(found) if gold.needs_all else any(found)):
                return True
        return False

    def _accepted(self) -> Iterator[tuple[Gold, str]]:
        return ((gold, text) for gold in self.golds for text in gold.answers or ())

    @property
    def span_f1(self) -> float:
        """Characters shared by the words in bold of the forced first citation and the likest accepted string."""
        words = self.forced[0].span_text if self.forced else ""
        return max((character_f1(words, text) for _, text in self._accepted()), default=0.0)


@dataclass(frozen=True, kw_only=True, slots=True)
class EvaluationReport:
    """The figures of one set of questions; shares are 0..1, None where nothing could be counted."""

    questions: int
    answerable: int
    unanswerable: int
    recall_at_1: float | None
    recall_at_5: float | None
    recall_at_20: float | None
    mrr_at_10: float | None
    first_hit: int  # the first citation is right, as shown
    any_hit: int  # one of three is right, as shown
    first_hit_forced: int
    any_hit_forced: int
    judged: int  # of how many the four hits are
    span_f1: float | None
    auroc: float | None  # confidence of right forced answers against wrong ones and questions without an answer
    answered_rate: float | None
    false_answers: int  # questions without an answer that were answered
    wrong_answers: int  # questions with an answer that were given another
    quotes_per_answer: float | None
    characters_per_answer: float | None


def ask_all(
    library: Library,
    golds: Iterable[Gold],
    policy: Policy = WHEN_SURE,
    progress: Callable[[int], None] | None = None,
    today: datetime.date | None = None,
) -> Iterator[AskedQuestion]:
    """Ask each question once as a user would, and once with the threshold off."""
    for done, group in enumerate(group_by_question(golds), 1):
        query = understand(library, group[0].question, today)
        found = find_candidates(library, query)
        shown, forced = (_citations(decide(library, query, found, one).result) for one in (policy, FORCED))
        confidence = found[0].confidence if found else 0.0
        given_up_to = next((one.confidence for one in found if AT_ANY_CONFIDENCE.allows(one)), 0.0)
        yield AskedQuestion(
            golds=group,
            hits=search(library, query, DEPTH),
            shown=shown,
            forced=forced,
            confidence=confidence,
            answered_up_to=given_up_to,
        )
        if progress:
            progress(done)


def _citations(result: Result) -> tuple[Citation, ...]:
    return result.citations if isinstance(result, Answer) else ()


def report(asked: Sequence[AskedQuestion]) -> EvaluationReport:
    """Sum up."""
    answerable = [one for one in asked if one.has_answer]
    judged = [one for one in asked if one.is_judged]
    none = [one for one in asked if not one.has_answer]
    given = [one for one in asked if one.shown]
    return EvaluationReport(
        questions=len(asked),
        answerable=len(answerable),
        unanswerable=len(none),
        recall_at_1=_mean(_within(one, 1) for one in answerable),
        recall_at_5=_mean(_within(one, 5) for one in answerable),
        recall_at_20=_mean(_within(one, DEPTH) for one in answerable),
        mrr_at_10=_mean(1 / one.rank if one.rank and one.rank <= 10 else 0.0 for one in answerable),
        first_hit=sum(one.is_first_hit(one.shown) for one in judged),
        any_hit=sum(one.is_any_hit(one.shown) for one in judged),
        first_hit_forced=sum(one.is_first_hit(one.forced) for one in judged),
        any_hit_forced=sum(one.is_any_hit(one.forced) for one in judged),
        judged=len(judged),
        span_f1=_mean(one.span_f1 for one in judged),
        auroc=auroc([(one.confidence, one.is_judged and one.is_first_hit(one.forced)) for one in (*judged, *none)]),
        answered_rate=_mean(bool(one.shown) for one in asked),
        false_answers=sum(bool(one.shown) for one in none),
        wrong_answers=sum(bool(one.shown) and not one.is_any_hit(one.shown) for one in judged),
        quotes_per_answer=_mean(len(one.shown) for one in given),
        characters_per_answer=_mean(sum(len(citation.quote) for citation in one.shown) for one in given),
    )


def trials(asked: Iterable[AskedQuestion]) -> tuple[Trial, ...]:
    """What `selective` measures a confidence by, of the questions whose sentence is judged or has none."""
    return tuple(
        (one.answered_up_to, one.is_judged and one.is_first_hit(one.forced), one.has_answer)
        for one in asked
        if one.is_judged or not one.has_answer
    )


def character_f1(words: str, accepted: str) -> float:
    """F1 of the characters of two strings, letters and digits only, order ignored (as CMRC 2018 counts, nearly)."""
    left = Counter(c for c in normalize(words).text if c.isalnum())
    right = Counter(c for c in normalize(accepted).text if c.isalnum())
    shared = (left & right).total()
    return 2 * shared / (left.total() + right.total()) if shared else 0.0


def auroc(scored: Sequence[tuple[float, bool]]) -> float | None:
    """The probability that a true one has the higher score, ties half; None where one of the kinds is missing."""
    positive = sorted(score for score, is_true in scored if is_true)
    negative = [score for score, is_true in scored if not is_true]
    if not positive or not negative:
        return None
    above = sum(2 * len(positive) - bisect_left(positive, s) - bisect_right(positive, s) for s in negative)
    return above / (2 * len(positive) * len(negative))


def _within(one: AskedQuestion, k: int) -> bool:
    return one.rank is not None and one.rank <= k


def _mean(values: Iterable[float]) -> float | None:
    listed = list(values)
    return sum(listed) / len(listed) if listed else None
