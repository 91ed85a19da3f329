"""Reorders sentences of about the same rank if the question asks for the latest event, or whether something is done."""

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

AS_GOOD = 2.5  # how much less than the best a sentence may score and still be about the thing asked
LEAST_SHARE = 0.8  # of the best sentence's share of the question's words
MOST = 20  # sentences looked at
_LATEST = re.compile(r"最新|最近|近期|最后一次|上一次|新近")
_WORDS = FEATURES.index("context words")


def wants_latest(part: SubQuestion) -> bool:
    """Return True if a question asks for the latest of several events: if it has 最新, 最近, 上一次 or the like.

    Only these words decide, so 最近三年 and 离学校最近的 count as well.
    """
    return _LATEST.search(part.text) is not None


def preferred_first(ranked: Ranked) -> Ranked:
    """Move the sentence that the question prefers to the front, if it fits about as well as the best one.

    If 最新 is asked for, that is the one with the latest event that is not only planned; if it is asked whether
    something is done, the first one that tells something done, since an earlier plan does not count beside it. Any
    other ranking is returned as it is.
    """
    if wants_latest(ranked.part):
        return _with_first(ranked, max(_fitting(ranked), key=lambda number: _event_key(ranked.sentences[number])))
    if asks_whether_done(ranked.part.text):
        done = (number for number in _fitting(ranked) if _quoted(ranked.sentences[number]).status is Status.DONE)
        return _with_first(ranked, next(done, ranked.order[0]))
    return ranked


def _fitting(ranked: Ranked) -> list[int]:
    """Return the numbers of the sentences that fit about as well as the best one, best first.

    They are among the first MOST, score at most AS_GOOD less, and have LEAST_SHARE of its share of the words.
    """
    best = ranked.order[0]
    least = LEAST_SHARE * ranked.features[best, _WORDS]
    return [
        number
        for number in ranked.order[:MOST]
        if ranked.scores[number] >= ranked.scores[best] - AS_GOOD and ranked.features[number, _WORDS] >= least
    ]


def _with_first(ranked: Ranked, first: int) -> Ranked:
    """Return the ranking with the sentence of a number in front, the others in their order; scores stay."""
    return replace(ranked, order=(first, *(number for number in ranked.order if number != first)))


def _event_key(sentence: Sentence) -> tuple[int, int, int]:
    """Return the key by which events are compared, the latest greatest; (0, 0, 0) for none or a planned one."""
    citation = _quoted(sentence)
    event = citation.event
    return event.key if event and citation.status is not Status.PLANNED else (0, 0, 0)


def _quoted(sentence: Sentence) -> Citation:
    return Citation(sentence.passage, sentence.start, sentence.end)
