"""Settings come from the environment, and have defaults that work."""

from __future__ import annotations

import traceback
from pathlib import Path

import platformdirs
import pytest

from bot.settings import (
    SETTINGS,
    BadSetting,
    PublishingSettings,
    TelegramSettings,
    Webhook,
    read_publishing_settings,
    read_settings,
    read_telegram_settings,
    read_timezone,
    sample_corpus,
)
from bot.texts import Language
from corpus.load import load

SIMPLIFIED, TRADITIONAL, ENGLISH = Language.SIMPLIFIED, Language.TRADITIONAL, Language.ENGLISH


def test_settings_are_taken_from_the_environment() -> None:
    """An operator sets them once."""
    found = read_settings({"CHUWEN_CORPUS": "/a b/文章", "CHUWEN_CACHE": "/c", "CHUWEN_LANGUAGE": "en"})
    assert (found.corpus, found.cache, found.language) == (Path("/a b/文章"), Path("/c"), ENGLISH)


@pytest.mark.parametrize("environment", [{}, {"CHUWEN_CORPUS": "", "CHUWEN_CACHE": "", "CHUWEN_LANGUAGE": ""}])
def test_nothing_has_to_be_set(environment: dict[str, str]) -> None:
    """The first question should need no reading of manuals; an empty setting is none."""
    found = read_settings(environment)
    assert (found.corpus, found.language) == (sample_corpus(), SIMPLIFIED)
    assert found.cache.is_absolute()
    assert found.cache.name == "chuwen"


def test_the_environment_of_the_process_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where none is given, it is this one."""
    monkeypatch.setenv("CHUWEN_CACHE", "/somewhere/else")
    assert read_settings().cache == Path("/somewhere/else")


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"CHUWEN_LANGUAGE": "zh"}, SIMPLIFIED),
        ({"CHUWEN_LANGUAGE": "en"}, ENGLISH),
        ({"CHUWEN_LANGUAGE": "EN"}, ENGLISH),
        ({"CHUWEN_LANGUAGE": "zh-Hant"}, TRADITIONAL),
        ({"CHUWEN_LANGUAGE": "zh_TW"}, TRADITIONAL),
        ({"CHUWEN_LANGUAGE": "zh", "LANG": "en_US.UTF-8"}, SIMPLIFIED),
        ({"LANG": "en_US.UTF-8"}, ENGLISH),
        ({"LANG": "zh_CN.UTF-8"}, SIMPLIFIED),
        ({"LANG": "zh_TW.UTF-8"}, TRADITIONAL),
        ({"LANG": "zh_HK.UTF-8"}, TRADITIONAL),
        ({"LANG": "C"}, SIMPLIFIED),
        ({"LANG": "C.UTF-8"}, SIMPLIFIED),
        ({"LANG": "de_DE.UTF-8"}, SIMPLIFIED),
        ({"LC_ALL": "en_GB.UTF-8", "LANG": "zh_CN.UTF-8"}, ENGLISH),
        ({"LC_ALL": "", "LC_MESSAGES": "en_US", "LANG": "zh_CN"}, ENGLISH),
    ],
)
def test_the_language_is_the_persons(environment: dict[str, str], language: Language) -> None:
    """Chinese, unless the setting or the locale says otherwise; the setting counts for more."""
    assert read_settings(environment).language is language


def test_the_sample_corpus_is_clean() -> None:
    """It is the first thing anybody sees."""
    found = load(sample_corpus())
    assert (len(found.articles), found.faults) == (10, ())


TOKEN = "123456:AAh-x_Y9"  # noqa: S105 # made up
SECRET = "s3cret_-X"  # noqa: S105
PROXY = "socks5://me:hunter2@127.0.0.1:1080"
BOT = {"CHUWEN_TELEGRAM_TOKEN": TOKEN}
BROKEN = "hunter2 ☃"
OWN = {"CHUWEN_CORPUS", "CHUWEN_CACHE", "CHUWEN_LANGUAGE", "CHUWEN_TIMEZONE", "CHUWEN_DATABASE"}
PUBLISHING = {"CHUWEN_GENERATIONS": "9", "CHUWEN_RELOAD_MINUTES": "30"}
HOOKED = BOT | {"CHUWEN_WEBHOOK_URL": "https://bot.example/hook", "CHUWEN_WEBHOOK_SECRET": SECRET}
ALL = HOOKED | {
    "CHUWEN_TELEGRAM_API": "http://localhost:8081/",
    "CHUWEN_OPERATORS": "5, 6",
    "CHUWEN_PROXY": PROXY,
    "CHUWEN_LISTEN": "0.0.0.0:443",
}
BAD = {
    "CHUWEN_TELEGRAM_TOKEN": ["x", "123456", "123456:", ":AAh", "123456:AAh AAh", "123456:汉字", "bot123456:AAh"],
    "CHUWEN_TELEGRAM_API": [
        "localhost:8081",
        "ftp://localhost",
        "http://",
        "http://:8081",
        "http://h:port",
        "http://h:0",
    ],
    "CHUWEN_OPERATORS": ["@wang", "5;6", "-5", "0", "5, x", "5.0", "9" * 17],
    "CHUWEN_PROXY": ["127.0.0.1:1080", "socks4://h:1", "http://[::1", "socks5://u:hunter2@h:99999"],
    "CHUWEN_WEBHOOK_URL": ["bot.example", "tcp://bot.example", "https://", "https://h:x/"],
    "CHUWEN_WEBHOOK_SECRET": ["", "with space", "汉字", "x" * 257, "a/b"],
    "CHUWEN_LISTEN": ["8080", ":8080", "localhost", "localhost:", "localhost:x", "localhost:0", "localhost:65536"],
}


def telegram(environment: dict[str, str]) -> TelegramSettings:
    """The settings of an environment that has a token."""
    found = read_telegram_settings(environment)
    assert found is not None
    return found


@pytest.mark.parametrize("environment", [{}, {"CHUWEN_TELEGRAM_TOKEN": " "}, {"CHUWEN_OPERATORS": "x"}])
def test_without_a_token_there_is_no_bot(environment: dict[str, str]) -> None:
    """Then `run` is a chat in the terminal, and what the bot would need may be wrong."""
    assert read_telegram_settings(environment) is None


def test_a_token_is_all_a_bot_needs() -> None:
    """Whoever has just got one from @BotFather wants to see it work; pasted white space is no part of it."""
    assert telegram({"CHUWEN_TELEGRAM_TOKEN": f" {TOKEN}\n"}) == TelegramSettings(token=TOKEN)
    assert telegram(BOT).place == "https://api.telegram.org"


def test_each_setting_of_the_bot_is_read() -> None:
    """One that is silently left out is looked for in vain."""
    found = telegram(ALL)
    webhook = Webhook("https://bot.example/hook", SECRET, "0.0.0.0", 443)  # noqa: S104 # nothing listens
    assert found == TelegramSettings(
        token=TOKEN, api="http://localhost:8081", operators=(5, 6), webhook=webhook, proxy=PROXY
    )
    assert found.place == found.api


def test_the_environment_of_the_process_has_the_token(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where none is given, it is this one."""
    monkeypatch.setenv("CHUWEN_TELEGRAM_TOKEN", TOKEN)
    found = read_telegram_settings()
    assert found is not None
    assert found.token == TOKEN


@pytest.mark.parametrize(
    ("listen", "host", "port"),
    [
        (None, "127.0.0.1", 8080),
        ("", "127.0.0.1", 8080),
        ("[::1]:80", "::1", 80),
        ("bot.local:65535", "bot.local", 65535),
    ],
)
def test_a_webhook_listens_where_it_is_told(listen: str | None, host: str, port: int) -> None:
    """By default only for a proxy on the same machine."""
    webhook = telegram(HOOKED if listen is None else HOOKED | {"CHUWEN_LISTEN": listen}).webhook
    assert webhook is not None
    assert (webhook.host, webhook.port) == (host, port)


@pytest.mark.parametrize(
    ("text", "operators"),
    [("", ()), ("5", (5,)), ("5,6", (5, 6)), ("5，6", (5, 6)), (" 5 ， 6 ,", (5, 6)), ("6,5,6", (6, 5))],
)
def test_operators_are_numbers_between_commas(text: str, operators: tuple[int, ...]) -> None:
    """Chinese commas too; nobody is told twice."""
    assert telegram(BOT | {"CHUWEN_OPERATORS": text}).operators == operators


@pytest.mark.parametrize("url", ["http://h:8080", "https://h", "socks5://u:p@h:1080", "socks5h://h:1080"])
def test_proxies_are_http_or_socks5(url: str) -> None:
    """Where Telegram is blocked, one of them works."""
    assert telegram(BOT | {"CHUWEN_PROXY": url}).proxy == url


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in BAD.items() for value in values])
def test_a_bad_setting_is_named(name: str, value: str) -> None:
    """A bot that starts all the same would fail later, and elsewhere."""
    with pytest.raises(BadSetting) as raised:
        read_telegram_settings(ALL | {name: value})
    assert raised.value.name == name
    assert str(raised.value).startswith(f"{name}: ")


@pytest.mark.parametrize("name", ["CHUWEN_TELEGRAM_TOKEN", "CHUWEN_WEBHOOK_SECRET", "CHUWEN_PROXY"])
def test_an_error_does_not_show_a_secret(name: str) -> None:
    """It goes to logs, and to whoever helps; a token with one letter too many is still a token."""
    with pytest.raises(BadSetting) as raised:
        read_telegram_settings(ALL | {name: BROKEN})
    shown = "".join(traceback.format_exception(raised.value))
    assert "hunter2" not in f"{shown}{raised.value!r}{raised.value.found}"


@pytest.mark.parametrize("name", ["CHUWEN_TELEGRAM_API", "CHUWEN_OPERATORS", "CHUWEN_WEBHOOK_URL", "CHUWEN_LISTEN"])
def test_an_error_shows_what_is_no_secret(name: str) -> None:
    """That is how it is found."""
    with pytest.raises(BadSetting) as raised:
        read_telegram_settings(ALL | {name: "none of these"})
    assert raised.value.found == "none of these"


def test_settings_do_not_show_secrets() -> None:
    """They end up in a traceback, or in a log, some day."""
    shown = repr(telegram(ALL))
    assert [secret for secret in (TOKEN, SECRET, "hunter2") if secret in shown] == []
    assert "hunter2" not in repr(read_settings({"CHUWEN_DATABASE": "postgresql://me:hunter2@db/chuwen"}))


def test_secrets_are_known_as_such() -> None:
    """The log takes them out of whatever others write into it."""
    assert telegram(ALL).secrets == (TOKEN, SECRET, "hunter2")
    assert telegram(BOT | {"CHUWEN_PROXY": "http://me@h:1"}).secrets == (TOKEN,)


@pytest.mark.parametrize(
    ("environment", "name"),
    [
        ({}, "Asia/Shanghai"),
        ({"CHUWEN_TIMEZONE": " "}, "Asia/Shanghai"),
        ({"CHUWEN_TIMEZONE": " Europe/Berlin\n"}, "Europe/Berlin"),
        ({"CHUWEN_TIMEZONE": "UTC"}, "UTC"),
    ],
)
def test_the_time_zone_is_where_the_articles_are_from(environment: dict[str, str], name: str) -> None:
    """Unless somebody says otherwise."""
    assert read_timezone(environment).key == name


@pytest.mark.parametrize("value", ["Asia/Wuhan", "Asia", "+8", "北京", "../etc/localtime", "/etc/localtime", "a\0b"])
def test_a_time_zone_that_is_none_is_named(value: str) -> None:
    """An article of last night must not be one of today, or the other way round, unnoticed."""
    with pytest.raises(BadSetting) as raised:
        read_timezone({"CHUWEN_TIMEZONE": value})
    assert (raised.value.name, raised.value.found) == ("CHUWEN_TIMEZONE", value.strip())


def test_the_database_is_in_the_persons_own_folder() -> None:
    """Answers are kept without anything being set up, and not in the cache, which may be deleted."""
    found = Path(read_settings({}).database)
    assert found == platformdirs.user_data_path("chuwen") / "chuwen.db"
    assert read_settings({}).cache not in found.parents


def test_the_database_can_be_elsewhere() -> None:
    """A URL, or a file."""
    assert read_settings({"CHUWEN_DATABASE": "postgresql://db/chuwen"}).database == "postgresql://db/chuwen"


def test_every_setting_is_listed() -> None:
    """The manual is held against the list."""
    assert set(SETTINGS) == OWN | set(ALL) | set(PUBLISHING)


def test_publishing_has_defaults() -> None:
    """Five generations can be gone back to, and nothing is reloaded by itself."""
    assert read_publishing_settings({}) == PublishingSettings(generations=5, minutes=None)
    assert read_publishing_settings({"CHUWEN_RELOAD_MINUTES": "0"}).minutes is None
    assert read_publishing_settings(PUBLISHING) == PublishingSettings(generations=9, minutes=30)


@pytest.mark.parametrize("value", ["x", "-1", "1.5", "１", "9" * 7, "5 m"])
@pytest.mark.parametrize("name", list(PUBLISHING))
def test_a_number_that_is_none_is_named(name: str, value: str) -> None:
    """A slip must not become some other schedule."""
    with pytest.raises(BadSetting) as raised:
        read_publishing_settings({name: value})
    assert (raised.value.name, raised.value.found) == (name, value)


def test_one_generation_has_to_be_kept() -> None:
    """It is the one that serves."""
    with pytest.raises(BadSetting):
        read_publishing_settings({"CHUWEN_GENERATIONS": "0"})
