"""Plans alerts: which places are told of which articles, by which of their subscriptions; pure, no clock and no I/O."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING

from bot.domain.jobs import JobKind
from bot.domain.subscriptions import Alert
from corpus.regions import covers, find_region
from retrieval.summary.keywords import normalize_keyword

if TYPE_CHECKING:
    import datetime
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from bot.domain.subscriptions import Filter, SentAlert, Subscription
    from corpus.regions import Region
    from retrieval.summary.keywords import Keywords

SILENT_KINDS = (JobKind.LOAD, JobKind.ROLLBACK)  # generations that cause no alerts
MOST_LISTED = 100  # alerts of one place for one announcement; of further articles only the number is told


@dataclass(frozen=True, kw_only=True, slots=True)
class AnnouncedArticle:
    """A new article, reduced to what filters match."""

    key: str
    #: the places that it is about
    regions: tuple[Region, ...]
    #: of its title and body
    words: Keywords
    #: of publication
    date: datetime.date | None = None
    #: near-duplicates of it that were announced earlier
    copies: tuple[AnnouncedArticle, ...] = ()


@dataclass(frozen=True, slots=True)
class AnnouncedChanges:
    """What is new in a generation, reduced to what alerts are planned from.

    Attributes:
        generation: its number, from 1.
        kind: of the job that published it.
        added: new articles that have not been announced before.
        corrected: keys of articles whose figures, names or dates changed.
    """

    generation: int
    kind: JobKind
    added: tuple[AnnouncedArticle, ...] = ()
    corrected: tuple[str, ...] = ()
    # Indexes into `added` by region name and by keyword, filled on demand: most subscribers share them.
    _by_region: dict[str, frozenset[int]] = field(default_factory=dict, init=False, compare=False, repr=False)
    _by_word: dict[str, frozenset[int]] = field(default_factory=dict, init=False, compare=False, repr=False)

    def matching(self, criteria: Filter) -> Sequence[int]:
        """Return the indexes into `added` that a filter matches, ascending.

        An article is left out if the filter matches one of its earlier copies too. A filter with a question matches
        nothing. The result for each region and keyword is cached.
        """
        if criteria.question is not None:
            return ()
        if criteria.is_everything:
            candidates: Iterable[int] = range(len(self.added))
        else:
            by_region = [self._indexes_about(name) for name in criteria.regions]
            candidates = frozenset.intersection(
                *([frozenset().union(*by_region)] if by_region else []),
                *(self._indexes_holding(word) for word in criteria.keywords),
            )
        return [
            index
            for index in sorted(candidates)
            if not any(matches(criteria, copy) for copy in self.added[index].copies)
        ]

    def _indexes_about(self, region_name: str) -> frozenset[int]:
        """Return the indexes of articles about a region or a place within; cached by name."""
        if region_name not in self._by_region:
            self._by_region[region_name] = frozenset(
                index for index, article in enumerate(self.added) if is_about(article.regions, region_name)
            )
        return self._by_region[region_name]

    def _indexes_holding(self, keyword: str) -> frozenset[int]:
        """Return the indexes of articles whose words contain a keyword, as typed; cached."""
        if keyword not in self._by_word:
            plain = normalize_keyword(keyword)
            self._by_word[keyword] = frozenset(
                index for index, article in enumerate(self.added) if plain in article.words
            )
        return self._by_word[keyword]


def matches(criteria: Filter, article: AnnouncedArticle) -> bool:
    """Return whether an article is about one of the filter's regions and holds all of its keywords.

    A filter without regions or keywords does not restrict by them; one with a question matches nothing. Copies of the
    article are not looked at.
    """
    is_there = not criteria.regions or any(is_about(article.regions, name) for name in criteria.regions)
    return (
        criteria.question is None
        and is_there
        and all(normalize_keyword(word) in article.words for word in criteria.keywords)
    )


def is_about(regions: Iterable[Region], region_name: str) -> bool:
    """Return whether any of the regions is the named one or lies within it; False for an unknown name."""
    wanted = _region(region_name)
    return wanted is not None and any(covers(wanted, region) for region in regions)


@cache
def _region(name: str) -> Region | None:
    """Return the place with a name, cached; None if there is none."""
    return find_region(name)


def plan(
    changes: AnnouncedChanges,
    subscriptions: Iterable[Subscription],
    sent: Iterable[SentAlert] = (),
    answered: Mapping[str, str] | None = None,
) -> list[Alert]:
    """Plan the alerts of an announcement: for each place (chat and topic) at most one alert of each article.

    A place is told of new articles that match one of its subscriptions, of articles that answer one of its questions,
    and of corrected articles of which it got an alert before. An alert names all subscriptions that are its reason; for
    a corrected article they are those of the earlier alert that still exist.

    Args:
        changes: what is announced.
        subscriptions: all that are not paused of the chats to plan for, sorted by chat and topic.
        sent: earlier alerts of the articles in `changes.corrected`; those of other articles are ignored.
        answered: the key of the article that answers a question now, by question; without unanswered questions.

    Returns:
        The alerts in the order of the places. A place gets at most MOST_LISTED alerts of new articles and answers, of
        which the last counts the others in `more`; corrections are not limited. Empty for the kinds in SILENT_KINDS.
    """
    if changes.kind in SILENT_KINDS:
        return []
    sent_by_place: dict[tuple[int, int], list[SentAlert]] = {}
    for sent_alert in sent:
        sent_by_place.setdefault((sent_alert.chat_id, sent_alert.thread_id), []).append(sent_alert)
    alerts: list[Alert] = []
    for place, group in groupby(subscriptions, lambda subscription: subscription.place):
        place_subscriptions = list(group)
        by_key = {alert.key: alert for alert in _plan_added(changes, place_subscriptions, answered or {})}
        for correction in _plan_corrections(changes, place_subscriptions, sent_by_place.get(place, ())):
            answer = by_key.get(correction.key)  # the corrected article may answer a question as well
            by_key[correction.key] = _merge(answer, correction) if answer else correction
        alerts += by_key.values()
    return alerts


def _merge(answer: Alert, correction: Alert) -> Alert:
    """Merge two alerts of one article at one place; the result is sent at once, or with sound, if either would be."""
    return replace(
        answer,
        subscriptions=tuple(dict.fromkeys((*answer.subscriptions, *correction.subscriptions))),
        is_daily=correction.is_daily and answer.is_daily,
        is_silent=correction.is_silent and answer.is_silent,
    )


def _plan_added(
    changes: AnnouncedChanges, place_subscriptions: Sequence[Subscription], answered: Mapping[str, str]
) -> list[Alert]:
    """Plan the alerts of one place about new articles and answers, at most `MOST_LISTED`.

    The last one counts the others in `more`. `answered` is as in `plan`.
    """
    matched: dict[str, list[Subscription]] = {}
    indexes: dict[str, int] = {}  # of new articles, by key
    for subscription in place_subscriptions:
        for index in changes.matching(subscription.criteria):
            key = changes.added[index].key
            indexes[key] = index
            matched.setdefault(key, []).append(subscription)
    answering: set[str] = set()
    for subscription in place_subscriptions:
        if subscription.criteria.question in answered:
            key = answered[subscription.criteria.question or ""]
            matched.setdefault(key, []).append(subscription)
            answering.add(key)
    keys = _listed(changes, matched, indexes, answering)
    alerts = [_alert(key, matched[key], changes.generation) for key in keys]
    if alerts and len(keys) < len(matched):
        alerts[-1] = replace(alerts[-1], more=len(matched) - len(keys))
    return alerts


def _listed(
    changes: AnnouncedChanges, matched: Collection[str], indexes: Mapping[str, int], answering: Collection[str]
) -> list[str]:
    """Return the keys of `matched` to list, at most MOST_LISTED.

    If there are no more, answers from older articles come first, then new articles in the order of `added`. Otherwise
    answers come first, then the articles that were published last; undated ones come after all dated ones.

    Args:
        changes: what is announced.
        matched: keys of all articles that the place is to be told of.
        indexes: into `changes.added`, by key; older articles are missing.
        answering: keys of those that answer a question.
    """
    if len(matched) <= MOST_LISTED:
        return sorted(matched, key=lambda key: indexes.get(key, -1))

    def rank(key: str) -> tuple[bool, int]:
        date = changes.added[indexes[key]].date if key in indexes else None
        return key not in answering, -date.toordinal() if date else 0

    return sorted(matched, key=rank)[:MOST_LISTED]


def _alert(key: str, named: Sequence[Subscription], generation: int) -> Alert:
    """Make an alert about an article for subscriptions of one place, at least one.

    It waits for the daily message, or is silent, only if all of them are. An alert with an answer gets an edition of
    its own (the generation), because the place may have been told of the article before.
    """
    first = named[0]
    questions = tuple(subscription.id for subscription in named if subscription.criteria.question is not None)
    return Alert(
        chat_id=first.chat_id,
        thread_id=first.thread_id,
        key=key,
        subscriptions=tuple(subscription.id for subscription in named),
        is_daily=all(subscription.is_daily for subscription in named),
        is_silent=all(subscription.is_silent for subscription in named),
        questions=questions,
        edition=generation if questions else 0,
    )


def _plan_corrections(
    changes: AnnouncedChanges, place_subscriptions: Sequence[Subscription], sent: Iterable[SentAlert]
) -> list[Alert]:
    """Plan alerts about corrected articles that one place was told of by subscriptions that still exist."""
    alerts = []
    for sent_alert in sent:
        named = [subscription for subscription in place_subscriptions if subscription.id in sent_alert.subscriptions]
        if named and sent_alert.key in changes.corrected:
            alert = _alert(sent_alert.key, named, changes.generation)
            alerts.append(replace(alert, questions=(), edition=changes.generation))
    return alerts
