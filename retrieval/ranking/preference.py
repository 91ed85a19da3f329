"""Which of several sentences that fit comes first, where the question wants the latest, or what is done."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from retrieval.facts.status import Status, asks_whether_done
from retrieval.model import Citation
from retrieval.ranking.features import FEATURES

if TYPE_CHECKING:
    from retrieval.question.query import SubQuestion
    from retrieval.ranking.rank import Ranked
    from retrieval.ranking.sentences import Sentence

AS_GOOD = 2.5  # how much less a sentence may score than the best and still be about the thing asked
LEAST_SHARE = 0.8  # of the best one's share of the question's words
MOST = 20  # sentences looked at
_WANTED = re.compile(r"最新|最近|近期|最后一次|上一次|新近")
_WORDS = FEATURES.index("context words")


def wants_latest(part: SubQuestion) -> bool:
    """Whether of several events the latest is asked for."""
    return _WANTED.search(part.text) is not None


def preferred_first(ranked: Ranked) -> Ranked:
    """The same sentences; of those that fit about as well as the best, what the question prefers comes first.

    That is the latest event that has happened where 最新 is asked for, and what is done where it is asked whether it
    is: an earlier plan does not count beside it.
    """
    if wants_latest(ranked.part):
        return _with_first(ranked, max(_fitting(ranked), key=lambda number: _event_key(ranked.sentences[number])))
    if asks_whether_done(ranked.part.text):
        done = (number for number in _fitting(ranked) if _quoted(ranked.sentences[number]).status is Status.DONE)
        return _with_first(ranked, next(done, ranked.order[0]))
    return ranked


def _fitting(ranked: Ranked) -> list[int]:
    """The sentences that fit about as well as the best, best first."""
    best = ranked.order[0]
    least = LEAST_SHARE * ranked.features[best, _WORDS]
    return [
        number
        for number in ranked.order[:MOST]
        if ranked.scores[number] >= ranked.scores[best] - AS_GOOD and ranked.features[number, _WORDS] >= least
    ]


def _with_first(ranked: Ranked, first: int) -> Ranked:
    return replace(ranked, order=(first, *(number for number in ranked.order if number != first)))


def _event_key(sentence: Sentence) -> tuple[int, int, int]:
    citation = _quoted(sentence)
    event = citation.event
    return event.key if event and citation.status is not Status.PLANNED else (0, 0, 0)


def _quoted(sentence: Sentence) -> Citation:
    return Citation(sentence.passage, sentence.start, sentence.end)
