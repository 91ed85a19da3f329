"""Who may operate: every command and every button is refused to everybody else, told politely, and written down.

The commands and buttons are those of the handlers that the bot really registers, so a new one is tried by itself.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any, TypeAlias, cast

import pytest
from telegram.ext import CallbackQueryHandler, CommandHandler

from bot.settings import sample_corpus
from bot.telegram.handlers import handlers
from bot.texts import Language, texts_in
from tests.support.asking import newcomer
from tests.support.emulator import Chat, Message, Person, Telegram
from tests.support.process import Bot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from bot.telegram.ui.context import Context
    from tests.support.chats import Json

    Way: TypeAlias = Callable[[Bot, str], tuple[int, int]]  # a command → the number of the message, and whose it is
    Dump: TypeAlias = dict[str, list[tuple[Any, ...]]]

OPERATOR, APPOINTED, DISMISSED = 7001, 8001, 8002
GROUP, FORUM = Chat(-1001234567890), Chat(-1001234567892, is_forum=True)
CHANNEL = Chat(-1001234567891, "channel", "招商频道")
BY_GROUP: Json = {"from": {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}}
BY_CHANNEL: Json = {"from": {"id": 136817688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}}
SAID = texts_in(Language.SIMPLIFIED).operating
PUBLIC = frozenset(texts_in(Language.SIMPLIFIED).commands)
DECIDED = ("generations", "versions", "jobs", "hidden", "operators")  # the tables that operators change
TITLE = "宝钢黄石"
NEW_PERSON = 8009

_REGISTERED = handlers(cast("Context", None))  # to be looked at, not to be called
COMMANDS = sorted({name for one in _REGISTERED if isinstance(one, CommandHandler) for name in one.commands} - PUBLIC)
PATTERNS = [str(getattr(one.pattern, "pattern", "")) for one in _REGISTERED if isinstance(one, CallbackQueryHandler)]
VERBS = sorted(one.removeprefix("^op:").removesuffix("(:|$)") for one in PATTERNS if one.startswith("^op:"))
COMMAND_ARGUMENTS = {"hide": TITLE, "operators": str(NEW_PERSON), "rollback": "1"}  # with which it would do something


@pytest.fixture(scope="module")
def telegram() -> Iterator[Telegram]:
    """The server for all that follows."""
    with Telegram() as server:
        yield server


@pytest.fixture(scope="module")
def bot(telegram: Telegram, cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:
    """A bot with something to decide: two generations, one held back, an article hidden, two operators appointed."""
    folder = tmp_path_factory.mktemp("bot")
    corpus = folder / "corpus"
    shutil.copytree(sample_corpus(), corpus)
    with Bot(telegram, cache, folder, CHUWEN_CORPUS=str(corpus), CHUWEN_OPERATORS=str(OPERATOR)) as running:
        for person in (APPOINTED, DISMISSED):
            operate(running, f"/operators {person}")
        (corpus / "hubei-2025-07-19.txt").unlink()
        held = operate(running, "/reload")
        press(running, held.buttons[SAID.button_publish_anyway], held, OPERATOR)
        for name in ("hubei-ziben-shichang-2022.md", "xiangcheng-baoan-tongban.md"):
            (corpus / name).unlink()
        operate(running, "/reload")
        press(running, f"op:hide-sure:{key_of(running, 'yichang-linshigao-2019.md')}", held, OPERATOR)
        assert [len(rows) > 0 for rows in dump(running).values()] == [True] * len(DECIDED)
        yield running
    assert "Traceback" not in running.log


@pytest.fixture(scope="module")
def arguments(bot: Bot) -> dict[str, str]:
    """What makes each button do something, were it an operator who presses it; those of others don't matter."""
    ((held,),) = bot.rows("SELECT max(id) FROM jobs WHERE \"end\" = 'held'")
    shown, hidden = key_of(bot, "huangshi-baogang-2024.md"), key_of(bot, "yichang-linshigao-2019.md")
    return {
        **dict.fromkeys(("publish", "drop"), str(held)),
        **dict.fromkeys(("rollback", "rollback-sure"), "1"),
        **dict.fromkeys(("hide", "hide-sure"), shown),
        **dict.fromkeys(("dismiss", "dismiss-sure"), str(APPOINTED)),
        "unhide": hidden,
    }


@pytest.fixture(scope="module")
def report(bot: Bot) -> Message:
    """What an operator was told in the group, with its buttons."""
    return operate(bot, f"/generations@{bot.telegram.bot['username']}", GROUP)


@pytest.fixture(scope="module")
def stranger(bot: Bot) -> tuple[int, Message]:
    """Somebody else, and a message of the bot in that private chat."""
    person = newcomer()
    return person, replied(bot, bot.telegram.say("/help", person))


@pytest.fixture(scope="module")
def dismissed(bot: Bot) -> Message:
    """What somebody was told as an operator, who has just been removed."""
    told = operate(bot, "/generations", person=DISMISSED)
    bot.telegram.wait_for(lambda: menu(bot.telegram, DISMISSED))
    press(bot, f"op:dismiss-sure:{DISMISSED}", operate(bot, "/operators"), OPERATOR)
    return told


def operate(bot: Bot, words: str, chat: Chat | None = None, person: int = OPERATOR) -> Message:
    """Say something as an operator, and return what is told once all is done."""
    return replied(bot, bot.telegram.say(words, chat, person))


def press(bot: Bot, carried: str, message: Message, person: int | Person) -> str | None:
    """Press a button, and return the words that pop up once all is done."""
    query = bot.telegram.press(carried, message, person)
    settle(bot)
    answers = [call.parameters for call in bot.telegram.calls("answerCallbackQuery")]
    return next((one.get("text") for one in answers if str(one["callback_query_id"]) == query), None)


def replied(bot: Bot, number: int) -> Message:
    """The only reply to a message, once all is done."""
    (told,) = replies(bot, number)
    return told


def replies(bot: Bot, number: int) -> list[Message]:
    """What was said to a message, once all is done."""
    settle(bot)
    return [message for message in bot.telegram.messages() if message.reply_to == number]


def settle(bot: Bot) -> None:
    """Wait until nothing is to be done any more."""
    rows = (
        "SELECT update_id FROM inbox WHERE ended_at IS NULL UNION ALL SELECT id FROM outbox WHERE state = 'waiting' "
        "UNION ALL SELECT id FROM jobs WHERE ended_at IS NULL"
    )
    bot.telegram.wait_for(lambda: bot.telegram.pending == 0 and not bot.rows(rows))


def key_of(bot: Bot, path: str) -> str:
    """The key of the article in a file."""
    ((key,),) = bot.rows(f"SELECT DISTINCT key FROM versions WHERE path = '{path}'")  # noqa: S608 # the test's own
    return str(key)


def dump(bot: Bot) -> Dump:
    """All that operators decide."""
    return {table: bot.rows(f"SELECT * FROM {table} ORDER BY 1") for table in DECIDED}  # noqa: S608 # as above


def written(bot: Bot, after: int) -> list[tuple[Any, ...]]:
    """The audit log after so many entries: who, where, what, and how it ended."""
    return bot.rows('SELECT person_id, chat_id, action, "end" FROM audit ORDER BY id')[after:]


def entries(bot: Bot) -> int:
    """How many entries the audit log has."""
    return len(written(bot, 0))


def menu(telegram: Telegram, person: int) -> set[str]:
    """The commands in the menu of a private chat, in all languages."""
    found = [
        {one["command"] for one in commands}
        for (scope, _), commands in list(telegram.chats.commands.items())
        if f'"chat_id": {person},' in scope
    ]
    assert all(one == found[0] for one in found)
    return found[0] if found else set()


# Commands


def in_private(bot: Bot, words: str) -> tuple[int, int]:
    """A stranger writes to the bot."""
    person = newcomer()
    return bot.telegram.say(words, person), person


def in_a_group(bot: Bot, words: str) -> tuple[int, int]:
    """A stranger writes in a group where the bot is."""
    person = newcomer()
    return bot.telegram.say(addressed(bot, words), GROUP, person), person


def as_administrator(bot: Bot, words: str) -> tuple[int, int]:
    """An administrator of the group, who is no operator of the bot."""
    person = newcomer()
    bot.telegram.chats.administrators[GROUP.id].add(person)
    return bot.telegram.say(addressed(bot, words), GROUP, person), person


def in_a_topic(bot: Bot, words: str) -> tuple[int, int]:
    """A stranger writes in a topic of a forum."""
    person = newcomer()
    return bot.telegram.say(addressed(bot, words), FORUM, person, thread=5), person


def by_forwarding(bot: Bot, words: str) -> tuple[int, int]:
    """A stranger forwards what an operator wrote."""
    person = newcomer()
    origin = {"type": "user", "date": 1, "sender_user": Person(OPERATOR).json()}
    return bot.telegram.say(words, person, forward_origin=origin), person


def addressed(bot: Bot, words: str) -> str:
    """A command as groups have it, with the bot's name."""
    name, _, rest = words.partition(" ")
    return f"{name}@{bot.telegram.bot['username']} {rest}".strip()


def anonymously(bot: Bot, words: str) -> tuple[int, int]:
    """An administrator who stays anonymous: the group itself writes."""
    number = bot.telegram.say(addressed(bot, words), GROUP, sender_chat=GROUP.json(), **BY_GROUP)
    return number, GROUP.id


def as_a_channel(bot: Bot, words: str) -> tuple[int, int]:
    """A channel writes in a group."""
    number = bot.telegram.say(addressed(bot, words), GROUP, sender_chat=CHANNEL.json(), **BY_CHANNEL)
    return number, CHANNEL.id


@pytest.mark.parametrize("way", [in_private, in_a_group, as_administrator, in_a_topic, by_forwarding])
@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_of_somebody_else_is_refused(bot: Bot, name: str, way: Way) -> None:
    """It tells the number that an operator needs to let that person in, and nothing else happens."""
    before, after = dump(bot), entries(bot)
    number, person = way(bot, f"/{name} {COMMAND_ARGUMENTS.get(name, '')}".strip())
    told = replied(bot, number)
    assert told.text == SAID.refused.format(person=person)
    assert not told.buttons
    assert written(bot, after) == [(person, told.chat, name, "refused")]
    assert dump(bot) == before


@pytest.mark.parametrize("way", [anonymously, as_a_channel])
@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_of_nobody_is_refused(bot: Bot, name: str, way: Way) -> None:
    """Any administrator may write in the group's name, so it tells nobody who it was."""
    before, after = dump(bot), entries(bot)
    number, who = way(bot, f"/{name} {COMMAND_ARGUMENTS.get(name, '')}".strip())
    assert replied(bot, number).text == SAID.refused_anonymous
    assert written(bot, after) == [(who, GROUP.id, name, "refused")]
    assert dump(bot) == before


def test_the_menu_of_operators_has_every_command_that_is_registered() -> None:
    """Else one of them is tried by no test that reads the texts, or offered and not there."""
    for language in Language:
        assert sorted(texts_in(language).operator_commands) == COMMANDS


def test_who_writes_english_is_refused_in_english(bot: Bot) -> None:
    """A refusal that cannot be read helps nobody."""
    person = newcomer()
    told = replied(bot, bot.telegram.say("/reload", person, language_code="en"))
    assert told.text == texts_in(Language.ENGLISH).operating.refused.format(person=person)


def test_a_bot_cannot_operate_even_by_an_operators_number(bot: Bot) -> None:
    """A program that can be told to write a command would let in whoever tells it to."""
    before, after = dump(bot), entries(bot)
    for number in (OPERATOR, 424_242):
        by_bot: Json = {"from": {"id": number, "is_bot": True, "first_name": "别的机器人", "username": "other_bot"}}
        bot.telegram.say(addressed(bot, "/reload"), GROUP, **by_bot)
        settle(bot)
    assert [(person, end) for person, *_, end in written(bot, after)] == [(OPERATOR, "refused"), (424_242, "refused")]
    assert dump(bot) == before


def test_a_post_in_a_channel_is_no_command(bot: Bot) -> None:
    """Nobody's name stands below it."""
    before, after = dump(bot), entries(bot)
    for words in ("/reload", addressed(bot, "/reload")):
        assert replies(bot, bot.telegram.say(words, CHANNEL)) == []
    assert written(bot, after) == []
    assert dump(bot) == before


@pytest.mark.parametrize("chat", [None, GROUP])
def test_what_becomes_a_command_by_an_edit_is_none(bot: Bot, chat: Chat | None) -> None:
    """Who corrects an old message does not mean to publish now."""
    number = bot.telegram.say(addressed(bot, "/status"), chat, OPERATOR)
    (told,) = replies(bot, number)
    before, after = dump(bot), entries(bot)
    bot.telegram.edit(number, addressed(bot, "/reload"))
    assert replies(bot, number) == [told]
    bot.telegram.edit(number, "/reload")
    assert replies(bot, number) == [told]
    assert written(bot, after) == []
    assert dump(bot) == before


@pytest.mark.parametrize("words", ["/reload@other_bot", "/reload", "请 /reload", "/reloading@chuwen_test_bot"])
def test_in_a_group_a_command_that_is_not_for_this_bot_is_ignored(bot: Bot, words: str) -> None:
    """Several bots in a group have a /reload."""
    before, after = dump(bot), entries(bot)
    assert replies(bot, bot.telegram.say(words, GROUP, OPERATOR)) == []
    assert written(bot, after) == []
    assert dump(bot) == before


def test_in_private_a_command_of_another_bot_does_nothing(bot: Bot) -> None:
    """It was copied from somewhere else."""
    before, after = dump(bot), entries(bot)
    told = replied(bot, bot.telegram.say("/reload@other_bot", OPERATOR))
    assert told.text == texts_in(Language.SIMPLIFIED).no_such_command
    assert written(bot, after) == []
    assert dump(bot) == before


# Buttons


@pytest.mark.parametrize("verb", VERBS)
def test_a_button_of_an_operators_report_is_refused_to_others(
    bot: Bot, report: Message, arguments: dict[str, str], verb: str
) -> None:
    """In a group everybody sees the buttons, and can press them."""
    refuse(bot, verb, arguments, report, newcomer())


@pytest.mark.parametrize("verb", VERBS)
def test_a_forged_button_is_refused(
    bot: Bot, stranger: tuple[int, Message], arguments: dict[str, str], verb: str
) -> None:
    """Who writes a client of his own sends whatever he likes, from any message of the bot."""
    person, message = stranger
    refuse(bot, verb, arguments, message, person)


@pytest.mark.parametrize("verb", VERBS)
def test_an_old_button_is_refused_to_who_was_an_operator(
    bot: Bot, dismissed: Message, arguments: dict[str, str], verb: str
) -> None:
    """What was sent before the removal still stands in that chat."""
    refuse(bot, verb, arguments, dismissed, DISMISSED)


def refuse(bot: Bot, verb: str, arguments: dict[str, str], message: Message, person: int) -> None:
    """Press such a button, and see that it is refused, written down, and changes nothing."""
    before, after, told = dump(bot), entries(bot), shown(bot)
    carried = ":".join(filter(None, ("op", verb, arguments.get(verb, ""))))
    assert press(bot, carried, message, person) == SAID.refused_press
    assert written(bot, after) == [(person, message.chat, verb, "refused")]
    assert dump(bot) == before
    assert shown(bot) == told


def shown(bot: Bot) -> list[tuple[int, str, dict[str, str]]]:
    """All that the bot has said anywhere, as it stands now."""
    return [(message.message_id, message.html, message.buttons) for message in bot.telegram.messages()]


def test_commands_are_refused_to_who_was_an_operator(bot: Bot, dismissed: Message) -> None:
    """From the next message on."""
    assert replied(bot, bot.telegram.say("/reload", dismissed.chat)).text == SAID.refused.format(person=DISMISSED)


FORGED = {
    "a generation that never was": "op:rollback-sure:99999999999",
    "a number that no store can hold": f"op:rollback-sure:{'9' * 40}",
    "the same, to be asked": "op:rollback:99999999999",
    "a negative generation": "op:rollback-sure:-1",
    "no generation": "op:rollback-sure",
    "a negative job": "op:publish:-1",
    "no number": "op:publish:x",
    "a job that never was": "op:publish:999999999999999",
    "a huge job": f"op:drop:{'9' * 40}",
    "no job": "op:drop",
    "an article that never was": "op:hide-sure:AAAA",
    "no article": "op:hide-sure",
    "an article that never was, to be asked": "op:hide:AAAA",
    "an article that is not hidden": "op:unhide:AAAA",
    "nobody": "op:dismiss-sure:1",
    "a huge person": f"op:dismiss-sure:{'9' * 40}",
    "no person": "op:dismiss-sure:x",
    "no person, to be asked": "op:dismiss:x",
    "an operator of the settings": f"op:dismiss-sure:{OPERATOR}",
    "a page far off": "op:audit:999999",
    "a huge page": f"op:audit:{'9' * 40}",
    "more than a button carries": f"op:hide:{'A' * 41}",
    "other characters": "op:hide-sure:'; DROP TABLE hidden; --",
    "a line more": "op:drop:1\n2",
    "Chinese digits": "op:publish:一",
    "digits of another script": "op:publish:١٢",
    "no verb": "op:",
    "a verb that never was": "op:format-disk:1",
    "an empty argument": "op:publish:",
}


@pytest.mark.parametrize("carried", FORGED.values(), ids=FORGED)
def test_a_button_that_nobody_made_does_nothing(bot: Bot, carried: str) -> None:
    """Buttons come back from a program that anybody may have written: even an operator's are not to be trusted."""
    message = operate(bot, "/help")
    before, logged, told = dump(bot), len(bot.log), shown(bot)
    popped_up = press(bot, carried, message, OPERATOR)
    assert popped_up or shown(bot) != told
    assert {**dump(bot), "jobs": []} == {**before, "jobs": []}
    assert all(end in ("failed", "unchanged") for (end,) in new_jobs(bot, before))
    assert " ERROR " not in bot.log[logged:]
    assert " WARNING " not in bot.log[logged:]


def new_jobs(bot: Bot, before: Dump) -> list[tuple[Any, ...]]:
    """How the jobs ended that were asked for since."""
    return bot.rows('SELECT "end" FROM jobs ORDER BY id')[len(before["jobs"]) :]


def test_a_rollback_to_no_generation_says_so(bot: Bot) -> None:
    """'The process broke off, maybe for want of memory' would send an operator the wrong way."""
    message = operate(bot, "/help")
    for number in ("99999999999", "9" * 40):
        press(bot, f"op:rollback-sure:{number}", message, OPERATOR)
        assert "没有保留第" in bot.telegram.messages(OPERATOR)[-1].text


def test_a_button_of_a_message_that_is_gone_does_no_harm(bot: Bot) -> None:
    """It was deleted while somebody pressed it."""
    message, logged = operate(bot, "/audit"), len(bot.log)
    del bot.telegram.chats.messages[OPERATOR][message.message_id]
    press(bot, "op:status", message, OPERATOR)
    press(bot, "op:generations", message, OPERATOR)
    assert "已发布的内容" in bot.telegram.messages(OPERATOR)[-1].text
    assert " ERROR " not in bot.log[logged:]


# Menus


def test_the_menu_has_operators_commands_in_their_own_chats_alone(bot: Bot) -> None:
    """Who sees a command tries it."""
    bot.telegram.wait_for(lambda: menu(bot.telegram, APPOINTED))
    for person in (OPERATOR, APPOINTED):
        assert {*COMMANDS, "ask", "help"} <= menu(bot.telegram, person)
    menus = list(bot.telegram.chats.commands.items())
    others = {one["command"] for (scope, _), commands in menus if '"chat_id"' not in scope for one in commands}
    assert others == PUBLIC


def test_the_menu_goes_with_the_right(bot: Bot, dismissed: Message) -> None:
    """What is offered and refused is a riddle."""
    bot.telegram.wait_for(lambda: not menu(bot.telegram, dismissed.chat))
