"""Answers, hits, sections and figures as lines: in bold for a terminal, with `**` for a file or another program."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from bot.views.wording import details, note_line, refusal, source, title, visible
from retrieval.model import Answer, Citation, Listing, Passage, Result

if TYPE_CHECKING:
    from bot.texts import Texts
    from retrieval.model import Note

_INDENT = " " * 4
_BOLD, _FAINT, _QUOTED = "bold", "dim", "reverse"
Lines = Iterator[Text]


class PipedConsole(Console):
    """A console that lets the caller handle a broken pipe, as when `head` ends before us."""

    def on_broken_pipe(self) -> None:
        """Raise the BrokenPipeError again; rich would exit with 1."""
        raise BrokenPipeError


def print_lines(console: Console, lines: Iterable[Text]) -> None:
    """Print lines: to a terminal with style and without control characters, otherwise character for character.

    On a terminal, lines that begin with four spaces keep that indent when they are wrapped; the `Text` objects are
    changed.
    """
    for line in lines:
        if console.is_terminal:
            line.plain = visible(line.plain)
            indented = line.plain.startswith(_INDENT)
            console.print(Padding(line[len(_INDENT) :], (0, 0, 0, len(_INDENT))) if indented else line, highlight=False)
        else:
            print(line.plain, file=console.file)


def answer_lines(result: Result, texts: Texts, is_styled: bool) -> Lines:
    """Yield the notes, then an answer with its numbered sources, or why there is none with what comes nearest.

    Args:
        result: the answer or abstention.
        texts: the language.
        is_styled: mark the answering words in bold; otherwise by `**`.
    """
    yield from _note_lines(result.notes, texts)
    if isinstance(result, Answer):
        yield from (_marked(citation, is_styled) for citation in result.citations)
        yield from (Text(texts.unanswered.format(part=part)) for part in result.unanswered)
        yield Text()
        for number, citation in enumerate(result.citations, 1):
            yield from _source_lines(number, citation, texts)
        return
    yield Text(refusal(result, texts))
    if result.nearest:
        yield Text()
        yield Text(texts.nearest, style=_FAINT)
        for number, citation in enumerate(result.nearest, 1):
            yield from _source_lines(number, citation, texts)
            yield Text(f"{_INDENT}{citation.quote}")


def framed_lines(heading: str, lines: Lines) -> Lines:
    """Yield a heading, the lines and a blank line, where many questions are asked at once."""
    yield Text(heading, style=_BOLD)
    yield from lines
    yield Text()


def section_lines(citation: Citation, passages: Sequence[Passage], texts: Texts, is_styled: bool) -> Lines:
    """Yield the source and the section of a quote, a line for each paragraph, with the quote marked.

    Args:
        citation: the quote.
        passages: of its section, in reading order.
        texts: the language.
        is_styled: mark it in reverse video; otherwise by `**`.
    """
    yield Text(source(citation.passage, texts), style=_BOLD)
    for passage in passages:
        spans = ((citation.start, citation.end),) if passage.row == citation.passage.row else ()
        line = _marked(Citation(passage, 0, len(passage.text), spans), is_styled, _QUOTED)
        line.rstrip()
        yield line


def hit_lines(listing: Listing, texts: Texts) -> Lines:
    """Yield the paragraphs found with rank, score, source and place, or a line that there are none.

    The place is `path:line §paragraph`. They are in the order of `listing.hits`, best first, below its notes.
    """
    yield from _note_lines(listing.notes, texts)
    for number, hit in enumerate(listing.hits, 1):
        place = f"{hit.passage.article.place} §{hit.passage.ref.number}"
        yield Text(f"[{number}] {hit.score:.2f}  {source(hit.passage, texts)}  {place}")
        yield Text(f"{_INDENT}{hit.passage.text.strip()}")
    if not listing.hits:
        yield Text(texts.nothing_found)


def figure_lines(figures: Mapping[str, float | None], texts: Texts) -> Lines:
    """Yield the figures of an evaluation in their order, one a line; – for None, three decimals for shares."""
    for name, value in figures.items():
        yield Text(f"{_figure(value):>8}  {texts.figures[name]}")


def _note_lines(notes: Sequence[Note], texts: Texts) -> Lines:
    """Yield the notes of a result and a blank line; nothing where there are none."""
    yield from (Text(note_line(note, texts), style=_FAINT) for note in notes)
    if notes:
        yield Text()


def _marked(citation: Citation, is_styled: bool, style: str = _BOLD) -> Text:
    """Return a quote with its spans in `style`, or between `**`; spans must be sorted and must not overlap."""
    line = Text()
    end, text = citation.start, citation.passage.text
    for left, right in citation.spans:
        line.append(text[end:left])
        line.append(text[left:right] if is_styled else f"**{text[left:right]}**", style=style)
        end = right
    line.append(text[end : citation.end])
    return line


def _source_lines(number: int, citation: Citation, texts: Texts) -> Lines:
    """Yield two lines: number and title; date, section, details of the quote, and the place in the files."""
    passage = citation.passage
    yield Text(f"[{number}] {title(passage.article, texts)}")
    original = texts.original.format(place=passage.article.place)
    facts = details(passage.article.date, passage.section, texts, citation)
    yield Text(f"{_INDENT}{facts} · {original}", style=_FAINT)


def _figure(value: float | None) -> str:
    """Return a figure as text: – for None, a count as it is, a share with three decimals."""
    if value is None:
        return "–"
    return str(value) if isinstance(value, int) else f"{value:.3f}"
