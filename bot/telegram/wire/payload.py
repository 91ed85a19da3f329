"""What the outbox keeps of a message: everything that a request to Telegram needs."""

from __future__ import annotations

import html
import json
import re
from dataclasses import asdict, dataclass, replace
from enum import StrEnum

_TAG = re.compile(r"<[^>]*>")


class Act(StrEnum):
    """What a message does."""

    SEND = "send"
    EDIT = "edit"  # text and buttons
    BUTTONS = "buttons"  # only the buttons
    PHOTO = "photo"  # a picture, with the text as its caption


@dataclass(frozen=True, slots=True)
class Button:
    """A button below a message, and what comes back when it is pressed."""

    label: str
    press: str  # at most 64 bytes

    def __post_init__(self) -> None:
        if not 1 <= len(self.press.encode()) <= 64:
            raise ValueError(f"a button carries 1 to 64 bytes, got {self.press!r}")


Keyboard = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Payload:
    """One message.

    Attributes:
        late: a line to put above it where it goes out late; none where that does not matter.
        photo: a PNG in Base64.
        withdrawn: what takes the place of the text when an article that it quotes is hidden.
        is_prompt: whether the reader's application opens a reply to it; such a message has no buttons.
        hint: what stands in the empty field of that reply.
        is_silent: whether it arrives without a sound.
        is_list: whether it keeps its buttons when it is withdrawn: they show the list without what was hidden.
        message_id: of the message to change, where it is known; else the outbox knows it.
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
        """The text without its markup, for when Telegram refuses that."""
        return html.unescape(_TAG.sub("", self.html))

    def as_late(self) -> Payload:
        """The same, saying that it is late."""
        return replace(self, html=f"{self.late}\n\n{self.html}") if self.late else self

    def dump(self) -> str:
        """As JSON, without what is not there; half characters, which no database holds, become question marks."""
        said = json.dumps({name: value for name, value in asdict(self).items() if value}, ensure_ascii=False)
        return said.encode("utf-8", "replace").decode()


def load(text: str) -> Payload:
    """The payload that was dumped."""
    fields = json.loads(text)
    keyboard = tuple(tuple(Button(**button) for button in row) for row in fields.pop("keyboard", ()))
    return Payload(act=Act(fields.pop("act")), keyboard=keyboard, **fields)
