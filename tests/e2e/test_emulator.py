"""The emulator of Telegram itself, asked by the real python-telegram-bot: nobody should trust a broken instrument."""

from __future__ import annotations

import asyncio
import html
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import asynccontextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputTextMessageContent,
    LinkPreviewOptions,
    ReplyParameters,
    Update,
)
from telegram import error as errors
from telegram.request import HTTPXRequest

from tests.support.emulator import Chat, Person, Telegram
from tests.support.faults import (
    BadEntities,
    BadGateway,
    Conflict,
    Forbidden,
    Hang,
    Internal,
    Migrated,
    Reset,
    RetryAfter,
    Slow,
    Unauthorized,
    faults,
)
from tests.support.markup import BadMarkup, parse_html

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine, Iterator

    from tests.support.faults import Fault

GROUP, FORUM, ANN = Chat(-77, title="群"), Chat(-1001234567890, is_forum=True), 1001
POLL = """
import sys, urllib.request
print("polls", flush=True)
urllib.request.urlopen(sys.argv[1] + "/bot" + sys.argv[2] + "/getUpdates?timeout=50", data=b"timeout=50").read()
"""


@pytest.fixture
def telegram() -> Iterator[Telegram]:
    """A Telegram of the test's own."""
    with Telegram() as running:
        yield running


@asynccontextmanager
async def bot_of(telegram: Telegram, token: str = "", read_timeout: float = 5.0) -> AsyncIterator[Bot]:
    """A bot of python-telegram-bot that talks to it."""
    bot = Bot(
        token or telegram.token,
        base_url=f"{telegram.url}/bot",
        base_file_url=f"{telegram.url}/file/bot",
        request=HTTPXRequest(connection_pool_size=16, read_timeout=read_timeout),
        get_updates_request=HTTPXRequest(read_timeout=read_timeout),
    )
    await bot._request[0].initialize()
    await bot._request[1].initialize()
    try:
        yield bot
    finally:
        await bot._request[0].shutdown()
        await bot._request[1].shutdown()


def ask(telegram: Telegram, calls: Callable[[Bot], Coroutine[Any, Any, Any]], read_timeout: float = 5.0) -> Any:
    """Let a bot make these calls, and return what they return."""

    async def run() -> Any:
        async with bot_of(telegram, read_timeout=read_timeout) as bot:
            return await calls(bot)

    return asyncio.run(run())


def updates(telegram: Telegram, offset: int = 0) -> tuple[Update, ...]:
    """What the bot fetches now."""
    fetched: tuple[Update, ...] = ask(telegram, lambda bot: bot.get_updates(offset=offset, timeout=0))
    return fetched


def test_the_bot_knows_itself(telegram: Telegram) -> None:
    """A handler of mentions compares with this name."""
    me = ask(telegram, lambda bot: bot.get_me())
    assert (me.id, me.username, me.is_bot) == (123456789, "chuwen_test_bot", True)
    assert len(telegram.token.partition(":")[2]) == 35


def test_a_wrong_token_is_unauthorized(telegram: Telegram) -> None:
    """A bot with a revoked token must not look alive."""

    async def run() -> None:
        async with bot_of(telegram, "123456789:wrong") as bot:
            await bot.get_me()

    with pytest.raises(errors.InvalidToken):
        asyncio.run(run())


def test_a_person_speaks_as_telegram_tells_it(telegram: Telegram) -> None:
    """Handlers filter by these very fields."""
    first = telegram.say("😀 /ask@chuwen_test_bot 黄石", person=Person(7, "小红", "hong", "en"))
    telegram.say("@chuwen_test_bot 在吗", chat=FORUM, person=7, thread=5, reply_to=first)
    telegram.say(None, chat=GROUP, sticker=None, caption="图", photo=[])
    telegram.say("公告", chat=Chat(-100555, "channel"))
    private, topic, picture, channel = updates(telegram)
    assert private.message is not None
    assert private.message.from_user is not None
    assert private.message.from_user.language_code == "en"
    assert private.message.parse_entities() == {private.message.entities[0]: "/ask@chuwen_test_bot"}
    assert private.message.entities[0].offset == 3
    assert private.message.chat.type == "private"
    assert topic.message is not None
    assert (topic.message.message_thread_id, topic.message.is_topic_message, topic.message.chat.is_forum) == (5, 1, 1)
    assert topic.message.reply_to_message is not None
    assert topic.message.reply_to_message.message_id == first
    assert topic.message.entities[0].type == "mention"
    assert picture.message is not None
    assert (picture.message.caption, picture.message.chat.type) == ("图", "group")
    assert channel.channel_post is not None
    assert channel.channel_post.from_user is None


def test_updates_come_until_they_are_confirmed(telegram: Telegram) -> None:
    """A bot that dies before it confirms must get them again."""
    telegram.say_many((ANN, f"问{number}") for number in range(150))
    first = updates(telegram)
    assert [update.update_id for update in first] == sorted(update.update_id for update in first)
    assert len(first) == 100
    assert updates(telegram) == first
    rest = updates(telegram, offset=first[-1].update_id + 1)
    assert len(rest) == telegram.pending == 50
    assert updates(telegram, offset=rest[-1].update_id + 1) == ()
    assert telegram.pending == 0


def test_edits_presses_and_memberships_reach_the_bot(telegram: Telegram) -> None:
    """Each sort of update has a handler of its own."""
    said = telegram.say("旧")
    telegram.edit(said, "新")
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("上一条", callback_data="prev:1")]])
    sent = ask(telegram, lambda bot: bot.send_message(ANN, "答", reply_markup=keyboard))
    assert telegram.messages(ANN)[0].buttons == {"上一条": "prev:1"}
    query = telegram.press("prev:1", sent.message_id)
    telegram.member("kicked", ANN)
    _, edited, pressed, kicked = updates(telegram)
    assert edited.edited_message is not None
    assert (edited.edited_message.text, edited.edited_message.message_id) == ("新", said)
    assert pressed.callback_query is not None
    assert (pressed.callback_query.id, pressed.callback_query.data) == (query, "prev:1")
    assert pressed.callback_query.message == sent
    assert kicked.my_chat_member is not None
    assert kicked.my_chat_member.new_chat_member.status == "kicked"


def test_a_query_is_answered_once_and_in_time(telegram: Telegram) -> None:
    """The spinner on a button ends with the first answer; a late one is refused."""
    message = telegram.say("问")
    first, late = telegram.press("a", message), telegram.press("b", message)
    assert ask(telegram, lambda bot: bot.answer_callback_query(first))
    telegram.chats.query_seconds = -1
    for query in (first, late, "1"):
        with pytest.raises(errors.BadRequest, match="Query is too old"):
            ask(telegram, lambda bot, query=query: bot.answer_callback_query(query))  # type: ignore[misc]


def test_a_message_stands_as_it_was_sent(telegram: Telegram) -> None:
    """The transcript is what tests of answers read."""
    question = telegram.say("问", chat=FORUM, thread=5)

    async def answer(bot: Bot) -> Any:
        return await bot.send_message(
            FORUM.id,
            "<b>答</b> &amp; <a href='https://example.com/?a=1&amp;b=2'>源</a> &nbsp;",
            parse_mode="HTML",
            message_thread_id=5,
            disable_notification=True,
            reply_parameters=ReplyParameters(question, quote="问"),
            link_preview_options=LinkPreviewOptions(is_disabled=True),
        )

    returned = ask(telegram, answer)
    (message,) = telegram.messages(FORUM)
    assert (message.text, message.thread, message.reply_to, message.silent) == ("答 & 源 &nbsp;", 5, question, True)
    assert message.html.startswith("<b>答</b>")
    assert message.entities[1]["url"] == "https://example.com/?a=1&b=2"
    assert (returned.text, returned.message_id) == (message.text, message.message_id)
    (call,) = telegram.calls("sendMessage", chat=FORUM.id)
    assert call.parameters["reply_parameters"] == {"message_id": question, "quote": "问"}
    assert (call.accepted, call.status, call.message_id) == (True, 200, message.message_id)


def test_a_reply_to_nothing_is_refused_unless_allowed(telegram: Telegram) -> None:
    """People delete questions while they are being answered."""
    ask(telegram, lambda bot: bot.send_message(ANN, "答", reply_parameters=ReplyParameters(9, None, True)))
    with pytest.raises(errors.BadRequest, match="Message to be replied not found"):
        ask(telegram, lambda bot: bot.send_message(ANN, "答", reply_parameters=ReplyParameters(9)))
    assert len(telegram.messages(ANN)) == 1


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("<x>答</x>", 'Unsupported start tag "x" at byte offset 0'),
        ("答 < 5", 'Unsupported start tag "" at byte offset 4'),
        ("答<", "Unclosed start tag at byte offset 3"),
        ("<b>答", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<b><i>答</b></i>", 'Unmatched end tag at byte offset 9, expected "</i>", found "</b>"'),
        ("答</b>", "Unexpected end tag at byte offset 3"),
        ("<a href='x>答</a>", "Unclosed start tag at byte offset 0"),
        ("<span>答</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<blockquote>一<blockquote>二</blockquote></blockquote>", 'Nested tag "blockquote" at byte offset 15'),
    ],
)
def test_broken_html_is_refused_as_by_telegram(source: str, complaint: str) -> None:
    """An answer must be well-formed before it leaves."""
    with pytest.raises(BadMarkup) as caught:
        parse_html(source)
    assert str(caught.value) == complaint


def test_every_tag_of_the_documentation_is_read() -> None:
    """What Telegram reads must not be refused here."""
    source = (
        "<b>一</b><strong>二</strong><i>三</i><em>四</em><u>五</u><s>六</s><code>七</code><pre>八</pre>"
        '<a href="https://e.org">九</a><tg-spoiler>十</tg-spoiler><blockquote>甲</blockquote>'
        "<blockquote expandable>乙 & &lt;b&gt; &#x4e2d; &copy;</blockquote><span class='tg-spoiler'>丙</span>"
        '<pre><code class="language-python">丁</code></pre>'
    )
    formatted = parse_html(source)
    assert formatted.text == "一二三四五六七八九十甲乙 & <b> 中 &copy;丙丁"
    assert [entity["type"] for entity in formatted.entities] == [
        *("bold", "bold", "italic", "italic", "underline", "strikethrough", "code", "pre", "text_link", "spoiler"),
        *("blockquote", "expandable_blockquote", "spoiler", "pre"),
    ]
    assert formatted.entities[-1]["language"] == "python"


@given(st.text(st.characters(exclude_categories=["Cs"])), st.sampled_from(["b", "code", "blockquote"]))
def test_escaped_text_is_read_back(text: str, tag: str) -> None:
    """What is escaped must never be refused or changed, whatever stands in an article."""
    assert parse_html(f"<{tag}>{html.escape(text)}</{tag}>").text == text


def test_length_counts_after_the_tags_in_utf16(telegram: Telegram) -> None:
    """The limit is on what people read, and an emoji counts twice."""
    ask(telegram, lambda bot: bot.send_message(ANN, "<b>" + "😀" * 2048 + "</b>", parse_mode="HTML"))
    with pytest.raises(errors.BadRequest, match="Message is too long"):
        ask(telegram, lambda bot: bot.send_message(ANN, "😀" * 2048 + "。"))
    with pytest.raises(errors.BadRequest, match="Message text is empty"):
        ask(telegram, lambda bot: bot.send_message(ANN, "<b> \n</b>", parse_mode="HTML"))
    with pytest.raises(errors.BadRequest, match="Can't parse entities: unsupported"):
        ask(telegram, lambda bot: bot.send_message(ANN, "<h1>答</h1>", parse_mode="HTML"))


def test_edits_follow_telegrams_rules(telegram: Telegram) -> None:
    """An interim message becomes the answer; the same content again is refused."""
    sent = ask(telegram, lambda bot: bot.send_message(ANN, "稍候"))

    def edit(text: str, number: int = sent.message_id) -> Any:
        return ask(telegram, lambda bot: bot.edit_message_text(text, ANN, number, parse_mode="HTML"))

    edit("<b>答</b>")
    assert (telegram.messages(ANN)[0].text, telegram.messages(ANN)[0].edits) == ("答", 1)
    with pytest.raises(errors.BadRequest, match="Message is not modified"):
        edit("<b>答</b>")
    with pytest.raises(errors.BadRequest, match="Message to edit not found"):
        edit("答", 999)
    with pytest.raises(errors.BadRequest, match="Message can't be edited"):
        edit("答", telegram.say("问"))
    data = InlineKeyboardMarkup([[InlineKeyboardButton("长", callback_data="七" * 22)]])
    with pytest.raises(errors.BadRequest, match="Button_data_invalid"):
        ask(telegram, lambda bot: bot.edit_message_reply_markup(ANN, sent.message_id, reply_markup=data))
    assert ask(telegram, lambda bot: bot.delete_message(ANN, sent.message_id))
    assert telegram.messages(ANN) == []
    telegram.press("a", sent.message_id)
    pressed = updates(telegram)[-1].callback_query
    assert pressed is not None
    assert pressed.message is not None
    assert not pressed.message.is_accessible
    with pytest.raises(errors.BadRequest, match="Message to delete not found"):
        ask(telegram, lambda bot: bot.delete_message(ANN, sent.message_id))


def test_commands_are_kept_by_scope_and_language(telegram: Telegram) -> None:
    """The menu of an operator is not everybody's."""
    commands, scope = [BotCommand("ask", "提问")], BotCommandScopeChat(ANN)
    ask(telegram, lambda bot: bot.set_my_commands(commands, scope, "zh"))
    assert ask(telegram, lambda bot: bot.get_my_commands(scope, "zh")) == tuple(commands)
    assert ask(telegram, lambda bot: bot.get_my_commands()) == ()
    ask(telegram, lambda bot: bot.delete_my_commands(scope, "zh"))
    assert ask(telegram, lambda bot: bot.get_my_commands(scope, "zh")) == ()
    with pytest.raises(errors.BadRequest):
        ask(telegram, lambda bot: bot.set_my_commands([("Ask", "提问")]))


def test_files_and_administrators(telegram: Telegram) -> None:
    """What a group's settings and an export need."""
    telegram.chats.administrators[GROUP.id].add(7)
    assert ask(telegram, lambda bot: bot.get_chat_member(GROUP.id, 7)).status == "administrator"
    assert ask(telegram, lambda bot: bot.get_chat_member(GROUP.id, 8)).status == "member"
    ask(
        telegram,
        lambda bot: bot.send_document(GROUP.id, b"1", caption="<i>表</i>", parse_mode="HTML", filename="a.csv"),
    )
    assert telegram.messages(GROUP)[0].json["document"]["file_name"] == "a.csv"
    assert telegram.messages(GROUP)[0].text == "表"
    assert ask(telegram, lambda bot: bot.get_chat(GROUP.id)).type == "group"
    assert ask(telegram, lambda bot: bot.send_chat_action(GROUP.id, "typing"))


@pytest.mark.filterwarnings("ignore::telegram.warnings.PTBDeprecationWarning")  # of the type of retry_after
@pytest.mark.parametrize(
    ("fault", "raised"),
    [
        (RetryAfter(3), errors.RetryAfter),
        (Forbidden(), errors.Forbidden),
        (Migrated(-1009), errors.ChatMigrated),
        (BadEntities(), errors.BadRequest),
        (BadGateway(), errors.NetworkError),
        (Internal(), errors.NetworkError),
        (Unauthorized(), errors.InvalidToken),
        (Reset(), errors.NetworkError),
    ],
)
def test_a_fault_reaches_the_bot_and_nothing_is_accepted(
    telegram: Telegram, fault: Fault, raised: type[Exception]
) -> None:
    """The outbox tells the faults apart by these exceptions."""
    telegram.inject([fault])
    with pytest.raises(raised):
        ask(telegram, lambda bot: bot.send_message(GROUP.id, "答", parse_mode="HTML"))
    (call,) = telegram.calls("sendMessage")
    assert (call.fault, call.accepted, telegram.messages()) == (fault, False, [])


def test_bad_entities_spare_plain_text(telegram: Telegram) -> None:
    """The second attempt, as plain text, must get through."""
    telegram.inject(lambda _method, _parameters: BadEntities())
    ask(telegram, lambda bot: bot.send_message(ANN, "答"))
    assert telegram.messages(ANN)[0].text == "答"


def test_a_migrated_group_stays_migrated(telegram: Telegram) -> None:
    """Its old id never works again, its new one does."""
    telegram.inject([Migrated(-1009)])
    for _ in range(2):
        with pytest.raises(errors.ChatMigrated) as caught:
            ask(telegram, lambda bot: bot.send_message(GROUP.id, "答"))
        assert caught.value.new_chat_id == -1009
    ask(telegram, lambda bot: bot.send_message(-1009, "答"))
    assert [message.chat for message in telegram.messages()] == [-1009]


def test_a_hanging_call_is_accepted(telegram: Telegram) -> None:
    """The bot can't know it: the doubled alert comes from here."""
    telegram.inject([Hang(30)])
    with pytest.raises(errors.TimedOut):
        ask(telegram, lambda bot: bot.send_message(ANN, "答"), read_timeout=0.2)
    assert [message.text for message in telegram.messages(ANN)] == ["答"]


def test_a_slow_call_arrives_late(telegram: Telegram) -> None:
    """It is answered all the same."""
    telegram.inject([Slow(0.2)])
    before = time.monotonic()
    ask(telegram, lambda bot: bot.send_message(ANN, "答"))
    assert time.monotonic() - before >= 0.2


def test_half_a_call_harms_nobody(telegram: Telegram) -> None:
    """A bot killed while it speaks leaves no message, and the server serves the next one."""
    with socket.create_connection(("127.0.0.1", telegram.port)) as connection:
        head = f"POST /bot{telegram.token}/sendMessage HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n"
        connection.sendall(f"{head}Content-Type: application/x-www-form-urlencoded\r\n\r\nchat_id=1".encode())
    ask(telegram, lambda bot: bot.send_message(ANN, "答"))
    assert [call.text for call in telegram.calls()] == ["答"]


def test_random_faults_repeat_with_their_seed() -> None:
    """A failing run must be run again as it was."""
    one, other = faults(0.5, seed=1), faults(0.5, seed=1)
    met = [one("sendMessage", {}) for _ in range(200)]
    assert met == [other("sendMessage", {}) for _ in range(200)]
    assert 70 < sum(fault is not None for fault in met) < 130


def test_faults_spare_other_methods_unless_named(telegram: Telegram) -> None:
    """A bot under faults must still be able to start."""
    telegram.inject(lambda _method, _parameters: Internal())
    assert ask(telegram, lambda bot: bot.get_me())
    telegram.inject([Conflict()], methods=["getUpdates"])
    with pytest.raises(errors.Conflict):
        updates(telegram)
    assert updates(telegram) == ()


def test_a_second_poll_ends_the_first(telegram: Telegram) -> None:
    """Two processes with one token: Telegram tells the one that waited."""

    async def twice(bot: Bot) -> Any:
        first = asyncio.create_task(bot.get_updates(timeout=20))
        while not telegram.polling:
            await asyncio.sleep(0.01)
        async with bot_of(telegram) as other:
            second = asyncio.create_task(other.get_updates(timeout=20))
            with pytest.raises(errors.Conflict):
                await first
            telegram.say("问")
            return await second

    assert len(ask(telegram, twice)) == 1


def test_a_killed_poll_frees_its_place(telegram: Telegram) -> None:
    """The next process must start without a conflict, and miss nothing."""
    arguments = [sys.executable, "-c", POLL, telegram.url, telegram.token]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE) as process:
        telegram.wait_for(lambda: telegram.polling)
        process.send_signal(signal.SIGKILL)
    telegram.wait_for(lambda: not telegram.polling, timeout=1)
    telegram.say("问")
    assert [update.message.text for update in updates(telegram) if update.message] == ["问"]
    assert all(call.status == 200 for call in telegram.calls("getUpdates"))


class _Webhook(ThreadingHTTPServer):
    """A bot's webhook that answers with the given statuses, then with 200."""

    daemon_threads = True

    def __init__(self, *statuses: int, port: int = 0, delay: float = 0.0) -> None:
        self.statuses, self.bodies, self.secrets = list(statuses), [], set()  # type: ignore[var-annotated]
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                time.sleep(delay)
                status = outer.statuses.pop() if outer.statuses else 200
                outer.secrets.add(self.headers["X-Telegram-Bot-Api-Secret-Token"])
                if status == 200:
                    outer.bodies.append(body.decode())
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        super().__init__(("127.0.0.1", port), Handler)
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}).start()

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()


def test_the_webhook_gets_everything_though_it_fails_and_restarts(telegram: Telegram) -> None:
    """An update is Telegram's until the webhook answers 2xx, and within a chat they come in order."""
    with _Webhook(500, 503) as webhook:
        port = webhook.server_address[1]
        assert ask(telegram, lambda bot: bot.set_webhook(f"http://127.0.0.1:{port}/hook", secret_token="s-1"))  # noqa: S106
        telegram.say_many((1 + number % 3, f"问{number:02d}") for number in range(30))
        telegram.wait_for(lambda: telegram.pending == 0)
        first = webhook.bodies
        assert webhook.secrets == {"s-1"}
    telegram.say_many([(1, "停机一"), (1, "停机二")])
    telegram.wait_for(lambda: telegram.deliveries[-1].status == 0)
    with _Webhook(port=int(port)) as webhook:
        telegram.wait_for(lambda: telegram.pending == 0)
        assert ["停机一" in body for body in webhook.bodies] == [True, False]
    assert len(first) == 30
    for chat in (1, 2, 3):
        ours = [body for body in first if f'"chat": {{"id": {chat},' in body]
        assert ours == sorted(ours, key=lambda body: body[body.index("问") :])
    with pytest.raises(errors.Conflict, match="webhook is active"):
        updates(telegram)
    assert ask(telegram, lambda bot: bot.delete_webhook())
    assert updates(telegram) == ()


def test_the_webhook_is_called_for_many_chats_at_once(telegram: Telegram) -> None:
    """A slow answer in one chat doesn't hold up the others."""
    with _Webhook(delay=0.5) as webhook:
        ask(telegram, lambda bot: bot.set_webhook(f"http://127.0.0.1:{webhook.server_address[1]}/"))
        before = time.monotonic()
        telegram.say_many((1 + number, "问") for number in range(20))
        telegram.wait_for(lambda: telegram.pending == 0)
        assert time.monotonic() - before < 5
        assert len(webhook.bodies) == 20


def test_an_inline_query_is_answered(telegram: Telegram) -> None:
    """The raw update comes through, and the base checks the answer."""
    telegram.send_update({"inline_query": {"id": "5", "from": Person().json(), "query": "黄石", "offset": ""}})
    (update,) = updates(telegram)
    assert update.inline_query is not None
    content = InputTextMessageContent("<b>答</b>", "HTML")
    assert ask(
        telegram,
        lambda bot: bot.answer_inline_query("5", [InlineQueryResultArticle("1", "题", content)], cache_time=0),
    )


def test_an_outage_loses_nothing(telegram: Telegram) -> None:
    """When Telegram comes back, it comes back on the same port with the same queue."""
    telegram.say("断网之前")
    telegram.stop()
    telegram.say("断网之时")
    with pytest.raises(errors.NetworkError):
        ask(telegram, lambda bot: bot.send_message(ANN, "答"))
    telegram.start()
    assert len(updates(telegram)) == 2


def test_thousands_of_updates_are_queued_at_once(telegram: Telegram) -> None:
    """The benchmark's load must not be limited by its instrument."""
    before = time.monotonic()
    for number in range(1000):
        telegram.say(f"问{number}", chat=number + 1)
    assert time.monotonic() - before < 10
    telegram.say_many((ANN, "问") for _ in range(5000))
    assert telegram.pending == 6000


def test_waiting_ends_with_the_event_or_with_what_was_seen(telegram: Telegram) -> None:
    """A test that waits in vain says what the bot did instead."""
    thread = threading.Timer(0.1, lambda: ask(telegram, lambda bot: bot.send_message(ANN, "答")))
    thread.start()
    assert telegram.wait_for_messages(1, ANN)[0].text == "答"
    assert telegram.wait_for_calls(1)[0].accepted
    thread.join()
    with pytest.raises(TimeoutError, match="sendMessage 200 '答'"):
        telegram.wait_for(lambda: len(telegram.messages()) > 1, timeout=0.05)
