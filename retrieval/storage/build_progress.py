"""Stages of making a library ready, and the callback that their progress is reported to."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TypeAlias


class Stage(StrEnum):
    """What is being done while a library is made ready."""

    READING = "reading"  # counted in files
    INDEXING = "indexing"  # counted in paragraphs that are segmented
    WRITING = "writing"  # counted in parts of the index


ProgressCallback: TypeAlias = Callable[[Stage, int, int], None]  # the stage, how much of it is done, how much there is
