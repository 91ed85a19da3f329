"""Settings from environment variables; no other module reads the environment."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import platformdirs

from bot.texts import Language

if TYPE_CHECKING:
    from collections.abc import Mapping

SETTINGS = (
    *("CHUWEN_CORPUS", "CHUWEN_CACHE", "CHUWEN_LANGUAGE", "CHUWEN_TIMEZONE", "CHUWEN_DATABASE"),
    *("CHUWEN_TELEGRAM_TOKEN", "CHUWEN_TELEGRAM_API", "CHUWEN_OPERATORS", "CHUWEN_PROXY"),
    *("CHUWEN_WEBHOOK_URL", "CHUWEN_WEBHOOK_SECRET", "CHUWEN_LISTEN"),
    *("CHUWEN_GENERATIONS", "CHUWEN_RELOAD_MINUTES"),
)
TIMEZONE = "Asia/Shanghai"  # of the publisher of the articles, and of nearly all readers
LISTEN = "127.0.0.1:8080"
GENERATIONS = 5  # that are kept to roll back to, the current one included
TELEGRAM = "https://api.telegram.org"
_LOCALES = ("LC_ALL", "LC_MESSAGES", "LANG")
_TRADITIONAL = ("zh_tw", "zh_hk", "zh_mo", "zh_hant", "zh-hant")
_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]+")
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")  # what Telegram accepts (Bot API, setWebhook)
_SECRETS = ("CHUWEN_TELEGRAM_TOKEN", "CHUWEN_WEBHOOK_SECRET", "CHUWEN_PROXY")


class BadSetting(Exception):
    """An environment variable has a value that cannot be used.

    Attributes:
        name: of the variable.
        found: its value; empty if the variable holds a secret.
    """

    def __init__(self, name: str, found: str) -> None:
        self.name = name
        self.found = "" if name in _SECRETS else found
        super().__init__(f"{name}: cannot be used: {self.found!r}")


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings that every command uses."""

    #: a file or folder of articles; by default the sample corpus
    corpus: Path
    #: a folder for indexes, which may be deleted at any time
    cache: Path
    #: an SQLAlchemy URL or a file path; not shown, as it may hold a password
    database: str = field(repr=False)
    #: of messages that do not reply to a text, such as help and reports
    language: Language


@dataclass(frozen=True, slots=True)
class Webhook:
    """The URL that Telegram sends updates to, and the address that this process listens on."""

    url: str
    #: which Telegram sends in a header of each request
    secret: str = field(repr=False)
    host: str
    port: int


@dataclass(frozen=True, kw_only=True, slots=True)
class TelegramSettings:
    """Settings of the bot on Telegram."""

    token: str = field(repr=False)
    #: base URL of a Bot API server; empty for Telegram's own
    api: str = ""
    #: Telegram user ids
    operators: tuple[int, ...] = ()
    #: None for polling
    webhook: Webhook | None = None
    #: the URL of an HTTP or SOCKS5 proxy; not shown, as it may hold a password
    proxy: str | None = field(default=None, repr=False)

    @property
    def place(self) -> str:
        """The base URL of the Bot API server, without a slash at the end."""
        return self.api or TELEGRAM

    @property
    def secrets(self) -> tuple[str, ...]:
        """The strings that no log or message may show: the token, the webhook's secret and the proxy's password."""
        password = urlsplit(self.proxy).password if self.proxy else None
        return tuple(filter(None, (self.token, self.webhook.secret if self.webhook else None, password)))


@dataclass(frozen=True, slots=True)
class PublishingSettings:
    """Settings of publishing."""

    #: how many generations are kept, the current one included
    generations: int = GENERATIONS
    #: between two scheduled reloads; None for no schedule
    minutes: int | None = None


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from the environment of this process, or from a given one.

    A variable that is missing or empty has its default. No value is checked here, so none is an error.
    """
    given = os.environ if environment is None else environment
    corpus, cache = given.get("CHUWEN_CORPUS"), given.get("CHUWEN_CACHE")
    return Settings(
        corpus=Path(corpus) if corpus else sample_corpus(),
        cache=Path(cache) if cache else platformdirs.user_cache_path("chuwen"),
        database=given.get("CHUWEN_DATABASE") or str(platformdirs.user_data_path("chuwen") / "chuwen.db"),
        language=_language(given),
    )


def read_timezone(environment: Mapping[str, str] | None = None) -> ZoneInfo:
    """Read the time zone of the current date; TIMEZONE if none is set.

    Args:
        environment: takes the place of that of this process, here and below.

    Raises:
        BadSetting: there is no time zone of that name.
    """
    given = os.environ if environment is None else environment
    name = given.get("CHUWEN_TIMEZONE", "").strip() or TIMEZONE
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:  # the name is a path outside, or a folder
        raise BadSetting("CHUWEN_TIMEZONE", name) from error


def read_telegram_settings(environment: Mapping[str, str] | None = None) -> TelegramSettings | None:
    """Read the settings of the bot on Telegram; None if no token is set, whatever the other values are.

    White space around values is ignored.

    Raises:
        BadSetting: a value cannot be used.
    """
    given = {name: value.strip() for name, value in (os.environ if environment is None else environment).items()}
    token = given.get("CHUWEN_TELEGRAM_TOKEN")
    if not token:
        return None
    if not _TOKEN.fullmatch(token):
        raise BadSetting("CHUWEN_TELEGRAM_TOKEN", token)
    return TelegramSettings(
        token=token,
        api=_address(given, "CHUWEN_TELEGRAM_API", ("http", "https")).rstrip("/"),
        operators=_operators(given),
        webhook=_webhook(given),
        proxy=_address(given, "CHUWEN_PROXY", ("http", "https", "socks5", "socks5h")) or None,
    )


def read_publishing_settings(environment: Mapping[str, str] | None = None) -> PublishingSettings:
    """Read the settings of publishing; CHUWEN_RELOAD_MINUTES of 0 means no schedule.

    Raises:
        BadSetting: a value is no whole number of at most 6 digits, or CHUWEN_GENERATIONS is 0.
    """
    given = os.environ if environment is None else environment
    return PublishingSettings(
        generations=_number(given, "CHUWEN_GENERATIONS", 1) or GENERATIONS,
        minutes=_number(given, "CHUWEN_RELOAD_MINUTES", 0) or None,
    )


def sample_corpus() -> Path:
    """Return the folder of sample articles that is installed with the program."""
    return Path(str(resources.files("corpus"))) / "sample"


def _address(given: Mapping[str, str], name: str, schemes: tuple[str, ...]) -> str:
    """Return the URL of a variable as it is; empty if it is not set.

    Raises:
        BadSetting: it has none of the schemes, no host, or an impossible port.
    """
    url = given.get(name, "")
    try:
        parts = urlsplit(url)
        is_usable = not url or (parts.scheme in schemes and bool(parts.hostname) and parts.port != 0)
    except ValueError:
        is_usable = False
    if not is_usable:
        raise BadSetting(name, url)
    return url


def _number(given: Mapping[str, str], name: str, least: int) -> int | None:
    """Return the whole number of a variable; None if it is not set or empty.

    Raises:
        BadSetting: it has other characters than 1 to 6 digits, or is less than `least`.
    """
    text = given.get(name, "").strip()
    if text and not (re.fullmatch(r"[0-9]{1,6}", text) and int(text) >= least):
        raise BadSetting(name, text)
    return int(text) if text else None


def _operators(given: Mapping[str, str]) -> tuple[int, ...]:
    """Return the user ids of the operators, separated by commas; each once, in their order.

    Raises:
        BadSetting: one of them is no positive whole number.
    """
    text = given.get("CHUWEN_OPERATORS", "")
    numbers = [number.strip() for number in re.split("[,，]", text) if number.strip()]
    if not all(re.fullmatch(r"[1-9]\d{0,15}", number) for number in numbers):
        raise BadSetting("CHUWEN_OPERATORS", text)
    return tuple(dict.fromkeys(map(int, numbers)))


def _webhook(given: Mapping[str, str]) -> Webhook | None:
    """Return the settings of the webhook; None if its URL is not set.

    Raises:
        BadSetting: URL or listening address cannot be used, or the secret is missing or malformed.
    """
    url = _address(given, "CHUWEN_WEBHOOK_URL", ("http", "https"))
    if not url:
        return None
    secret = given.get("CHUWEN_WEBHOOK_SECRET", "")
    if not _SECRET.fullmatch(secret):
        raise BadSetting("CHUWEN_WEBHOOK_SECRET", secret)
    listen = given.get("CHUWEN_LISTEN") or LISTEN
    host, _, port = listen.rpartition(":")
    if not host or not re.fullmatch(r"\d{1,5}", port) or not 0 < int(port) < 65536:
        raise BadSetting("CHUWEN_LISTEN", listen)
    return Webhook(url, secret, host.strip("[]"), int(port))


def _language(given: Mapping[str, str]) -> Language:
    """Return the language of the setting, else of the first locale variable that is set (`_LOCALES`).

    Simplified Chinese if that is no known language.
    """
    locale = given.get("CHUWEN_LANGUAGE") or next((given[name] for name in _LOCALES if given.get(name)), "")
    if locale.lower().startswith("en"):
        return Language.ENGLISH
    return Language.TRADITIONAL if locale.lower().startswith(_TRADITIONAL) else Language.SIMPLIFIED
