"""A word's class is jieba's, looked up in its dictionary where that stands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.words.lexicon import dictionary_file, word_class

ENTRIES = [line.split(" ") for line in dictionary_file().read_text("utf-8").splitlines()]
CHINESE = [(word, tag) for word, _, tag in ENTRIES if min(word) > "\u2fff"]


def test_every_part_of_the_dictionary_is_found() -> None:
    """It is searched by halves; some twenty of its 350,000 words stand out of order, which hides their neighbours."""
    some = CHINESE[:9] + CHINESE[9::97] + CHINESE[-9:]
    missed = [word for word, tag in some if word_class(word) != tag]
    assert len(missed) < len(some) / 1000
    assert {word_class(word) for word in missed} <= {""}


@pytest.mark.parametrize(("word", "tag"), [("建设", "vn"), ("用", "p"), ("武汉", "ns"), ("磷石膏", ""), ("", "")])
def test_a_word_has_its_class(word: str, tag: str) -> None:
    """None where the dictionary does not have it, though a chat may."""
    assert word_class(word) == tag


@given(word=st.text(st.characters(), max_size=4))
def test_no_text_is_an_error(word: str) -> None:
    """Half characters, line breaks and blanks included."""
    known = {entry[0]: entry[2] for entry in ENTRIES if entry[0] == word}
    assert word_class(word) in ("", known.get(word))
