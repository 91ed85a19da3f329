"""Every sentence that a person reads, in the language that the person uses."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from typing import Any

from bot.texts.model import Texts
from corpus.text import converter

_ENGLISH = frozenset(
    "how what when where who why which is are was were did does do the of in for many much long about".split()
)

__all__ = ["Language", "Texts", "language_of", "texts"]


class Language(StrEnum):
    """The languages the program speaks."""

    SIMPLIFIED = "zh-Hans"
    TRADITIONAL = "zh-Hant"
    ENGLISH = "en"


def language_of(words: str, otherwise: Language) -> Language:
    """The language and script that somebody writes in; `otherwise` where the words do not tell.

    A Chinese name in an English sentence leaves it English: How long is 银岭路?
    """
    latin = [word.lower() for word in re.findall(r"[a-zA-Z]+", words)]
    has_chinese = any("\u3400" <= character <= "\u9fff" for character in words)
    if (latin and not has_chinese) or sum(word in _ENGLISH for word in latin) > 1:
        return Language.ENGLISH
    traditional, simplified = _changed(words, "t2s"), _changed(words, "s2t")
    if traditional == simplified:
        return Language.SIMPLIFIED if has_chinese and otherwise is Language.ENGLISH else otherwise
    return Language.TRADITIONAL if traditional > simplified else Language.SIMPLIFIED


def _changed(words: str, configuration: str) -> int:
    return sum(converter(configuration).convert(character) != character for character in words)


@cache
def texts(language: Language) -> Texts:
    """All sentences in one language; Traditional ones are the Simplified ones, converted by character."""
    if language is Language.ENGLISH:
        from bot.texts.en import ENGLISH

        return ENGLISH
    from bot.texts.zh import CHINESE

    return CHINESE if language is Language.SIMPLIFIED else _traditional(CHINESE)


def _traditional(chinese: Texts) -> Texts:
    convert = converter("s2tw").convert

    def converted(value: object) -> Any:
        if isinstance(value, str):
            return convert(value)
        if isinstance(value, Mapping):
            return {key: convert(text) for key, text in value.items()}
        changed = {field.name: converted(getattr(value, field.name)) for field in dataclasses.fields(value)}  # type: ignore[arg-type]  # what is no text and no mapping is a group of texts
        return dataclasses.replace(value, **changed)  # type: ignore[type-var]  # as above

    traditional: Texts = converted(chinese)
    return traditional
