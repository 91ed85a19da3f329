"""What an engine is to this benchmark: it builds a folder from texts, opens it, and answers one question at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.speed.questions import Question
    from benchmarks.speed.texts import Texts

DEPTH = 20  # paragraphs found for a question, by each

P = TypeVar("P")

Numbers: TypeAlias = Sequence[int] | Sequence[float] | npt.NDArray[np.generic]
Found: TypeAlias = tuple[Numbers, Numbers]  # the rows that fit best, best first, and their scores


@dataclass(frozen=True, slots=True)
class Opened(Generic[P]):
    """An index that can be asked.

    Attributes:
        prepare: what `search` takes of a question; not part of the time, so that cutting into words is in no engine's.
        search: the best `DEPTH` rows of the texts, from 0, with their scores; this is what is timed.
    """

    prepare: Callable[[Question], P]
    search: Callable[[P], Found]


@dataclass(frozen=True, slots=True)
class Peer:
    """How an engine is run: each of the two in a process of its own.

    Attributes:
        build: writes an index of the texts to an empty folder.
        open: opens what was written there.
    """

    build: Callable[[Texts, Path], None]
    open: Callable[[Path], Opened[Any]]


def asked_in_words(search: Callable[[list[str]], Found]) -> Opened[list[str]]:
    """An index that is asked with the words of the question, as they were cut."""
    return Opened(lambda question: question.words, search)
