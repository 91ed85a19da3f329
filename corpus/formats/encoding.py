"""Decodes article files: UTF-8, UTF-16 with a byte-order mark, GB18030 (a superset of GBK) or Big5."""

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
_SAMPLE = 65_536  # bytes that are looked at; more improve no decision
_PAIR = re.compile(rb"[\x81-\xfe]([\x40-\x7e\x80-\xfe])")
_UTF8_CHARACTER = re.compile(rb"[\xe2-\xef][\x80-\xbf]{2}")
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
# The share of two-byte characters whose second byte is below 0x80: 40% in Big5, under 2% in Simplified Chinese, since
# GB2312 has none. On 3,000 news texts cut at 24 to 5,000 characters, this rule with charset_normalizer is wrong 0 to 4
# times, charset_normalizer alone 33 to 1,056 times.
_LOW_SHARE = 0.15
_FEWEST_PAIRS = 16  # two-byte characters; fewer are no evidence for Big5


def is_binary(raw: bytes) -> bool:
    """Return True if bytes without a UTF-16 mark hold a NUL, or over a tenth of the first 64 KB are control characters.

    White space such as tabs and line ends doesn't count; no bytes are not binary.
    """
    controls = len(_CONTROL.findall(raw[:_SAMPLE]))
    return b"\0" in raw or controls * 10 > len(raw[:_SAMPLE])


def decode(raw: bytes, path: str) -> str:
    """Decode a whole file without its byte-order mark, and turn every line end (CRLF, CR) into a line feed.

    Args:
        raw: the file.
        path: its path, for the fault.

    Raises:
        FaultError: EMPTY_FILE (also for white space only), BINARY_FILE, or UNKNOWN_ENCODING at the line of the first
            byte that fits no encoding.
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
    """Decode UTF-8, GB18030 or Big5, without a byte-order mark of UTF-8; line ends stay.

    Args:
        raw: a file, or a line of one.
        path: the file, for the fault.
        line: the number of the first line of `raw`.

    Raises:
        FaultError: UNKNOWN_ENCODING, at the line of the first byte that isn't UTF-8.
    """
    raw = raw.removeprefix(codecs.BOM_UTF8)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        legacy = None if _is_damaged_utf8(raw) else detect_legacy_encoding(raw)
        if legacy is None:
            raise _unknown(raw, error, path, line) from error
        return raw.decode(legacy)


def detect_legacy_encoding(raw: bytes) -> Legacy | None:
    """Tell GB18030 from Big5, whose codes overlap almost completely; return None if the bytes are neither.

    Big5 nearly always decodes as GB18030 too, into rare characters, so decoding alone decides little. The share of low
    second bytes decides most texts; charset_normalizer, which knows the languages, the rest; the default is GB18030.
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
    """Return True if the bytes decode into characters that Unicode assigns and that are not private."""
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError:
        return False
    return not any(unicodedata.category(character) in {"Co", "Cn"} for character in set(text))


def _is_damaged_utf8(raw: bytes) -> bool:
    """Return True for UTF-8 with a few bad bytes: more three-byte characters than decoding errors.

    Without this check, a page with one damaged byte would be read as GB18030 mojibake.
    """
    bad = raw.decode("utf-8", "replace").count("\ufffd")
    return len(_UTF8_CHARACTER.findall(raw)) > bad


def _decode_utf16(raw: bytes, path: str) -> str:
    """Decode UTF-16, whose mark tells the byte order.

    Raises:
        FaultError: UNKNOWN_ENCODING.
    """
    try:
        return raw.decode("utf-16")
    except UnicodeDecodeError as error:
        raise _unknown(raw, error, path, 1) from error


def _unknown(raw: bytes, error: UnicodeDecodeError, path: str, line: int) -> FaultError:
    """Return the UNKNOWN_ENCODING fault, at the line of the first byte that doesn't decode.

    Args:
        raw: the bytes.
        error: of decoding them.
        path: the file.
        line: the number of the first line of `raw`.
    """
    before = raw[: error.start].decode(error.encoding, "replace")
    line += before.replace("\r\n", "\n").replace("\r", "\n").count("\n")
    return FaultError(
        Fault(code=FaultCode.UNKNOWN_ENCODING, path=path, line=line, found=raw[error.start : error.start + 4].hex(" "))
    )
