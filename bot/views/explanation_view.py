"""The sums of an explanation as labelled rows, which the terminal and Telegram lay out; JSON has plain numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.texts import Texts
    from retrieval.explanation.contributions import Contribution, Lead, SentenceScore

_OF_FIRST = "best "  # prefix of the confidence features that are ranking features of the first sentence


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """One summand of a score."""

    label: str
    #: what it adds
    amount: float
    #: what the amount comes from, as shown: one for each of the columns between label and amount
    cells: tuple[str, ...] = ()

    @property
    def amount_text(self) -> str:
        """Return the amount with its sign."""
        return f"{self.amount:+.2f}"


def sentence_rows(sentence: SentenceScore, texts: Texts) -> list[ScoreRow]:
    """Return what a sentence's score is mostly made of, the largest first; the cells are value and weight."""
    return [
        ScoreRow(_feature_name(each.feature, texts), each.amount, (f"{each.value:.2f}", _weight(each)))
        for each in sentence.contributions
    ]


def lead_rows(lead: Lead, texts: Texts) -> list[ScoreRow]:
    """Return what a lead is mostly made of, the largest first; the cells are the values in both sentences."""
    return [
        ScoreRow(_feature_name(each.feature, texts), each.amount, (f"{each.first:.2f}", f"{each.second:.2f}"))
        for each in lead.differences
    ]


def odds_rows(contributions: Iterable[Contribution], texts: Texts) -> list[ScoreRow]:
    """Return contributions or penalties of a confidence in the given order; the cell is the value."""
    return [
        ScoreRow(_evidence_name(each.feature, texts), each.amount, (f"{each.value:.2f}",)) for each in contributions
    ]


def _weight(contribution: Contribution) -> str:
    return f"{contribution.amount / contribution.value:+.2f}"


def _feature_name(name: str, texts: Texts) -> str:
    return texts.features.get(name, name)


def _evidence_name(name: str, texts: Texts) -> str:
    feature = name.removeprefix(_OF_FIRST)
    if feature != name:
        return texts.explanation.best.format(name=_feature_name(feature, texts))
    return texts.evidence.get(name, name)
