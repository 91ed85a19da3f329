"""Answers, hits and explanations as the JSON that scripts rely on; docs/json.md describes the fields."""

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
PLACES = 4  # decimal places of scores


def answer_record(question: str, result: Result, texts: Texts) -> Record:
    """Return one line of `chuwen ask --json`, of an answer or an abstention; both have the same fields.

    `code` is for programs, `reason` is the same in the language of `texts`; both are None for an answer.
    """
    answer = result if isinstance(result, Answer) else None
    abstention = result if isinstance(result, Abstention) else None
    return {
        "question": question,
        "answered": answer is not None,
        "answer": answer.text if answer else None,
        "span": answer.citations[0].span_text if answer else None,
        "confidence": round(result.confidence, PLACES),
        "reason": refusal(abstention, texts) if abstention else None,
        "code": abstention.reason.value if abstention else None,
        "missing": list(abstention.missing) if abstention else [],
        "unanswered": list(answer.unanswered) if answer else [],
        "citations": list(map(citation_record, answer.citations)) if answer else [],
        "nearest": list(map(citation_record, abstention.nearest)) if abstention else [],
        "notes": _note_records(result.notes, texts),
    }


def citation_record(citation: Citation) -> Record:
    """Return a citation; all offsets count characters of the paragraph's text, ends excluded.

    `date` is YYYY-MM-DD, empty if unknown.
    """
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
    """Return the days of an event in ISO 8601; `to` is null where no end is told. None for no event."""
    if event is None:
        return None
    last = iso(event.last) if event.last else None
    return {"from": iso(event.first), "to": last, "inferred": event.is_inferred}


def search_record(question: str, listing: Listing, texts: Texts) -> Record:
    """Return one line of `chuwen search --json`; the hits are in the order of `listing`, best first."""
    return {
        "question": question,
        "hits": [
            {
                "article": hit.passage.article.id,
                "paragraph": hit.passage.ref.number,
                "score": round(hit.score, PLACES),
                "text": hit.passage.text,
            }
            for hit in listing.hits
        ],
        "notes": _note_records(listing.notes, texts),
    }


def _note_records(notes: Iterable[Note], texts: Texts) -> list[Record]:
    return [{"code": note.code.value, "text": note_line(note, texts)} for note in notes]


def explanation_record(explanation: Explanation, texts: Texts) -> Record:
    """Return one line of `chuwen explain --json`; `result` is that of `answer_record`, without the question.

    `asked_limits` are those that the question names, `limits` those that were searched in.
    """
    decision = explanation.decision
    result = answer_record(explanation.query.question, decision.result, texts)
    return {
        "question": result.pop("question"),
        "parts": list(map(_part_record, explanation.parts)),
        "left_out": list(decision.query.left_out),
        "asked_limits": _limits_record(explanation.query.limits),
        "limits": _limits_record(decision.limits),
        "passages": [_passage_record(rank, scored) for rank, scored in enumerate(explanation.passages, 1)],
        "result": result,
    }


def _part_record(part: PartExplanation) -> Record:
    return {
        "text": part.question.text,
        "kind": part.question.kind.value,
        "asked": part.question_word,
        "words": [
            {"word": word.text, "role": word.role.value, "domain": word.is_domain, **_rounded(idf=word.idf)}
            for word in part.words
        ],
        "places": list(part.places),
        "times": list(part.times),
        "judgement": _judgement_record(part.judgement) if part.judgement else None,
    }


def _judgement_record(judgement: Judgement) -> Record:
    return {
        "sentences": list(map(_sentence_record, judgement.sentences)),
        "lead": _lead_record(judgement.lead) if judgement.lead else None,
        "odds": _odds_record(judgement.odds),
        **_rounded(confidence=judgement.confidence),
        "threshold": judgement.threshold,
        "verdict": judgement.verdict.value,
        "missing": list(judgement.missing),
        "citation": citation_record(judgement.citation),
    }


def _limits_record(limits: Limits) -> Record:
    """Return the places and days that limit a search; `from` and `to` are null where a side is open."""
    first, last = (day.isoformat() if day else None for day in limits.published or (None, None))
    return {"places": list(limits.places), "from": first, "to": last}


def _passage_record(rank: int, scored: PassageScore) -> Record:
    passage = scored.passage
    return {
        "rank": rank,
        "index_rank": scored.index_rank,
        "article": passage.article.id,
        "paragraph": passage.ref.number,
        **_rounded(score=scored.score),
        "fields": _rounded(**scored.fields),
        "text": passage.text,
    }


def _sentence_record(scored: SentenceScore) -> Record:
    passage = scored.sentence.passage
    return {
        "article": passage.article.id,
        "paragraph": passage.ref.number,
        "quote": scored.quote,
        **_rounded(score=scored.score),
        "contributions": list(map(_contribution_record, scored.contributions)),
    }


def _lead_record(lead: Lead) -> Record:
    return _rounded(margin=lead.margin) | {
        "differences": [
            {"feature": each.feature, **_rounded(first=each.first, second=each.second, amount=each.amount)}
            for each in lead.differences
        ]
    }


def _odds_record(odds: Odds) -> Record:
    return {
        **_rounded(base=odds.base),
        "contributions": list(map(_contribution_record, odds.contributions)),
        "penalties": list(map(_contribution_record, odds.penalties)),
        **_rounded(shift=odds.shift, log_odds=odds.log_odds),
    }


def _contribution_record(contribution: Contribution) -> Record:
    return {"feature": contribution.feature, **_rounded(value=contribution.value, amount=contribution.amount)}


def _rounded(**numbers: float) -> Record:
    """Return numbers by name, rounded to PLACES decimals."""
    return {name: round(number, PLACES) for name, number in numbers.items()}
