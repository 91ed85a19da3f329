"""Sentences that say which files can be read keep up with the table of formats."""

from __future__ import annotations

import re

import pytest

from bot.texts import Language, texts_in
from corpus.errors import FaultCode
from corpus.formats.readers import FORMATS


def named_endings(sentence: str) -> set[str]:
    """Return the endings that a sentence names, such as `.md`."""
    return set(re.findall(r"(?<![\w.])\.[a-z]+(?:\.gz)?\b", sentence))


@pytest.mark.parametrize("language", Language)
def test_the_help_names_every_format(language: Language) -> None:
    """Of an ending and its longer spelling (`.md`, `.markdown`), one is enough."""
    endings = named_endings(texts_in(language).help["corpus"])
    assert endings <= set(FORMATS)
    assert [ending for ending, reader in FORMATS.items() if not any(FORMATS[name] is reader for name in endings)] == []


@pytest.mark.parametrize("language", Language)
def test_what_to_use_instead_is_named(language: Language) -> None:
    """Whoever has a file of another format, or none at all, is told every uncompressed one that is read."""
    told = texts_in(language)
    readers = {reader for ending, reader in FORMATS.items() if not ending.endswith(".gz")}
    for sentence in (told.check_empty, told.faults[FaultCode.UNKNOWN_FORMAT]):
        assert named_endings(sentence) <= set(FORMATS)
        assert {FORMATS[ending] for ending in named_endings(sentence)} == readers
