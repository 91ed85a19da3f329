"""What is asked of certain articles: a question as it is understood with what they hold in mind."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from corpus.text import normalize
from retrieval.model import Note, NoteCode
from retrieval.question.follow_up import resolve
from retrieval.question.homophones import correct_misspellings, find_misspellings
from retrieval.question.query import LONGEST, Query, parse_question, split_questions

if TYPE_CHECKING:
    import datetime

    from retrieval.library import Library
    from retrieval.words.segment import Segmenter


def understand(library: Library, question: str, today: datetime.date | None = None) -> Query:
    """As `parse_question`, with slips by sound put right, and what one thing asked leaves out taken from the one before.

    宝刚二期什么时候动工,总投资多少 asks 宝钢二期什么时候动工 and 宝钢二期的总投资多少.
    """
    text = normalize(question[:LONGEST]).text
    found = find_misspellings(library, text)
    told = _told(correct_misspellings(text, found), library.segmenter)
    query = parse_question(
        told or correct_misspellings(text, found) if found or told else question, library.segmenter, today
    )
    notes = tuple(Note(NoteCode.HEARD_AS, (slip.original, slip.replacement)) for slip in found)
    return _noted(query, question, notes)


def _told(text: str, segmenter: Segmenter) -> str | None:
    """Several questions, each as it can be asked alone; None where they can be so already."""
    pieces = split_questions(text)
    told = pieces[:1]
    for piece in pieces[1:]:
        told.append(resolve(piece, told[-1], segmenter) or piece)
    return "?".join(one.strip("?？") for one in told) if told != pieces else None


def _noted(query: Query, question: str, notes: tuple[Note, ...]) -> Query:
    wider = query.wider and _noted(query.wider, question, notes)
    return replace(query, question=question, notes=(*notes, *query.notes), wider=wider)
