"""Alerts as pieces of formatted text: one article, or a list of them, and the buttons below."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from bot.service.alerts.plan import LATE_SECONDS, MOST_AT_ONCE
from bot.telegram.ui.answer_view import beginning_of, marked
from bot.telegram.ui.callback_data import answer_keyboard, turns
from bot.telegram.ui.subscriber_context import button
from bot.telegram.ui.subscription_view import wish_label, wish_words
from bot.telegram.wire.markup import Block, Piece, Run, beginning, line
from bot.telegram.wire.payload import Button, Keyboard
from bot.views.wording import alert_details, details
from corpus.changes import ChangedPart

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Iterator, Sequence

    from bot.domain.stored_answers import CitationSnapshot, StoredAnswer
    from bot.domain.subscriptions import ArticleSummary, PendingAlert, Subscription
    from bot.texts import Texts

PAGE = 8  # articles of a list
ROW = 4  # buttons
MOST_BUTTONS = 3  # for single subscriptions
MOST_TITLE = 80  # units, in a list
MOST_SUMMARY = 160  # units of a sentence or question in a list


@dataclass(frozen=True, slots=True)
class AlertEntry:
    """An alert with all that is told of it.

    Attributes:
        subscriptions: those that it matches and that are still there.
        answers: to questions that were waited for.
    """

    pending: PendingAlert
    bulletin: ArticleSummary
    subscriptions: tuple[Subscription, ...]
    answers: tuple[StoredAnswer, ...] = ()

    @property
    def is_correction(self) -> bool:
        """Whether it tells what was corrected."""
        return bool(self.pending.edition and self.bulletin.changes)


def press(verb: str, *arguments: object) -> str:
    """What a button of an alert carries."""
    return ":".join(("art", verb, *map(str, arguments)))


def alert_pieces(item: AlertEntry, texts: Texts) -> Iterator[Piece]:
    """One article: what it is about, when that was, its most telling sentences, and why it is told."""
    said, bulletin = texts.subscribing, item.bulletin
    for answer in item.answers:
        yield from _answer_pieces(answer, bulletin, texts)
    name = (said.correction if item.is_correction else said.alert).format(title=beginning_of(bulletin.title))
    yield (line(Run(name, is_bold=True)), *_place(bulletin, texts))
    if item.is_correction:
        yield (line(_published(bulletin.date, texts)), *_changes(bulletin, texts))
    else:
        yield from _quotes(item, texts)
    if item.subscriptions:
        yield (line(_named(item.subscriptions, texts)),)


def _quotes(item: AlertEntry, texts: Texts) -> Iterator[Piece]:
    """The most telling sentences, each with when that was, but for those that answer already."""
    bulletin, facts = item.bulletin, ""
    told = {source.quote for answer in item.answers for source in answer.sources}
    for source in bulletin.sources:
        before, facts = facts, alert_details(source, texts)
        if source.quote not in told:
            yield (*([line(facts)] if facts != before else []), _quotation(source))
    if not bulletin.sources:
        yield (line(_published(bulletin.date, texts)),)


def _published(date: datetime.date | None, texts: Texts) -> str:
    return details(date, "", texts)


def _named(named: Iterable[Subscription], texts: Texts) -> str:
    """The subscriptions that something is told for."""
    wishes = dict.fromkeys(wish_words(one.wish, texts.subscribing) for one in named)
    return texts.subscribing.named.format(wishes=texts.separator.join(wishes))


def _answer_pieces(answer: StoredAnswer, bulletin: ArticleSummary, texts: Texts) -> Iterator[Piece]:
    """The quotes that answer a question, each with when that was, and its article where it is another one."""
    told = texts.subscribing.is_answered.format(question=beginning_of(answer.question))
    yield (line(Run(told, is_bold=True)),)
    for source in answer.sources:
        title = [] if source.article == bulletin.key else [line(Run(beginning_of(source.title), is_bold=True))]
        yield (*title, line(details(source.date, "", texts, source)), _quotation(source))


def _quotation(source: CitationSnapshot) -> Block:
    return line(*marked(source.quote, source.spans), is_quotation=True)


def _place(bulletin: ArticleSummary, texts: Texts) -> Iterator[Block]:
    if bulletin.regions:
        yield line(texts.subscribing.region.format(regions=texts.separator.join(bulletin.regions)))


def _changes(bulletin: ArticleSummary, texts: Texts) -> Iterator[Block]:
    """What became different, with some words around it."""
    said = texts.subscribing
    for part, before, after in bulletin.changes:
        name = texts.parts[ChangedPart(part)]
        if before and after:
            for old, new in differences(before, after):
                yield line(f"{name}{said.colon}", *old, " → ", *new, is_quotation=True)
        else:
            form = said.change_added if after else said.change_removed
            words = {"before": beginning_of(before, MOST_SUMMARY), "after": beginning_of(after, MOST_SUMMARY)}
            yield line(form.format(part=name, **words), is_quotation=True)


def alert_keyboard(item: AlertEntry, texts: Texts) -> Keyboard:
    """The original, a question, and one tap to hear no more of this."""
    said, key = texts.subscribing, item.bulletin.key
    paragraph = item.bulletin.sources[0].paragraph if item.bulletin.sources else 1
    original = Button(said.button_original, press("text", key, paragraph))
    ask = Button(said.button_ask, press("ask", key))
    first = (*answer_keyboard(item.answers[0], texts), (ask,)) if item.answers else ((original, ask),)
    return (*first, *unsubscribe_rows(item.subscriptions, texts))


def unsubscribe_rows(named: Sequence[Subscription], texts: Texts) -> Keyboard:
    """A button for each subscription where there are few, and the way to all."""
    said = texts.subscribing
    others = button(said.button_list, "list-too")
    if len(named) == 1:
        return ((button(said.button_unsubscribe, "off", named[0].id), others),)
    rows = tuple(
        (button(said.button_unsubscribe_one.format(wish=wish_label(one.wish, said)), "off", one.id),)
        for one in named[:MOST_BUTTONS]
    )
    return (*rows, (others,))


def digest_heading(pending: Sequence[PendingAlert], now: datetime.datetime, texts: Texts, *, is_daily: bool) -> str:
    """How many there are, and why they come together."""
    said, count = texts.subscribing, len(pending) + sum(one.more for one in pending)
    if is_daily:
        return said.digest_daily.format(count=count)
    if count > MOST_AT_ONCE:
        return said.digest_many.format(count=count, most=MOST_AT_ONCE)
    is_late = (now - pending[0].made_at).total_seconds() > LATE_SECONDS
    return (said.digest_late if is_late else said.digest_many).format(count=count, most=MOST_AT_ONCE)


def digest_pieces(heading: str, items: Sequence[AlertEntry], page: int, more: int, texts: Texts) -> Iterator[Piece]:
    """A page of a list of articles.

    Args:
        heading: above it.
        items: all of the list.
        page: from 1.
        more: articles that are not in the list.
        texts: in the reader's language.
    """
    said, pages = texts.subscribing, pages_of(items)
    told = [line(said.page.format(page=page, pages=pages))] if pages > 1 else []
    yield (line(Run(heading, is_bold=True)), *told)
    for number, item in list(enumerate(items, 1))[(page - 1) * PAGE : page * PAGE]:
        yield tuple(_summary(number, item, texts))
    if more:
        yield (line(said.more.format(count=more)),)
    if named := [one for item in items for one in item.subscriptions]:
        yield (line(_named(named, texts)),)


def pages_of(items: Sequence[AlertEntry]) -> int:
    """How many pages a list has."""
    return max(1, -(-len(items) // PAGE))


def _summary(number: int, item: AlertEntry, texts: Texts) -> Iterator[Block]:
    said, bulletin = texts.subscribing, item.bulletin
    form = said.digest_correction if item.is_correction else said.digest_item
    yield line(Run(form.format(number=number, title=beginning_of(bulletin.title, MOST_TITLE)), is_bold=True))
    where = texts.separator.join(bulletin.regions)
    for answer in item.answers:
        source = answer.sources[0]
        yield line(said.digest_answer.format(question=beginning_of(answer.question, MOST_SUMMARY)))
        yield line(details(source.date, "", texts, source))
        yield _short(source)
    if not item.answers:
        first = bulletin.sources[0] if bulletin.sources else None
        facts = alert_details(first, texts) if first else _published(bulletin.date, texts)
        yield line(" · ".join(filter(None, (where, facts))))
        yield from [_short(first)] if first else []


def _short(source: CitationSnapshot) -> Block:
    """A quote as far as a list shows it."""
    head = beginning(source.quote, MOST_SUMMARY)
    spans = [(start, end) for start, end in source.spans if end <= len(head)]
    return line(*marked(head, spans), "…" if head != source.quote else "", is_quotation=True)


def digest_keyboard(row: int, items: Sequence[AlertEntry], page: int, texts: Texts) -> Keyboard:
    """The originals of a page, the other pages, and one tap to hear no more of this.

    Args:
        row: of the outbox, whose message it is.
        items: all of the list.
        page: from 1.
        texts: in the reader's language.
    """
    said, pages = texts.subscribing, pages_of(items)
    numbered = list(enumerate(items, 1))[(page - 1) * PAGE : page * PAGE]
    originals = [
        Button(
            said.button_original_number.format(number=number),
            press("text", item.bulletin.key, item.bulletin.sources[0].paragraph if item.bulletin.sources else 1),
        )
        for number, item in numbered
    ]
    rows = [tuple(originals[start : start + ROW]) for start in range(0, len(originals), ROW)]
    named = list({one.id: one for item in items for one in item.subscriptions}.values())
    return (*rows, *turns(page, pages, partial(press, "page", row), texts), *unsubscribe_rows(named, texts))


Runs: TypeAlias = "list[Run]"

AROUND = 8  # characters on either side
NEAR = 6  # characters between two differences that are shown as one
MOST = 4  # differences; a text that was written anew is shown as a whole
MOST_WHOLE = 150  # characters of each
_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[A-Za-z]+|\s+|.", re.DOTALL)


def differences(before: str, after: str) -> list[tuple[Runs, Runs]]:
    """The words that changed, in bold, with some of those around them, on both sides; a figure changes as a whole."""
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    spans: list[tuple[int, int, int, int]] = []
    for tag, left, right, other_left, other_right in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        if spans and left - spans[-1][1] <= NEAR:
            spans[-1] = (spans[-1][0], right, spans[-1][2], other_right)
        else:
            spans.append((left, right, other_left, other_right))
    if len(spans) > MOST:
        return [([Run(_cut(before))], [Run(_cut(after))])]
    return [(_shown(old, left, right), _shown(new, start, end)) for left, right, start, end in spans]


def _shown(tokens: Sequence[str], start: int, end: int) -> Runs:
    first, last = max(0, start - AROUND), min(len(tokens), end + AROUND)
    before, changed, after = ("".join(tokens[a:b]) for a, b in ((first, start), (start, end), (end, last)))
    left, right = "…" if first else "", "…" if last < len(tokens) else ""
    return [Run(left + before), Run(changed, is_bold=True), Run(after + right)]


def _cut(text: str) -> str:
    return text if len(text) <= MOST_WHOLE else f"{text[:MOST_WHOLE]}…"
