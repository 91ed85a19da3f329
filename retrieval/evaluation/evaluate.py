"""Evaluates answers on questions with known answers: recall of articles, right citations, spans, false answers."""

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

DEPTH = 20  # hits of a search that recall looks at
FORCED = Policy(is_forced=True)
AT_ANY_CONFIDENCE = Policy(threshold=0.0)  # not forced: a question about today's weather stays without an answer


@dataclass(frozen=True, kw_only=True, slots=True)
class AskedQuestion:
    """The outcome of one question.

    Attributes:
        golds: the questions of this text; each holds right answers, and any of them will do.
        hits: the passages that its search finds, at most DEPTH, best first.
        shown: the citations of the answer, best first; empty if there was none.
        forced: the citations of the answer that is given at any confidence.
        confidence: that of the best sentence, 0..1, whether or not it was given as an answer; 0 if none was found.
        answered_up_to: the highest threshold at which there is an answer; 0 if there is none at any threshold.
    """

    golds: tuple[Gold, ...]
    hits: tuple[Hit, ...]
    shown: tuple[Citation, ...]
    forced: tuple[Citation, ...]
    confidence: float
    answered_up_to: float = 0.0

    @property
    def has_answer(self) -> bool:
        """True if the articles answer the question."""
        return any(gold.has_answer for gold in self.golds)

    @property
    def is_judged(self) -> bool:
        """True if right answers are known, not only the right article; False for a question that nothing answers."""
        return any(gold.answers for gold in self.golds)

    @property
    def rank(self) -> int | None:
        """The rank of the first right article among the hits, from 1, each article counted once; None if not found."""
        articles = dict.fromkeys(hit.passage.article for hit in self.hits)
        for rank, article in enumerate(articles, 1):
            if any(gold.accepts_article(article) for gold in self.golds):
                return rank
        return None

    def is_first_hit(self, citations: Sequence[Citation]) -> bool:
        """Return True if the first citation has an accepted answer, or one of several that are asked for.

        False if there are no citations.
        """
        return any(gold.accepts(first, text) for first in citations[:1] for gold, text in self._accepted())

    def is_any_hit(self, citations: Sequence[Citation]) -> bool:
        """Return True if the citations together have an accepted answer, or all of several that are asked for."""
        for gold in self.golds:
            are_cited = [any(gold.accepts(citation, text) for citation in citations) for text in gold.answers or ()]
            if are_cited and (all(are_cited) if gold.needs_all else any(are_cited)):
                return True
        return False

    def _accepted(self) -> Iterator[tuple[Gold, str]]:
        """Return (question, accepted answer) for each of the `golds` and each of its `answers`, in order.

        A question that nothing answers, or of which only the article is judged, gives no pair.
        """
        return ((gold, text) for gold in self.golds for text in gold.answers or ())

    @property
    def span_f1(self) -> float:
        """The best `character_f1` of the words marked in the first forced citation with an accepted answer; else 0."""
        words = self.forced[0].span_text if self.forced else ""
        return max((character_f1(words, text) for _, text in self._accepted()), default=0.0)


@dataclass(frozen=True, kw_only=True, slots=True)
class EvaluationReport:
    """The figures of one set of questions; shares and means are None if there was nothing to count.

        recall_at_k = share of the answerable questions of which a right article is among the first k articles found
        mrr_at_10   = mean over the answerable questions of 1 / rank of the first right article, 0 beyond the tenth

    Hits are numbers of judged questions: `first_hit` if the first citation is right, `any_hit` if the citations
    together are; "forced" is for the answers given at any confidence.
    """

    questions: int
    answerable: int
    unanswerable: int
    recall_at_1: float | None
    recall_at_5: float | None
    recall_at_20: float | None
    mrr_at_10: float | None
    first_hit: int
    any_hit: int
    first_hit_forced: int
    any_hit_forced: int
    judged: int  # questions with known answers, of which the hits are counted
    span_f1: float | None  # the mean over the judged questions
    auroc: float | None  # of the confidence: right forced answers against wrong ones and questions without an answer
    answered_rate: float | None
    false_answers: int  # answers to questions that the articles do not answer
    wrong_answers: int  # wrong answers to questions that they do answer
    quotes_per_answer: float | None
    characters_per_answer: float | None


def ask_all(
    library: Library,
    golds: Iterable[Gold],
    policy: Policy = WHEN_SURE,
    progress: Callable[[int], None] | None = None,
    today: datetime.date | None = None,
) -> Iterator[AskedQuestion]:
    """Ask each question as a user would, and once more with the answer forced, each when its outcome is drawn.

    Args:
        library: what is asked.
        golds: the questions; those of the same text are asked once.
        policy: when to answer.
        progress: called after each question with the number of questions asked so far, equal ones counted once.
        today: the day from which 最近发布的 is counted; if it is None, such words limit nothing.

    Yields:
        The outcomes, in the order in which the texts first occur.
    """
    for done, group in enumerate(group_by_question(golds), 1):
        query = understand(library, group[0].question, today)
        candidates = find_candidates(library, query)
        shown, forced = (_citations(decide(library, query, candidates, p).result) for p in (policy, FORCED))
        confidence = candidates[0].confidence if candidates else 0.0
        answered_up_to = next((best.confidence for best in candidates if AT_ANY_CONFIDENCE.allows(best)), 0.0)
        yield AskedQuestion(
            golds=group,
            hits=search(library, query, DEPTH),
            shown=shown,
            forced=forced,
            confidence=confidence,
            answered_up_to=answered_up_to,
        )
        if progress:
            progress(done)


def _citations(result: Result) -> tuple[Citation, ...]:
    """Return the citations of an answer; none for an abstention."""
    return result.citations if isinstance(result, Answer) else ()


def report(asked: Sequence[AskedQuestion]) -> EvaluationReport:
    """Compute the figures of some outcomes, in any order.

    With nothing to count, numbers of questions and answers are 0; shares and means are None. The AUROC is None too
    unless there are both a judged question with a right forced answer and one without, or that nothing answers.
    """
    answerable = [outcome for outcome in asked if outcome.has_answer]
    judged = [outcome for outcome in asked if outcome.is_judged]
    none = [outcome for outcome in asked if not outcome.has_answer]
    given = [outcome for outcome in asked if outcome.shown]
    return EvaluationReport(
        questions=len(asked),
        answerable=len(answerable),
        unanswerable=len(none),
        recall_at_1=_mean(_within(outcome, 1) for outcome in answerable),
        recall_at_5=_mean(_within(outcome, 5) for outcome in answerable),
        recall_at_20=_mean(_within(outcome, DEPTH) for outcome in answerable),
        mrr_at_10=_mean(1 / outcome.rank if outcome.rank and outcome.rank <= 10 else 0.0 for outcome in answerable),
        first_hit=sum(outcome.is_first_hit(outcome.shown) for outcome in judged),
        any_hit=sum(outcome.is_any_hit(outcome.shown) for outcome in judged),
        first_hit_forced=sum(outcome.is_first_hit(outcome.forced) for outcome in judged),
        any_hit_forced=sum(outcome.is_any_hit(outcome.forced) for outcome in judged),
        judged=len(judged),
        span_f1=_mean(outcome.span_f1 for outcome in judged),
        auroc=auroc(
            [
                (outcome.confidence, outcome.is_judged and outcome.is_first_hit(outcome.forced))
                for outcome in (*judged, *none)
            ]
        ),
        answered_rate=_mean(bool(outcome.shown) for outcome in asked),
        false_answers=sum(bool(outcome.shown) for outcome in none),
        wrong_answers=sum(bool(outcome.shown) and not outcome.is_any_hit(outcome.shown) for outcome in judged),
        quotes_per_answer=_mean(len(outcome.shown) for outcome in given),
        characters_per_answer=_mean(sum(len(citation.quote) for citation in outcome.shown) for outcome in given),
    )


def trials(asked: Iterable[AskedQuestion]) -> tuple[Trial, ...]:
    """Return what `selective` needs of the questions whose right answers are known or that have none."""
    return tuple(
        (outcome.answered_up_to, outcome.is_judged and outcome.is_first_hit(outcome.forced), outcome.has_answer)
        for outcome in asked
        if outcome.is_judged or not outcome.has_answer
    )


def character_f1(words: str, accepted: str) -> float:
    """Return the F1 of the characters of two texts, letters and digits only, in any order, 0..1.

        F1 = 2 |A ∩ B| / (|A| + |B|)      A, B: multisets of characters

    That is nearly as CMRC 2018 counts (Cui et al., "A span-extraction dataset for Chinese machine reading
    comprehension", 2019).
    """
    left = Counter(c for c in normalize(words).text if c.isalnum())
    right = Counter(c for c in normalize(accepted).text if c.isalnum())
    shared = (left & right).total()
    return 2 * shared / (left.total() + right.total()) if shared else 0.0


def auroc(scored: Sequence[tuple[float, bool]]) -> float | None:
    """Return the probability that a true case has a higher score than a false one, ties counting half.

    That is the area under the ROC curve; None if there are no true or no false cases.
    """
    positive = sorted(score for score, is_true in scored if is_true)
    negative = [score for score, is_true in scored if not is_true]
    if not positive or not negative:
        return None
    above = sum(2 * len(positive) - bisect_left(positive, s) - bisect_right(positive, s) for s in negative)
    return above / (2 * len(positive) * len(negative))


def _within(outcome: AskedQuestion, k: int) -> bool:
    """Return whether a right article is among the first k found."""
    return outcome.rank is not None and outcome.rank <= k


def _mean(values: Iterable[float]) -> float | None:
    """Return the mean; None if there are no values."""
    listed = list(values)
    return sum(listed) / len(listed) if listed else None
