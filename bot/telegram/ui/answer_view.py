"""Answers, sources and sections as pieces of formatted text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.stored_answers import StoredAnswer
from bot.service.answers import sources
from bot.telegram.wire.markup import Block, Piece, Run, beginning, fill, line, units
from bot.views.wording import details, note_line, refusal, title
from retrieval.model import Abstention, Answer

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Iterator, Sequence

    from bot.domain.stored_answers import CitationSnapshot
    from bot.service.answers import Original
    from bot.telegram.wire.updates import IncomingMessage
    from bot.texts import Texts
    from retrieval.model import Passage, Result

PAGE_UNITS = 1500  # of an original: about two screens of a phone
MOST_SHOWN = 400  # units of a passage in a list; its section shows it whole


def answer_pieces(result: Result, sources: Sequence[CitationSnapshot], texts: Texts) -> Iterator[Piece]:
    """The quotes with the answering words in bold, then the numbered sources; or why there is no answer."""
    if result.notes:
        yield tuple(line(note_line(note, texts)) for note in result.notes)
    if isinstance(result, Answer):
        quotes = [line(*marked(source.quote, source.spans), f" [{number}]") for number, source in _numbered(sources)]
        yield (*quotes, *(line(texts.unanswered.format(part=part)) for part in result.unanswered))
    else:
        yield (line(refusal(result, texts)),)
        if sources:
            yield (line(texts.nearest),)
    for number, source in _numbered(sources):
        yield (*_heading(f"[{number}] ", source, texts), line(*marked(source.quote, source.spans), is_quotation=True))


def passage_pieces(passages: Sequence[Passage], first: int, texts: Texts) -> Iterator[Piece]:
    """Passages as a list, counted from `first`, each cut to its beginning."""
    for number, passage in enumerate(passages, first):
        article = passage.article
        yield (
            line(f"{number}. ", Run(beginning_of(title(article, texts)), is_bold=True)),
            line(details(article.date, beginning_of(passage.section), texts)),
            line(beginning_of(passage.text.strip()), is_quotation=True),
        )


def original_pages(source: CitationSnapshot, original: Original, texts: Texts) -> tuple[list[list[Piece]], int]:
    """The section that a source is from, in pages, and the page (from 1) that the quote is on.

    The quote is marked. Where the article has gone, or no longer says so, that is said, and the quote shown as it was.
    """
    heading = list(_heading("", source, texts))
    if original.quoted is None:
        told = texts.article_changed if original.passages else texts.article_gone
        heading += [line(told), line(beginning_of(source.quote), is_quotation=True)]
    pages = fill(_section_pieces(original), PAGE_UNITS)
    quoted = (number for number, page in enumerate(pages, 1) if any(_has_mark(piece) for piece in page))
    numbered = [_page(heading, page, number, len(pages), texts) for number, page in enumerate(pages, 1)]
    return numbered or [[tuple(heading)]], next(quoted, 1)


def _page(heading: Sequence[Block], page: list[Piece], number: int, pages: int, texts: Texts) -> list[Piece]:
    told = [line(texts.page.format(page=number, pages=pages))] if pages > 1 else []
    return [(*heading, *told), *page]


def _section_pieces(original: Original) -> Iterator[Piece]:
    for passage in original.passages:
        quoted = original.quoted
        is_here = quoted is not None and quoted.passage.row == passage.row
        text = passage.text.rstrip()
        spans = [(quoted.start, quoted.end)] if quoted is not None and is_here else []
        yield (Block(tuple(marked(text, spans))),)


def _has_mark(piece: Piece) -> bool:
    return any(run.is_bold for block in piece for run in block.runs)


def _heading(number: str, source: CitationSnapshot, texts: Texts) -> tuple[Block, Block]:
    name = Run(beginning_of(source.title) or texts.untitled, is_bold=True)
    return line(number, name), line(details(source.date, beginning_of(source.section), texts, source))


def beginning_of(text: str, most: int = MOST_SHOWN) -> str:
    """A text as far as a list shows it; titles of badly made files are as long as paragraphs."""
    return text if units(text) <= most else f"{beginning(text, most)}…"


def marked(text: str, spans: Iterable[tuple[int, int]]) -> Iterator[Run]:
    """A text with some of its words in bold."""
    end = 0
    for left, right in spans:
        yield from (Run(text[end:left]), Run(text[left:right], is_bold=True))
        end = right
    yield Run(text[end:])


def _numbered(sources: Sequence[CitationSnapshot]) -> Iterator[tuple[int, CitationSnapshot]]:
    return enumerate(sources, 1)


def answer_row(
    answer_id: str, words: IncomingMessage, question: str, result: Result, asked_at: datetime.datetime, generation: int
) -> StoredAnswer:
    """What was answered to somebody's words.

    Args:
        answer_id: a new id, or that of the answer whose place it takes.
        words: where it was asked.
        question: as it was understood.
        result: the answer, or that there is none.
        asked_at: when.
        generation: that it was taken from.
    """
    return StoredAnswer(
        id=answer_id,
        chat_id=words.chat_id,
        person_id=words.person_id,
        message_id=words.message_id,
        thread_id=words.thread_id,
        question=question,
        language=words.language,
        confidence=result.confidence,
        reason=result.reason if isinstance(result, Abstention) else None,
        sources=sources(result),
        asked_at=asked_at,
        generation=generation,
    )
