"""Alerts as pieces of formatted text: one article, or a list of several, and the buttons below."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.service.alerts.digest import LATE_SECONDS, MOST_AT_ONCE
from bot.telegram.ui.answer_view import beginning_of, marked
from bot.telegram.ui.callback_data import Feature, Press, button, subscription_button
from bot.telegram.ui.keyboards import answer_keyboard, page_keyboard
from bot.telegram.ui.subscription_view import filter_label, filter_words
from bot.telegram.ui.word_diff import differences
from bot.telegram.wire.markup import Block, Piece, Run, beginning, line
from bot.views.wording import alert_details, details
from corpus.comparison.changes import ChangedPart

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Iterator, Sequence

    from bot.domain.stored_answers import CitationSnapshot, StoredAnswer
    from bot.domain.subscriptions import ArticleSummary, PendingAlert, Subscription
    from bot.telegram.wire.payload import Button, Keyboard
    from bot.texts import Texts

PAGE = 8  # articles of a list
ROW = 4  # buttons
MOST_BUTTONS = 3  # that each end one subscription
MOST_TITLE = 80  # units, in a list
MOST_SUMMARY = 160  # units of a sentence or question in a list


@dataclass(frozen=True, slots=True)
class AlertEntry:
    """An alert with all that its message says."""

    pending: PendingAlert
    bulletin: ArticleSummary
    #: those that it matches and that still exist
    subscriptions: tuple[Subscription, ...]
    #: to the questions that were subscribed to
    answers: tuple[StoredAnswer, ...] = ()

    @property
    def is_correction(self) -> bool:
        """Whether the message says what was corrected: the alert is of a correction that lists changes."""
        return bool(self.pending.edition and self.bulletin.changes)


def alert_pieces(item: AlertEntry, texts: Texts) -> Iterator[Piece]:
    """Yield the message about one article: answers, title, regions, key sentences or changes, and its subscriptions.

    Key sentences that an answer above quotes are left out.
    """
    subscribing, bulletin = texts.subscribing, item.bulletin
    for answer in item.answers:
        yield from _answer_pieces(answer, bulletin, texts)
    heading = (subscribing.correction if item.is_correction else subscribing.alert).format(
        title=beginning_of(bulletin.title)
    )
    regions = texts.separator.join(bulletin.regions)
    yield (line(Run(heading, is_bold=True)), *([line(subscribing.region.format(regions=regions))] if regions else []))
    if item.is_correction:
        yield (line(details(bulletin.date, "", texts)), *_changes(bulletin, texts))
    else:
        yield from _quotes(item, texts)
    if item.subscriptions:
        yield (line(_matched(item.subscriptions, texts)),)


def _quotes(item: AlertEntry, texts: Texts) -> Iterator[Piece]:
    """Yield the key sentences with the time of their events, without those that an answer above quotes.

    Facts that are the same as above the sentence before are not repeated. Without key sentences, only the date is
    shown.
    """
    bulletin, facts = item.bulletin, ""
    quoted = {source.quote for answer in item.answers for source in answer.sources}
    for source in bulletin.sources:
        before, facts = facts, alert_details(source, texts)
        if source.quote not in quoted:
            yield (*([line(facts)] if facts != before else []), _quotation(source))
    if not bulletin.sources:
        yield (line(details(bulletin.date, "", texts)),)


def _matched(subscriptions: Iterable[Subscription], texts: Texts) -> str:
    """Return the line that says which subscriptions a message is for; equal ones are named once."""
    words = dict.fromkeys(filter_words(subscription.criteria, texts.subscribing) for subscription in subscriptions)
    return texts.subscribing.named.format(wishes=texts.separator.join(words))


def _answer_pieces(answer: StoredAnswer, bulletin: ArticleSummary, texts: Texts) -> Iterator[Piece]:
    """Yield the quotes that answer a question, with their times, and with their titles if from other articles."""
    heading = texts.subscribing.is_answered.format(question=beginning_of(answer.question))
    yield (line(Run(heading, is_bold=True)),)
    for source in answer.sources:
        title = [] if source.article == bulletin.key else [line(Run(beginning_of(source.title), is_bold=True))]
        yield (*title, line(details(source.date, "", texts, source)), _quotation(source))


def _quotation(source: CitationSnapshot) -> Block:
    """Return a quote as a quotation, with its marked words in bold."""
    return line(*marked(source.quote, source.spans), is_quotation=True)


def _changes(bulletin: ArticleSummary, texts: Texts) -> Iterator[Block]:
    """Yield a quotation for each difference that a correction made, or for a part that was added or removed."""
    subscribing = texts.subscribing
    for part, before, after in bulletin.changes:
        name = texts.parts[ChangedPart(part)]
        if before and after:
            for old, new in differences(before, after):
                yield line(f"{name}{subscribing.colon}", *old, " → ", *new, is_quotation=True)
        else:
            form = subscribing.change_added if after else subscribing.change_removed
            words = {"before": beginning_of(before, MOST_SUMMARY), "after": beginning_of(after, MOST_SUMMARY)}
            yield line(form.format(part=name, **words), is_quotation=True)


def alert_keyboard(item: AlertEntry, texts: Texts) -> Keyboard:
    """Return the buttons below one article: original, question, unsubscribe.

    With answers, those of the first answer take the place of the original.
    """
    subscribing = texts.subscribing
    ask = button(subscribing.button_ask, Press(Feature.ALERT, "ask", item.bulletin.key))
    if item.answers:
        first: Keyboard = (*answer_keyboard(item.answers[0], texts), (ask,))
    else:
        first = ((_original_button(subscribing.button_original, item.bulletin), ask),)
    return (*first, *_unsubscribe_rows(item.subscriptions, texts))


def _original_button(label: str, bulletin: ArticleSummary) -> Button:
    """Return the button that shows the section of the first key sentence; that of paragraph 1 if there is none."""
    paragraph = bulletin.sources[0].paragraph if bulletin.sources else 1
    return button(label, Press(Feature.ALERT, "text", bulletin.key, (paragraph,)))


def _unsubscribe_rows(subscriptions: Sequence[Subscription], texts: Texts) -> Keyboard:
    """Return a button that ends each of the first MOST_BUTTONS subscriptions, and one to the list of all.

    The latter alone if there is none.
    """
    subscribing = texts.subscribing
    others = subscription_button(subscribing.button_list, "list-too")
    if len(subscriptions) == 1:
        return ((subscription_button(subscribing.button_unsubscribe, "off", subscriptions[0].id), others),)
    labels = [
        (
            subscribing.button_unsubscribe_one.format(wish=filter_label(subscription.criteria, subscribing)),
            subscription.id,
        )
        for subscription in subscriptions[:MOST_BUTTONS]
    ]
    return (*((subscription_button(label, "off", identifier),) for label, identifier in labels), (others,))


def digest_heading(pending: Sequence[PendingAlert], now: datetime.datetime, texts: Texts, *, is_daily: bool) -> str:
    """Return the heading of a list: how many articles, listed or not, and why they come in one message.

    The reasons are that it is the daily one, that there are more than MOST_AT_ONCE, or that the first in `pending` has
    waited for more than LATE_SECONDS.

    Args:
        pending: the alerts of the list, at least one.
        now: the time.
        texts: in the reader's language.
        is_daily: the message is a daily one.
    """
    subscribing, count = texts.subscribing, len(pending) + sum(alert.more for alert in pending)
    if is_daily:
        return subscribing.digest_daily.format(count=count)
    if count > MOST_AT_ONCE:
        return subscribing.digest_many.format(count=count, most=MOST_AT_ONCE)
    is_late = (now - pending[0].made_at).total_seconds() > LATE_SECONDS
    return (subscribing.digest_late if is_late else subscribing.digest_many).format(count=count, most=MOST_AT_ONCE)


def digest_pieces(heading: str, items: Sequence[AlertEntry], page: int, more: int, texts: Texts) -> Iterator[Piece]:
    """Yield a page of a list of articles, with the subscriptions of the whole list below.

    Args:
        heading: above the list.
        items: all of the list.
        page: from 1.
        more: how many further articles are not in the list; 0 for none.
        texts: in the reader's language.
    """
    subscribing, pages = texts.subscribing, pages_of(items)
    counter = [line(subscribing.page.format(page=page, pages=pages))] if pages > 1 else []
    yield (line(Run(heading, is_bold=True)), *counter)
    for number, item in list(enumerate(items, 1))[(page - 1) * PAGE : page * PAGE]:
        yield tuple(_summary(number, item, texts))
    if more:
        yield (line(subscribing.more.format(count=more)),)
    if subscriptions := [subscription for item in items for subscription in item.subscriptions]:
        yield (line(_matched(subscriptions, texts)),)


def pages_of(items: Sequence[AlertEntry]) -> int:
    """Return how many pages of PAGE articles a list has, at least 1."""
    return max(1, -(-len(items) // PAGE))


def _summary(number: int, item: AlertEntry, texts: Texts) -> Iterator[Block]:
    """Yield an article of a list: its number and title, and its first key sentence, or each answer's first quote."""
    subscribing, bulletin = texts.subscribing, item.bulletin
    form = subscribing.digest_correction if item.is_correction else subscribing.digest_item
    yield line(Run(form.format(number=number, title=beginning_of(bulletin.title, MOST_TITLE)), is_bold=True))
    regions = texts.separator.join(bulletin.regions)
    for answer in item.answers:
        source = answer.sources[0]
        yield line(subscribing.digest_answer.format(question=beginning_of(answer.question, MOST_SUMMARY)))
        yield line(details(source.date, "", texts, source))
        yield _short(source)
    if not item.answers:
        first = bulletin.sources[0] if bulletin.sources else None
        facts = alert_details(first, texts) if first else details(bulletin.date, "", texts)
        yield line(" · ".join(filter(None, (regions, facts))))
        yield from [_short(first)] if first else []


def _short(source: CitationSnapshot) -> Block:
    """Return a quote, or its first MOST_SUMMARY units and an ellipsis; bold words at the cut become plain."""
    head = beginning(source.quote, MOST_SUMMARY)
    spans = [(start, end) for start, end in source.spans if end <= len(head)]
    return line(*marked(head, spans), "…" if head != source.quote else "", is_quotation=True)


def digest_keyboard(row: int, items: Sequence[AlertEntry], page: int, texts: Texts) -> Keyboard:
    """Return the buttons below a list: the originals of a page, the other pages, unsubscribe.

    Args:
        row: of the outbox, whose message the list is; the buttons to other pages carry it.
        items: all of the list.
        page: from 1.
        texts: in the reader's language.
    """
    numbered = list(enumerate(items, 1))[(page - 1) * PAGE : page * PAGE]
    label = texts.subscribing.button_original_number
    originals = [_original_button(label.format(number=number), item.bulletin) for number, item in numbered]
    rows = [tuple(originals[start : start + ROW]) for start in range(0, len(originals), ROW)]
    turns = page_keyboard(page, pages_of(items), Press(Feature.ALERT, "page", str(row)).with_page, texts)
    subscriptions = {subscription.id: subscription for item in items for subscription in item.subscriptions}
    return (*rows, *turns, *_unsubscribe_rows(list(subscriptions.values()), texts))
