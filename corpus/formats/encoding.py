"""The text in the bytes of an article file: UTF-8, UTF-16 with its mark, GB18030 (and so GBK) or Big5, nothing else."""

from __future__ import annotations

import codecs
import re
import unicodedata
from typing import Literal, TypeAlias

from charset_normalizer import from_bytes

from corpus.errors import Fault, FaultCode, FaultError

Legacy: TypeAlias = Literal["gb18030", "big5"]
_LEGACY: tuple[Legacy, ...] = ("gb18030", "big5")

UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_SAMPLE = 65_536  # bytes; more makes no decision better
_PAIR = re.compile(rb"[\x81-\xfe]([\x40-\x7e\x80-\xfe])")
_UTF8_CHARACTER = re.compile(rb"[\xe2-\xef][\x80-\xbf]{2}")
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
# The share of second bytes below 0x80: 40% in Big5, under 2% in Simplified Chinese, whose GB2312 has none. On 3,000
# news texts cut at 24 to 5,000 characters, this and the library are wrong 0 to 4 times, the library alone 33 to 1,056.
_LOW_SHARE = 0.15
_FEWEST_PAIRS = 16  # fewer characters are no evidence for Big5


def is_binary(raw: bytes) -> bool:
    """Whether bytes that carry no UTF-16 mark are no text: they hold a NUL, or every tenth is a control character."""
    controls = len(_CONTROL.findall(raw[:_SAMPLE]))
    return b"\0" in raw or controls * 10 > len(raw[:_SAMPLE])


def decode(raw: bytes, path: str) -> str:
    """Decode a whole file, and make every line end a line feed.

    Raises:
        FaultError: EMPTY_FILE, BINARY_FILE, or UNKNOWN_ENCODING at the line of the first byte that fits none.
    """
    if raw.startswith(UTF16_MARKS):
        text = _decode_utf16(raw, path)
        if "\0" in text:
            raise FaultError(Fault(code=FaultCode.BINARY_FILE, path=path, line=0))
    elif is_binary(raw):
        raise FaultError(Fault(code=FaultCode.BINARY_FILE, path=path, line=0))
    else:
        text = decode_bytes(raw, path)
    if not text.strip():
        raise FaultError(Fault(code=FaultCode.EMPTY_FILE, path=path, line=0))
    return text.replace("\r\n", "\n").replace("\r", "\n")


def decode_bytes(raw: bytes, path: str, line: int = 1) -> str:
    """Decode bytes that hold no UTF-16.

    Args:
        raw: a file, or one line of it.
        path: the file, for the fault.
        line: the number of the first line of `raw`.

    Raises:
        FaultError: UNKNOWN_ENCODING.
    """
    raw = raw.removeprefix(codecs.BOM_UTF8)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        legacy = None if _is_damaged_utf8(raw) else legacy_encoding(raw)
        if legacy is None:
            raise _unknown(raw, error, path, line) from error
        return raw.decode(legacy)


def legacy_encoding(raw: bytes) -> Legacy | None:
    """Tell GB18030 from Big5, whose codes overlap almost wholly; None if it is neither.

    Big5 nearly always decodes as GB18030, into rare characters, so decoding decides little. Which second bytes occur
    decides most texts; the library, which knows the languages, the rest; GB18030 where that knows nothing either.
    """
    fitting = [legacy for legacy in _LEGACY if _fits(raw, legacy)]
    if len(fitting) < len(_LEGACY):
        return fitting[0] if fitting else None
    pairs = list(_PAIR.finditer(raw[:_SAMPLE]))
    low = sum(pair[1] < b"\x80" for pair in pairs)
    if low < _LOW_SHARE * len(pairs) or len(pairs) < _FEWEST_PAIRS:
        return "gb18030"
    best = from_bytes(b"".join(pair[0] for pair in pairs), cp_isolation=list(_LEGACY)).best()
    return "big5" if best is not None and best.encoding == "big5" else "gb18030"


def _fits(raw: bytes, encoding: Legacy) -> bool:
    """Whether the bytes decode, and into characters that are assigned."""
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError:
        return False
    return not any(unicodedata.category(character) in {"Co", "Cn"} for character in set(text))


def _is_damaged_utf8(raw: bytes) -> bool:
    """Whether these are UTF-8 with a few bad bytes: its three-byte characters outnumber what doesn't fit.

    Without this, a page with one damaged byte would be read as GB18030 mojibake.
    """
    bad = raw.decode("utf-8", "replace").count("\ufffd")
    return len(_UTF8_CHARACTER.findall(raw)) > bad


def _decode_utf16(raw: bytes, path: str) -> str:
    try:
        return raw.decode("utf-16")
    except UnicodeDecodeError as error:
        raise _unknown(raw, error, path, 1) from error


def _unknown(raw: bytes, error: UnicodeDecodeError, path: str, line: int) -> FaultError:
    """Make the fault of the first byte that doesn't fit."""
    before = raw[: error.start].decode(error.encoding, "replace")
    line += before.replace("\r\n", "\n").replace("\r", "\n").count("\n")
    return FaultError(
        Fault(code=FaultCode.UNKNOWN_ENCODING, path=path, line=line, found=raw[error.start : error.start + 4].hex(" "))
    )
