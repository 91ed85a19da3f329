"""Understands a question in the light of a library: corrects misspellings and completes parts that lean on others."""

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


def understand(library: Library, question: str, today: datetime.date | None = None) -> Query:
    """Parse a question after correcting words misspelt by sound and completing each part from the part before it.

    宝刚二期什么时候动工,总投资多少 asks 宝钢二期什么时候动工 and 宝钢二期的总投资多少.

    Args:
        library: its articles decide which words are misspelt.
        question: as typed; of a longer one the first LONGEST characters are read.
        today: the day from which 最近发布的 is counted; if it is None, such words limit nothing.

    Returns:
        A query whose `question` is the text as typed; it and the wider queries behind it carry one note for each
        misspelling (`NoteCode.HEARD_AS`).
    """
    typed = normalize(question[:LONGEST]).text
    misspellings = find_misspellings(library, typed)
    corrected = correct_misspellings(typed, misspellings)
    pieces = split_questions(corrected)
    completed = pieces[:1]
    for piece in pieces[1:]:
        completed.append(resolve(piece, completed[-1], library.segmenter) or piece)
    if completed != pieces:
        text = "?".join(piece.strip("?？") for piece in completed)
    else:
        text = corrected if misspellings else question
    query = parse_question(text, library.segmenter, today)
    notes = tuple(Note(NoteCode.HEARD_AS, (word.original, word.replacement)) for word in misspellings)
    return _as_typed(query, question, notes)


def _as_typed(query: Query, question: str, notes: tuple[Note, ...]) -> Query:
    """Return a query, and the wider ones behind it, with the question as typed and further notes in front."""
    wider = query.wider and _as_typed(query.wider, question, notes)
    return replace(query, question=question, notes=(*notes, *query.notes), wider=wider)
