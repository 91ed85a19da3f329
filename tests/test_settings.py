"""Settings come from the environment, and have defaults that work."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings import read_settings, sample_corpus
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
