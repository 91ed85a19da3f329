"""Files that keep which articles are reprints of one another, and the digests by which the next build finds more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corpus.comparison.reprints import Reprints
from retrieval.index.columns import map_arrays

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


def write_reprints(files: Files, reprints: Reprints) -> None:
    """Write the arrays of `Reprints`, a file each."""
    files.write(ARRAYS, (reprints.contents, reprints.bodies, reprints.starts, reprints.clauses, reprints.alike))


def open_reprints(folder: Path) -> Reprints:
    """Map the files that `write_reprints` wrote.

    Raises:
        OSError: a file cannot be opened.
        ValueError: the files don't fit one another.
    """
    contents, bodies, starts, clauses, alike = map_arrays(folder, ARRAYS)
    reprints = Reprints(contents.reshape(-1, 2), bodies, starts, clauses, alike.reshape(-1, 2))
    if not len(starts) - 1 == len(bodies) == len(reprints.contents) or int(starts[-1]) != len(clauses):
        raise ValueError("the files of the reprints do not fit one another")
    return reprints
