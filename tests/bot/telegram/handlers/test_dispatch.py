"""Updates are dispatched without reading the store on the event loop, and what they reply to is read once."""

from __future__ import annotations

import asyncio
import datetime
import threading
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest
from sqlalchemy import Engine, event
from telegram import Update

from bot.domain.effects import ChangeSubscription, Subscribe
from bot.domain.messages import OutgoingMessage, Prompt, PromptKind
from bot.domain.subscriptions import Filter, Subscription
from bot.service.answers import AnswerService
from bot.service.publishing.live_library import LiveLibrary
from bot.service.publishing.publish import Place
from bot.settings import TelegramSettings
from bot.store import answer_table
from bot.store.alerts import subscription_table
from bot.store.db.database import Database
from bot.store.db.schema import outbox
from bot.store.queue import outbox as messages
from bot.telegram.connect import build_application
from bot.telegram.handlers import handlers
from bot.telegram.inbound.worker import dispatch
from bot.telegram.ui.callback_data import Feature, Press
from bot.telegram.ui.context import Context
from bot.telegram.wire.payload import load
from bot.texts import Language
from tests.support.emulator import Telegram
from tests.support.store_fixtures import CHAT, NOW, answer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from bot.domain.effects import Outcome
    from retrieval.library import Library

    Json: TypeAlias = dict[str, Any]

OPERATOR = CHAT
PERSON: Json = {"id": CHAT, "is_bot": False, "first_name": "王", "language_code": "zh"}
PRIVATE: Json = {"id": CHAT, "type": "private", "first_name": "王"}
ID = "AbCdEfGhIj-_"
QUESTION = "宜昌消耗了多少磷石膏？"
PROMPT, ANSWER, OTHER = 21, 22, 23  # the bot's messages
SUBSCRIPTION = Subscription(
    id="sub45678", chat_id=CHAT, thread_id=0, criteria=Filter(keywords=("磷石膏",)), language=Language.SIMPLIFIED
)


class SampleLibrary(LiveLibrary):
    """Serves the sample corpus, which is not published."""

    def __init__(self, database: Database, place: Place, library: Library) -> None:
        super().__init__(database, place, lambda library, _: AnswerService(library=library))
        self.service = AnswerService(library=library)

    @property
    def answer_service(self) -> AnswerService:
        """The only one."""
        return self.service


@pytest.fixture(scope="module")
def telegram() -> Iterator[Telegram]:
    """The server of all tests."""
    with Telegram() as server:
        yield server


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A store with a subscription, an answer, and messages of the bot that were sent."""
    database = Database.open(str(tmp_path / "chuwen.db"))
    sent = {
        PROMPT: OutgoingMessage(chat_id=CHAT, payload="{}", prompt=Prompt(PromptKind.CHANGE, SUBSCRIPTION.id)),
        ANSWER: OutgoingMessage(chat_id=CHAT, payload="{}", answer_id=ID),
        OTHER: OutgoingMessage(chat_id=CHAT, payload="{}"),
    }
    with database.writing() as connection:
        answer_table.put(connection, answer(ID, chat_id=CHAT, question=QUESTION, language=Language.SIMPLIFIED))
        subscription_table.subscribe(connection, Subscribe(SUBSCRIPTION), NOW)
        for number, message in sent.items():
            messages.add(connection, [message], NOW)
            connection.execute(outbox.update().where(outbox.c.message_id.is_(None)).values(message_id=number))
    yield database
    database.close()


@pytest.fixture
def statements() -> Iterator[list[tuple[int, str]]]:
    """Every statement that is executed, with the id of its thread."""
    executed: list[tuple[int, str]] = []

    def record(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        executed.append((threading.get_ident(), statement))

    event.listen(Engine, "before_cursor_execute", record)
    yield executed
    event.remove(Engine, "before_cursor_execute", record)


def message(text: str, reply_to: int | None = None, button: Press | None = None) -> Json:
    """An update with a message, perhaps in reply to one of the bot's, below which a button may be."""
    fields: Json = {"message_id": 30, "date": int(NOW.timestamp()), "chat": PRIVATE, "from": PERSON, "text": text}
    if text.startswith("/"):
        fields["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}]
    if reply_to is not None:
        fields["reply_to_message"] = own_message(reply_to, button)
    return {"update_id": 1, "message": fields}


def press(button: Press) -> Json:
    """An update with a press of a button."""
    query = {
        "id": "1",
        "from": PERSON,
        "chat_instance": "1",
        "message": own_message(OTHER, button),
        "data": str(button),
    }
    return {"update_id": 1, "callback_query": query}


def own_message(number: int, button: Press | None) -> Json:
    """A message of the bot."""
    bot = {"id": 123456789, "is_bot": True, "first_name": "楚问", "username": "chuwen_test_bot"}
    fields: Json = {"message_id": number, "date": 1, "chat": PRIVATE, "from": bot, "text": "……"}
    if button:
        fields["reply_markup"] = {"inline_keyboard": [[{"text": "…", "callback_data": str(button)}]]}
    return fields


@pytest.fixture
def handle(
    telegram: Telegram, database: Database, sample: Library, tmp_path: Path, statements: list[tuple[int, str]]
) -> Callable[[Json], Outcome]:
    """Dispatch an update, and see that no statement is executed on the event loop meanwhile."""
    place = Place(address="", corpus=tmp_path, cache=tmp_path, kept=3, today=NOW.date)
    context = Context(
        live_library=SampleLibrary(database, place, sample),
        database=database,
        language=Language.SIMPLIFIED,
        place=place,
        zone=datetime.UTC,
        operators=(),
        minutes=None,
        errors=lambda: 0,
        started_at=NOW,
    )

    async def handled(raw: Json) -> Outcome:
        application = build_application(TelegramSettings(token=telegram.token, api=telegram.url))
        application.add_handlers(handlers(context))
        async with application:
            statements.clear()
            outcome = await dispatch(application, Update.de_json(raw, application.bot))
        assert threading.get_ident() not in {thread for thread, _ in statements}
        return outcome

    return lambda raw: asyncio.run(handled(raw))


BUTTON = Press(Feature.MORE, argument=ID)


UPDATES = {
    "a question": message(QUESTION),
    "a reply to an answer": message("那二期呢？", ANSWER),
    "a reply to an answer with buttons": message("那二期呢？", ANSWER, BUTTON),
    "a reply to another message": message("谢谢", OTHER),
    "a reply to a prompt": message("磷石膏 宜昌", PROMPT),
    "a subscriber's command": message("/subscriptions"),
    "an operator's command": message("/status"),
    "an operator's reply": message("/why", ANSWER),
    "a button of an answer": press(BUTTON),
    "a subscriber's button": press(Press(Feature.SUBSCRIBE, "card", SUBSCRIPTION.id)),
    "a button of an alert": press(Press(Feature.ALERT, "text", "k1", (2,))),
    "an operator's button": press(Press(Feature.OPERATE, "status")),
}


@pytest.mark.parametrize("raw", UPDATES.values(), ids=UPDATES)
def test_the_store_is_read_outside_the_event_loop(
    handle: Callable[[Json], Outcome], statements: list[tuple[int, str]], raw: Json
) -> None:
    """A read that waits for the disk would hold up every chat."""
    handle(raw)
    assert statements


def test_a_reply_to_an_answer_reads_it_once(
    handle: Callable[[Json], Outcome], statements: list[tuple[int, str]]
) -> None:
    """Its buttons say which answer it is, and that it is no prompt: there is nothing else to look up."""
    outcome = handle(message("那二期呢？", ANSWER, BUTTON))
    assert outcome.answer is not None
    reads = [statement for _, statement in statements if statement.startswith("SELECT")]
    assert len(reads) == 1
    assert "FROM answers" in reads[0]


def test_a_reply_to_a_prompt_changes_the_subscription(
    handle: Callable[[Json], Outcome], statements: list[tuple[int, str]]
) -> None:
    """The prompt is looked up once, in the handler."""
    (effect,) = handle(message("宜昌 磷石膏", PROMPT)).effects
    assert isinstance(effect, ChangeSubscription)
    assert effect.subscription.criteria == Filter(("宜昌",), ("磷石膏",))
    assert len([statement for _, statement in statements if "prompt_subject" in statement]) == 1


def test_a_reply_to_another_message_of_the_bot_is_a_question(handle: Callable[[Json], Outcome]) -> None:
    """The handler of prompts passes on what is not for it."""
    outcome = handle(message(QUESTION, OTHER))
    assert outcome.answer is not None
    assert outcome.answer.question == QUESTION
    assert load(outcome.messages[0].payload).reply_to == 30


def test_small_talk_in_reply_to_the_bot_is_small_talk(handle: Callable[[Json], Outcome]) -> None:
    """The handlers after that of prompts keep their order."""
    outcome = handle(message("谢谢", OTHER))
    assert outcome.answer is None
    assert len(outcome.messages) == 1
