"""Answers, hits and figures as the JSON that scripts rely on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.wording import note_line, refusal
from retrieval.event import iso
from retrieval.model import Abstention, Answer, Citation, Listing, Result

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.texts import Texts
    from retrieval.event import Event
    from retrieval.model import Note

Record = dict[str, Any]


def answer_record(question: str, result: Result, texts: Texts) -> Record:
    """One line of `chuwen ask --json`; `reason` is in the words of the asker's language, `code` for programs."""
    return {
        "question": question,
        "answered": isinstance(result, Answer),
        "answer": result.text if isinstance(result, Answer) else None,
        "span": result.citations[0].span_text if isinstance(result, Answer) else None,
        "confidence": round(result.confidence, 4),
        "reason": refusal(result, texts) if isinstance(result, Abstention) else None,
        "code": result.reason.value if isinstance(result, Abstention) else None,
        "missing": list(result.missing) if isinstance(result, Abstention) else [],
        "unanswered": list(result.unanswered) if isinstance(result, Answer) else [],
        "citations": [citation_record(one) for one in result.citations] if isinstance(result, Answer) else [],
        "nearest": [citation_record(one) for one in result.nearest] if isinstance(result, Abstention) else [],
        "notes": _note_records(result.notes, texts),
    }


def citation_record(citation: Citation) -> Record:
    """A citation; all offsets count characters of the paragraph's text."""
    article = citation.passage.article
    return {
        "article": article.id,
        "title": article.title,
        "date": article.date.isoformat() if article.date else "",
        "section": citation.passage.section,
        "paragraph": citation.passage.ref.number,
        "quote": citation.quote,
        "start": citation.start,
        "end": citation.end,
        "spans": [list(span) for span in citation.spans],
        "place": article.place,
        "event": _event_record(citation.event),
        "status": citation.status.value,
        "old_news": citation.is_old_news,
        "twins": list(article.twins),
    }


def _event_record(event: Event | None) -> Record | None:
    """When something happened, in ISO 8601; `to` is null where no end is said."""
    if event is None:
        return None
    last = iso(event.last) if event.last else None
    return {"from": iso(event.first), "to": last, "inferred": event.is_inferred}


def search_record(question: str, found: Listing, texts: Texts) -> Record:
    """One line of `chuwen search --json`."""
    return {
        "question": question,
        "hits": [
            {
                "article": hit.passage.article.id,
                "paragraph": hit.passage.ref.number,
                "score": round(hit.score, 4),
                "text": hit.passage.text,
            }
            for hit in found.hits
        ],
        "notes": _note_records(found.notes, texts),
    }


def _note_records(notes: Iterable[Note], texts: Texts) -> list[Record]:
    return [{"code": note.code.value, "text": note_line(note, texts)} for note in notes]
