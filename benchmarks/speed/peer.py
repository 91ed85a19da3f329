"""The interface of an engine: it builds an index from texts, opens it, and answers one question at a time."""

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
        prepare: converts a question to the input of `search`; not timed, so that no time includes segmentation.
        search: returns the best `DEPTH` rows of the texts, from 0, with their scores; this is timed.
    """

    prepare: Callable[[Question], P]
    search: Callable[[P], Found]


@dataclass(frozen=True, slots=True)
class Peer:
    """The functions that run an engine, each in its own process.

    Attributes:
        build: writes an index of the texts to an empty folder.
        open: opens the index in that folder.
    """

    build: Callable[[Texts, Path], None]
    open: Callable[[Path], Opened[Any]]


def asked_in_words(search: Callable[[list[str]], Found]) -> Opened[list[str]]:
    """Return an index that is asked with the segmented words of a question."""
    return Opened(lambda question: question.words, search)
