"""Measures how easily a corpus seems to answer questions that it does not, once when its index is built.

A corpus of many articles of one kind has a near miss for every question, an encyclopaedia hardly ever has one, so that
a single threshold would give few false answers in one and many in the other. Therefore clauses of the corpus are made
into questions and asked without the articles that they are from, so that nothing answers them:

    shift = −SHARE (mean log odds of the best sentences − REFERENCE)      in −MOST_SHIFT … MOST_SHIFT

The shift is added to all log odds of the corpus (`retrieval.confidence.confidence`). The method is the project's own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from corpus.text import normalize
from retrieval.confidence.confidence import weigh
from retrieval.question.kinds import QuestionKind
from retrieval.question.query import SubQuestion, parse_question
from retrieval.ranking.answer_types import typed_spans
from retrieval.ranking.rank import rank
from retrieval.ranking.sentences import sentences_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from retrieval.library import Library

QUESTIONS = 60  # asked at most, which takes a second; with 100 the mean differs by a tenth
LEAST_QUESTIONS = 20  # fewer are too few for a mean
PASSAGES = 12  # of other articles, whose sentences are compared
SHORTEST, LONGEST = 12, 60  # characters of a clause that is made into a question
LEAST_FIT = 0.8  # of the amount or time: a counted unit, not a rank or a date in passing
REFERENCE = -3.25  # the mean log odds in the corpora that the trees were fitted on
SHARE = 0.5  # of the difference from the reference that is subtracted
MOST_SHIFT = 1.5  # in log odds, up or down
_CLAUSE = re.compile(r"[^,，。;；!！?？\n]+")
_ASKING = {QuestionKind.HOW_MANY: "多少", QuestionKind.WHEN: "什么时候"}


@dataclass(frozen=True, slots=True)
class _Cloze:
    """A clause of the corpus in which its time or amount is replaced by a question word."""

    question: str  # normalised
    answer: str  # the words that were replaced
    article: str  # the id of its article


def measure_shift(library: Library) -> float:
    """Return the shift of a corpus in log odds, rounded to hundredths; 0 if too few questions can be made of it."""
    log_odds = [odds for cloze in _clozes(library) if (odds := _log_odds_elsewhere(library, cloze)) is not None]
    if len(log_odds) < LEAST_QUESTIONS:
        return 0.0
    excess = sum(log_odds) / len(log_odds) - REFERENCE
    return round(max(-MOST_SHIFT, min(MOST_SHIFT, -SHARE * excess)), 2)


def _clozes(library: Library) -> Iterator[_Cloze]:
    """Yield at most QUESTIONS clozes, made of passages at even distances; passages without one are skipped."""
    step = max(1, library.passages // (2 * QUESTIONS))
    passages = (library.passage(row) for row in range(0, library.passages, step))
    clozes = (_cloze(normalize(passage.text).text, passage.article.id) for passage in passages)
    yield from islice(filter(None, clozes), QUESTIONS)


def _cloze(text: str, article: str) -> _Cloze | None:
    """Make a cloze of the first clause with an amount or a time of LEAST_FIT; None if no clause of the passage has one.

    Only clauses of SHORTEST to LONGEST characters are looked at.
    """
    for clause in _CLAUSE.findall(text):
        for kind, word in _ASKING.items() if SHORTEST <= len(clause) <= LONGEST else ():
            part = SubQuestion(text="", kind=kind, words=(), asked=(0, 0), terms=(), is_about_today=False)
            for span in typed_spans(part, clause):
                if span.fit >= LEAST_FIT:
                    question = clause[: span.start] + word + clause[span.end :]
                    return _Cloze(question, clause[span.start : span.end], article)
    return None


def _log_odds_elsewhere(library: Library, cloze: _Cloze) -> float | None:
    """Return the log odds of the best sentence of another article; None if there is none, or it tells the answer."""
    query = parse_question(cloze.question, library.segmenter)
    hits = library.search(query.terms, 2 * PASSAGES) if query.parts else ()
    others = sentences_of([hit for hit in hits if hit.passage.article.id != cloze.article][:PASSAGES])
    if not others:
        return None
    ranked = rank(library, query.parts[0], others)
    return None if cloze.answer in others[ranked.order[0]].text else weigh(library, ranked).log_odds
