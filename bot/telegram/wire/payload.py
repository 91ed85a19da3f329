"""The payload of a message in the outbox: everything that the request to Telegram needs, as JSON."""

from __future__ import annotations

import html
import json
import re
from dataclasses import asdict, dataclass, replace
from enum import StrEnum

_TAG = re.compile(r"<[^>]*>")


class Act(StrEnum):
    """Which request is sent."""

    SEND = "send"  # a new message
    EDIT = "edit"  # replace text and buttons of a message
    BUTTONS = "buttons"  # replace only its buttons
    PHOTO = "photo"  # a new picture, with the text as its caption


@dataclass(frozen=True, slots=True)
class Button:
    """An inline button: its label and its callback data.

    Raises:
        ValueError: the callback data is empty or longer than 64 bytes.
    """

    label: str
    press: str  # the callback data, 1 to 64 bytes; named so in stored payloads

    def __post_init__(self) -> None:
        if not 1 <= len(self.press.encode()) <= 64:
            raise ValueError(f"a button carries 1 to 64 bytes, got {self.press!r}")


Keyboard = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Payload:
    """One message; stored as JSON, so fields may be added but not renamed.

    Attributes:
        html: text in Telegram's HTML.
        late: line to put above the text if it is sent late; empty where that does not matter.
        reply_to: id of the message it replies to.
        message_id: of the message to edit; None: the outbox knows it from the row that is edited.
        photo: a PNG in Base64.
        withdrawn: text that replaces it when an article that it quotes is hidden.
        is_prompt: send a ForceReply; such a message has no buttons.
        hint: placeholder in the input field of the ForceReply.
        is_silent: send without a notification sound.
        is_list: keep the buttons when it is withdrawn; they show the list without what was hidden.
    """

    act: Act = Act.SEND
    html: str = ""
    keyboard: Keyboard = ()
    late: str = ""
    reply_to: int | None = None
    thread_id: int | None = None  # the forum topic
    message_id: int | None = None
    photo: str = ""
    withdrawn: str = ""
    is_prompt: bool = False
    hint: str = ""
    is_silent: bool = False
    is_list: bool = False

    @property
    def plain(self) -> str:
        """Return `html` without tags and with entities decoded, to be sent where Telegram refuses the markup."""
        return html.unescape(_TAG.sub("", self.html))

    def as_late(self) -> Payload:
        """Return a copy with the `late` line and a blank line above the text; itself if `late` is empty."""
        return replace(self, html=f"{self.late}\n\n{self.html}") if self.late else self

    def dump(self) -> str:
        """Return it as JSON without fields that are empty, None or False.

        Lone surrogates, which databases refuse, become question marks.
        """
        text = json.dumps({name: value for name, value in asdict(self).items() if value}, ensure_ascii=False)
        return text.encode("utf-8", "replace").decode()


def load(text: str) -> Payload:
    """Return the payload from what `Payload.dump` returned; missing fields get their defaults.

    Raises:
        ValueError: this is no JSON, or an act or a button in it is invalid.
        KeyError: it has no act.
        TypeError: it has an unknown field, as a later version may have written.
    """
    fields = json.loads(text)
    keyboard = tuple(tuple(Button(**button) for button in row) for row in fields.pop("keyboard", ()))
    return Payload(act=Act(fields.pop("act")), keyboard=keyboard, **fields)
