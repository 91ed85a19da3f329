"""Reads JSON: one article object per line (also gzipped), or a file with one object or a list of objects.

Where JSON leaves the meaning open: of duplicate keys the last one counts; NaN and Infinity are accepted except in the
fields that are read here; other keys may hold anything.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from corpus.errors import Fault, FaultCode, FaultError
from corpus.formats.encoding import decode
from corpus.formats.fields import check_body, check_storable, fault_error, parse_published, untitled_section
from corpus.formats.lines import Line, gzip_lines, lines
from corpus.model import Article, Origin
from corpus.sections import sections

if TYPE_CHECKING:
    import io
    from collections.abc import Iterable, Iterator

    from corpus.model import Section

_DECODER = json.JSONDecoder()
_SPACE = re.compile(r"[ \t\n\r]*")
_TYPES: dict[type, str] = {
    dict: "object", list: "array", str: "string", int: "number", float: "number", bool: "boolean", type(None): "null",
}  # fmt: skip


def read(stream: io.BufferedReader, path: str, id_prefix: str) -> Iterator[Article | Fault]:
    """Read a `.json` file: one object or a list (see `articles`).

    Raises:
        FaultError: the file can't be decoded (raised by the call); BAD_JSON while iterating, see `articles`.
    """
    return articles(decode(stream.read(), path), path, id_prefix)


def read_lines(stream: io.BufferedReader, path: str, id_prefix: str) -> Iterator[Article | Fault]:
    """Read a `.jsonl` file, in bounded memory; a line with a fault costs only itself.

    The article on line n gets the id `{id_prefix}#n` if it gives none. Errors are raised by the iteration.

    Raises:
        FaultError: BINARY_FILE or EMPTY_FILE.
    """
    return _articles_by_line(lines(stream, path), path, id_prefix)


def read_gzip_lines(stream: io.BufferedReader, path: str, id_prefix: str) -> Iterator[Article | Fault]:
    """Read a `.jsonl.gz` file like `read_lines`; broken compressed data gives a last fault, BROKEN_GZIP."""
    return _articles_by_line(gzip_lines(stream, path), path, id_prefix)


def _articles_by_line(entries: Iterable[Line | Fault], path: str, id_prefix: str) -> Iterator[Article | Fault]:
    """Yield the article on each line, or its fault; faults among the entries are passed on."""
    for entry in entries:
        if isinstance(entry, Fault):
            yield entry
            continue
        try:
            yield article(entry.text, Origin(path, entry.number), f"{id_prefix}#{entry.number}")
        except FaultError as error:
            yield error.fault


def article(line: str, origin: Origin, made_id: str) -> Article:
    """Parse the article on one line.

    Args:
        line: JSON text.
        origin: where the line stands.
        made_id: the article's id if it gives none itself.

    Raises:
        FaultError: BAD_JSON, NOT_AN_OBJECT, BAD_FIELD, BAD_DATE, MISSING_FIELD or EMPTY_BODY.
    """
    value, end = _value(line, _SPACE.match(line).end(), origin)  # type: ignore[union-attr] # it matches the empty string
    if line[end:].strip():
        raise fault_error(FaultCode.BAD_JSON, origin, f"Extra data: column {end + 1}")
    return _article(value, origin, made_id)


def articles(text: str, path: str, id_prefix: str) -> Iterator[Article | Fault]:
    """Parse a file that holds one object or a list of them; yield a fault for an object with a wrong field.

    Reading ends at a syntax error, because the objects behind it can't be told apart.

    Args:
        text: the file.
        path: the file's path, for origins and faults.
        id_prefix: made ids are this, `#` and the object's number in the list, from 1.

    Raises:
        FaultError: BAD_JSON, for a syntax error; the articles before it have been yielded.
    """
    position = _skip(text, 0)
    is_list = text.startswith("[", position)
    position = _skip(text, position + 1) if is_list else position
    ordinal, line, counted = 0, 1, 0  # lines are counted on from the last object: from the start would be quadratic
    while not (is_list and not ordinal and text.startswith("]", position)):
        ordinal += 1
        line, counted = line + text.count("\n", counted, position), position
        origin = Origin(path, line)
        value, position = _value(text, position, origin)
        try:
            yield _article(value, origin, f"{id_prefix}#{ordinal}")
        except FaultError as error:
            yield error.fault
        position = _skip(text, position)
        if not (is_list and text.startswith(",", position)):
            break
        position = _skip(text, position + 1)
    _expect_end(text, position, path, is_list=is_list)


def _expect_end(text: str, position: int, path: str, *, is_list: bool) -> None:
    """Raise BAD_JSON for a list that isn't closed, and for anything after the last value.

    Args:
        text: the file.
        position: offset behind the last value and white space.
        path: of the file.
        is_list: True if the file began with `[`.
    """
    if is_list and not text.startswith("]", position):
        raise fault_error(FaultCode.BAD_JSON, _at(text, position, path), "Expecting ',' or ']'")
    if _skip(text, position + is_list) < len(text):
        raise fault_error(FaultCode.BAD_JSON, _at(text, _skip(text, position + is_list), path), "Extra data")


def _skip(text: str, position: int) -> int:
    """Return the offset of the first character from `position` on that isn't white space; len(text) if none."""
    match = _SPACE.match(text, position)
    return match.end() if match else position


def _at(text: str, position: int, path: str) -> Origin:
    """Return the place of an offset in the text of a file, as path and line."""
    return Origin(path, text.count("\n", 0, position) + 1)


def _value(text: str, position: int, origin: Origin) -> tuple[Any, int]:
    """Parse the value at an offset; return it and the offset of its end.

    Args:
        text: JSON.
        position: offset of the value; white space before it is an error.
        origin: the place of that offset, for the fault.

    Raises:
        FaultError: BAD_JSON.
    """
    try:
        return _DECODER.raw_decode(text, position)
    except json.JSONDecodeError as error:
        place = Origin(origin.path, origin.line + text.count("\n", position, error.pos))
        raise fault_error(FaultCode.BAD_JSON, place, f"{error.msg}: column {error.colno}") from error
    except RecursionError as error:
        raise fault_error(FaultCode.BAD_JSON, origin, "nested too deeply") from error
    except ValueError as error:  # Python parses no integer of more than 4,300 digits
        raise fault_error(FaultCode.BAD_JSON, origin, str(error).partition(":")[0]) from error


def _article(value: Any, origin: Origin, made_id: str) -> Article:
    """Build the article of one parsed object; it gets `made_id` if it gives no id.

    Raises:
        FaultError: NOT_AN_OBJECT, BAD_FIELD, BAD_DATE, MISSING_FIELD or EMPTY_BODY.
    """
    if not isinstance(value, dict):
        raise fault_error(FaultCode.NOT_AN_OBJECT, origin, _TYPES[type(value)])
    title = _text(value, "title", origin)
    date = parse_published(_text(value, "date", origin), origin)
    given_id = _id(value, origin)
    return check_body(
        Article(
            id=given_id or made_id,
            title=title,
            date=date,
            sections=_sections(value, title, origin),
            origin=origin,
            is_named=bool(given_id),
        )
    )


def _text(value: dict[str, Any], name: str, origin: Origin) -> str:
    """Return a text field unchanged; empty if it is missing or null.

    Raises:
        FaultError: BAD_FIELD, for another type or text that can't be stored.
    """
    text = value.get(name)
    if text is None:
        return ""
    if not isinstance(text, str):
        raise fault_error(FaultCode.BAD_FIELD, origin, name, "string")
    return check_storable(text, name, origin)


def _id(value: dict[str, Any], origin: Origin) -> str:
    """Return the id that the source gave, an integer as its digits, text without white space around it; empty if none.

    Raises:
        FaultError: BAD_FIELD, for another type or text that can't be stored.
    """
    given = value.get("id")
    if isinstance(given, int) and not isinstance(given, bool):
        return str(given)
    if given is not None and not isinstance(given, str):
        raise fault_error(FaultCode.BAD_FIELD, origin, "id", "string or integer")
    return _text(value, "id", origin).strip()


def _sections(value: dict[str, Any], title: str, origin: Origin) -> tuple[Section, ...]:
    """Take `paragraphs` unchanged, or else split `text` into sections as the body of a listing page is split.

    Raises:
        FaultError: MISSING_FIELD if there is neither; BAD_FIELD for a wrong type.
    """
    texts = value.get("paragraphs")
    if texts is None:
        if "text" not in value:
            raise fault_error(FaultCode.MISSING_FIELD, origin, "text")
        body = _text(value, "text", origin)
        return sections(body.replace("\r\n", "\n").replace("\r", "\n"), title)
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise fault_error(FaultCode.BAD_FIELD, origin, "paragraphs", "array of strings")
    return (untitled_section(check_storable(text, "paragraphs", origin) for text in texts),)
