"""Who is told of what: each place of each article once, by whichever of its subscriptions, and of nothing else."""

from __future__ import annotations

import datetime
from collections import Counter
from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.jobs import JobKind
from bot.domain.subscriptions import Alert, Filter, SentAlert, Subscription
from bot.service.alerts.plan import (
    MOST_LISTED,
    AnnouncedArticle,
    AnnouncedChanges,
    matches,
    plan,
)
from corpus.regions import Region, find_region
from retrieval.summary.keywords import Keywords
from retrieval.words.segment import Segmenter
from tests.support.store_fixtures import CHAT, GROUP, OTHER_CHAT

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable, Mapping, Sequence

GENERATION = 5
GYPSUM, CARS, FAIR = "磷石膏综合利用项目开工。", "新能源汽车招商大会召开。", "荊州石膏板出口增長。"
QUESTIONS = ("宝钢二期何时开工？", "磷石膏利用率是多少？")
DAY = datetime.date(2025, 7, 19)
EVERYTHING = Filter()


@cache
def words(text: str) -> Keywords:
    """Of a text; cut once for all stories."""
    return Keywords(text, segmenter())


@cache
def segmenter() -> Segmenter:
    """In memory, because no fixture reaches a strategy."""
    return Segmenter(None)


def region(name: str) -> Region:
    """A place."""
    found = find_region(name)
    assert found, name
    return found


def story(
    key: str, *places: str, text: str = GYPSUM, day: int = 0, copies: Iterable[AnnouncedArticle] = ()
) -> AnnouncedArticle:
    """An article about some places."""
    date = DAY + datetime.timedelta(days=day)
    return AnnouncedArticle(
        key=key, regions=tuple(map(region, places)), words=words(text), date=date, copies=tuple(copies)
    )


def delta(
    *stories: AnnouncedArticle, corrected: Sequence[str] = (), kind: JobKind = JobKind.RELOAD
) -> AnnouncedChanges:
    """What a generation brings."""
    return AnnouncedChanges(GENERATION, kind, stories, tuple(corrected))


def about(*names: str) -> Filter:
    """Articles about one of some places."""
    return Filter(regions=names)


def holding(*keywords: str) -> Filter:
    """Articles that hold some words."""
    return Filter(keywords=keywords)


def asks(question: str) -> Filter:
    """The answer to a question."""
    return Filter(question=question)


def wanted(
    name: str, wish: Filter = EVERYTHING, chat_id: int = CHAT, thread_id: int = 0, **others: bool
) -> Subscription:
    """A subscription."""
    return Subscription(id=name, chat_id=chat_id, thread_id=thread_id, criteria=wish, language="zh-Hans", **others)


def told(key: str, *names: str, chat_id: int = CHAT) -> SentAlert:
    """That a chat was told of an article."""
    return SentAlert(chat_id, 0, key, names)


def told_of(alerts: Iterable[Alert]) -> list[tuple[int, str, tuple[str, ...]]]:
    """To whom, of which article, by which subscriptions."""
    return [(one.chat_id, one.key, one.subscriptions) for one in alerts]


def test_a_place_is_told_of_what_it_asked_for() -> None:
    """By place, by word, by both, or everything; a city's subscriber hears of its counties."""
    subscriptions = [
        wanted("region", about("宜昌"), 1),
        wanted("word", holding("石膏"), 2),
        wanted("both", Filter(("宜昌", "襄阳"), ("项目",)), 3),
        wanted("all", chat_id=4),
        wanted("other", about("襄阳"), 5),
        wanted("neither", Filter(("宜昌",), ("汽车",)), 6),
    ]
    found = plan(delta(story("k", "点军")), subscriptions)
    assert told_of(found) == [(1, "k", ("region",)), (2, "k", ("word",)), (3, "k", ("both",)), (4, "k", ("all",))]
    assert {(one.edition, one.questions, one.more, one.is_daily) for one in found} == {(0, (), 0, False)}


def test_an_article_that_matches_three_subscriptions_is_one_alert() -> None:
    """Nobody wants the same news three times, but to know why it came."""
    subscriptions = [wanted("a", about("宜昌")), wanted("x", about("襄阳")), wanted("b"), wanted("c", holding("石膏"))]
    assert told_of(plan(delta(story("k", "宜昌")), subscriptions)) == [(CHAT, "k", ("a", "b", "c"))]


def test_topics_are_told_apart() -> None:
    """A forum has a topic for each city."""
    subscriptions = [wanted("a", about("宜昌"), GROUP, 1), wanted("b", about("襄阳"), GROUP, 2)]
    found = plan(delta(story("k", "宜昌"), story("m", "宜昌", "襄阳")), subscriptions)
    assert [(one.thread_id, one.key) for one in found] == [(1, "k"), (1, "m"), (2, "m")]


def test_traditional_and_simplified_are_the_same() -> None:
    """Whoever types one reads news in the other."""
    subscriptions = [wanted("a", Filter(("荊州",), ("增长",))), wanted("b", holding("石膏板", "出口"))]
    assert told_of(plan(delta(story("k", "荆州", text=FAIR)), subscriptions)) == [(CHAT, "k", ("a", "b"))]


def test_alerts_of_a_place_come_in_the_order_of_the_articles() -> None:
    """They are read in that order."""
    found = plan(delta(*(story(key, "宜昌") for key in "dacb")), [wanted("a", about("宜昌")), wanted("b")])
    assert [one.key for one in found] == ["d", "a", "c", "b"]


@pytest.mark.parametrize("kind", [JobKind.LOAD, JobKind.ROLLBACK])
def test_nobody_is_told_of_a_first_load_or_a_rollback(kind: JobKind) -> None:
    """All of a corpus at once is no news, and what comes back was told when it was new."""
    found = delta(story("k"), corrected=["m"], kind=kind)
    subscriptions = [wanted("a"), wanted("q", asks(QUESTIONS[0]))]
    assert plan(found, subscriptions, [told("m", "a")], {QUESTIONS[0]: "k"}) == []


@pytest.mark.parametrize("kind", [JobKind.RELOAD, JobKind.SCHEDULED, JobKind.CHECK])
def test_a_reload_is_told_whoever_asked_for_it(kind: JobKind) -> None:
    """A check foretells what the reload will do."""
    assert told_of(plan(delta(story("k"), kind=kind), [wanted("a")])) == [(CHAT, "k", ("a",))]


def test_who_was_told_of_a_report_is_not_told_of_its_copy() -> None:
    """The same report from another source is no other news."""
    first = story("k", "宜昌")
    copy = story("m", "宜昌", copies=[first])
    assert plan(delta(copy), [wanted("a", about("宜昌")), wanted("b"), wanted("c", holding("石膏"))]) == []


def test_who_only_the_copy_matches_is_told_of_it() -> None:
    """The copy is the first that they would hear of it."""
    first = story("k", "宜昌")
    copy = story("m", "襄阳", text=f"{GYPSUM}{CARS}", copies=[first])
    subscriptions = [wanted("a", about("宜昌", "襄阳")), wanted("b", about("襄阳")), wanted("c", holding("汽车"))]
    assert told_of(plan(delta(copy), subscriptions)) == [(CHAT, "m", ("b", "c"))]


def test_a_copy_that_comes_with_the_report_is_told_to_who_only_it_matches() -> None:
    """Both are new, and the report comes first."""
    first = story("k", "宜昌")
    copy = story("m", "宜昌", "襄阳", copies=[first])
    subscriptions = [wanted("a", about("宜昌"), 1), wanted("b", about("襄阳"), 2)]
    assert told_of(plan(delta(first, copy), subscriptions)) == [(1, "k", ("a",)), (2, "m", ("b",))]


def test_at_once_wins_over_daily() -> None:
    """Whoever wants some of it at once has said that this article must not wait."""
    subscriptions = [wanted("a", is_daily=True), wanted("b", about("宜昌"))]
    found = plan(delta(story("k", "宜昌"), story("m", "襄阳")), subscriptions)
    assert [(one.key, one.is_daily) for one in found] == [("k", False), ("m", True)]


def test_a_correction_is_told_to_who_was_told() -> None:
    """And to nobody who never read what was wrong; its edition tells it from the article itself."""
    subscriptions = [wanted("a"), wanted("b", chat_id=OTHER_CHAT)]
    (only,) = plan(delta(corrected=["k"]), subscriptions, [told("k", "a"), told("x", "a")])
    assert (only.chat_id, only.key, only.subscriptions, only.edition) == (CHAT, "k", ("a",), GENERATION)


def test_a_correction_is_told_by_what_still_is_subscribed_to() -> None:
    """Who has unsubscribed since then wants to hear no more."""
    was_told = [told("k", "gone", "b"), told("k", "gone", chat_id=OTHER_CHAT)]
    subscriptions = [wanted("a"), wanted("b", about("襄阳")), wanted("c", chat_id=OTHER_CHAT)]
    assert told_of(plan(delta(corrected=["k"]), subscriptions, was_told)) == [(CHAT, "k", ("b",))]


def test_a_question_is_told_its_answer() -> None:
    """The alert says which of the subscriptions it answers; that one ends with it."""
    subscriptions = [wanted("q", asks(QUESTIONS[0])), wanted("r", asks(QUESTIONS[1]))]
    (only,) = plan(delta(story("k", text=CARS)), subscriptions, answered={QUESTIONS[0]: "old"})
    assert (only.key, only.subscriptions, only.questions) == ("old", ("q",), ("q",))
    assert only.edition == GENERATION  # the place may have been told of that article when it was new


def test_a_new_article_that_answers_a_question_is_one_alert() -> None:
    """The answer and the news of it are the same message."""
    subscriptions = [wanted("q", asks(QUESTIONS[0])), wanted("a", about("宜昌"))]
    (only,) = plan(delta(story("k", "宜昌")), subscriptions, answered={QUESTIONS[0]: "k"})
    assert (only.key, set(only.subscriptions), only.questions) == ("k", {"q", "a"}, ("q",))


def test_a_correction_that_answers_a_question_is_one_alert() -> None:
    """Likewise."""
    subscriptions = [wanted("q", asks(QUESTIONS[0])), wanted("a")]
    (only,) = plan(delta(corrected=["k"]), subscriptions, [told("k", "a")], {QUESTIONS[0]: "k"})
    assert (set(only.subscriptions), only.questions, only.edition) == ({"q", "a"}, ("q",), GENERATION)


def test_a_correction_at_once_wins_over_a_daily_answer_from_the_same_article() -> None:
    """Whoever was told something wrong at once is told at once what is right."""
    subscriptions = [wanted("q", asks(QUESTIONS[0]), is_daily=True), wanted("a")]
    (only,) = plan(delta(corrected=["k"]), subscriptions, [told("k", "a")], {QUESTIONS[0]: "k"})
    assert not only.is_daily


def test_a_correction_answers_no_question() -> None:
    """Its words may have been changed to a question since it was told: there is nothing to answer that with."""
    found = plan(delta(corrected=["k"]), [wanted("a", asks(QUESTIONS[0]))], [told("k", "a")])
    assert [one.questions for one in found] in ([], [()])


def test_of_too_many_articles_the_rest_is_counted() -> None:
    """A hundred messages are too many already; and yet nobody must think that these were all."""
    stories = [story(f"k{number}", day=number % 7) for number in range(MOST_LISTED + 30)]
    found = plan(delta(*stories), [wanted("a"), wanted("b", holding("石膏"))])
    assert len(found) == MOST_LISTED
    assert sum(one.more for one in found) == 30
    assert {one.subscriptions for one in found} == {("a", "b")}
    days = Counter(int(one.key[1:]) % 7 for one in found)
    assert all(days[day] >= 18 for day in range(3, 7)), "those that were published last are listed"


def test_answers_are_listed_however_many_articles_there_are() -> None:
    """Somebody asked for exactly that, and the subscription ends with it."""
    stories = [story(f"k{number}", day=number) for number in range(MOST_LISTED + 30)]
    subscriptions = [wanted("a"), wanted("q", asks(QUESTIONS[0])), wanted("r", asks(QUESTIONS[1]))]
    found = plan(delta(*stories), subscriptions, answered={QUESTIONS[0]: "old", QUESTIONS[1]: "k0"})
    assert sum(1 + one.more for one in found) == MOST_LISTED + 31
    assert {name for one in found for name in one.questions} == {"q", "r"}


PLACES = ["湖北", "宜昌", "点军", "襄阳", "襄城"]
wishes = st.one_of(
    st.builds(
        Filter,
        st.lists(st.sampled_from([*PLACES, "宜昌市"]), max_size=2, unique=True).map(tuple),
        st.lists(st.sampled_from(["石膏", "磷石膏", "汽车", "招商", "項目"]), max_size=2, unique=True).map(tuple),
    ),
    st.sampled_from(QUESTIONS).map(asks),
)


@st.composite
def subscriptions_(draw: st.DrawFn) -> list[Subscription]:
    """Of some chats and topics, by chat and topic."""
    place = st.tuples(st.sampled_from([GROUP, CHAT, OTHER_CHAT]), st.integers(0, 1))
    drawn = draw(st.lists(st.tuples(place, wishes, st.booleans()), max_size=9))
    found = [
        wanted(f"s{number}", wish, *place, is_daily=is_daily) for number, (place, wish, is_daily) in enumerate(drawn)
    ]
    return sorted(found, key=lambda one: one.place)


@st.composite
def deltas(draw: st.DrawFn) -> AnnouncedChanges:
    """Some new articles, each maybe the near-duplicate of earlier ones, and some corrected ones."""
    texts = st.sampled_from([GYPSUM, CARS, f"{GYPSUM}{CARS}", FAIR])
    places = st.lists(st.sampled_from(PLACES), max_size=2, unique=True)
    earlier = [story(key, *draw(places), text=draw(texts)) for key in ("e1", "e2")]
    stories: list[AnnouncedArticle] = []
    for number in range(draw(st.integers(0, 5))):
        copies = draw(st.lists(st.sampled_from([*earlier, *stories]), max_size=2, unique_by=lambda one: one.key))
        stories.append(story(f"n{number}", *draw(places), text=draw(texts), copies=copies))
    corrected = draw(st.lists(st.sampled_from(["c1", "c2", "e1"]), max_size=3, unique=True))
    return delta(*stories, corrected=corrected)


told_ones = st.lists(
    st.builds(
        SentAlert,
        st.sampled_from([GROUP, CHAT, OTHER_CHAT]),
        st.integers(0, 1),
        st.sampled_from(["c1", "c2", "e1"]),
        st.lists(st.integers(0, 8).map("s{}".format), min_size=1, max_size=3, unique=True).map(tuple),
    ),
    max_size=6,
    unique_by=lambda one: (one.chat_id, one.thread_id, one.key),
)
answers = st.dictionaries(st.sampled_from(QUESTIONS), st.sampled_from(["n0", "c1", "old"]))
Due = tuple[tuple[int, int], str]  # place and article


def expected(
    found: AnnouncedChanges,
    subscriptions: Sequence[Subscription],
    told: Iterable[SentAlert],
    answered: Mapping[str, str],
) -> dict[Due, tuple[frozenset[str], frozenset[str], bool, int]]:
    """Of each place and article by brute force: the subscriptions, the questions, whether daily, and the edition."""
    named: dict[Due, set[str]] = {}
    questions: dict[Due, set[str]] = {}
    by_id = {one.id: one for one in subscriptions}
    for one in subscriptions:
        for story in found.added:
            if matches(one.criteria, story) and not any(matches(one.criteria, copy) for copy in story.copies):
                named.setdefault((one.place, story.key), set()).add(one.id)
        if one.criteria.question is not None and one.criteria.question in answered:
            due = (one.place, answered[one.criteria.question])
            named.setdefault(due, set()).add(one.id)
            questions.setdefault(due, set()).add(one.id)
    corrections = set()
    for before in told:
        place = (before.chat_id, before.thread_id)
        here = {name for name in before.subscriptions if name in by_id and by_id[name].place == place}
        if here and before.key in found.corrected:
            named.setdefault((place, before.key), set()).update(here)
            corrections.add((place, before.key))
    return {
        due: (
            frozenset(names),
            frozenset(questions.get(due, ())),
            all(by_id[name].is_daily for name in names),
            GENERATION if due in questions or due in corrections else 0,
        )
        for due, names in named.items()
    }


def seen(alerts: Iterable[Alert]) -> dict[Due, tuple[frozenset[str], frozenset[str], bool, int]]:
    """Alerts as `expected` tells them, each place and article once."""
    found = {}
    for one in alerts:
        due = ((one.chat_id, one.thread_id), one.key)
        assert due not in found
        assert len(set(one.subscriptions)) == len(one.subscriptions)
        found[due] = (frozenset(one.subscriptions), frozenset(one.questions), one.is_daily, one.edition)
    return found


@given(deltas(), subscriptions_(), told_ones, answers)
def test_the_plan_is_what_brute_force_finds(
    found: AnnouncedChanges, subscriptions: list[Subscription], told: list[SentAlert], answered: dict[str, str]
) -> None:
    """Each place is told of each article that it wants once, for all its reasons, and of no other."""
    asked = {
        one.id for one in subscriptions if one.criteria.question is not None
    }  # told of by an answer, and gone since
    told = [replace(one, subscriptions=tuple(name for name in one.subscriptions if name not in asked)) for one in told]
    planned = plan(found, subscriptions, told, answered)
    assert seen(planned) == expected(found, subscriptions, told, answered)
    assert [one.more for one in planned] == [0] * len(planned)


@given(deltas(), subscriptions_(), st.randoms())
def test_the_order_of_articles_and_subscriptions_does_not_matter(
    found: AnnouncedChanges, subscriptions: list[Subscription], chance: random.Random
) -> None:
    """The database hands subscriptions over in its order, and files may be renamed."""
    stories = chance.sample(found.added, len(found.added))
    shuffled = sorted(chance.sample(subscriptions, len(subscriptions)), key=lambda one: one.place)
    assert seen(plan(delta(*stories), shuffled)) == seen(plan(found, subscriptions))


@given(deltas(), subscriptions_(), told_ones, answers, st.lists(st.integers(0, 9), max_size=3))
def test_batches_of_chats_give_what_all_at_once_would(
    found: AnnouncedChanges,
    subscriptions: list[Subscription],
    told: list[SentAlert],
    answered: dict[str, str],
    cuts: list[int],
) -> None:
    """A big bot plans in many transactions; a batch never parts a chat."""
    chats = sorted({one.chat_id for one in subscriptions})
    edges = [0, *sorted(min(cut, len(chats)) for cut in cuts), len(chats)]
    batches = [set(chats[start:end]) for start, end in pairwise(edges)]
    parts = [plan(found, [one for one in subscriptions if one.chat_id in some], told, answered) for some in batches]
    assert [one for part in parts for one in part] == plan(found, subscriptions, told, answered)


@given(deltas(), subscriptions_(), told_ones, answers, st.sampled_from([JobKind.LOAD, JobKind.ROLLBACK]))
def test_silent_kinds_tell_nobody(
    found: AnnouncedChanges,
    subscriptions: list[Subscription],
    told: list[SentAlert],
    answered: dict[str, str],
    kind: JobKind,
) -> None:
    """Whatever they bring."""
    assert plan(replace(found, kind=kind), subscriptions, told, answered) == []


@given(st.integers(1, 3 * MOST_LISTED), st.integers(0, 2), subscriptions_())
def test_of_many_articles_nothing_is_lost_from_the_sum(count: int, gap: int, subscriptions: list[Subscription]) -> None:
    """What is not listed is counted, for each place by itself."""
    stories = [story(f"k{number}", PLACES[number * gap % 5], day=number % 3) for number in range(count)]
    planned = plan(delta(*stories), subscriptions)
    due = Counter(place for place, _ in expected(delta(*stories), subscriptions, (), {}))
    listed, counted = Counter[tuple[int, int]](), Counter[tuple[int, int]]()
    for one in planned:
        listed[one.chat_id, one.thread_id] += 1
        counted[one.chat_id, one.thread_id] += 1 + one.more
    assert counted == due
    assert listed == {place: min(number, MOST_LISTED) for place, number in due.items()}
