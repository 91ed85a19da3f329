"""How easily a corpus seems to answer what it does not: measured when it is built, and taken from every confidence.

In a corpus of many articles of one kind there is a near miss for everything, in an encyclopaedia hardly for anything,
so that one threshold gives few false answers here and many there. Therefore sentences of the corpus itself are made
into questions, which are asked without the articles that they are from: nothing answers them, and what the trees say of
them, in the mean, is compared with what they say in the corpora that they were fitted on.
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

QUESTIONS = 60  # asked at most: a second; with 100 the mean moves by a tenth
LEAST_QUESTIONS = 20  # fewer tell nothing
PASSAGES = 12
SHORTEST, LONGEST = 12, 60  # characters of a clause that is made into a question
LEAST_FIT = 0.8  # a unit that is counted, not a rank or a date by the way
REFERENCE = -3.25  # the mean log odds in the corpora that the trees were fitted on
SHARE = 0.5  # of the difference that is taken off
MOST = 1.5  # log odds
_CLAUSE = re.compile(r"[^,，。;；!！?？\n]+")
_ASKING = {QuestionKind.HOW_MANY: "多少", QuestionKind.WHEN: "什么时候"}


@dataclass(frozen=True, slots=True)
class Cloze:
    """A clause of the corpus with its time or amount asked for instead of told."""

    question: str
    told: str
    article: str  # its id


def measure_shift(library: Library) -> float:
    """What is added to the log odds of a corpus: 0 where it is as the reference, or too small to tell."""
    found = [odds for cloze in clozes(library) if (odds := _log_odds_elsewhere(library, cloze)) is not None]
    if len(found) < LEAST_QUESTIONS:
        return 0.0
    excess = sum(found) / len(found) - REFERENCE
    return round(max(-MOST, min(MOST, -SHARE * excess)), 2)


def clozes(library: Library) -> Iterator[Cloze]:
    """Clozes made of passages at even distances, as many as are wanted."""
    step = max(1, library.passages // (2 * QUESTIONS))
    passages = (library.passage(row) for row in range(0, library.passages, step))
    made = (_cloze(normalize(passage.text).text, passage.article.id) for passage in passages)
    yield from islice(filter(None, made), QUESTIONS)


def _cloze(text: str, article: str) -> Cloze | None:
    """Of the first clause with a time or an amount."""
    for clause in _CLAUSE.findall(text):
        for kind, word in _ASKING.items() if SHORTEST <= len(clause) <= LONGEST else ():
            for one in typed_spans(
                SubQuestion(text="", kind=kind, words=(), asked=(0, 0), terms=(), is_about_today=False), clause
            ):
                if one.fit >= LEAST_FIT:
                    return Cloze(clause[: one.start] + word + clause[one.end :], clause[one.start : one.end], article)
    return None


def _log_odds_elsewhere(library: Library, cloze: Cloze) -> float | None:
    """What the trees say of the best sentence of another article; None where that tells the same after all."""
    query = parse_question(cloze.question, library.segmenter)
    hits = library.search(query.terms, 2 * PASSAGES) if query.parts else ()
    others = sentences_of([hit for hit in hits if hit.passage.article.id != cloze.article][:PASSAGES])
    if not others:
        return None
    ranked = rank(library, query.parts[0], others)
    return None if cloze.told in others[ranked.order[0]].text else weigh(library, ranked).log_odds
