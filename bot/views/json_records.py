"""Answers, hits and figures as the JSON that scripts rely on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.views.wording import note_line, refusal
from retrieval.facts.event import iso
from retrieval.model import Abstention, Answer, Citation, Listing, Result

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.texts import Texts
    from retrieval.explanation.contributions import Contribution, Lead, Odds, PassageScore, SentenceScore
    from retrieval.explanation.explain import Explanation, Judgement, PartExplanation
    from retrieval.facts.event import Event
    from retrieval.limits import Limits
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


PLACES = 4  # after the point


def explanation_record(explanation: Explanation, texts: Texts) -> Record:
    """One line of `chuwen explain --json`."""
    result = answer_record(explanation.question, explanation.result, texts)
    return {
        "question": result.pop("question"),
        "parts": [_reading_record(reading) for reading in explanation.readings],
        "left_out": list(explanation.left_out),
        "asked_limits": _limits_record(explanation.asked),
        "limits": _limits_record(explanation.kept),
        "passages": [_passage_record(rank, one) for rank, one in enumerate(explanation.passages, 1)],
        "result": result,
    }


def _reading_record(reading: PartExplanation) -> Record:
    words = ((one.text, one.role.value, one.is_domain, round(one.idf, PLACES)) for one in reading.words)
    return {
        "text": reading.part.text,
        "kind": reading.part.kind.value,
        "asked": reading.asked,
        "words": [dict(zip(("word", "role", "domain", "idf"), word, strict=True)) for word in words],
        "places": list(reading.places),
        "times": list(reading.times),
        "judgement": _judgement_record(reading.judgement) if reading.judgement else None,
    }


def _judgement_record(judgement: Judgement) -> Record:
    return {
        "sentences": [_sentence_record(one) for one in judgement.sentences],
        "lead": _lead_record(judgement.lead) if judgement.lead else None,
        "odds": _odds_record(judgement.odds),
        "confidence": round(judgement.confidence, PLACES),
        "threshold": judgement.threshold,
        "verdict": judgement.verdict.value,
        "missing": list(judgement.missing),
        "citation": citation_record(judgement.citation),
    }


def _limits_record(limits: Limits) -> Record:
    first, last = (day.isoformat() if day else None for day in limits.published or (None, None))
    return {"places": list(limits.places), "from": first, "to": last}


def _passage_record(rank: int, one: PassageScore) -> Record:
    return {
        "rank": rank,
        "index_rank": one.place,
        "article": one.passage.article.id,
        "paragraph": one.passage.ref.number,
        "score": round(one.score, PLACES),
        "fields": {name: round(score, PLACES) for name, score in one.fields.items()},
        "text": one.passage.text,
    }


def _sentence_record(one: SentenceScore) -> Record:
    passage = one.sentence.passage
    return {
        "article": passage.article.id,
        "paragraph": passage.ref.number,
        "quote": passage.text[one.sentence.start : one.sentence.end],
        "score": round(one.score, PLACES),
        "contributions": _contribution_records(one.contributions),
    }


def _lead_record(lead: Lead) -> Record:
    found = ((one.feature, one.first, one.second, one.amount) for one in lead.differences)
    return {
        "margin": round(lead.margin, PLACES),
        "differences": [
            {"feature": name} | {key: round(number, PLACES) for key, number in zip(_DIFFERENCE, numbers, strict=True)}
            for name, *numbers in found
        ],
    }


_DIFFERENCE = ("first", "second", "amount")


def _odds_record(odds: Odds) -> Record:
    return {
        "base": round(odds.base, PLACES),
        "contributions": _contribution_records(odds.shares),
        "penalties": _contribution_records(odds.penalties),
        "shift": round(odds.shift, PLACES),
        "log_odds": round(odds.log_odds, PLACES),
    }


def _contribution_records(contributions: Iterable[Contribution]) -> list[Record]:
    return [
        {"feature": one.feature, "value": round(one.value, PLACES), "amount": round(one.amount, PLACES)}
        for one in contributions
    ]
