"""Answers, hits, sections and figures as lines for a terminal; bold where it can be shown, `**` where it can't."""

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
    """A console that leaves it to the program to end well when its reader goes away."""

    def on_broken_pipe(self) -> None:
        """Raise what the output stream raised; rich would end the program with 1."""
        raise BrokenPipeError


def print_lines(console: Console, lines: Iterable[Text]) -> None:
    """Print: to a terminal in style, and without what would steer it; to a file or program character for character."""
    for line in lines:
        if console.is_terminal:
            line.plain = visible(line.plain)
            indented = line.plain.startswith(_INDENT)
            console.print(Padding(line[len(_INDENT) :], (0, 0, 0, len(_INDENT))) if indented else line, highlight=False)
        else:
            print(line.plain, file=console.file)


def answer_lines(result: Result, texts: Texts, is_styled: bool) -> Lines:
    """The quotes with the answering words in bold, then the sources; or why there is no answer."""
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
    """An answer with its question above and a blank line below, where many are asked at once."""
    yield Text(heading, style=_BOLD)
    yield from lines
    yield Text()


def section_lines(citation: Citation, passages: Sequence[Passage], texts: Texts, is_styled: bool) -> Lines:
    """The whole section around a quote, the quote marked."""
    yield Text(source(citation.passage, texts), style=_BOLD)
    for passage in passages:
        whole = Citation(passage, 0, len(passage.text))
        quoted = ((citation.start, citation.end),) if passage.row == citation.passage.row else ()
        line = _marked(whole.marking(quoted), is_styled, _QUOTED)
        line.rstrip()
        yield line


def hit_lines(found: Listing, texts: Texts) -> Lines:
    """Paragraphs found, best first."""
    yield from _note_lines(found.notes, texts)
    for number, hit in enumerate(found.hits, 1):
        place = f"{hit.passage.article.place} §{hit.passage.ref.number}"
        yield Text(f"[{number}] {hit.score:.2f}  {source(hit.passage, texts)}  {place}")
        yield Text(f"{_INDENT}{hit.passage.text.strip()}")
    if not found.hits:
        yield Text(texts.nothing_found)


def figure_lines(figures: Mapping[str, float | None], texts: Texts) -> Lines:
    """The figures of an evaluation."""
    for name, value in figures.items():
        yield Text(f"{_figure(value):>8}  {texts.figures[name]}")


def _note_lines(notes: Sequence[Note], texts: Texts) -> Lines:
    """What has to be known of what follows, a blank line below."""
    yield from (Text(note_line(note, texts), style=_FAINT) for note in notes)
    if notes:
        yield Text()


def _marked(citation: Citation, is_styled: bool, style: str = _BOLD) -> Text:
    """A quote with its spans set off."""
    line = Text()
    end, text = citation.start, citation.passage.text
    for left, right in citation.spans:
        line.append(text[end:left])
        line.append(text[left:right] if is_styled else f"**{text[left:right]}**", style=style)
        end = right
    line.append(text[end : citation.end])
    return line


def _source_lines(number: int, citation: Citation, texts: Texts) -> Lines:
    passage = citation.passage
    yield Text(f"[{number}] {title(passage.article, texts)}")
    original = texts.original.format(place=passage.article.place)
    told = details(passage.article.date, passage.section, texts, citation)
    yield Text(f"{_INDENT}{told} · {original}", style=_FAINT)


def _figure(value: float | None) -> str:
    if value is None:
        return "–"
    return str(value) if isinstance(value, int) else f"{value:.3f}"
