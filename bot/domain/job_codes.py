"""Codes of a publishing job: the step that it is at, why its result is held back, and why it failed."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TypeAlias


class Step(StrEnum):
    """The step that a job is at, in the order in which the steps follow."""

    WAITING = "waiting"  # until files that are being copied no longer change
    READING = "reading"  # progress is counted in files
    COMPARING = "comparing"  # with what is published
    INDEXING = "indexing"  # progress is counted in paragraphs that are segmented
    WRITING = "writing"  # progress is counted in parts of the index
    ASKING = "asking"  # the canary questions
    PUBLISHING = "publishing"


class Hold(StrEnum):
    """The reason why a result is held back until an operator decides."""

    REMOVALS = "removals"  # a large part of the articles would be removed
    WORSE = "worse"  # fewer of the canary questions are answered correctly
    BAD_QUESTIONS = "bad-questions"  # the canary questions cannot be read
    EMPTY = "empty"  # there is no article at all


class Failure(StrEnum):
    """The reason why a job failed; the comment names the fields of the report that hold the details."""

    NO_CORPUS = "no-corpus"  # place, reason
    NO_INDEX = "no-index"  # place, reason: the cache folder cannot be written
    NO_STORE = "no-store"  # reason
    NO_GENERATION = "no-generation"  # place: its number
    BROKE_OFF = "broke-off"  # reason: the process that did the work ended


#: called with the step that a job is at, how much of it is done, and how much there is (0, 0 where that is unknown)
StepCallback: TypeAlias = Callable[[Step, int, int], None]
