"""Lists what a correction changed, sentence by sentence."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import TYPE_CHECKING

from corpus.text import sentences

if TYPE_CHECKING:
    from collections.abc import Iterator

    from corpus.model import Article, Correction


class ChangedPart(StrEnum):
    """The part of an article that changed."""

    TITLE = "title"
    DATE = "date"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Change:
    """A replacement of `before` by `after`; one of them may be empty."""

    part: ChangedPart
    before: str
    after: str


def changes(correction: Correction) -> tuple[Change, ...]:
    """Return what a correction changed: title, date, and each run of changed sentences, in reading order.

    Dates are in ISO format, empty for none. The sentences of a run are joined by a space. White space between sentences
    doesn't count.
    """
    before, after = correction.before, correction.after
    heads = (
        (ChangedPart.TITLE, before.title, after.title),
        (ChangedPart.DATE, str(before.date or ""), str(after.date or "")),
    )
    return (*(Change(*head) for head in heads if head[1] != head[2]), *_texts(before, after))


def _texts(before: Article, after: Article) -> Iterator[Change]:
    """Yield the runs of sentences that differ between the bodies of two versions."""
    old, new = _sentences(before.body), _sentences(after.body)
    for tag, left, right, other_left, other_right in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            yield Change(ChangedPart.TEXT, " ".join(old[left:right]), " ".join(new[other_left:other_right]))


def _sentences(body: str) -> list[str]:
    return [body[start:end] for start, end in sentences(body)]
