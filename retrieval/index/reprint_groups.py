"""Keeps which articles are reprints of one another, and what that was found by, for the library that comes next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corpus.reprints import Reprints
from retrieval.index.columns import arrays_in

if TYPE_CHECKING:
    from pathlib import Path

    from retrieval.index.folder import Files

ARRAYS = {  # the files, with the type of their numbers, in the order of `Reprints`
    "contents": "<u8",
    "bodies": "<u8",
    "clause-starts": "<i8",
    "clauses": "<u8",
    "alike": "<i4",
}


def write_reprints(files: Files, found: Reprints) -> None:
    """Write what was found."""
    files.write(ARRAYS, (found.contents, found.bodies, found.starts, found.clauses, found.alike))


def open_reprints(folder: Path) -> Reprints:
    """Open what `write_reprints` wrote.

    Raises:
        OSError, ValueError: a file is missing, or they do not fit one another.
    """
    contents, bodies, starts, clauses, alike = arrays_in(folder, ARRAYS)
    found = Reprints(contents.reshape(-1, 2), bodies, starts, clauses, alike.reshape(-1, 2))
    if not len(starts) - 1 == len(bodies) == len(found.contents) or int(starts[-1]) != len(clauses):
        raise ValueError("the files of the reprints do not fit one another")
    return found
