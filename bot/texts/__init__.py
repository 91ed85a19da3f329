"""All texts that people read, in Simplified Chinese, Traditional Chinese and English."""

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

__all__ = ["Language", "Texts", "language_of", "texts_in"]


class Language(StrEnum):
    """The languages of the texts."""

    SIMPLIFIED = "zh-Hans"
    TRADITIONAL = "zh-Hant"
    ENGLISH = "en"


def language_of(words: str, otherwise: Language) -> Language:
    """Return the language and script that a text is written in.

    A text is English if it has Latin words and no Chinese characters, or several common English words: How long is
    银岭路? A Chinese text is Traditional or Simplified by the script that more of its characters belong to alone.

    Args:
        words: what somebody typed.
        otherwise: returned if the text does not tell (it is empty, or its characters are the same in both scripts); but
            a Chinese text is Simplified if this is English.
    """
    latin = [word.lower() for word in re.findall(r"[a-zA-Z]+", words)]
    has_chinese = any("\u3400" <= character <= "\u9fff" for character in words)
    if (latin and not has_chinese) or sum(word in _ENGLISH for word in latin) > 1:
        return Language.ENGLISH
    traditional, simplified = _count_changed(words, "t2s"), _count_changed(words, "s2t")
    if traditional == simplified:
        return Language.SIMPLIFIED if has_chinese and otherwise is Language.ENGLISH else otherwise
    return Language.TRADITIONAL if traditional > simplified else Language.SIMPLIFIED


def _count_changed(words: str, configuration: str) -> int:
    """Count the characters that a conversion of OpenCC (t2s, s2t) changes, each converted alone."""
    return sum(converter(configuration).convert(character) != character for character in words)


@cache
def texts_in(language: Language) -> Texts:
    """Return all texts in a language, the same object each time.

    The Traditional ones are converted from the Simplified ones by OpenCC.
    """
    if language is Language.ENGLISH:
        from bot.texts.en import ENGLISH

        return ENGLISH
    from bot.texts.zh import CHINESE

    return CHINESE if language is Language.SIMPLIFIED else _traditional(CHINESE)


def _traditional(chinese: Texts) -> Texts:
    """Return a copy of the texts with all strings, also in mappings and groups of texts, converted to Traditional."""
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
