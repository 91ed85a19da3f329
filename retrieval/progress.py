"""How far the making of an index has come."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum


class Stage(StrEnum):
    """What is being done while a library is made ready."""

    READING = "reading"  # counted in files
    INDEXING = "indexing"  # counted in paragraphs that are cut
    WRITING = "writing"  # counted in parts of the index


Progress = Callable[[Stage, int, int], None]  # the stage, how much of it is done, how much there is
