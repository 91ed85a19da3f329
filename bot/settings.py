"""Settings from the environment; the only reader of it."""

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
TIMEZONE = "Asia/Shanghai"  # of who publishes the articles, and of nearly all who read them
LISTEN = "127.0.0.1:8080"
GENERATIONS = 5  # that can be gone back to, the one that serves included
TELEGRAM = "https://api.telegram.org"
_LOCALES = ("LC_ALL", "LC_MESSAGES", "LANG")
_TRADITIONAL = ("zh_tw", "zh_hk", "zh_mo", "zh_hant", "zh-hant")
_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]+")
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")  # what Telegram takes (Bot API, setWebhook)
_SECRETS = ("CHUWEN_TELEGRAM_TOKEN", "CHUWEN_WEBHOOK_SECRET", "CHUWEN_PROXY")


class BadSetting(Exception):
    """A setting that cannot be used.

    Attributes:
        name: of the environment variable.
        found: its value; empty where that is a secret.
    """

    def __init__(self, name: str, found: str) -> None:
        self.name = name
        self.found = "" if name in _SECRETS else found
        super().__init__(f"{name}: cannot be used: {self.found!r}")


@dataclass(frozen=True, slots=True)
class Settings:
    """What can be set from outside.

    Attributes:
        corpus: a file or folder of articles; the sample corpus where nothing is set.
        cache: a folder for indexes, which may be deleted at any time.
        database: an SQLAlchemy URL or a file path.
        language: of messages that answer nobody's words, such as help and reports.
    """

    corpus: Path
    cache: Path
    database: str = field(repr=False)  # maybe with a password
    language: Language


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where Telegram sends updates, and where they come in."""

    url: str
    secret: str = field(repr=False)
    host: str
    port: int


@dataclass(frozen=True, kw_only=True, slots=True)
class TelegramSettings:
    """What the bot on Telegram needs.

    Attributes:
        api: base of a Bot API server; empty for Telegram's.
        operators: Telegram user ids.
        webhook: None for polling.
        proxy: an HTTP or SOCKS5 proxy's URL, maybe with a password.
    """

    token: str = field(repr=False)
    api: str = ""
    operators: tuple[int, ...] = ()
    webhook: Webhook | None = None
    proxy: str | None = field(default=None, repr=False)

    @property
    def place(self) -> str:
        """Where Telegram is."""
        return self.api or TELEGRAM

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must not be shown anywhere."""
        password = urlsplit(self.proxy).password if self.proxy else None
        return tuple(filter(None, (self.token, self.webhook.secret if self.webhook else None, password)))


@dataclass(frozen=True, slots=True)
class PublishingSettings:
    """How articles are published.

    Attributes:
        generations: how many are kept, the one that serves included.
        minutes: between two reloads that nobody asks for; None for none.
    """

    generations: int = GENERATIONS
    minutes: int | None = None


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process, or those of a given environment."""
    given = os.environ if environment is None else environment
    corpus, cache = given.get("CHUWEN_CORPUS"), given.get("CHUWEN_CACHE")
    return Settings(
        corpus=Path(corpus) if corpus else sample_corpus(),
        cache=Path(cache) if cache else platformdirs.user_cache_path("chuwen"),
        database=given.get("CHUWEN_DATABASE") or str(platformdirs.user_data_path("chuwen") / "chuwen.db"),
        language=_language(given),
    )


def read_timezone(environment: Mapping[str, str] | None = None) -> ZoneInfo:
    """The time zone that says what day it is.

    Raises:
        BadSetting: there is none of that name.
    """
    given = os.environ if environment is None else environment
    name = given.get("CHUWEN_TIMEZONE", "").strip() or TIMEZONE
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:  # a path elsewhere, a folder of zones
        raise BadSetting("CHUWEN_TIMEZONE", name) from error


def read_telegram_settings(environment: Mapping[str, str] | None = None) -> TelegramSettings | None:
    """What the bot on Telegram needs; None without a token.

    Raises:
        BadSetting: one of them cannot be used.
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
    """How articles are published.

    Raises:
        BadSetting: one of them cannot be used.
    """
    given = os.environ if environment is None else environment
    return PublishingSettings(
        generations=_number(given, "CHUWEN_GENERATIONS", 1) or GENERATIONS,
        minutes=_number(given, "CHUWEN_RELOAD_MINUTES", 0) or None,
    )


def sample_corpus() -> Path:
    """The folder of sample articles that comes with the program."""
    return Path(str(resources.files("corpus"))) / "sample"


def _address(given: Mapping[str, str], name: str, schemes: tuple[str, ...]) -> str:
    """A URL of one of the schemes, or nothing."""
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
    """A whole number, or nothing."""
    text = given.get(name, "").strip()
    if text and not (re.fullmatch(r"[0-9]{1,6}", text) and int(text) >= least):
        raise BadSetting(name, text)
    return int(text) if text else None


def _operators(given: Mapping[str, str]) -> tuple[int, ...]:
    text = given.get("CHUWEN_OPERATORS", "")
    numbers = [number.strip() for number in re.split("[,，]", text) if number.strip()]
    if not all(re.fullmatch(r"[1-9]\d{0,15}", number) for number in numbers):
        raise BadSetting("CHUWEN_OPERATORS", text)
    return tuple(dict.fromkeys(map(int, numbers)))


def _webhook(given: Mapping[str, str]) -> Webhook | None:
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
    """Chinese, unless the setting or the locale says English."""
    locale = given.get("CHUWEN_LANGUAGE") or next((given[name] for name in _LOCALES if given.get(name)), "")
    if locale.lower().startswith("en"):
        return Language.ENGLISH
    return Language.TRADITIONAL if locale.lower().startswith(_TRADITIONAL) else Language.SIMPLIFIED
