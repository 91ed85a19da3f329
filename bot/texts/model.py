"""The sentences that every language has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from corpus.errors import FaultCode
    from retrieval.model import Reason
    from retrieval.progress import Stage


@dataclass(frozen=True, slots=True)
class Texts:
    """Templates for `str.format`; the comments name what goes into each."""

    # an answer
    published: str  # {date}
    date_unknown: str
    untitled: str
    original: str  # {place}: where the article stands
    no_answer: Mapping[Reason, str]  # MISSING: {missing}
    quoted: str  # {word}: how a missing word is shown
    separator: str  # between missing words
    unanswered: str  # {part}: one thing of several that were asked
    nearest: str

    # the chat in the terminal
    welcome: str  # {articles}, {paragraphs}
    prompt: str
    asked: str  # {question}: above its answer, where many are asked at once
    waiting: str
    hint: str
    goodbye: str
    no_such_source: str  # {number}, {sources}
    no_telegram: str

    # work that takes a while
    stages: Mapping[Stage, str]

    # reports
    faults: Mapping[FaultCode, str]  # {found}, {other}
    fault_line: str  # {place}, {what}
    check_clean: str  # {articles}, {paragraphs}
    check_faulty: str  # {articles}, {paragraphs}, {faults}, {notices}
    check_empty: str
    skipped: str  # {faults}: told when answering from a corpus with faults
    nothing_found: str
    figures: Mapping[str, str]  # names of the figures of `chuwen eval`

    # errors: where, what, and what to do
    no_corpus: str  # {path}, {reason}
    bad_questions: str  # {place}, {reason}
    no_cache: str  # {path}, {reason}
    usage_reasons: Mapping[str, str]  # what argparse says, as patterns, and how it is put
    usage: str  # {reason}, {command}
    no_stream: str  # {reason}
    no_count: str  # {found}
    interrupted: str

    # help
    help: Mapping[str, str]
