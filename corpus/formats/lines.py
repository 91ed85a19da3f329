"""Reads files larger than memory line by line, decoding each line by itself, so that a bad line costs only itself."""

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

_LONGEST_LINE = 4 * 1024 * 1024  # bytes; the longest chapter of a novel has a tenth of that
_LONGEST_UTF16 = _LONGEST_LINE // 2  # characters
_PIECE = 65_536  # bytes of a too long line that are held at a time while it is skipped
_HEAD = 1_024  # bytes by which a file is recognised as text


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text, without its line end."""

    number: int  # from 1
    text: str


def lines(stream: io.BufferedReader | gzip.GzipFile, path: str) -> Iterator[Line | Fault]:
    """Yield the lines that are not blank, in bounded memory, and a fault in the place of a line that can't be read.

    Such a line is longer than 4 MB or fits no encoding. The numbers of the lines count blank ones.

    Raises:
        FaultError: BINARY_FILE, or EMPTY_FILE if there is neither a line nor a fault.
    """
    head = stream.peek(_HEAD)
    is_empty = True
    for entry in _utf16_lines(stream, path) if head.startswith(UTF16_MARKS) else _lines(stream, head, path):
        is_empty = False
        yield entry
    if is_empty:
        raise FaultError(Fault(code=FaultCode.EMPTY_FILE, path=path, line=0))


def gzip_lines(stream: io.BufferedReader, path: str) -> Iterator[Line | Fault]:
    """Yield the lines of a gzip file; where the compressed data is broken, end with a BROKEN_GZIP fault.

    Raises:
        FaultError: as `lines`.
    """
    last = 0
    try:
        with gzip.GzipFile(fileobj=stream) as unzipped:
            for entry in lines(unzipped, path):
                last = entry.number if isinstance(entry, Line) else entry.line
                yield entry
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        yield Fault(code=FaultCode.BROKEN_GZIP, path=path, line=last, found=str(error))


def _lines(stream: io.BufferedReader | gzip.GzipFile, head: bytes, path: str) -> Iterator[Line | Fault]:
    """Yield the lines of any encoding in which a line feed is one byte and no part of another character.

    Args:
        stream: the file.
        head: its first bytes, which are not read yet.
        path: its path, for faults.

    Raises:
        FaultError: BINARY_FILE, before the first line.
    """
    if is_binary(head):
        raise FaultError(Fault(code=FaultCode.BINARY_FILE, path=path, line=0))
    number = 0
    while raw := stream.readline(_LONGEST_LINE + 1):
        number += 1
        if len(raw) > _LONGEST_LINE and not raw.endswith(b"\n"):
            _skip_line(stream)
            yield Fault(code=FaultCode.LINE_TOO_LONG, path=path, line=number, found=str(_LONGEST_LINE))
            continue
        pieces = raw.replace(b"\r\n", b"\n").removesuffix(b"\n").split(b"\r")
        for number, piece in enumerate(pieces, number):  # noqa: B020 # a lone CR also ends a line
            yield from _decoded(piece, path, number)


def _skip_line(stream: io.BufferedReader | gzip.GzipFile | io.TextIOWrapper) -> None:
    """Read to the end of the current line, or of the stream."""
    while (piece := stream.readline(_PIECE)) and piece[-1] not in (b"\n"[0], "\n"):
        pass


def _decoded(raw: bytes, path: str, number: int) -> Iterator[Line | Fault]:
    """Yield one decoded line or its fault; nothing for a blank line."""
    try:
        text = decode_bytes(raw, path, number)
    except FaultError as error:
        yield error.fault
        return
    if text.strip():
        yield Line(number, text)


def _utf16_lines(stream: io.BufferedReader | gzip.GzipFile, path: str) -> Iterator[Line | Fault]:
    """Yield the lines of a UTF-16 file; reading ends with a fault at the first invalid code unit.

    The stream is closed at the end.
    """
    number = 1
    with io.TextIOWrapper(stream, "utf-16", newline=None) as text:
        try:
            while line := text.readline(_LONGEST_UTF16 + 1):
                if len(line) > _LONGEST_UTF16 and not line.endswith("\n"):
                    _skip_line(text)
                    yield Fault(code=FaultCode.LINE_TOO_LONG, path=path, line=number, found=str(_LONGEST_LINE))
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
