"""Whose an update is, and which of its words are meant for the bot, is read from what Telegram sends."""

from __future__ import annotations

import datetime
import json
from typing import Any, TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import Bot, Message, Update, User

from bot.telegram.wire.updates import (
    LARGEST_ID,
    incoming_message,
    is_addressed,
    is_for_bot,
    is_other_command,
    language_for,
    message_in,
    received_update,
)
from bot.texts import Language

Json: TypeAlias = dict[str, Any]

SIMPLIFIED, TRADITIONAL, ENGLISH = Language.SIMPLIFIED, Language.TRADITIONAL, Language.ENGLISH
PERSON: Json = {"id": 5, "is_bot": False, "first_name": "王"}
SELF: Json = {"id": 7, "is_bot": True, "first_name": "楚问", "username": "ChuwenBot"}
PRIVATE: Json = {"id": 5, "type": "private"}
GROUP: Json = {"id": -9, "type": "supergroup", "title": "群"}
CHANNEL: Json = {"id": -8, "type": "channel", "title": "频道"}
QUESTION = "宜昌消耗了多少磷石膏？"


class NamedBot(Bot):
    """A bot that knows who it is without asking Telegram."""

    @property
    def bot(self) -> User:
        """What getMe would say; `id` and `username` are taken from it."""
        return User.de_json(SELF)


BOT = NamedBot("7:token")


def message(text: str | None = None, chat: Json = GROUP, **fields: Any) -> Message:
    """A message as Telegram sends it."""
    said = {} if text is None else {"text": text}
    return Message.de_json({"message_id": 3, "date": 1_752_900_000, "chat": chat, "from": PERSON} | said | fields, BOT)


def named(text: str, name: str, kind: str = "mention", user: Json | None = None, last: bool = False) -> list[Json]:
    """The entity that marks a name in a text, in UTF-16 units; the first, or the last."""
    start = text.rindex(name) if last else text.index(name)
    offset, length = (len(part.encode("utf-16-le")) // 2 for part in (text[:start], name))
    return [{"type": kind, "offset": offset, "length": length} | ({"user": user} if user else {})]


def mentioning(text: str, name: str, **options: Any) -> Message:
    """A message in a group whose text names somebody."""
    return message(text, entities=named(text, name, **options))


REPLIED: Json = {"message_id": 2, "date": 1, "chat": GROUP}
ADDRESSED = {
    "ask": (message(f"/ask {QUESTION}"), QUESTION),
    "ask without a space": (message(f"/ask{QUESTION}"), QUESTION),
    "ask on a line of its own": (message(f"/ask\n{QUESTION}"), QUESTION),
    "ask in capitals": (message(f"/ASK {QUESTION}"), QUESTION),
    "ask by name": (message(f"/ask@ChuwenBot {QUESTION}"), QUESTION),
    "ask by name in any case": (message(f"/ask@CHUWENbot {QUESTION}"), QUESTION),
    "ask by name without a space": (message(f"/ask@ChuwenBot{QUESTION}"), QUESTION),
    "only ask": (message("/ask"), ""),
    "ask below a picture": (message(caption=f"/ask {QUESTION}"), QUESTION),
    "mention": (mentioning(f"@ChuwenBot {QUESTION}", "@ChuwenBot"), QUESTION),
    "mention in any case": (mentioning(f"@chuwenBOT {QUESTION}", "@chuwenBOT"), QUESTION),
    "mention at the end": (mentioning(f"{QUESTION}@ChuwenBot", "@ChuwenBot"), QUESTION),
    "mention in between": (mentioning("请问@ChuwenBot 磷石膏", "@ChuwenBot"), "请问  磷石膏"),
    "mention behind emoji": (mentioning(f"😀👍🏽𠀀 @ChuwenBot {QUESTION}", "@ChuwenBot"), f"😀👍🏽𠀀   {QUESTION}"),
    "mention behind a longer name": (
        mentioning(f"@ChuwenBot2 @ChuwenBot {QUESTION}", "@ChuwenBot", last=True),
        f"@ChuwenBot2   {QUESTION}",
    ),
    "mention twice": (
        message(
            f"@ChuwenBot {QUESTION}@ChuwenBot",
            entities=[
                *named(f"@ChuwenBot {QUESTION}@ChuwenBot", "@ChuwenBot"),
                *named(f"@ChuwenBot {QUESTION}@ChuwenBot", "@ChuwenBot", last=True),
            ],
        ),
        QUESTION,
    ),
    "mention behind ask": (mentioning(f"/ask @ChuwenBot {QUESTION}", "@ChuwenBot"), QUESTION),
    "link to the bot": (mentioning(f"楚问 {QUESTION}", "楚问", kind="text_mention", user=SELF), QUESTION),
    "link to the bot by a word of the question": (
        mentioning("楚问是谁，楚问", "楚问", kind="text_mention", user=SELF, last=True),
        "楚问是谁，",
    ),
    "mention below a picture": (
        message(caption=f"@ChuwenBot {QUESTION}", caption_entities=named(f"@ChuwenBot {QUESTION}", "@ChuwenBot")),
        QUESTION,
    ),
    "reply to the bot": (message(QUESTION, reply_to_message=REPLIED | {"from": SELF}), QUESTION),
    "group of the old kind": (message(f"/ask {QUESTION}", GROUP | {"type": "group"}), QUESTION),
    "private": (message(QUESTION, PRIVATE), QUESTION),
    "private without words": (message(None, PRIVATE), ""),
}
OTHERS = {
    "talk": message(QUESTION),
    "no words": message(),
    "another's ask": message(f"/ask@OtherBot {QUESTION}"),
    "ask of a bot with a longer name": message(f"/ask@ChuwenBot2 {QUESTION}"),
    "longer command": message("/asking"),
    "command below a word": message(f"x /ask {QUESTION}"),
    "name that is no mention": message(f"@ChuwenBot {QUESTION}"),
    "mention of another": mentioning(f"@OtherBot {QUESTION}", "@OtherBot"),
    "link to another": mentioning(f"王 {QUESTION}", "王", kind="text_mention", user=PERSON),
    "reply to a person": message(QUESTION, reply_to_message=REPLIED | {"from": PERSON}),
    "reply to a channel's post": message(QUESTION, reply_to_message=REPLIED | {"sender_chat": CHANNEL}),
    "channel": message(f"/ask {QUESTION}", CHANNEL),
    "mention in a channel": message("@ChuwenBot", CHANNEL, entities=named("@ChuwenBot", "@ChuwenBot")),
}


@pytest.mark.parametrize("case", ADDRESSED)
def test_who_is_meant_answers(case: str) -> None:
    """A bot that does not hear its name seems dead."""
    assert is_addressed(ADDRESSED[case][0])


@pytest.mark.parametrize("case", OTHERS)
def test_what_others_say_is_not_meant_for_the_bot(case: str) -> None:
    """A bot that answers everything is thrown out of the group."""
    assert not is_addressed(OTHERS[case])


@pytest.mark.parametrize("case", ADDRESSED)
def test_the_question_is_what_was_said_without_the_address(case: str) -> None:
    """The bot's name stands in no article, and other names are not to be broken."""
    said, words = ADDRESSED[case]
    assert incoming_message(said, SIMPLIFIED).text == words


@pytest.mark.parametrize(
    ("text", "is_other"),
    [
        ("/help", True),
        ("/start x", True),
        ("/ask@OtherBot 问", True),
        ("/asking", True),
        ("/1", True),
        ("/ask 问", False),
        ("/ask@chuwenbot 问", False),
        ("/ask@ChuwenBot问", False),
        ("/ask问", False),
        ("/宜昌", False),
        ("/ 问", False),
        ("问 /help", False),
        ("", False),
    ],
)
@pytest.mark.parametrize("place", ["text", "caption"])
def test_other_commands_are_no_questions(text: str, is_other: bool, place: str) -> None:
    """Nobody wants to know what the articles say of /start."""
    said = message(text) if place == "text" else message(caption=text)
    assert is_other_command(said) is is_other


def test_words_know_where_they_were_said() -> None:
    """The reply goes there."""
    words = incoming_message(message(QUESTION), SIMPLIFIED)
    assert (words.chat_id, words.person_id, words.message_id, words.is_private) == (-9, 5, 3, False)
    assert words.sent_at == datetime.datetime.fromtimestamp(1_752_900_000, datetime.UTC)


def test_private_words_are_private() -> None:
    """There, everything is meant for the bot."""
    assert incoming_message(message(QUESTION, PRIVATE), SIMPLIFIED).is_private


def test_an_edited_message_was_said_when_it_was_edited() -> None:
    """Or the new answer to an old question would be called late."""
    words = incoming_message(message(QUESTION, edit_date=1_752_999_999), SIMPLIFIED)
    assert words.sent_at == datetime.datetime.fromtimestamp(1_752_999_999, datetime.UTC)


@pytest.mark.parametrize(("is_topic", "thread_id"), [(True, 11), (False, None)])
def test_only_a_topic_is_a_thread(is_topic: bool, thread_id: int | None) -> None:
    """Telegram numbers replies likewise, and refuses messages to those."""
    said = message(QUESTION, message_thread_id=11, is_topic_message=is_topic)
    assert incoming_message(said, SIMPLIFIED).thread_id == thread_id


def test_an_anonymous_admin_is_the_group() -> None:
    """Telegram names a stand-in as the sender, the same in all groups."""
    stand_in = {"id": 1_087_968_824, "is_bot": True, "first_name": "Group"}
    raw = {"update_id": 1, "message": {"chat": GROUP, "from": stand_in, "sender_chat": GROUP}}
    assert incoming_message(message(QUESTION, **{"from": stand_in}, sender_chat=GROUP), SIMPLIFIED).person_id == -9
    assert received_update(raw).person_id == -9


def test_words_can_be_stored_and_searched() -> None:
    """PostgreSQL refuses NUL, and nothing can encode half a character."""
    text = incoming_message(message("\0宜昌\ud83d磷石膏\0 "), SIMPLIFIED).text
    assert text == "宜昌?磷石膏"


def test_half_a_character_beside_a_mention_is_no_error() -> None:
    """Whoever counts UTF-16 units has to encode the text first."""
    text = f"\ud83d@ChuwenBot {QUESTION}"
    said = message(text, entities=[{"type": "mention", "offset": 1, "length": 10}])
    assert is_addressed(said)
    assert incoming_message(said, SIMPLIFIED).text == f"?  {QUESTION}"


@given(st.text(st.characters()), st.integers(-3, 50), st.integers(-3, 50), st.sampled_from(["mention", "text_mention"]))
def test_no_entity_is_an_error(text: str, offset: int, length: int, kind: str) -> None:
    """Where it points beside the text, or into a character, there is just no mention."""
    entities = [{"type": kind, "offset": offset, "length": length, "user": SELF}]
    words = incoming_message(message(text, entities=entities), SIMPLIFIED)
    assert words.text.encode().decode() == words.text.replace("\0", "")


def test_a_new_message_and_an_edited_one_are_found() -> None:
    """Both can be questions."""
    body = {"message_id": 3, "date": 1, "chat": PRIVATE, "from": PERSON, "text": QUESTION}
    for kind in ("message", "edited_message"):
        update = Update.de_json({"update_id": 1, kind: body}, BOT)
        assert message_in(update).text == QUESTION
        assert is_addressed(message_in(update))


def test_an_update_without_a_message_is_told() -> None:
    """A handler that got it by mistake should fail where it did."""
    with pytest.raises(ValueError, match="update 1 "):
        message_in(Update.de_json({"update_id": 1}, BOT))


@pytest.mark.parametrize(
    ("code", "text", "otherwise", "language"),
    [
        ("en", "", SIMPLIFIED, ENGLISH),
        ("en-GB", QUESTION, SIMPLIFIED, ENGLISH),
        ("zh-hant", "", SIMPLIFIED, TRADITIONAL),
        ("zh-TW", "", SIMPLIFIED, TRADITIONAL),
        ("zh-HK", "1", ENGLISH, TRADITIONAL),
        ("zh-hans", "", TRADITIONAL, SIMPLIFIED),
        ("zh", "", ENGLISH, SIMPLIFIED),
        ("zh-hans", "寶鋼二期什麼時候開工？", SIMPLIFIED, TRADITIONAL),
        ("zh-hant", "宝钢二期什么时候开工？", TRADITIONAL, SIMPLIFIED),
        ("zh-hans", "When did it start?", SIMPLIFIED, ENGLISH),
        ("de", "", TRADITIONAL, TRADITIONAL),
        ("de", QUESTION, ENGLISH, SIMPLIFIED),
        (None, "寶鋼二期什麼時候開工？", SIMPLIFIED, TRADITIONAL),
        (None, "When did it start?", SIMPLIFIED, ENGLISH),
        (None, "", ENGLISH, ENGLISH),
    ],
)
def test_people_are_answered_in_their_language(
    code: str | None, text: str, otherwise: Language, language: Language
) -> None:
    """Whoever uses Telegram in English reads English; for the others, the script they write in counts."""
    assert language_for(code, text, otherwise) is language


def test_nobody_is_answered_as_the_bot_was_set() -> None:
    """Some messages have no sender."""
    assert [language_for(None, "", language) for language in Language] == list(Language)


BODY: Json = {"chat": GROUP, "from": PERSON}


@pytest.mark.parametrize(
    ("update", "chat_id", "person_id", "is_from_person"),
    [
        ({"message": BODY}, -9, 5, True),
        ({"edited_message": BODY}, -9, 5, True),
        ({"callback_query": {"id": "1", "from": PERSON, "message": {"chat": GROUP, "from": SELF}}}, -9, 5, True),
        ({"callback_query": {"id": "1", "from": PERSON}}, 0, 5, True),
        ({"my_chat_member": BODY}, -9, 5, False),
        ({"channel_post": {"chat": CHANNEL, "sender_chat": CHANNEL}}, -8, -8, True),
        ({"message": {"chat": {"id": LARGEST_ID + 1}, "from": {"id": "5"}}}, 0, None, True),
    ],
)
def test_an_update_belongs_to_a_chat_and_a_person(
    update: Json, chat_id: int, person_id: int | None, is_from_person: bool
) -> None:
    """Updates of one chat are handled in order, and nobody may fill the queue alone."""
    found = received_update({"update_id": 1} | update)
    assert (found.update_id, found.chat_id, found.person_id) == (1, chat_id, person_id)
    assert found.is_from_person is is_from_person
    assert json.loads(found.raw) == {"update_id": 1} | update


@pytest.mark.parametrize("update_id", [None, "1", -1, 1.0, True, LARGEST_ID + 1, [1], {"id": 1}])
def test_an_update_without_a_number_is_refused(update_id: object) -> None:
    """It could be neither stored nor told from another."""
    with pytest.raises(ValueError, match="update_id"):
        received_update({"update_id": update_id, "message": BODY})


NAMES = st.sampled_from(["id", "chat", "from", "message", "sender_chat", "text", "date", "callback_query"]) | st.text()
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters())
JSON = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4))
RAWS = st.builds(
    lambda update_id, rest: rest | update_id,
    st.fixed_dictionaries({}, optional={"update_id": SCALARS | st.integers(0, LARGEST_ID)}),
    st.dictionaries(NAMES, JSON, max_size=4),
)


@given(RAWS)
def test_whatever_comes_in_is_an_update_or_none(raw: Json) -> None:
    """Anybody who knows the address can send anything; nothing but its number is relied on."""
    update_id = raw.get("update_id")
    is_usable = type(update_id) is int and 0 <= update_id <= LARGEST_ID
    try:
        found = received_update(raw)
    except ValueError:
        assert not is_usable
    else:
        assert is_usable
        assert all(value is None or abs(value) <= LARGEST_ID for value in (found.chat_id, found.person_id))
        assert "\0" not in found.raw.encode().decode()


@pytest.mark.parametrize(
    ("fields", "is_meant"),
    [
        ({"text": "大家好"}, False),
        ({"text": "/ask 宜昌"}, True),
        ({"text": "请问 @chuwen_test_bot 宜昌"}, True),
        ({"caption": "/ask 宜昌"}, True),
        ({"text": "楚问你好", "entities": [{"type": "text_mention", "offset": 0, "length": 2}]}, True),
        ({"text": "还有呢", "reply_to_message": {"from": {"id": 1, "is_bot": True}}}, True),
        ({"text": "还有呢", "reply_to_message": {"from": {"id": 5, "is_bot": False}}}, False),
        ({"migrate_to_chat_id": -1005}, True),
        ({"sticker": {}}, False),
        ({"text": 5, "entities": "x", "reply_to_message": []}, False),
    ],
)
def test_what_people_in_a_group_say_to_one_another_is_not_kept(fields: dict[str, object], is_meant: bool) -> None:
    """It is nobody's business, and must not count as questions waiting."""
    for kind in ("message", "edited_message"):
        assert is_for_bot({"update_id": 1, kind: {"chat": {"id": -5, "type": "group"}} | fields}) is is_meant
        assert is_for_bot({"update_id": 1, kind: {"chat": {"id": 5, "type": "private"}} | fields})
    assert is_for_bot({"update_id": 1, "callback_query": {"message": {"chat": {"id": -5, "type": "group"}}}})
