"""The lines of a file that may be larger than memory, each decoded by itself, so that a bad one costs only itself."""

from __future__ import annotations

import gzip
import io
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from corpus.errors import Fault, FaultCode, FaultError
from corpus.formats.encoding import UTF16_MARKS, decode_bytes, is_binary

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_LINE = 4 * 1024 * 1024  # bytes; the longest novel chapter has a tenth of that
_LONGEST_UTF16 = LONGEST_LINE // 2  # characters
_PIECE = 65_536  # bytes of a too long line that are held while it is skipped
_HEAD = 1_024  # bytes that tell whether a file is text


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text, without its end."""

    number: int  # from 1
    text: str


def lines(stream: io.BufferedReader | gzip.GzipFile, path: str) -> Iterator[Line | Fault]:
    """Read the lines that are not blank, in bounded memory; a line that can't be read is a fault in its place.

    Raises:
        FaultError: BINARY_FILE or EMPTY_FILE.
    """
    head = stream.peek(_HEAD)
    is_empty = True
    for entry in _utf16_lines(stream, path) if head.startswith(UTF16_MARKS) else _lines(stream, head, path):
        is_empty = False
        yield entry
    if is_empty:
        raise FaultError(Fault(code=FaultCode.EMPTY_FILE, path=path, line=0))


def unzipped_lines(stream: io.BufferedReader, path: str) -> Iterator[Line | Fault]:
    """Read the lines of a gzip file; where it is broken, what stands before that is served."""
    last = 0
    try:
        with gzip.GzipFile(fileobj=stream) as unzipped:
            for entry in lines(unzipped, path):
                last = entry.number if isinstance(entry, Line) else entry.line
                yield entry
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        yield Fault(code=FaultCode.BROKEN_GZIP, path=path, line=last, found=str(error))


def _lines(stream: io.BufferedReader | gzip.GzipFile, head: bytes, path: str) -> Iterator[Line | Fault]:
    """Read lines of any encoding in which a line feed is one byte, and part of no character."""
    if is_binary(head):
        raise FaultError(Fault(code=FaultCode.BINARY_FILE, path=path, line=0))
    number = 0
    while raw := stream.readline(LONGEST_LINE + 1):
        number += 1
        if len(raw) > LONGEST_LINE and not raw.endswith(b"\n"):
            _skip_line(stream)
            yield Fault(code=FaultCode.LINE_TOO_LONG, path=path, line=number, found=str(LONGEST_LINE))
            continue
        pieces = raw.replace(b"\r\n", b"\n").removesuffix(b"\n").split(b"\r")
        for number, piece in enumerate(pieces, number):  # noqa: B020 # counting goes on behind lone CRs
            yield from _decoded(piece, path, number)


def _skip_line(stream: io.BufferedReader | gzip.GzipFile | io.TextIOWrapper) -> None:
    while (piece := stream.readline(_PIECE)) and piece[-1] not in (b"\n"[0], "\n"):
        pass


def _decoded(raw: bytes, path: str, number: int) -> Iterator[Line | Fault]:
    """Decode one line; yield nothing for a blank one."""
    try:
        text = decode_bytes(raw, path, number)
    except FaultError as error:
        yield error.fault
        return
    if text.strip():
        yield Line(number, text)


def _utf16_lines(stream: io.BufferedReader | gzip.GzipFile, path: str) -> Iterator[Line | Fault]:
    """Read UTF-16, where bytes have no lines; behind a code that doesn't fit nothing can be read."""
    number = 1
    with io.TextIOWrapper(stream, "utf-16", newline=None) as text:
        try:
            while line := text.readline(_LONGEST_UTF16 + 1):
                if len(line) > _LONGEST_UTF16 and not line.endswith("\n"):
                    _skip_line(text)
                    yield Fault(code=FaultCode.LINE_TOO_LONG, path=path, line=number, found=str(LONGEST_LINE))
                elif line.strip():
                    yield Line(number, line.rstrip("\n"))
                number += 1
        except UnicodeDecodeError as error:
            yield Fault(
                code=FaultCode.UNKNOWN_ENCODING,
                path=path,
                line=number,
                found=error.object[error.start : error.end].hex(" "),
            )
