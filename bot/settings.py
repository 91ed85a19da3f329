"""Settings from the environment; the only reader of it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

from bot.texts import Language

if TYPE_CHECKING:
    from collections.abc import Mapping

SETTINGS = ("CHUWEN_CORPUS", "CHUWEN_CACHE", "CHUWEN_LANGUAGE", "CHUWEN_TELEGRAM_TOKEN")
_LOCALES = ("LC_ALL", "LC_MESSAGES", "LANG")
_TRADITIONAL = ("zh_tw", "zh_hk", "zh_mo", "zh_hant", "zh-hant")


@dataclass(frozen=True, slots=True)
class Settings:
    """What can be set from outside.

    Attributes:
        corpus: a file or folder of articles; the sample corpus where nothing is set.
        cache: a folder for indexes, which may be deleted at any time.
        language: of messages that answer nobody's words, such as help and reports.
        has_token: whether a bot token is set. This version has no use for it, and says so.
    """

    corpus: Path
    cache: Path
    language: Language
    has_token: bool = False


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process, or those of a given environment."""
    given = os.environ if environment is None else environment
    corpus, cache = given.get("CHUWEN_CORPUS"), given.get("CHUWEN_CACHE")
    return Settings(
        corpus=Path(corpus) if corpus else sample_corpus(),
        cache=Path(cache) if cache else platformdirs.user_cache_path("chuwen"),
        language=_language(given),
        has_token=bool(given.get("CHUWEN_TELEGRAM_TOKEN")),
    )


def sample_corpus() -> Path:
    """The folder of sample articles that comes with the program."""
    return Path(str(resources.files("corpus"))) / "sample"


def _language(given: Mapping[str, str]) -> Language:
    """Chinese, unless the setting or the locale says English."""
    locale = given.get("CHUWEN_LANGUAGE") or next((given[name] for name in _LOCALES if given.get(name)), "")
    if locale.lower().startswith("en"):
        return Language.ENGLISH
    return Language.TRADITIONAL if locale.lower().startswith(_TRADITIONAL) else Language.SIMPLIFIED
