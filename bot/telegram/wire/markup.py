"""Formatted text as values, split into messages of legal length before it is rendered as Telegram's HTML.

Text is cut, never HTML, so that no message can end inside a tag.
"""

from __future__ import annotations

import html
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

MOST_UNITS = 4096  # UTF-16 units of a message, after its entities are parsed (Bot API, sendMessage)


@dataclass(frozen=True, slots=True)
class Run:
    """Text in one style."""

    text: str
    is_bold: bool = False

    @property
    def html(self) -> str:
        """Return the text as Telegram's HTML: `&`, `<` and `>` escaped, inside `<b>` if it is bold."""
        escaped = html.escape(self.text, quote=False)
        return f"<b>{escaped}</b>" if self.is_bold else escaped


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that belong together; a quotation is rendered as an expandable blockquote."""

    runs: tuple[Run, ...]
    is_quotation: bool = False

    @property
    def text(self) -> str:
        """Return the text of all runs without style or escapes."""
        return "".join(run.text for run in self.runs)

    @property
    def html(self) -> str:
        """Return the runs as Telegram's HTML; a quotation inside an expandable `<blockquote>`."""
        inside = "".join(run.html for run in self.runs)
        return f"<blockquote expandable>{inside}</blockquote>" if self.is_quotation else inside


Piece = tuple[Block, ...]  # blocks that are kept in one message if they fit, such as a source with its quote


def line(*parts: str | Run, is_quotation: bool = False) -> Block:
    """Return a block of the parts in this order, with nothing added between them; strings are not bold."""
    return Block(tuple(part if isinstance(part, Run) else Run(part) for part in parts), is_quotation)


def units(text: str) -> int:
    """Return the length as Telegram counts it: UTF-16 code units, two for each character beyond U+FFFF."""
    return len(text) + sum(character > "\uffff" for character in text)


def beginning(text: str, most: int) -> str:
    """Return the longest beginning of a text that has at most `most` UTF-16 units; no character is cut in two."""
    head = text[:most]
    while units(head) > most:
        head = head[: len(head) - max(1, (units(head) - most) // 2)]
    return head


def messages(pieces: Iterable[Piece], most: int = MOST_UNITS) -> list[str]:
    """Render pieces as HTML, in order, in as few messages of at most `most` units as keep each piece whole.

    A piece that is longer than a message is cut between its blocks; a block that is longer, inside its text. Blocks of
    white space are dropped; the result is empty if nothing else is left. Units are those of the text, tags not counted.
    """
    return ["\n\n".join("\n".join(block.html for block in piece) for piece in filled) for filled in fill(pieces, most)]


def fill(pieces: Iterable[Piece], most: int) -> list[list[Piece]]:
    """Distribute pieces over messages of at most `most` units, in order; return the pieces of each message.

    A message takes pieces until the next one does not fit; the blank line between two counts as 2 units. A piece that
    is longer than a message is cut, and blank blocks are dropped, as in `messages`.
    """
    filled: list[list[Piece]] = []
    left = 0
    for piece in (part for whole in pieces for part in _parts(whole, most)):
        needed = _units_of(piece)
        if filled and needed + 2 <= left:
            filled[-1].append(piece)
            left -= needed + 2
        else:
            filled.append([piece])
            left = most - needed
    return filled


def _units_of(piece: Piece) -> int:
    """Return the length of a piece in UTF-16 units, with a line feed between two blocks."""
    return sum(units(block.text) for block in piece) + len(piece) - 1


def _parts(piece: Piece, most: int) -> Iterator[Piece]:
    """Yield a piece whole if it has at most `most` units, otherwise in parts that fit; blank blocks are dropped."""
    shown = tuple(block for whole in piece for block in _shown(whole))
    if _units_of(shown) <= most:
        if shown:
            yield shown
        return
    part: list[Block] = []
    for block in (cut for whole in shown for cut in _cut(whole, most)):
        if part and _units_of((*part, block)) > most:
            yield tuple(part)
            part = []
        part.append(block)
    yield tuple(part)


def _cut(block: Block, most: int) -> Iterator[Block]:
    """Split a block into blocks of at most `most` units; no character is cut in two, and runs keep their style.

    Parts of white space are dropped.
    """
    runs: list[Run] = []
    left = most
    for run in block.runs:
        rest = run.text
        while rest:
            head = beginning(rest, left)
            if head:
                runs.append(replace(run, text=head))
                rest, left = rest[len(head) :], left - units(head)
            if rest:
                yield from _shown(replace(block, runs=tuple(runs)))
                runs, left = [], most
    yield from _shown(replace(block, runs=tuple(runs)))


def _shown(block: Block) -> Sequence[Block]:
    """Return the block alone, or nothing if it is white space: Telegram refuses such messages and quotations."""
    return (block,) if block.text.strip() else ()
