"""Wishes and subscriptions in words, for lists and buttons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.telegram.markup import beginning, units

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.domain.subscriptions import Subscription, Wish

MOST_LABEL = 24  # units of a wish on a button


def wish_words(wish: Wish, said: Mapping[str, str]) -> str:
    """A wish: 宜昌或襄阳 + 磷石膏."""
    if wish.is_everything:
        return said["everything"]
    if wish.question is not None:
        return said["question"].format(question=wish.question)
    return said["and"].join(filter(None, (said["or"].join(wish.regions), *wish.keywords)))


def wish_label(wish: Wish, said: Mapping[str, str]) -> str:
    """The same, as far as it fits on a button."""
    words = wish.question or wish_words(wish, said)
    return words if units(words) <= MOST_LABEL else f"{beginning(words, MOST_LABEL)}…"


def marks(one: Subscription, said: Mapping[str, str]) -> str:
    """What is unusual about a subscription."""
    facts = (("mark-daily", one.is_daily), ("mark-silent", one.is_silent), ("mark-paused", one.is_paused))
    told = [said[name] for name, is_so in facts if is_so]
    return said["marks"].format(marks=" · ".join(told)) if told else ""
