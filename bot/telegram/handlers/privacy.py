"""/privacy and /forget: what is stored about a person, and its removal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.effects import ForgetPerson, Outcome
from bot.telegram.ui.callback_data import Feature, Press, button
from bot.telegram.ui.guards import on_button, on_command

if TYPE_CHECKING:
    from bot.telegram.ui.context import Context
    from bot.telegram.ui.request import Request
    from bot.telegram.wire.handler_types import Handler

SURE, NOT = "sure", "not"


def handlers(context: Context) -> list[Handler]:
    """Return the handlers of both commands, and of the buttons below /forget."""
    return [
        on_command(context, "privacy", on_privacy),
        on_command(context, "forget", on_forget),
        on_button(context, Feature.FORGET, "", on_decided),
    ]


async def on_privacy(request: Request) -> Outcome:
    """Say what is stored, and for how long."""
    return request.say_lines(request.texts.subscribing.privacy)


async def on_forget(request: Request) -> Outcome:
    """Ask whether to remove what is stored; refuse in a group, since only in private nobody can do it for another."""
    texts = request.texts.subscribing
    if not request.incoming.is_private:
        return request.reply(texts.forget_in_private)
    sure = button(texts.button_forget_sure, Press(Feature.FORGET, SURE))
    return request.reply(texts.forget_ask, ((sure, button(texts.button_forget_not, Press(Feature.FORGET, NOT))),))


async def on_decided(request: Request) -> Outcome:
    """Remove what is stored about whoever pressed the button, or leave it; the message then says which.

    Refused outside the person's private chat.
    """
    texts, person_id = request.texts, request.incoming.person_id
    verb = request.press.verb if request.press else ""
    if person_id is None or request.incoming.chat_id != person_id or verb not in (SURE, NOT):
        return await request.refuse(texts.button_gone)
    if not await request.acknowledge():
        return Outcome()
    if verb == NOT:
        return request.edit(texts.subscribing.kept)
    return request.edit(texts.subscribing.forgotten, effects=(ForgetPerson(person_id),))
