"""Text of any kind and length becomes messages that Telegram takes, with nothing lost."""

from __future__ import annotations

from html.parser import HTMLParser
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.telegram.wire.markup import MOST_UNITS, Block, Piece, Run, fill, line, messages, units

if TYPE_CHECKING:
    from collections.abc import Iterable

LONG = "磷石膏" * 3000


class Character(NamedTuple):
    """One character of a message, and how it is shown."""

    character: str
    is_bold: bool
    is_quoted: bool


class Reader(HTMLParser):
    """Reads a message with the parser of the standard library; fails where tags are not closed in order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.characters: list[Character] = []
        self.quotations: list[str] = []
        self._open: list[str] = []

    def read(self, message: str) -> Reader:
        """All of one message."""
        self.feed(message)
        self.close()
        assert self._open == [], message
        return self

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Only what the bot writes; nothing stands in itself."""
        assert (tag, attrs) in [("b", []), ("blockquote", [("expandable", None)])]
        assert tag not in self._open
        self._open.append(tag)
        self.quotations += [""] * (tag == "blockquote")

    def handle_endtag(self, tag: str) -> None:
        """The one that was opened last."""
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Text, references resolved."""
        is_quoted = "blockquote" in self._open
        self.characters += [Character(one, "b" in self._open, is_quoted) for one in data]
        if is_quoted:
            self.quotations[-1] += data

    @property
    def text(self) -> str:
        """What is seen."""
        return "".join(one.character for one in self.characters)


def shown(message: str) -> str:
    """The text of a message after its markup is parsed, which is what Telegram counts."""
    return Reader().read(message).text


def utf16(text: str) -> int:
    """UTF-16 code units, counted by encoding; half a pair cannot be encoded."""
    return len(text.encode("utf-16-le")) // 2


def visible(characters: Iterable[Character]) -> list[Character]:
    """All but white space."""
    return [one for one in characters if not one.character.isspace()]


def characters_of(piece: Piece) -> list[Character]:
    """What a piece should show."""
    return [
        Character(one, run.is_bold, block.is_quotation) for block in piece for run in block.runs for one in run.text
    ]


ODD = st.sampled_from(
    [*"<>&\"';# \n\t\u3000\r", "&lt;", "</b>", "<b>", "e\u0301", "\u202e\u05d0", "😀", "𠀀", "\u200b"]
)
TEXT = st.lists(ODD | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=9)).map(
    "".join
)
LONGER = st.builds(lambda text, times: text * times, TEXT, st.integers(0, 90))
RUNS = st.builds(Run, TEXT, st.booleans())
LONG_RUNS = st.builds(Run, LONGER, st.booleans())


def pieces_of(runs: st.SearchStrategy[Run], most: int) -> st.SearchStrategy[list[Piece]]:
    """Any blocks of any runs, at most so many of each."""
    blocks = st.builds(Block, st.lists(runs, max_size=most).map(tuple), st.booleans())
    return st.lists(st.lists(blocks, max_size=most).map(tuple), max_size=most)


ANY = st.tuples(pieces_of(RUNS, 4), st.integers(2, 60)) | st.tuples(pieces_of(LONG_RUNS, 2), st.just(MOST_UNITS))


@given(ANY)
@example(([(line("😀" * 9000),)], MOST_UNITS))
@example(([(line("<" * 9000),)], MOST_UNITS))
@example(([(line("长" * 4000), line("短" * 96))], MOST_UNITS))
@example(([(line("甲" * 2000),), (line("乙" * 2095),)], MOST_UNITS))
@example(([(line("甲" * 2000),), (line("乙" * 1000),), (line("丙" * 1093),)], MOST_UNITS))
def test_no_message_is_longer_than_telegram_takes(given_: tuple[list[Piece], int]) -> None:
    """Telegram refuses it, and the answer would be lost."""
    pieces, most = given_
    assert [message for message in messages(pieces, most) if utf16(shown(message)) > most] == []


@given(ANY)
def test_what_can_be_seen_is_kept_in_order_and_style(given_: tuple[list[Piece], int]) -> None:
    """A quote that lacks a character is none; only white space at a cut and between pieces may change."""
    pieces, most = given_
    sent = [one for message in messages(pieces, most) for one in Reader().read(message).characters]
    assert visible(sent) == visible(one for piece in pieces for one in characters_of(piece))


@given(ANY)
def test_a_piece_that_fits_stands_whole(given_: tuple[list[Piece], int]) -> None:
    """A quote in one message with its source in the next is read as belonging to nothing."""
    pieces, most = given_
    texts = ["\n".join(block.text for block in piece if block.text.strip()) for piece in pieces]
    sent = [shown(message) for message in messages(pieces, most)]
    fitting = [text for text in texts if text and utf16(text) <= most]
    assert [text for text in fitting if not any(text in message for message in sent)] == []


@given(ANY)
@example(([(line(" " * 5000),)], MOST_UNITS))
@example(([(line("甲"), line("\n", is_quotation=True))], MOST_UNITS))
def test_nothing_is_sent_that_shows_nothing(given_: tuple[list[Piece], int]) -> None:
    """Telegram refuses an empty message, and an empty quotation looks like a fault."""
    pieces, most = given_
    read = [Reader().read(message) for message in messages(pieces, most)]
    assert [one.text for one in read if not one.text.strip()] == []
    assert [one.quotations for one in read if not all(quotation.strip() for quotation in one.quotations)] == []


@given(ANY)
def test_no_message_is_begun_before_it_is_needed(given_: tuple[list[Piece], int]) -> None:
    """Each message is a buzz in a pocket."""
    pieces, most = given_
    filled = fill(pieces, most)
    sizes = [[utf16("\n".join(block.text for block in piece)) for piece in message] for message in filled]
    for message, following in pairwise(sizes):
        assert sum(message) + 2 * len(message) + following[0] > most


@given(ANY)
def test_messages_are_what_was_filled(given_: tuple[list[Piece], int]) -> None:
    """The pages of an original are filled first, and turned into messages one at a time."""
    pieces, most = given_
    assert [messages(page, most) for page in fill(pieces, most)] == [[message] for message in messages(pieces, most)]


@given(TEXT)
def test_units_are_counted_as_telegram_does(text: str) -> None:
    """An emoji counts twice."""
    assert units(text) == utf16(text)


def test_what_looks_like_markup_is_text() -> None:
    """Articles may write about HTML; quotation marks need no escape outside of tags."""
    assert messages([(line("<b> & \"甲\" '乙' &lt;"),)]) == ["&lt;b&gt; &amp; \"甲\" '乙' &amp;lt;"]


@pytest.mark.parametrize(("most", "each"), [(2, 1), (3, 1), (4, 2), (5, 2)])
def test_no_emoji_is_cut_in_two(most: int, each: int) -> None:
    """Half a surrogate pair is no character."""
    assert messages([(line("😀" * 4),)], most) == ["😀" * each] * (4 // each)


def test_pieces_are_set_apart_and_blocks_are_lines() -> None:
    """A source with its quote is seen as one."""
    source = (line("[1] ", Run("题", is_bold=True)), line("引文", is_quotation=True))
    assert messages([(line("答"),), source]) == ["答\n\n[1] <b>题</b>\n<blockquote expandable>引文</blockquote>"]


def test_a_long_quotation_is_a_quotation_in_each_message() -> None:
    """What is quoted must look quoted to the end."""
    found = messages([(line(Run(LONG, is_bold=True), is_quotation=True),)])
    assert len(found) == -(-len(LONG) // MOST_UNITS)
    assert all(one.startswith("<blockquote expandable><b>") and one.endswith("</b></blockquote>") for one in found)


def test_a_long_piece_is_cut_between_its_blocks() -> None:
    """A paragraph that would fit is not torn in two."""
    assert [shown(one) for one in messages([(line("题"), line("甲" * 9), line("乙" * 9))], 12)] == [
        "题\n" + "甲" * 9,
        "乙" * 9,
    ]


def test_no_pieces_are_no_messages() -> None:
    """There is nothing to send."""
    assert messages([]) == messages([()]) == messages([(line(""),)]) == []
