"""A request: a message or a pressed button, with all that a handler needs to answer it."""

from __future__ import annotations

import html
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from telegram.error import BadRequest, TelegramError

from bot.domain.effects import Outcome
from bot.domain.jobs import Actor
from bot.domain.messages import OutgoingMessage
from bot.service.heartbeat import utc_now
from bot.telegram.ui.context import SIGNAL_SECONDS
from bot.telegram.ui.reply import ROOM, reply
from bot.telegram.wire.markup import beginning, line, messages
from bot.telegram.wire.payload import Act, Keyboard, Payload
from bot.telegram.wire.updates import LARGEST_ID
from bot.texts import texts_in
from bot.views.job_report import stamp

if TYPE_CHECKING:
    from collections.abc import Sequence

    from telegram import Bot, CallbackQuery, Message, User

    from bot.domain.effects import Effect
    from bot.domain.messages import Prompt
    from bot.telegram.ui.callback_data import Press
    from bot.telegram.ui.context import Context
    from bot.telegram.wire.markup import Piece
    from bot.telegram.wire.updates import IncomingMessage
    from bot.texts import Texts


MOST_HINT = 64  # characters of a placeholder (Bot API, ForceReply.input_field_placeholder)
MOST_NAME = 24  # units of a person's name in the audit log and in reports, which have little room above them


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """What a person asks for, by a message or by a button."""

    context: Context
    bot: Bot
    #: the message; for a button, the place of the message that it is below. The text is without the command
    incoming: IncomingMessage
    #: who asks; None for a group or channel that writes in its own name
    person: User | None
    message: Message | None = None
    is_edited: bool = False
    query: CallbackQuery | None = None
    #: what the button carries
    press: Press | None = None

    def in_new_message(self) -> Request:
        """Return the request as if it was no press: `say` replies in new messages, `acknowledge` does nothing."""
        return replace(self, query=None)

    @property
    def texts(self) -> Texts:
        """The texts in the language of whoever asks."""
        return texts_in(self.incoming.language)

    @property
    def is_from_bot(self) -> bool:
        """Whether another bot asks."""
        return self.person is not None and self.person.is_bot

    @property
    def actor(self) -> Actor:
        """Who asks, as the audit log names them: "王明 (5)", or the id alone of a group or channel."""
        person, person_id = self.person, self.person.id if self.person else self.incoming.person_id
        name = f"{beginning(person.full_name, MOST_NAME)} ({person_id})" if person else f"({person_id})"
        return Actor(name, person_id, self.incoming.chat_id)

    @property
    def argument(self) -> str:
        """What the button carries behind its verb, or what follows the command; empty if nothing does."""
        return self.press.argument if self.press else self.incoming.text

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers that the button carries: source, paragraph or page, each from 1; empty for a message."""
        return self.press.numbers if self.press else ()

    @property
    def row(self) -> int:
        """The argument as the number of a row of the store; 0, which no row has, if it is no number or too large."""
        row = int(self.argument) if self.argument.isdecimal() else 0
        return row if row <= LARGEST_ID else 0

    def reply(
        self,
        content: str | Sequence[Piece],
        keyboard: Keyboard = (),
        *,
        cites: tuple[str, ...] = (),
        effects: tuple[Effect, ...] = (),
    ) -> Outcome:
        """Reply in as many new messages as the text needs, with the buttons below the last.

        Args:
            content: the text; a string is one block.
            keyboard: the buttons.
            cites: keys of the articles that the text quotes.
            effects: of the outcome.
        """
        return Outcome(messages=reply(self.incoming, _pieces(content), keyboard, cites=cites), effects=effects)

    def edit(
        self,
        content: str | Sequence[Piece],
        keyboard: Keyboard = (),
        *,
        cites: tuple[str, ...] = (),
        withdrawn: str | None = None,
        effects: tuple[Effect, ...] = (),
    ) -> Outcome:
        """Change the message that the button is below, to as much as fits into one message.

        Args:
            content: the new text, not blank; a string is one block.
            keyboard: the new buttons; none are left if it is empty.
            cites: keys of the articles that the new text quotes.
            withdrawn: what replaces the text when one of these is hidden; None for what fits an answer.
            effects: of the outcome.
        """
        payload = Payload(act=Act.EDIT, html=messages(_pieces(content), ROOM)[0], keyboard=keyboard)
        return self._change(payload, cites, withdrawn, effects)

    def edit_buttons(
        self,
        keyboard: Keyboard,
        *,
        cites: tuple[str, ...],
        withdrawn: str | None = None,
        effects: tuple[Effect, ...] = (),
    ) -> Outcome:
        """Change the buttons below the message alone; an empty keyboard removes them.

        `cites` and `withdrawn` are as in `edit`, for the text that stays.
        """
        return self._change(Payload(act=Act.BUTTONS, keyboard=keyboard), cites, withdrawn, effects)

    def decided(self, decision: str) -> Outcome:
        """Put what an operator decided above the text of the message, and remove its buttons.

        The text is lost where Telegram no longer sends it, because the message is old.

        Args:
            decision: a text with places for `actor` and `time`.
        """
        time = stamp(utc_now(), self.context.zone)
        heading = html.escape(decision.format(actor=self.actor.name, time=time), quote=False)
        message = self.query.message if self.query else None
        before = getattr(message, "text_html", None)  # Telegram no longer sends the text of an old message
        return self._change(Payload(act=Act.EDIT, html=f"<b>{heading}</b>\n\n{before}" if before else heading))

    def _change(
        self,
        payload: Payload,
        cites: tuple[str, ...] = (),
        withdrawn: str | None = None,
        effects: tuple[Effect, ...] = (),
    ) -> Outcome:
        """Return an outcome that edits the message that the button is below; `withdrawn` as in `edit`."""
        if withdrawn is None:
            withdrawn = self.texts.operating.withdrawn if cites else ""
        payload = replace(payload, message_id=self.incoming.message_id, withdrawn=withdrawn)
        message = OutgoingMessage(chat_id=self.incoming.chat_id, payload=payload.dump(), cites=cites)
        return Outcome(messages=(message,), effects=effects)

    def say(
        self, content: str | Sequence[Piece], keyboard: Keyboard = (), *, effects: tuple[Effect, ...] = ()
    ) -> Outcome:
        """Reply to a message (`reply`); change the message that a button is below (`edit`)."""
        act = self.edit if self.query else self.reply
        return act(content, keyboard, effects=effects)

    def say_lines(self, text: str, keyboard: Keyboard = (), *, effects: tuple[Effect, ...] = ()) -> Outcome:
        """Say one paragraph, each line of the text a block; empty lines in it are left out."""
        return self.say([tuple(map(line, text.split("\n")))], keyboard, effects=effects)

    def prompt(self, text: str, hint: str, meaning: Prompt, cites: tuple[str, ...] = ()) -> Outcome:
        """Ask whoever pressed the button for a reply; the prompt replies to the message that the button is below.

        Args:
            text: the question. In a group it names who pressed: only in that person's app does a reply open.
            hint: the placeholder of the reply's field, cut to MOST_HINT characters.
            meaning: what a reply to it means.
            cites: keys of the articles that the question names.

        Raises:
            ValueError: the request is no press.
        """
        if self.query is None:
            raise ValueError("only a button can ask for a reply")
        incoming, person = self.incoming, self.query.from_user
        name = html.escape(person.full_name, quote=False)
        mention = "" if incoming.is_private else f'<a href="tg://user?id={person.id}">{name}</a> '
        payload = Payload(
            html=mention + html.escape(text, quote=False),
            reply_to=incoming.message_id,
            thread_id=incoming.thread_id,
            is_prompt=True,
            hint=hint[:MOST_HINT],
        )
        key = f"{meaning.kind}:{meaning.subject}:{self.query.id}"
        message = OutgoingMessage(
            chat_id=incoming.chat_id, payload=payload.dump(), key=key, cites=cites, prompt=meaning
        )
        return Outcome(messages=(message,))

    async def acknowledge(self, text: str | None = None, *, url: str | None = None) -> bool:
        """Answer the press, which ends the button's progress indicator; for a message do nothing and return True.

        Errors other than that the press is too old are ignored: the indicator times out, and what the button asks for
        is done all the same.

        Args:
            text: shown in a pop-up; None for no pop-up.
            url: a deep link that the person's app opens instead; None for none.

        Returns:
            False where the press is too old to matter: the caller then does nothing.
        """
        if self.query is None:
            return True
        try:
            await self.query.answer(text, url=url, connect_timeout=SIGNAL_SECONDS, read_timeout=SIGNAL_SECONDS)
        except BadRequest as error:
            return "query" not in error.message.lower()
        except TelegramError:
            return True
        return True

    async def refuse(self, text: str) -> Outcome:
        """Show in a pop-up why the button does nothing; return an empty outcome."""
        await self.acknowledge(text)
        return Outcome()


def _pieces(content: str | Sequence[Piece]) -> Sequence[Piece]:
    """Return a string as one piece of one block; pieces as they are."""
    return [(line(content),)] if isinstance(content, str) else content
