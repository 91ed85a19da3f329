"""The rows of an explanation name and sum what a score is made of, the same for the terminal and Telegram."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.texts import Language, texts
from bot.views.explanation_view import lead_rows, odds_rows, sentence_rows
from retrieval.explanation.explain import explain
from retrieval.question.query import parse_question

if TYPE_CHECKING:
    from retrieval.explanation.explain import Judgement
    from retrieval.library import Library

CHINESE = texts(Language.SIMPLIFIED)


@pytest.fixture(scope="module")
def judgement(sample: Library) -> Judgement:
    """The judgement of a question whose best sentence is not sure enough."""
    question = parse_question("how long is 银岭路 in metres", sample.segmenter)
    (part,) = explain(sample, question).parts
    assert part.judgement
    return part.judgement


def test_rows_are_the_contributions_in_their_order(judgement: Judgement) -> None:
    """A table that left one out would not add up."""
    first = judgement.sentences[0]
    assert [row.amount for row in sentence_rows(first, CHINESE)] == [each.amount for each in first.contributions]
    assert judgement.lead
    assert [row.amount for row in lead_rows(judgement.lead, CHINESE)] == [
        each.amount for each in judgement.lead.differences
    ]
    parts = (*judgement.odds.contributions, *judgement.odds.penalties)
    assert sum(row.amount for row in odds_rows(parts, CHINESE)) == pytest.approx(
        judgement.odds.log_odds - judgement.odds.base - judgement.odds.shift
    )


def test_cells_are_value_and_weight(judgement: Judgement) -> None:
    """Their product is the amount, up to rounding."""
    for row in sentence_rows(judgement.sentences[0], CHINESE):
        value, weight = map(float, row.cells)
        assert value * weight == pytest.approx(row.amount, abs=0.005 * (abs(value) + abs(weight)) + 0.005)


def test_every_row_has_a_name(judgement: Judgement) -> None:
    """Penalties too; of the first sentence's features it is said whose they are."""
    odds = judgement.odds
    assert odds.penalties
    labels = [row.label for row in odds_rows((*odds.contributions, *odds.penalties), CHINESE)]
    of_first = {CHINESE.explanation.best.format(name=name) for name in CHINESE.features.values()}
    assert set(labels) <= of_first.union(CHINESE.evidence.values())
