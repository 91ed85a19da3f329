"""Who subscribes to what, how it is looked at, changed and ended: in private, in groups, in topics, and by links."""

from __future__ import annotations

import base64
import itertools
import json
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.subscriptions import MOST_SUBSCRIPTIONS
from bot.settings import sample_corpus
from bot.telegram.ui.menus import IN_GROUPS, IN_PRIVATE
from bot.texts import Language, texts_in
from tests.support.asking import ANSWER, QUESTION, newcomer
from tests.support.emulator import Chat, Message, Telegram
from tests.support.faults import Internal
from tests.support.life import ANN, Folder, Life
from tests.support.process import Bot

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.chats import Json

CHINESE, TRADITIONAL, ENGLISH = (texts_in(language).subscribing for language in Language)
SAID = CHINESE
GONE = texts_in(Language.SIMPLIFIED).button_gone
NAME = "@chuwen_test_bot"
LINK = "https://t.me/chuwen_test_bot?start="
UNANSWERED = "宜昌新港码头总投资多少？"
NO_ARTICLE_KNOWS = "今天天气怎么样？"
WAIT = SAID.button_subscribe_question
HARBOUR = "---\ntitle: 【宜昌招商】新港码头开工\ndate: 2025-08-01\n---\n宜昌新港码头2025年7月开工建设，总投资12亿元。\n"
TOPIC = 77
_groups = itertools.count(-1_006_000_000_001, -1)


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Iterator[Life]:
    """A bot at work; of all that was said to it, nothing was given up."""
    folder = Folder(tmp_path_factory.mktemp("bot") / "corpus")
    folder.path.mkdir()
    for file in sorted(sample_corpus().glob("*-*")):
        folder.stage(file.stem, "sample", file.read_bytes(), file.suffix)
        folder.put(file.stem)
    folder.stage("harbour", "sample", HARBOUR)
    home, path = folder.path.parent, str(folder.path)
    with Telegram() as telegram, Bot(telegram, cache, home, CHUWEN_CORPUS=path, CHUWEN_OPERATORS=str(ANN)) as bot:
        yield Life(telegram, bot, folder)
        assert bot.rows('SELECT update_id, "end", error FROM inbox WHERE ended_at IS NULL OR "end" != \'done\'') == []
        unsent = "state != 'sent' AND (has_payload OR NOT is_daily)"  # those wait for the morning
        assert bot.rows(f"SELECT id, state, error FROM outbox WHERE {unsent}") == []  # noqa: S608 # the test's own
        assert not [line for line in bot.log.splitlines() if " ERROR " in line or "Traceback" in line]


@pytest.fixture
def person() -> int:
    """Somebody who has not written before."""
    return newcomer()


def a_group(*, is_forum: bool = False) -> Chat:
    """A group where nothing was said before."""
    return Chat(next(_groups), is_forum=is_forum)


def wishes(life: Life, chat: int) -> list[str]:
    """What a chat subscribes to, in words, the first first."""
    rows = life.bot.rows(
        "SELECT regions, keywords, coalesce(question, '') FROM subscriptions "  # noqa: S608 # a number
        f"WHERE chat_id = {chat} ORDER BY created_at"
    )
    return [" ".join(filter(None, row)) for row in rows]


def many(life: Life, chat: int, count: int) -> None:
    """Let a chat have so many subscriptions, without saying so."""
    rows = ", ".join(
        f"('{chat % 10_000:04d}{number:04d}', {chat}, 0, '', '词{number}', NULL, 'zh-Hans', 0, 0, 0, "
        f"'2026-01-01 00:00:{number:02d}.000000')"
        for number in range(count)
    )
    assert life.bot.change(f"INSERT INTO subscriptions VALUES {rows}") == count  # noqa: S608 # the test's own


def link_of(message: Message) -> str:
    """What the deep link in a message carries."""
    return message.text.partition(LINK)[2].split()[0]


# How to subscribe


def test_subscribe_alone_tells_how_and_a_region_is_one_tap(life: Life, person: int) -> None:
    """Who does not know what to write learns it, and need not write."""
    how = life.say("/subscribe", person)
    assert how.text == SAID.how
    assert {"襄阳", "宜昌", "黄石", SAID.button_everything, SAID.button_list} <= set(how.buttons)
    told = life.press("宜昌", how)
    assert told.only.message_id == how.message_id
    assert told.only.text.startswith(SAID.done.format(wish="宜昌"))
    assert wishes(life, person) == ["宜昌"]


def test_everything_is_one_tap(life: Life, person: int) -> None:
    """Some want it all."""
    told = life.press(SAID.button_everything, life.say("/subscribe", person)).only
    assert told.text.startswith(SAID.done.format(wish=SAID.everything))
    assert life.bot.rows(f"SELECT regions, keywords, question FROM subscriptions WHERE chat_id = {person}") == [  # noqa: S608
        ("", "", None)
    ]


@pytest.mark.parametrize(
    ("words", "wish"),
    [
        ("宜昌", "宜昌"),
        ("宜昌市", "宜昌"),
        ("磷石膏", "磷石膏"),
        ("宜昌 磷石膏", "宜昌 + 磷石膏"),
        ("磷石膏，宜昌、襄阳", "宜昌或襄阳 + 磷石膏"),
        ("全部", "全部文章"),
        ("all", "全部文章"),
    ],
)
def test_words_are_regions_keywords_or_everything(life: Life, person: int, words: str, wish: str) -> None:
    """What is subscribed to is told back, so that a misunderstanding is seen."""
    told = life.say(f"/subscribe {words}", person)
    assert told.text.startswith(f"{SAID.done.format(wish=wish)}\n")
    assert SAID.count.format(count=1, most=MOST_SUBSCRIPTIONS) in told.text


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("一 二 三 四 五 六 七", SAID.parse_errors["too-many-words"].format(most=6)),
        ("石" * 21, SAID.parse_errors["too-long"].format(found="石" * 20, most=20)),
        ("磷石膏 😀", SAID.parse_errors["no-word"].format(found="😀")),
        (f"宜昌{'石' * 600}有多少？", "问题太长"),
    ],
)
def test_what_cannot_be_subscribed_to_is_told_why(life: Life, person: int, words: str, told: str) -> None:
    """A subscription that can never match would be waited for in vain."""
    assert life.say(f"/subscribe {words}", person).text.startswith(told)
    assert wishes(life, person) == []


def test_a_preview_tells_what_it_would_have_caught(life: Life, person: int) -> None:
    """Whoever reads it sees whether that is what was meant, and how much will come."""
    told = life.say("/subscribe 磷石膏", person).text
    assert SAID.recent_none in told
    title = "【宜昌招商】磷石膏综合利用变废为材 宜昌绿色建筑有了新路"
    assert SAID.earlier.format(count=1, date="2025-07-19", title=title) in told
    assert SAID.never in life.say("/subscribe 神农架", person).text
    assert SAID.when_now.format(most=5) in told


def test_the_same_once_more_is_told_and_not_kept_twice(life: Life, person: int) -> None:
    """Each alert would name it twice."""
    life.say("/subscribe 宜昌 磷石膏", person)
    for words in ("宜昌 磷石膏", "磷石膏 宜昌", "宜昌市、磷石膏"):
        told = life.say(f"/subscribe {words}", person)
        assert told.text == SAID.again.format(wish="宜昌 + 磷石膏")
        assert list(told.buttons) == [SAID.button_list]
    assert wishes(life, person) == ["宜昌 磷石膏"]


def test_more_than_fifty_are_refused_and_the_list_is_offered(life: Life, person: int) -> None:
    """One chat must not take the turns of all others, and is told how to go on."""
    many(life, person, MOST_SUBSCRIPTIONS - 1)
    last = life.say("/subscribe 宜昌", person)
    assert SAID.count.format(count=50, most=50) in last.text
    refused = life.say("/subscribe 黄石", person)
    assert refused.text == SAID.too_many.format(count=50, most=50)
    assert life.press(SAID.button_list, refused).only.text.startswith(SAID.list.format(count=50, most=50))
    assert len(wishes(life, person)) == MOST_SUBSCRIPTIONS


def test_everybody_reads_it_in_the_own_script_and_language(life: Life) -> None:
    """Not everybody reads simplified Chinese."""
    english = life.say("/subscribe 宜昌", newcomer(), language="en")
    assert english.text.startswith(ENGLISH.done.format(wish="宜昌"))
    assert ENGLISH.button_unsubscribe in english.buttons
    traditional = life.say("/subscribe 宜昌 磷石膏", newcomer(), language="zh-hant")
    assert traditional.text.startswith(TRADITIONAL.done.format(wish="宜昌 + 磷石膏"))
    assert TRADITIONAL.button_unsubscribe in traditional.buttons
    assert life.say("/subscribe", newcomer(), language="zh-hant").text == TRADITIONAL.how
    assert life.say("/subscriptions", newcomer(), language="en").text == ENGLISH.list_none


def test_words_in_the_other_script_are_the_same_words(life: Life, person: int) -> None:
    """宜昌 and 襄陽 are places however they are written, and 磷石膏 is what the articles call it."""
    life.say("/subscribe 襄陽 項目", person)
    assert life.say("/subscribe 襄阳 项目", person).text.startswith(SAID.again.partition("{")[0])


# Questions


def test_a_question_without_an_answer_is_kept(life: Life, person: int) -> None:
    """Its answer may come with the next article."""
    told = life.say(f"/subscribe {UNANSWERED}", person)
    assert told.text.startswith(SAID.done_question.format(question=UNANSWERED))
    assert list(told.buttons) == [SAID.button_unsubscribe, SAID.button_list]
    assert wishes(life, person) == [UNANSWERED]


def test_a_question_with_an_answer_is_answered_at_once(life: Life, person: int) -> None:
    """Nobody waits for what is there."""
    told = life.say(f"/subscribe {QUESTION}", person)
    assert told.text.startswith(SAID.answered)
    assert ANSWER in told.text
    assert "👍" in told.buttons
    assert wishes(life, person) == []


def test_a_question_that_no_article_can_answer_is_not_kept(life: Life, person: int) -> None:
    """It would be waited for for ever."""
    told = life.say(f"/subscribe {NO_ARTICLE_KNOWS}", person)
    assert told.text.startswith(f"{SAID.not_kept}\n\n抱歉，这是眼下才能知道的事")
    assert wishes(life, person) == []
    assert WAIT not in life.say(NO_ARTICLE_KNOWS, person).buttons


def test_the_button_below_no_answer_waits_for_one(life: Life, person: int) -> None:
    """Who has just asked need not type it again."""
    answer = life.say(UNANSWERED, person)
    told = life.press(WAIT, answer)
    assert told.only.text.startswith(SAID.done_question.format(question=UNANSWERED))
    assert wishes(life, person) == [UNANSWERED]
    assert life.press(WAIT, answer).only.text == SAID.again.format(wish=SAID.question.format(question=UNANSWERED))
    assert WAIT not in life.say(QUESTION, person).buttons


# The list


def test_the_list_is_read_in_pages(life: Life, person: int) -> None:
    """Fifty buttons fit on no phone."""
    many(life, person, 19)
    first = life.say("/subscriptions", person)
    on, back = texts_in(Language.SIMPLIFIED).button_on, texts_in(Language.SIMPLIFIED).button_back
    assert first.text.startswith(SAID.list.format(count=19, most=50))
    assert [line for line in first.text.splitlines() if line[:1].isdigit()] == [f"{n + 1}. 词{n}" for n in range(8)]
    assert on in first.buttons
    assert back not in first.buttons
    second = life.press(on, first).only
    assert {on, back} <= set(second.buttons)
    last = life.press(on, second).only
    assert last.message_id == first.message_id
    assert [line for line in last.text.splitlines() if line[:1].isdigit()] == ["17. 词16", "18. 词17", "19. 词18"]
    assert on not in last.buttons
    assert life.press(back, last).only.text == second.text
    far = life.press_data("sub:list:999", first).only
    assert far.text == last.text


CHANGES = [
    (SAID.button_pause, SAID.button_go, "is_paused", (SAID.card_paused, SAID.mark_paused)),
    (SAID.button_daily, SAID.button_now, "is_daily", (SAID.card_daily, SAID.mark_daily)),
    (SAID.button_mute, SAID.button_loud, "is_silent", (SAID.card_silent, SAID.mark_silent)),
]


@pytest.mark.parametrize(("do", "undo", "column", "says"), CHANGES, ids=[row[2] for row in CHANGES])
def test_a_card_changes_how_alerts_come_and_back(
    life: Life, person: int, do: str, undo: str, column: str, says: tuple[str, str]
) -> None:
    """What was tapped by mistake is undone in the same place, and the list tells what is unusual."""
    life.say("/subscribe 宜昌", person)
    listed = life.say("/subscriptions", person)
    card = life.press(SAID.button_card.format(number=1, wish="宜昌"), listed).only
    assert card.message_id == listed.message_id
    changed = life.press(do, card).only
    words, mark = says[0].format(hour=9), says[1]
    assert words in changed.text
    assert life.bot.rows(f"SELECT {column} FROM subscriptions WHERE chat_id = {person}") == [(1,)]  # noqa: S608
    assert f"1. 宜昌（{mark}）" in life.say("/subscriptions", person).text
    again = life.press(undo, changed).only
    assert (again.text, again.buttons) == (card.text, card.buttons)
    assert life.bot.rows(f"SELECT {column} FROM subscriptions WHERE chat_id = {person}") == [(0,)]  # noqa: S608
    assert life.press(SAID.button_back, again).only.text == listed.text


def test_the_confirmation_offers_what_most_want_next(life: Life, person: int) -> None:
    """Less often or more quietly: without the way by the list."""
    told = life.say("/subscribe 宜昌", person)
    daily = life.press(SAID.button_daily, told).only
    assert daily.message_id == told.message_id
    assert SAID.card_daily.format(hour=9) in daily.text
    silent = life.press_data(told.buttons[SAID.button_mute], told).only
    assert f"{SAID.card_daily.format(hour=9)} · {SAID.card_silent}" in silent.text


def test_a_subscription_is_reworded_by_a_reply(life: Life, person: int) -> None:
    """How it is told stays as it was set."""
    life.press(SAID.button_daily, life.say("/subscribe 宜昌", person))
    card = life.press(SAID.button_card.format(number=1, wish="宜昌"), life.say("/subscriptions", person)).only
    prompt = life.press(SAID.button_change, card).only
    assert prompt.text == SAID.change_how.format(wish="宜昌")
    assert prompt.prompt
    assert prompt.prompt["input_field_placeholder"] == SAID.change_hint
    told = life.say("襄阳 项目", person, prompt)
    assert told.text.startswith(SAID.changed.format(wish="襄阳 + 项目"))
    assert SAID.card_daily.format(hour=9) in told.text
    assert wishes(life, person) == ["襄阳 项目"]
    assert life.say("石" * 21, person, prompt).text == SAID.parse_errors["too-long"].format(found="石" * 20, most=20)
    assert wishes(life, person) == ["襄阳 项目"]
    life.say("/unsubscribe 襄阳 项目", person)
    assert life.say("荆州", person, prompt).text == SAID.gone
    assert wishes(life, person) == []


def test_rewording_to_the_same_says_that_it_is_there(life: Life, person: int) -> None:
    """Two of the same would be one too many."""
    life.say("/subscribe 宜昌", person)
    life.say("/subscribe 黄石", person)
    card = life.press(SAID.button_card.format(number=2, wish="黄石"), life.say("/subscriptions", person)).only
    prompt = life.press(SAID.button_change, card).only
    assert life.say("宜昌市", person, prompt).text == SAID.again.format(wish="宜昌")
    assert wishes(life, person) == ["宜昌", "黄石"]


@pytest.mark.parametrize("words", ["宜昌新港码头什么时候开工？", QUESTION])
def test_rewording_to_a_question_is_as_subscribing_to_it(life: Life, person: int, words: str) -> None:
    """One that has an answer is answered: the next article, whatever it is about, would bring it as if it were news."""
    life.say("/subscribe 宜昌", person)
    card = life.press(SAID.button_card.format(number=1, wish="宜昌"), life.say("/subscriptions", person)).only
    prompt = life.press(SAID.button_change, card).only
    told = life.say(words, person, prompt)
    if words == QUESTION:
        assert ANSWER in told.text
        assert QUESTION not in wishes(life, person)
    else:
        assert told.text.startswith(SAID.changed.format(wish=SAID.question.format(question=words)))
        assert wishes(life, person) == [words]


def test_rewording_to_a_question_that_no_article_can_answer_keeps_what_was_there(life: Life, person: int) -> None:
    """It would be waited for for ever, as if it were subscribed to."""
    life.say("/subscribe 宜昌", person)
    card = life.press(SAID.button_card.format(number=1, wish="宜昌"), life.say("/subscriptions", person)).only
    prompt = life.press(SAID.button_change, card).only
    assert life.say(NO_ARTICLE_KNOWS, person, prompt).text.startswith(f"{SAID.not_kept}\n\n抱歉，这是眼下才能知道的事")
    assert wishes(life, person) == ["宜昌"]


# Unsubscribing


def test_a_removal_is_one_tap_and_so_is_its_return(life: Life, person: int) -> None:
    """A slip of the finger costs nothing."""
    told = life.say("/subscribe 宜昌 磷石膏", person)
    removed = life.press(SAID.button_unsubscribe, told).only
    assert removed.text == SAID.removed.format(wish="宜昌 + 磷石膏")
    assert wishes(life, person) == []
    back = life.press(SAID.button_undo.format(wish="宜昌 + 磷石膏"), removed).only
    assert back.text.startswith(SAID.done.format(wish="宜昌 + 磷石膏"))
    assert wishes(life, person) == ["宜昌 磷石膏"]
    card = life.press(SAID.button_card.format(number=1, wish="宜昌 + 磷石膏"), life.say("/subscriptions", person))
    assert life.press(SAID.button_remove, card.only).only.text == removed.text
    assert wishes(life, person) == []


def test_a_removed_question_returns_in_one_tap(life: Life, person: int) -> None:
    """What was waited for is not asked again from memory."""
    told = life.say(f"/subscribe {UNANSWERED}", person)
    removed = life.press(SAID.button_unsubscribe, told).only
    (undo,) = (label for label in removed.buttons if label.startswith("↩"))
    assert life.press(undo, removed).only.text.startswith(SAID.done_question.format(question=UNANSWERED))
    assert wishes(life, person) == [UNANSWERED]


def test_all_are_removed_after_a_question(life: Life, person: int) -> None:
    """Fifty taps are too many, and one is too few."""
    for words in ("宜昌", "黄石", "磷石膏"):
        life.say(f"/subscribe {words}", person)
    listed = life.say("/subscriptions", person)
    asked = life.press(SAID.button_remove_all, listed).only
    assert asked.text == SAID.ask_remove_all.format(count=3)
    assert life.press(SAID.button_back, asked).only.text == listed.text
    assert len(wishes(life, person)) == 3
    asked = life.press(SAID.button_remove_all, life.now(listed)).only
    assert life.press(SAID.button_remove_all_sure, asked).only.text == SAID.removed_all.format(count=3)
    assert wishes(life, person) == []
    assert life.say("/subscriptions", person).text == SAID.list_none


def test_unsubscribe_with_words_removes_and_alone_lists(life: Life, person: int) -> None:
    """Who knows the words writes them; who does not, sees them."""
    for words in ("宜昌 磷石膏", "黄石", "全部"):
        life.say(f"/subscribe {words}", person)
    told = life.say("/unsubscribe 磷石膏 宜昌", person)
    assert told.text == SAID.removed.format(wish="宜昌 + 磷石膏")
    assert wishes(life, person) == ["黄石", ""]
    listed = life.say("/unsubscribe", person)
    assert listed.text.startswith(SAID.list.format(count=2, most=50))
    missed = life.say("/unsubscribe 宜昌 <b>", person)
    assert missed.text.startswith(SAID.no_such.format(found="宜昌 <b>"))
    assert "1. 黄石" in missed.text
    assert life.say("/unsubscribe 全部", person).text == SAID.removed.format(wish=SAID.everything)
    assert life.say("/unsubscribe", newcomer()).text == SAID.list_none


# Deep links


def test_a_link_subscribes_others_to_the_same(life: Life, person: int) -> None:
    """What is good is passed on."""
    for words, wish in (("宜昌 磷石膏", "宜昌 + 磷石膏"), ("全部", SAID.everything), ("黄石", "黄石")):
        carried = link_of(life.say(f"/subscribe {words}", person))
        assert carried.startswith("s_")
        assert len(carried) <= 64
        other = newcomer()
        told = life.say(f"/start {carried}", other)
        assert told.text.startswith(SAID.done.format(wish=wish))
        assert wishes(life, other) == wishes(life, person)[-1:]


def encoded(words: bytes) -> str:
    """A link to some words."""
    return "s_" + base64.urlsafe_b64encode(words).decode().rstrip("=")


GARBAGE = {
    "nothing": "s_",
    "no base64": "s_!!!",
    "a character too few": "s_A",
    "no text": encoded(b"\xff\xfe\xff"),
    "a question that never was": "q_AAAAAAAAAAAA",
    "no question": "q_",
    "words behind it": "s_5a6c5piM 别的",
}


@pytest.mark.parametrize("carried", GARBAGE.values(), ids=GARBAGE)
def test_a_link_that_cannot_be_read_is_told(life: Life, person: int, carried: str) -> None:
    """Links are cut off where they are copied, and made up by anybody."""
    assert life.say(f"/start {carried}", person).text == SAID.bad_link
    assert wishes(life, person) == []


@pytest.mark.parametrize("words", [b" ", b"\n\n", b"\x00", "，，".encode(), b"/forget"])
def test_a_link_to_strange_words_does_no_harm(life: Life, person: int, words: bytes) -> None:
    """It is read as what somebody writes behind /subscribe."""
    told = life.say(f"/start {encoded(words)}", person)
    assert told.text
    assert all("\0" not in wish for wish in wishes(life, person))


def test_start_alone_greets_as_ever(life: Life, person: int) -> None:
    """And so does a link that is for something else."""
    for words in ("/start", "/start hello"):
        assert life.say(words, person).text.startswith("您好，我是楚问。")
    assert wishes(life, person) == []


# What is no wish


def test_an_edited_command_subscribes_to_nothing_more(life: Life, person: int) -> None:
    """Who corrects an old message is told nothing twice."""
    number = life.tell("/subscribe 宜昌", person)
    life.telegram.edit(number, "/subscribe 黄石")
    life.settle()
    assert wishes(life, person) == ["宜昌"]


def test_a_press_that_comes_too_late_does_nothing(life: Life, person: int) -> None:
    """The person has gone on by then, and would wonder who unsubscribed."""
    told = life.say("/subscribe 宜昌", person)
    life.telegram.chats.query_seconds = -1
    try:
        assert life.press(SAID.button_unsubscribe, told).messages == ()
    finally:
        life.telegram.chats.query_seconds = 900
    assert wishes(life, person) == ["宜昌"]


def test_words_that_look_like_tags_are_shown_as_they_are(life: Life, person: int) -> None:
    """Telegram would refuse the message, and with it every list in which they stand."""
    words = "甲<b>&lt乙"
    told = life.say(f"/subscribe {words}", person)
    assert told.text.startswith(f"{SAID.done.format(wish=words)}\n")
    listed = life.say("/subscriptions", person)
    assert f"1. {words}\n" in listed.text
    card = life.press(SAID.button_card.format(number=1, wish=words), listed).only
    assert life.press(SAID.button_change, card).only.text == SAID.change_how.format(wish=words)
    assert life.press(SAID.button_remove, card).only.text == SAID.removed.format(wish=words)


# Groups


def test_in_a_group_a_member_is_refused(life: Life, person: int) -> None:
    """One would fill the group with what no other wants."""
    group = a_group()
    for words in ("/subscribe 宜昌", "/subscribe", "/subscriptions", "/unsubscribe 宜昌", "/start s_5a6c5piM"):
        name, _, rest = words.partition(" ")
        assert life.say(f"{name}{NAME} {rest}".strip(), person, chat=group).text == SAID.only_admins
    assert wishes(life, group.id) == wishes(life, person) == []


def test_in_a_group_a_command_that_names_no_bot_is_left_alone(life: Life, person: int) -> None:
    """Several bots in a group have a /subscribe."""
    group = a_group()
    life.telegram.chats.administrators[group.id].add(person)
    for words in ("/subscribe 宜昌", "/subscriptions", "/privacy", "/forget", "/subscribe@other_bot 宜昌"):
        assert life.replies(life.tell(words, person, chat=group)) == []
    assert wishes(life, group.id) == []


def test_in_a_group_an_administrator_may(life: Life, person: int) -> None:
    """Somebody has to, and they answer for the group; others cannot press the buttons below."""
    group = a_group()
    life.telegram.chats.administrators[group.id].add(person)
    told = life.say(f"/subscribe{NAME} 宜昌", person, chat=group)
    assert told.text.startswith(SAID.done.format(wish="宜昌"))
    assert wishes(life, group.id) == ["宜昌"]
    member = newcomer()
    for label in (SAID.button_unsubscribe, SAID.button_daily, SAID.button_list):
        pressed = life.press(label, told, member)
        assert (pressed.toast, pressed.messages) == (SAID.only_admins_press, ())
    assert wishes(life, group.id) == ["宜昌"]
    assert life.press(SAID.button_unsubscribe, told, person).only.text == SAID.removed.format(wish="宜昌")
    assert wishes(life, group.id) == []


def test_in_a_group_an_administrator_may_by_a_link(life: Life, person: int) -> None:
    """A link that adds the bot to a group says /start with its name."""
    group = a_group()
    life.telegram.chats.administrators[group.id].add(person)
    assert life.say(f"/start{NAME} s_5a6c5piM", person, chat=group).text.startswith(SAID.done.format(wish="宜昌"))
    assert wishes(life, group.id) == ["宜昌"]


def anonymously(chat: Chat) -> Json:
    """What a message has that an administrator writes in the name of the group."""
    stand_in = {"id": 1_087_968_824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
    return {"sender_chat": chat.json(), "from": stand_in}


def test_an_anonymous_administrator_may(life: Life) -> None:
    """Nobody but an administrator can write in the name of the group."""
    group = a_group()
    told = life.say(f"/subscribe{NAME} 宜昌", chat=group, **anonymously(group))
    assert told.text.startswith(SAID.done.format(wish="宜昌"))
    assert wishes(life, group.id) == ["宜昌"]
    assert life.say(f"/unsubscribe{NAME} 宜昌", chat=group, **anonymously(group)).text.startswith("🔕")
    assert wishes(life, group.id) == []


def test_a_channel_that_writes_in_a_group_may_not(life: Life) -> None:
    """Anybody can own a channel."""
    group, channel = a_group(), Chat(-1_007_000_000_001, "channel", "招商频道")
    stand_in = {"id": 136_817_688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}
    sender: Json = {"sender_chat": channel.json(), "from": stand_in}
    told = life.say(f"/subscribe{NAME} 宜昌", chat=group, **sender)
    assert told.text == SAID.only_admins
    assert wishes(life, group.id) == []


def test_who_may_is_not_known_while_telegram_does_not_tell(life: Life, person: int) -> None:
    """In doubt nobody may, and is told to try again."""
    group = a_group()
    life.telegram.chats.administrators[group.id].add(person)
    life.telegram.inject(lambda *_: Internal(), ("getChatMember",))
    try:
        told = life.say(f"/subscribe{NAME} 宜昌", person, chat=group)
    finally:
        life.telegram.inject(None, ("getChatMember",))
    assert told.text == SAID.cannot_tell
    assert wishes(life, group.id) == []


def test_a_member_who_waits_for_an_answer_is_led_to_the_private_chat(life: Life, person: int) -> None:
    """There it is nobody else's business."""
    group = a_group()
    answer = life.say(f"/ask {UNANSWERED}", person, chat=group)
    pressed = life.press(WAIT, answer, person)
    assert pressed.messages == ()
    assert pressed.url
    assert pressed.url.startswith(f"{LINK}q_")
    assert wishes(life, group.id) == []
    told = life.say(f"/start {pressed.url.removeprefix(LINK)}", person)
    assert told.text.startswith(SAID.done_question.format(question=UNANSWERED))
    assert wishes(life, person) == [UNANSWERED]


def test_an_administrator_waits_for_an_answer_for_the_group(life: Life, person: int) -> None:
    """Where the group asked, the group is told."""
    group = a_group()
    life.telegram.chats.administrators[group.id].add(person)
    answer = life.say(f"/ask {UNANSWERED}", person, chat=group)
    assert life.press(WAIT, answer, person).only.text.startswith("✅")
    assert wishes(life, group.id) == [UNANSWERED]


def test_in_a_group_the_subscription_is_reworded_by_administrators_alone(life: Life, person: int) -> None:
    """Everybody can reply to a message of the bot; who is no administrator is told so."""
    group, member = a_group(), newcomer()
    life.telegram.chats.administrators[group.id].add(person)
    life.say(f"/subscribe{NAME} 宜昌", person, chat=group)
    listed = life.say(f"/subscriptions{NAME}", person, chat=group)
    card = life.press(SAID.button_card.format(number=1, wish="宜昌"), listed, person).only
    prompt = life.press(SAID.button_change, card, person).only
    assert life.say("黄石", member, prompt, chat=group).text == SAID.only_admins
    assert wishes(life, group.id) == ["宜昌"]
    assert life.say("黄石", person, prompt, chat=group).text.startswith(SAID.changed.format(wish="黄石"))
    assert wishes(life, group.id) == ["黄石"]


def test_a_forged_button_does_nothing_to_another_chat(life: Life, person: int) -> None:
    """Buttons come back from programs that anybody may have written."""
    other = newcomer()
    life.say("/subscribe 黄石", other)
    ((theirs,),) = life.bot.rows(f"SELECT id FROM subscriptions WHERE chat_id = {other}")  # noqa: S608 # a number
    before = life.bot.rows(f"SELECT * FROM subscriptions WHERE chat_id = {other}")  # noqa: S608 # as above
    mine = life.say("/subscribe 宜昌", person)
    for verb in ("card", "pause", "go", "daily", "now", "mute", "loud", "remove", "words", "off"):
        pressed = life.press_data(f"sub:{verb}:{theirs}", mine)
        assert pressed.toast == SAID.gone, verb
        assert not any("黄石" in message.text for message in pressed.messages)
    assert life.bot.rows(f"SELECT * FROM subscriptions WHERE chat_id = {other}") == before  # noqa: S608 # as above


FORGED = {
    "no verb": "sub:",
    "a verb that never was": "sub:format-disk",
    "no subscription": "sub:card",
    "a subscription that never was": "sub:pause:AAAAAAAA",
    "no question": "sub:ask:",
    "a question that never was": "sub:ask:AAAAAAAAAAAA",
    "a huge page": f"sub:list:{'9' * 40}",
    "a page of another script": "sub:list:١٢",
    "too many words": "sub:new:一 二 三 四 五 六 七",
    "a mark for a word": "sub:new:……",
    "a line more": "sub:new:宜昌\n黄石",
    "no words to come back": "sub:again",
    "an article that never was": "art:text:AAAA:1",
    "no article": "art:text:",
    "a paragraph that never was": "art:text:AAAA:999999999:9999",
    "an article to ask about that never was": "art:ask:AAAA",
    "a list that never was": "art:page:99999999:2",
    "a number that no store can hold": f"art:page:{'9' * 20}:2",
    "a list of no message": "art:page:x:2",
    "a verb of an article that never was": "art:burn:AAAA",
    "neither sure nor not": "forget:maybe",
}


@pytest.mark.parametrize("carried", FORGED.values(), ids=FORGED)
def test_a_button_that_nobody_made_does_no_harm(life: Life, person: int, carried: str) -> None:
    """It is told that it is no good, or leads to what anybody may see."""
    message, logged = life.say("/help", person), len(life.bot.log)
    pressed = life.press_data(carried, message)
    assert pressed.toast or pressed.messages
    assert " ERROR " not in life.bot.log[logged:]
    assert len(wishes(life, person)) <= 1


# Topics


def test_in_a_forum_a_subscription_is_its_topics_and_alerts_come_there(life: Life, person: int) -> None:
    """Topics are what a forum is kept in order by."""
    forum, other = a_group(is_forum=True), TOPIC + 1
    life.telegram.chats.administrators[forum.id].add(person)
    told = life.say(f"/subscribe{NAME} 宜昌 码头", person, chat=forum, thread=TOPIC)
    assert told.thread == TOPIC
    life.say(f"/subscribe{NAME} 黄石", person, chat=forum, thread=other)
    listed = life.say(f"/subscriptions{NAME}", person, chat=forum, thread=TOPIC)
    assert listed.text.startswith(SAID.list_topic.format(count=2, most=50))
    assert "1. 宜昌 + 码头" in listed.text
    assert "黄石" not in listed.text
    life.folder.put("harbour")
    life.say("/reload")
    (alert,) = life.unasked(forum.id)
    assert alert.thread == TOPIC
    assert "12亿元" in alert.text
    card = life.press(SAID.button_list, alert, person).only
    assert (card.thread, card.text) == (TOPIC, listed.text)


# Privacy


def test_privacy_is_told_to_everybody(life: Life, person: int) -> None:
    """Whoever wonders what is kept is told, in groups as well."""
    assert life.say("/privacy", person).text == SAID.privacy
    assert life.say("/privacy", newcomer(), language="en").text == ENGLISH.privacy
    assert life.say(f"/privacy{NAME}", person, chat=a_group()).text == SAID.privacy


def kept(life: Life, person: int) -> list[list[tuple[Any, ...]]]:
    """What is kept of a person that has to go."""
    return [
        life.bot.rows(f"SELECT id FROM subscriptions WHERE chat_id = {person}"),  # noqa: S608 # a number
        life.bot.rows(f"SELECT id FROM answers WHERE chat_id = {person} OR person_id = {person}"),  # noqa: S608
        life.bot.rows(f"SELECT answer_id FROM feedback WHERE person_id = {person}"),  # noqa: S608
        life.bot.rows(f"SELECT key FROM alerts WHERE chat_id = {person}"),  # noqa: S608
    ]


def known(life: Life) -> int:
    """Somebody who has asked, judged and subscribed."""
    person = newcomer()
    answer = life.say(QUESTION, person)
    life.press("👍", answer)
    for words in ("襄阳", UNANSWERED):
        life.say(f"/subscribe {words}", person)
    return person


def test_to_forget_is_asked_about_and_can_be_left(life: Life) -> None:
    """It cannot be undone."""
    person = known(life)
    before = kept(life, person)
    asked = life.say("/forget", person)
    assert asked.text == SAID.forget_ask
    left = life.press(SAID.button_forget_not, asked).only
    assert (left.text, left.buttons) == (SAID.kept, {})
    assert kept(life, person) == before


def test_what_is_forgotten_is_gone_and_others_keep_theirs(life: Life) -> None:
    """That is what was promised."""
    person, other = known(life), known(life)
    theirs = kept(life, other)
    answer = next(one for one in life.telegram.messages(person) if "👍" in one.buttons)
    questions = life.bot.rows("SELECT count(*) FROM answers")
    asked = life.say("/forget", person)
    done = life.press(SAID.button_forget_sure, asked).only
    assert (done.text, done.buttons) == (SAID.forgotten, {})
    assert kept(life, person) == [[], [], [], []]
    assert kept(life, other) == theirs
    assert life.bot.rows("SELECT count(*) FROM answers") == questions
    raw = [json.loads(raw) for (raw,) in life.bot.rows("SELECT raw FROM inbox")]
    said = [one for one in raw if one.get("message", {}).get("from", {}).get("id") == person]
    assert said == []
    assert life.press("👎", answer).toast == GONE
    assert life.say("/subscriptions", person).text == SAID.list_none


def test_in_a_group_nothing_is_forgotten(life: Life, person: int) -> None:
    """There anybody could do it in another's name; and nobody else can press the button in private."""
    group = a_group()
    assert life.say(f"/forget{NAME}", person, chat=group).text == SAID.forget_in_private
    known_one = known(life)
    before = kept(life, known_one)
    message = life.say(f"/help{NAME}", known_one, chat=group)
    assert life.press_data("forget:sure", message, known_one).toast == GONE
    assert kept(life, known_one) == before


# Menus


def test_the_menus_list_the_commands(life: Life) -> None:
    """What nobody knows of, nobody uses."""
    menus = life.telegram.chats.commands
    for scope, names in (("all_private_chats", IN_PRIVATE), ("all_group_chats", IN_GROUPS)):
        shown = [[one["command"] for one in some] for (where, _), some in menus.items() if scope in where]
        assert shown
        assert all(one == list(names) for one in shown)
    assert {"subscribe", "subscriptions", "unsubscribe", "privacy"} <= set(IN_GROUPS) < set(IN_PRIVATE)
    assert "/subscribe" in life.say("/help", newcomer()).text
