"""Every way in which sending can end has one fate, and no message is lost or sent again and again."""

from __future__ import annotations

import datetime
from dataclasses import replace

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    PassportDecryptionError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.domain.messages import ClaimedMessage, Priority
from bot.telegram.outbound.send_result import (
    MOST_BACKOFF_SECONDS,
    SHORT_PAUSE_SECONDS,
    TOKEN_WAIT_SECONDS,
    SendResult,
    SendStatus,
    send_result_of,
)

# In 22.8 `retry_after` is a number, and warns that it will be a timedelta; PTB_TIMEDELTA makes it one.
pytestmark = pytest.mark.filterwarnings("ignore::telegram.warnings.PTBDeprecationWarning")
DEAD, DOUBT, LATER, PLAIN = SendStatus.DEAD, SendStatus.UNCERTAIN, SendStatus.LATER, SendStatus.PLAIN
TWICE = "no reply, twice: it may have arrived"


def parcel(
    *, tries: int = 0, is_edit: bool = False, is_plain: bool = False, is_uncertain: bool = False
) -> ClaimedMessage:
    """A message that was being sent."""
    return ClaimedMessage(
        id=1,
        chat_id=2,
        payload="{}",
        priority=Priority.REPLY,
        is_edit=is_edit,
        target=3 if is_edit else None,
        asked_at=None,
        tries=tries,
        is_plain=is_plain,
        is_uncertain=is_uncertain,
    )


PARCELS = st.builds(
    parcel, tries=st.integers(0, 20), is_edit=st.booleans(), is_plain=st.booleans(), is_uncertain=st.booleans()
)
NEW, EDIT = parcel(), parcel(is_edit=True)
PLAIN_NEW, PLAIN_EDIT = parcel(is_plain=True), parcel(is_edit=True, is_plain=True)
UNCERTAIN = parcel(is_uncertain=True)


def caused(error: TelegramError, cause: Exception) -> TelegramError:
    """An error as PTB raises it: from one of httpx."""
    error.__cause__ = cause
    return error


NO_REPLY = [TimedOut(), *(caused(TimedOut(), one("")) for one in (httpx.ReadTimeout, httpx.WriteTimeout))]
NOT_SENT = [
    caused(TimedOut(), httpx.ConnectTimeout("")),
    caused(TimedOut("Pool timeout"), httpx.PoolTimeout("")),
    caused(NetworkError("httpx.ConnectError: "), httpx.ConnectError("")),
    NetworkError("Bad Gateway"),
    Conflict("terminated by other getUpdates request"),
    EndPointNotFound("Not Found"),
    PassportDecryptionError("?"),
    TelegramError("Internal Server Error"),
]


def named(error: object) -> str:
    """How a case is shown."""
    return repr(error)


@pytest.mark.parametrize("is_timedelta", [False, True])
@pytest.mark.parametrize(
    "wait", [0, 5, 3600, datetime.timedelta(seconds=5), datetime.timedelta(seconds=1.5)], ids=named
)
def test_after_429_a_chat_waits_as_long_as_told(
    monkeypatch: pytest.MonkeyPatch, wait: int | datetime.timedelta, is_timedelta: bool
) -> None:
    """Whoever goes on is told to wait longer; everybody pauses shortly, as the limit may be that of all chats."""
    monkeypatch.setenv("PTB_TIMEDELTA", str(is_timedelta).lower())
    seconds = wait.total_seconds() if isinstance(wait, datetime.timedelta) else wait
    assert send_result_of(RetryAfter(wait), NEW) == SendResult(status=LATER, seconds=seconds, pause=SHORT_PAUSE_SECONDS)


def test_a_group_that_moved_is_followed() -> None:
    """The answer belongs into the group, whatever its id."""
    assert send_result_of(ChatMigrated(-1001), NEW) == SendResult(status=SendStatus.MOVED, moved_to=-1001)


def test_a_chat_that_blocked_the_bot_is_left_alone() -> None:
    """It may unblock it some day; until then nothing more is sent."""
    message = "Forbidden: bot was blocked by the user"
    assert send_result_of(Forbidden(message), NEW) == SendResult(status=SendStatus.BLOCKED, reason=message)


def test_a_refused_token_stops_everybody() -> None:
    """The operator has to look, and no chat is better off than another."""
    found = send_result_of(InvalidToken("Unauthorized"), NEW)
    assert found == SendResult(
        status=LATER, seconds=TOKEN_WAIT_SECONDS, pause=TOKEN_WAIT_SECONDS, reason="Unauthorized"
    )


UNPARSED = "Can't parse entities: unsupported start tag"
GONE = "Message to edit not found"
FIXED = "Message can't be edited"
NO_CHAT = "Chat not found"
NO_RIGHTS = "Not enough rights to send text messages to the chat"
SAME = "Message is not modified: specified new message content and reply markup are exactly the same"


@pytest.mark.parametrize(
    ("message", "sent", "fate"),
    [
        (SAME, EDIT, SendResult(status=SendStatus.SENT)),
        (SAME, PLAIN_EDIT, SendResult(status=SendStatus.SENT)),
        (GONE, EDIT, SendResult(status=SendStatus.CANCELLED, reason=GONE)),
        (GONE, PLAIN_EDIT, SendResult(status=SendStatus.CANCELLED, reason=GONE)),
        (
            GONE,
            NEW,
            SendResult(status=SendStatus.CANCELLED, reason=GONE),
        ),  # a page that was turned, or buttons: no message of the outbox
        (FIXED, NEW, SendResult(status=SendStatus.CANCELLED, reason=FIXED)),
        (FIXED, EDIT, SendResult(status=SendStatus.CANCELLED, reason=FIXED)),
        (NO_CHAT, NEW, SendResult(status=DEAD, reason=NO_CHAT, is_closed=True)),
        (NO_CHAT, PLAIN_NEW, SendResult(status=DEAD, reason=NO_CHAT, is_closed=True)),
        (NO_RIGHTS, NEW, SendResult(status=DEAD, reason=NO_RIGHTS, is_closed=True)),
        (NO_RIGHTS, EDIT, SendResult(status=DEAD, reason=NO_RIGHTS, is_closed=True)),
        (UNPARSED, NEW, SendResult(status=PLAIN)),
        (UNPARSED, EDIT, SendResult(status=PLAIN)),
        (UNPARSED, PLAIN_NEW, SendResult(status=DEAD, reason=UNPARSED)),
        (UNPARSED, PLAIN_EDIT, SendResult(status=DEAD, reason=UNPARSED)),
        ("Message is too long", NEW, SendResult(status=PLAIN)),
        ("Message is too long", PLAIN_NEW, SendResult(status=DEAD, reason="Message is too long")),
    ],
)
@pytest.mark.parametrize("prefix", ["", "Bad Request: "])
def test_a_refused_message_is_sent_plain_or_buried(
    message: str, sent: ClaimedMessage, fate: SendResult, prefix: str
) -> None:
    """The words matter more than the markup; what is refused without it would be refused for ever."""
    found = send_result_of(BadRequest(prefix + message), sent)
    assert found == replace(fate, reason=found.reason)
    assert found.reason.lower() == fate.reason.lower()


@pytest.mark.parametrize("error", NO_REPLY, ids=lambda error: named(error.__cause__))
def test_no_reply_leaves_doubt_once(error: TelegramError) -> None:
    """Once more may be once too often, but is better than never; twice is enough."""
    assert send_result_of(error, NEW) == SendResult(status=DOUBT, seconds=0.5)
    assert send_result_of(error, UNCERTAIN) == SendResult(status=DEAD, reason=TWICE)


@pytest.mark.parametrize("error", NOT_SENT, ids=named)
def test_what_did_not_arrive_is_sent_later(error: TelegramError) -> None:
    """Nobody was there: it is no fault of the message, so it never dies of it."""
    assert (
        send_result_of(error, NEW)
        == send_result_of(error, UNCERTAIN)
        == SendResult(status=LATER, seconds=0.5, is_miss=True, reason=error.message)
    )


@pytest.mark.parametrize("error", [NO_REPLY[0], NOT_SENT[0]], ids=named)
def test_waits_double_and_are_bounded(error: TelegramError) -> None:
    """A Telegram that is down for hours is not hammered, and is noticed within half a minute when it is back."""
    waits = [send_result_of(error, parcel(tries=tries)).seconds for tries in range(21)]
    assert waits[:6] == [0.5, 1, 2, 4, 8, 16]
    assert set(waits[6:]) == {MOST_BACKOFF_SECONDS}


ERRORS = st.one_of(
    st.sampled_from([*NO_REPLY, *NOT_SENT, Forbidden("x"), InvalidToken(), ChatMigrated(-5)]),
    st.text().map(BadRequest),
    st.sampled_from([SAME, GONE, FIXED, NO_CHAT, NO_RIGHTS, UNPARSED]).map(BadRequest),
)


@given(ERRORS, PARCELS)
def test_every_error_has_a_fate(error: TelegramError, sent: ClaimedMessage) -> None:
    """A message whose fate is unknown would be tried for ever, or be forgotten."""
    found = send_result_of(error, sent)
    assert 0 <= found.seconds <= MOST_BACKOFF_SECONDS
    assert bool(found.moved_to) is (found.status is SendStatus.MOVED)
    assert (found.seconds > 0) is (found.status in (LATER, DOUBT))
    assert not (found.status is PLAIN and sent.is_plain)
    assert not (found.status is DOUBT and sent.is_uncertain)
