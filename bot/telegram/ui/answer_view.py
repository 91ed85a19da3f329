"""Answers, sources and sections as pieces of formatted text."""

from __future__ import annotations

import secrets
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

PAGE_UNITS = 1500  # of a page of an original: about two screens of a phone
MOST_SHOWN = 400  # units of a title, or of a passage in a list


def answer_pieces(result: Result, sources: Sequence[CitationSnapshot], texts: Texts) -> Iterator[Piece]:
    """Yield the quotes with the answering words in bold, then the sources; or why there is none, then the nearest.

    Notes on the question come first. Quotes and sources are numbered from 1 in the order of `sources`.

    Args:
        result: the answer, or the abstention.
        sources: its citations, or the nearest sentences; may be empty for an abstention.
        texts: in the reader's language.
    """
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
    """Yield passages as a list, numbered from `first`; title, section and text are each cut to MOST_SHOWN units."""
    for number, passage in enumerate(passages, first):
        article = passage.article
        yield (
            line(f"{number}. ", Run(beginning_of(title(article, texts)), is_bold=True)),
            line(details(article.date, beginning_of(passage.section), texts)),
            line(beginning_of(passage.text.strip()), is_quotation=True),
        )


def original_pages(source: CitationSnapshot, original: Original, texts: Texts) -> tuple[list[list[Piece]], int]:
    """Return the section that a source is from, in pages, and the number (from 1) of the page with the quote.

    A page has up to PAGE_UNITS, and above them the title; there is at least one. The quote is in bold. Where the
    article was removed, or no longer contains the quote, a line above says so, and the quote is shown as it was; the
    number is 1.
    """
    heading = list(_heading("", source, texts))
    if original.quoted is None:
        notice = texts.article_changed if original.passages else texts.article_gone
        heading += [line(notice), line(beginning_of(source.quote), is_quotation=True)]
    pages = fill(_section_pieces(original), PAGE_UNITS)
    quoted = (number for number, page in enumerate(pages, 1) if any(_has_mark(piece) for piece in page))
    numbered = [_page(heading, page, number, len(pages), texts) for number, page in enumerate(pages, 1)]
    return numbered or [[tuple(heading)]], next(quoted, 1)


def _page(heading: Sequence[Block], page: list[Piece], number: int, pages: int, texts: Texts) -> list[Piece]:
    """Return a page with the heading above it, which counts the pages if there are several."""
    counter = [line(texts.page.format(page=number, pages=pages))] if pages > 1 else []
    return [(*heading, *counter), *page]


def _section_pieces(original: Original) -> Iterator[Piece]:
    """Yield each paragraph as a piece, with the quote in bold."""
    for passage in original.passages:
        quoted = original.quoted
        is_here = quoted is not None and quoted.passage.row == passage.row
        text = passage.text.rstrip()
        spans = [(quoted.start, quoted.end)] if quoted is not None and is_here else []
        yield (Block(tuple(marked(text, spans))),)


def _has_mark(piece: Piece) -> bool:
    """Return whether a part of a piece is bold."""
    return any(run.is_bold for block in piece for run in block.runs)


def _heading(number: str, source: CitationSnapshot, texts: Texts) -> tuple[Block, Block]:
    """Return two blocks: the title behind `number`, a text such as “[1] ” or empty; and the facts about the source."""
    name = Run(beginning_of(source.title) or texts.untitled, is_bold=True)
    return line(number, name), line(details(source.date, beginning_of(source.section), texts, source))


def beginning_of(text: str, most: int = MOST_SHOWN) -> str:
    """Return a text as it is, or its first `most` units and an ellipsis if it is longer.

    Titles of badly made files are as long as paragraphs.
    """
    return text if units(text) <= most else f"{beginning(text, most)}…"


def marked(text: str, spans: Iterable[tuple[int, int]]) -> Iterator[Run]:
    """Yield a text with the words in `spans` in bold; some of the runs may be empty.

    Args:
        text: the text.
        spans: (start, end) in characters of the text, in order and without overlaps.
    """
    end = 0
    for left, right in spans:
        yield from (Run(text[end:left]), Run(text[left:right], is_bold=True))
        end = right
    yield Run(text[end:])


def _numbered(sources: Sequence[CitationSnapshot]) -> Iterator[tuple[int, CitationSnapshot]]:
    return enumerate(sources, 1)


def new_answer_id() -> str:
    """Return a random id of 12 characters; nobody can guess the id of another chat's answer."""
    return secrets.token_urlsafe(9)


def answer_row(
    answer_id: str,
    incoming: IncomingMessage,
    question: str,
    result: Result,
    asked_at: datetime.datetime,
    generation: int,
) -> StoredAnswer:
    """Return what the store keeps of an answer.

    Args:
        answer_id: a new id, or that of the answer that this one replaces.
        incoming: the message that asked.
        question: as it was understood.
        result: the answer, or why there is none.
        asked_at: when the question was asked.
        generation: number of the generation that was searched.
    """
    return StoredAnswer(
        id=answer_id,
        chat_id=incoming.chat_id,
        person_id=incoming.person_id,
        message_id=incoming.message_id,
        thread_id=incoming.thread_id,
        question=question,
        language=incoming.language,
        confidence=result.confidence,
        reason=result.reason if isinstance(result, Abstention) else None,
        sources=sources(result),
        asked_at=asked_at,
        generation=generation,
    )


def cited(answer: StoredAnswer) -> tuple[str, ...]:
    """Return the keys of the articles that an answer quotes, one for each source, so that keys may repeat.

    Those of the nearest sentences if there is no answer.
    """
    return tuple(source.article for source in answer.sources)
