"""Decides who is to be told of what, and what is told together; no clock and no I/O."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING

from bot.domain.jobs import JobKind
from bot.domain.subscriptions import Alert
from corpus.regions import covers, find_region
from retrieval.summary.keywords import normal

if TYPE_CHECKING:
    import datetime
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from bot.domain.subscriptions import Filter, PendingAlert, SentAlert, Subscription
    from corpus.regions import Region
    from retrieval.summary.keywords import Keywords

SILENT_KINDS = (JobKind.LOAD, JobKind.ROLLBACK)  # of generations that are announced to nobody
MOST_LISTED = 100  # articles of one announcement that a chat is told one by one; of the others only how many
MOST_AT_ONCE = 5  # alerts that follow one another; more become one message
LATE_SECONDS = 3600  # from here on several alerts that could not go earlier become one message


@dataclass(frozen=True, kw_only=True, slots=True)
class AnnouncedArticle:
    """An article, as far as it matters to whom it is told.

    Attributes:
        key: of the article.
        regions: what it is about.
        words: of its title and body.
        date: of publication.
        copies: near-duplicates of it that were announced earlier.
    """

    key: str
    regions: tuple[Region, ...]
    words: Keywords
    date: datetime.date | None = None
    copies: tuple[AnnouncedArticle, ...] = ()


@dataclass(frozen=True, slots=True)
class AnnouncedChanges:
    """What a generation brings that somebody may want to be told of.

    Attributes:
        generation: its number.
        kind: how it came about.
        stories: new articles, none of which anybody was told of before.
        corrected: keys of articles whose figures, names or dates changed.
    """

    generation: int
    kind: JobKind
    stories: tuple[AnnouncedArticle, ...] = ()
    corrected: tuple[str, ...] = ()
    # Which stories a place or a word matches, by number: most subscribers share them.
    _by_region: dict[str, frozenset[int]] = field(default_factory=dict, init=False, compare=False, repr=False)
    _by_word: dict[str, frozenset[int]] = field(default_factory=dict, init=False, compare=False, repr=False)

    def matching(self, wish: Filter) -> Sequence[int]:
        """The numbers of the stories that a wish is fulfilled by, in order; a question is not fulfilled by words."""
        if wish.question is not None:
            return ()
        if wish.is_everything:
            found: Iterable[int] = range(len(self.stories))
        else:
            places = [self._about(name) for name in wish.regions]
            found = frozenset.intersection(
                *([frozenset().union(*places)] if places else []), *(self._holding(word) for word in wish.keywords)
            )
        return [
            number for number in sorted(found) if not any(matches(wish, one) for one in self.stories[number].copies)
        ]

    def _about(self, name: str) -> frozenset[int]:
        if name not in self._by_region:
            self._by_region[name] = _numbers(is_about(story.regions, name) for story in self.stories)
        return self._by_region[name]

    def _holding(self, word: str) -> frozenset[int]:
        if word not in self._by_word:
            plain = normal(word)
            self._by_word[word] = _numbers(plain in story.words for story in self.stories)
        return self._by_word[word]


def _numbers(facts: Iterable[bool]) -> frozenset[int]:
    return frozenset(number for number, fact in enumerate(facts) if fact)


def matches(wish: Filter, story: AnnouncedArticle) -> bool:
    """Whether a story fulfils a wish: about one of the places, and holding all of the words."""
    is_there = not wish.regions or any(is_about(story.regions, name) for name in wish.regions)
    return wish.question is None and is_there and all(normal(word) in story.words for word in wish.keywords)


def is_about(regions: Iterable[Region], name: str) -> bool:
    """Whether an article about some places is about one that somebody named, or about a place within it."""
    wanted = _region(name)
    return wanted is not None and any(covers(wanted, region) for region in regions)


@cache
def _region(name: str) -> Region | None:
    return find_region(name)


def plan(
    delta: AnnouncedChanges,
    subscriptions: Iterable[Subscription],
    told: Iterable[SentAlert] = (),
    answered: Mapping[str, str] | None = None,
) -> list[Alert]:
    """Whom to tell of what: one alert for each article and place, which names all subscriptions that it matches.

    Args:
        delta: what is new.
        subscriptions: by chat and topic, none of them paused; all of a chat's.
        told: of articles that were corrected, whom they were sent to.
        answered: the questions among the subscriptions that have an answer now, and the keys of its articles.
    """
    if delta.kind in SILENT_KINDS:
        return []
    by_place: dict[tuple[int, int], list[SentAlert]] = {}
    for one in told:
        by_place.setdefault((one.chat_id, one.thread_id), []).append(one)
    alerts: list[Alert] = []
    for place, group in groupby(subscriptions, lambda one: one.place):
        here = list(group)
        fresh = {one.key: one for one in _of_place(delta, here, answered or {})}
        for alert in _corrections(delta, here, by_place.get(place, ())):
            before = fresh.get(alert.key)  # an answer from the article that was corrected
            named = dict.fromkeys((*before.subscriptions, *alert.subscriptions)) if before else alert.subscriptions
            fresh[alert.key] = replace(
                before or alert,
                subscriptions=tuple(named),
                is_daily=alert.is_daily and (before is None or before.is_daily),
                is_silent=alert.is_silent and (before is None or before.is_silent),
            )
        alerts += fresh.values()
    return alerts


def _of_place(delta: AnnouncedChanges, here: Sequence[Subscription], answered: Mapping[str, str]) -> list[Alert]:
    """New articles and answers, the latest published first where they are too many to be listed."""
    matched: dict[str, list[Subscription]] = {}
    numbers: dict[str, int] = {}  # of the stories, by key
    for one in here:
        for number in delta.matching(one.wish):
            key = delta.stories[number].key
            numbers[key] = number
            matched.setdefault(key, []).append(one)
    asked: set[str] = set()
    for one in here:
        if one.wish.question in answered:
            key = answered[one.wish.question or ""]
            matched.setdefault(key, []).append(one)
            asked.add(key)
    keys = _listed(delta, matched, numbers, asked)
    alerts = [_alert(key, matched[key], delta.generation) for key in keys]
    if alerts and len(keys) < len(matched):
        alerts[-1] = replace(alerts[-1], more=len(matched) - len(keys))
    return alerts


def _listed(
    delta: AnnouncedChanges, matched: Collection[str], numbers: Mapping[str, int], asked: Collection[str]
) -> list[str]:
    """The articles that are listed: all where they are few, else answers and what was published last."""
    if len(matched) <= MOST_LISTED:
        return sorted(matched, key=lambda key: numbers.get(key, -1))

    def rank(key: str) -> tuple[bool, int]:
        date = delta.stories[numbers[key]].date if key in numbers else None
        return key not in asked, -date.toordinal() if date else 0

    return sorted(matched, key=rank)[:MOST_LISTED]


def _alert(key: str, named: Sequence[Subscription], generation: int) -> Alert:
    """One alert; at once where any of the subscriptions wants that.

    One that brings an answer is an edition of its own: the place may have been told of the article before.
    """
    first = named[0]
    questions = tuple(one.id for one in named if one.wish.question is not None)
    return Alert(
        chat_id=first.chat_id,
        thread_id=first.thread_id,
        key=key,
        subscriptions=tuple(one.id for one in named),
        is_daily=all(one.is_daily for one in named),
        is_silent=all(one.is_silent for one in named),
        questions=questions,
        edition=generation if questions else 0,
    )


def _corrections(delta: AnnouncedChanges, here: Sequence[Subscription], told: Iterable[SentAlert]) -> list[Alert]:
    """That an article was corrected which was sent here, by what still is subscribed to."""
    alerts = []
    for one in told:
        named = [subscription for subscription in here if subscription.id in one.subscriptions]
        if named and one.key in delta.corrected:
            alert = _alert(one.key, named, delta.generation)
            alerts.append(replace(alert, questions=(), edition=delta.generation))
    return alerts


def together(pending: Sequence[PendingAlert], now: datetime.datetime, *, is_daily: bool) -> Sequence[PendingAlert]:
    """What is told in one message: the first one alone, or all of them as a list.

    All of them, where the message is the daily one, where more came than may follow one another, and where several
    could not go for long.
    """
    is_late = bool(pending) and (now - pending[0].made_at).total_seconds() > LATE_SECONDS
    is_many = len(pending) > MOST_AT_ONCE or any(one.more for one in pending)
    return pending if is_daily or is_many or is_late else pending[:1]
