"""The table of file formats: which reader reads the files with which ending.

To add a format, write a module with a reader and add its ending here. A file whose ending is missing here is refused
(UNKNOWN_FORMAT) before it is opened.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from corpus.errors import Fault
from corpus.formats import jsonl, page
from corpus.model import Article

#: Reads one file: given the opened stream, the path for origins and faults, and the prefix of ids made from the place
#: in the file, yields articles and faults in file order. Raises FaultError for a fault that ends the reading.
Reader: TypeAlias = Callable[[io.BufferedReader, str, str], Iterator[Article | Fault]]


def _read_markdown(stream: io.BufferedReader, path: str, id_prefix: str) -> Iterator[Article | Fault]:
    from corpus.formats import markdown  # takes 30 ms, and most starts read no file anew

    return markdown.read(stream, path, id_prefix)


#: By the ending of the file name, in lower case.
FORMATS: Mapping[str, Reader] = {
    ".jsonl.gz": jsonl.read_gzip_lines,
    ".jsonl": jsonl.read_lines,
    ".json": jsonl.read,
    ".markdown": _read_markdown,
    ".md": _read_markdown,
    ".txt": page.read,
}


def ending(name: str) -> str:
    """Return the longest ending in FORMATS that a file name has, in lower case; empty if it has none of them."""
    return max((end for end in FORMATS if name.lower().endswith(end)), key=len, default="")


def reader_of(name: str) -> Reader | None:
    """Return the reader for a file name's ending, whatever its case; None if no format has that ending."""
    return FORMATS.get(ending(name))
