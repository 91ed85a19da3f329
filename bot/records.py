"""Answers, hits and figures as the JSON that scripts rely on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.wording import refusal
from retrieval.model import Abstention, Answer, Citation, Hit, Result

if TYPE_CHECKING:
    from bot.texts import Texts

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
    }


def search_record(question: str, hits: tuple[Hit, ...]) -> Record:
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
            for hit in hits
        ],
    }
