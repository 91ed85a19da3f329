"""JSON articles: one object a line, or one object or list in a file.

Where JSON leaves the meaning open: of duplicate keys the last counts; NaN and Infinity matter only in a field that is
read here; keys that are not read here may hold anything.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from corpus.errors import Fault, FaultCode, FaultError
from corpus.formats.fields import fault, published, storable, untitled_section, with_body
from corpus.model import Article, Origin
from corpus.sections import sections

if TYPE_CHECKING:
    from collections.abc import Iterator

    from corpus.model import Section

_DECODER = json.JSONDecoder()
_SPACE = re.compile(r"[ \t\n\r]*")
_TYPES: dict[type, str] = {
    dict: "object", list: "array", str: "string", int: "number", float: "number", bool: "boolean", type(None): "null",
}  # fmt: skip


def article(line: str, origin: Origin, made_id: str) -> Article:
    """Read the article on one line.

    Raises:
        FaultError: the line is no JSON, no object, or a field of it is wrong or missing.
    """
    value, end = _value(line, _SPACE.match(line).end(), origin)  # type: ignore[union-attr] # it matches the empty string
    if line[end:].strip():
        raise fault(FaultCode.BAD_JSON, origin, f"Extra data: column {end + 1}")
    return _article(value, origin, made_id)


def articles(text: str, path: str, name: str) -> Iterator[Article | Fault]:
    """Read a file that holds one object, or a list of them; a broken one is a fault of its own.

    What follows a syntax error in a list can't be told apart, so reading ends there.

    Raises:
        FaultError: BAD_JSON, where the syntax is wrong; what stands before it has been served.
    """
    position = _skip(text, 0)
    is_list = text.startswith("[", position)
    position = _skip(text, position + 1) if is_list else position
    ordinal, line, counted = 0, 1, 0  # the line is carried on: counting from the start each time is quadratic
    while not (is_list and not ordinal and text.startswith("]", position)):
        ordinal += 1
        line, counted = line + text.count("\n", counted, position), position
        origin = Origin(path, line)
        value, position = _value(text, position, origin)
        try:
            yield _article(value, origin, f"{name}#{ordinal}")
        except FaultError as error:
            yield error.fault
        position = _skip(text, position)
        if not (is_list and text.startswith(",", position)):
            break
        position = _skip(text, position + 1)
    _expect_end(text, position, path, is_list=is_list)


def _expect_end(text: str, position: int, path: str, *, is_list: bool) -> None:
    """Refuse a list that isn't closed, and anything after the last value."""
    if is_list and not text.startswith("]", position):
        raise fault(FaultCode.BAD_JSON, _at(text, position, path), "Expecting ',' or ']'")
    if _skip(text, position + is_list) < len(text):
        raise fault(FaultCode.BAD_JSON, _at(text, _skip(text, position + is_list), path), "Extra data")


def _skip(text: str, position: int) -> int:
    """Return the position of the next character that is not white space."""
    match = _SPACE.match(text, position)
    return match.end() if match else position


def _at(text: str, position: int, path: str) -> Origin:
    return Origin(path, text.count("\n", 0, position) + 1)


def _value(text: str, position: int, origin: Origin) -> tuple[Any, int]:
    """Parse one value, and say where it ends."""
    try:
        return _DECODER.raw_decode(text, position)
    except json.JSONDecodeError as error:
        place = Origin(origin.path, origin.line + text.count("\n", position, error.pos))
        raise fault(FaultCode.BAD_JSON, place, f"{error.msg}: column {error.colno}") from error
    except RecursionError as error:
        raise fault(FaultCode.BAD_JSON, origin, "nested too deeply") from error
    except ValueError as error:  # Python reads no integer of more than 4,300 digits
        raise fault(FaultCode.BAD_JSON, origin, str(error).partition(":")[0]) from error


def _article(value: Any, origin: Origin, made_id: str) -> Article:
    """Check the fields of one object."""
    if not isinstance(value, dict):
        raise fault(FaultCode.NOT_AN_OBJECT, origin, _TYPES[type(value)])
    title = _text(value, "title", origin)
    date = published(_text(value, "date", origin), origin)
    name = _id(value, origin)
    return with_body(
        Article(
            id=name or made_id,
            title=title,
            date=date,
            sections=_sections(value, title, origin),
            origin=origin,
            is_named=bool(name),
        )
    )


def _text(value: dict[str, Any], name: str, origin: Origin) -> str:
    """Return a field that holds text; missing and null are empty."""
    text = value.get(name)
    if text is None:
        return ""
    if not isinstance(text, str):
        raise fault(FaultCode.BAD_FIELD, origin, name, "string")
    return storable(text, name, origin)


def _id(value: dict[str, Any], origin: Origin) -> str:
    """Return the id that the source gave, empty if none; a number becomes its digits."""
    given = value.get("id")
    if isinstance(given, int) and not isinstance(given, bool):
        return str(given)
    if given is not None and not isinstance(given, str):
        raise fault(FaultCode.BAD_FIELD, origin, "id", "string or integer")
    return _text(value, "id", origin).strip()


def _sections(value: dict[str, Any], title: str, origin: Origin) -> tuple[Section, ...]:
    """Take `paragraphs` exactly as they are; split `text`, which has none, as the body of a page is split."""
    texts = value.get("paragraphs")
    if texts is None:
        if "text" not in value:
            raise fault(FaultCode.MISSING_FIELD, origin, "text")
        body = _text(value, "text", origin)
        return sections(body.replace("\r\n", "\n").replace("\r", "\n"), title)
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise fault(FaultCode.BAD_FIELD, origin, "paragraphs", "array of strings")
    return (untitled_section(storable(text, "paragraphs", origin) for text in texts),)
