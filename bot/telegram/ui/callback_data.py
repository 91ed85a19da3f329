"""The data that inline buttons carry: written when a button is made, read when it is pressed.

Messages stay in chats for years, so every format that was ever sent must stay readable:

    o:ANSWER:SOURCE[:PAGE]   m:ANSWER[:PAGE]   g:ANSWER   b:ANSWER   w:ANSWER[:REASON]   below answers
    op:VERB[:ARGUMENT]                                                                   for operators
    sub:VERB[:ARGUMENT]                                                                  about subscriptions
    art:VERB:KEY[:NUMBER[:PAGE]]                                                         below alerts
    forget:VERB                                                                          below /forget
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.telegram.wire.payload import Button

MOST_BYTES = 64  # Bot API, InlineKeyboardButton.callback_data
ANSWER_ID = re.compile(r"[A-Za-z0-9_-]{12}")


class Feature(StrEnum):
    """What a button belongs to; the first field of its data."""

    ORIGINAL = "o"  # numbers: the source; and the page, where it turns one
    MORE = "m"  # numbers: the page, where it turns one
    GOOD = "g"
    BAD = "b"
    WHY = "w"  # verb: a `FeedbackReason`; none takes the judgement back
    OPERATE = "op"
    SUBSCRIBE = "sub"
    ALERT = "art"
    FORGET = "forget"


_OF_ANSWER = rf"(?P<argument>{ANSWER_ID.pattern})(?P<numbers>(?::[0-9]{{1,4}})*)(?::(?P<verb>[a-z]+))?"
_OF_ANSWERS = (Feature.ORIGINAL, Feature.MORE, Feature.GOOD, Feature.BAD, Feature.WHY)
_GRAMMARS: dict[str, re.Pattern[str]] = {  # by feature, of what follows it
    **dict.fromkeys(_OF_ANSWERS, re.compile(_OF_ANSWER)),
    Feature.OPERATE: re.compile(r"(?P<verb>[a-z-]+)(?::(?P<argument>[A-Za-z0-9_.-]{1,40}))?"),
    Feature.SUBSCRIBE: re.compile(r"(?P<verb>[a-z-]+)(?::(?P<argument>.+))?", re.DOTALL),
    Feature.ALERT: re.compile(r"(?P<verb>[a-z]+):(?P<argument>[A-Za-z0-9_-]{1,20})(?P<numbers>(?::[0-9]{1,9}){0,2})"),
    Feature.FORGET: re.compile(r"(?P<verb>[a-z]+)"),
}


class FeedbackReason(StrEnum):
    """What a person finds wrong with an answer."""

    NO_ANSWER = "answer"
    SOURCE = "source"
    OUTDATED = "outdated"


@dataclass(frozen=True, slots=True)
class Press:
    """The data of one button; `str` formats it."""

    feature: Feature
    #: what to do; empty where the feature alone says it
    verb: str = ""
    #: id of the answer, key of the article, row, or words that the button is about
    argument: str = ""
    #: source, paragraph or page, each from 1
    numbers: tuple[int, ...] = ()

    def __str__(self) -> str:
        numbers = map(str, self.numbers)
        if self.feature in _OF_ANSWERS:
            fields = (self.argument, *numbers, self.verb)
        else:
            fields = (self.verb, self.argument, *numbers)
        return ":".join((self.feature, *filter(None, fields)))

    @property
    def answer_id(self) -> str | None:
        """The id of the answer that the button is below; None for the features that are not below answers."""
        return self.argument if self.feature in _OF_ANSWERS else None

    @property
    def fits(self) -> bool:
        """Whether a button can carry it: it has at most 64 bytes in UTF-8 and reads back as the same press."""
        return read_press(str(self)) == self

    def with_page(self, page: int) -> Press:
        """Return the press of the button that turns to a page, from 1: the page is added behind the other numbers."""
        return replace(self, numbers=(*self.numbers, page))


def read_press(data: str | None) -> Press | None:
    """Return the press that callback data stand for; None where no button of the bot ever carried them.

    Whether answer, article or row exist is not checked. None, or more than MOST_BYTES, gives None as well.
    """
    if data is None or len(data.encode("utf-8", "surrogatepass")) > MOST_BYTES:
        return None
    name, _, rest = data.partition(":")
    grammar = _GRAMMARS.get(name)
    match = grammar.fullmatch(rest) if grammar else None
    if match is None:
        return None
    fields = match.groupdict(default="")
    numbers = tuple(map(int, fields.get("numbers", "").split(":")[1:]))
    return Press(Feature(name), fields["verb"], fields.get("argument", ""), numbers)


def button(label: str, press: Press) -> Button:
    """Return a button.

    Raises:
        ValueError: `press` does not fit.
    """
    if not press.fits:
        raise ValueError(f"no button can carry {str(press)!r}")
    return Button(label, str(press))


def operator_button(label: str, verb: str, argument: object = "") -> Button:
    """Return a button for operators.

    Raises:
        ValueError: the argument as text is longer than 40 characters, or has others than Latin letters, digits and _.-.
    """
    return button(label, Press(Feature.OPERATE, verb, str(argument)))


def subscription_button(label: str, verb: str, argument: str = "") -> Button:
    """Return a button about subscriptions.

    Raises:
        ValueError: it does not fit: its data have more than 64 bytes.
    """
    return button(label, Press(Feature.SUBSCRIBE, verb, argument))
