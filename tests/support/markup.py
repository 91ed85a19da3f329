"""Formatted text as Telegram reads it: HTML of the bot, and what it marks in the text of people.

Follows `do_parse_html` in TDLib's `MessageEntity.cpp`, wording and byte offsets included.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

MOST_ENTITIES = 100  # those behind it are dropped, not refused
ENTITY_OF = {
    **dict.fromkeys(("b", "strong"), "bold"),
    **dict.fromkeys(("i", "em"), "italic"),
    **dict.fromkeys(("u", "ins"), "underline"),
    **dict.fromkeys(("s", "strike", "del"), "strikethrough"),
    **dict.fromkeys(("tg-spoiler", "span"), "spoiler"),
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
PLAIN = re.compile(r"[^<&]+")
REFERENCE = re.compile(r"&(?:#x(?P<hex>[0-9a-fA-F]{1,8})|#(?P<decimal>[0-9]{1,8})|(?P<name>[a-z]+));?")
START = re.compile(r"<([^\s>]*)")
ATTRIBUTE = re.compile(r"""\s*([^\s=>]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([\w.-]+(?=[\s>]))))?""", re.ASCII)
END = re.compile(r"</([^\s>]*)\s*(>?)")
MARKED = re.compile(
    r"(?P<url>https?://[^\s，。；！？、）】》]+)"
    r"|(?<![\w/])(?P<bot_command>/\w{1,64}(?:@\w{3,32})?)"
    r"|(?<![\w@])(?P<mention>@[A-Za-z]\w{3,31})",
    re.ASCII,
)


class BadMarkup(Exception):
    """What Telegram says behind "can't parse entities: "."""


@dataclass(frozen=True)
class Formatted:
    """A text and what is marked in it, offsets in UTF-16 units."""

    text: str
    entities: tuple[dict[str, Any], ...] = ()


@dataclass
class _Tag:
    name: str
    argument: str
    offset: int  # UTF-16 units


def units(text: str) -> int:
    """The length in UTF-16 units, in which Telegram counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def entities_of(text: str) -> list[dict[str, Any]]:
    """What Telegram marks by itself in a person's message: commands, mentions, addresses."""
    return [
        {"type": match.lastgroup, "offset": units(text[: match.start()]), "length": units(match[0])}
        for match in MARKED.finditer(text)
    ]


def trimmed(formatted: Formatted) -> Formatted:
    """Without white space at both ends, as Telegram stores it."""
    text = formatted.text.strip()
    before = units(formatted.text[: len(formatted.text) - len(formatted.text.lstrip())])
    total, kept = units(text), []
    for entity in formatted.entities[:MOST_ENTITIES]:
        start = max(0, entity["offset"] - before)
        end = min(total, entity["offset"] + entity["length"] - before)
        if start < end:
            kept.append(entity | {"offset": start, "length": end - start})
    return Formatted(text, tuple(kept))


def parse_html(source: str) -> Formatted:
    """Read the HTML of a message.

    Raises:
        BadMarkup: as Telegram would refuse it; nested quotations too, which its documentation forbids.
    """
    return _Reading(source).read()


class _Reading:
    """One pass over the HTML: what was read so far, and the tags that are open."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.pieces: list[str] = []
        self.length = 0  # UTF-16 units
        self.open: list[_Tag] = []
        self.entities: list[dict[str, Any]] = []

    def read(self) -> Formatted:
        while self.at < len(self.source):
            if plain := PLAIN.match(self.source, self.at):
                self._add(plain[0], plain.end())
            elif self.source[self.at] == "&":
                self._reference()
            elif self.source.startswith("</", self.at):
                self._end()
            else:
                self._start()
        if self.open:
            raise BadMarkup(f'Can\'t find end tag corresponding to start tag "{self.open[-1].name}"')
        self.entities.sort(key=lambda entity: (entity["offset"], -entity["length"]))
        return Formatted("".join(self.pieces), tuple(self.entities))

    def _add(self, text: str, end: int) -> None:
        self.pieces.append(text)
        self.length += units(text)
        self.at = end

    def _reference(self) -> None:
        character, end = _referenced(self.source, self.at)
        self._add(character, end)

    def _where(self) -> str:
        return f"at byte offset {len(self.source[: self.at].encode())}"

    def _start(self) -> None:
        match = START.match(self.source, self.at)
        assert match
        name, place, where = match[1].lower(), match.end(), self._where()
        if place == len(self.source):
            raise BadMarkup(f"Unclosed start tag {where}")
        if name not in ENTITY_OF:
            raise BadMarkup(f'Unsupported start tag "{name}" {where}')
        attributes, self.at = self._attributes(name, place, where)
        if name == "span" and attributes.get("class") != "tg-spoiler":
            raise BadMarkup(f'Tag "span" must have class "tg-spoiler" {where}')
        if name == "blockquote" and any(tag.name == name for tag in self.open):
            raise BadMarkup(f'Nested tag "blockquote" {where}')
        argument = {
            "a": attributes.get("href", ""),
            "blockquote": "expandable_blockquote" if "expandable" in attributes else "",
            "code": attributes.get("class", "").removeprefix("language-"),
            "tg-emoji": attributes.get("emoji-id", ""),
        }.get(name, "")
        self.open.append(_Tag(name, argument, self.length))

    def _attributes(self, name: str, place: int, where: str) -> tuple[dict[str, str], int]:
        found: dict[str, str] = {}
        while True:
            while self.source[place : place + 1].isspace():
                place += 1
            if place >= len(self.source):
                raise BadMarkup(f"Unclosed start tag {where}")
            if self.source[place] == ">":
                return found, place + 1
            match = ATTRIBUTE.match(self.source, place)
            if match is None:
                raise BadMarkup(f'Empty attribute name in the tag "{name}" {where}')
            place = match.end()
            if self.source[place : place + 1] == "=":
                raise BadMarkup(f"Unclosed start tag {where}")
            found[match[1].lower()] = _unescaped(match[2] or match[3] or match[4] or "")

    def _end(self) -> None:
        where = self._where()
        if not self.open:
            raise BadMarkup(f"Unexpected end tag {where}")
        match = END.match(self.source, self.at)
        assert match
        if not match[2]:
            raise BadMarkup(f"Unclosed end tag {where}")
        tag, found = self.open.pop(), match[1].lower()
        if found and found != tag.name:
            raise BadMarkup(f'Unmatched end tag {where}, expected "</{tag.name}>", found "</{found}>"')
        self.at = match.end()
        if self.length > tag.offset:
            self._mark(tag)

    def _mark(self, tag: _Tag) -> None:
        if tag.name == "code" and self.open and self.open[-1].name == "pre":
            self.open[-1].argument = tag.argument  # the language; the block is one entity
            return
        entity: dict[str, Any] = {"type": ENTITY_OF[tag.name], "offset": tag.offset, "length": self.length - tag.offset}
        if tag.name == "blockquote" and tag.argument:
            entity["type"] = tag.argument
        elif tag.name == "a":
            if not re.match(r"(?:https?|tg|ftp|mailto|tel):|[\w-]+\.\w", tag.argument):
                return  # no address: the text stays, unmarked
            entity["url"] = tag.argument
        elif tag.name == "pre" and tag.argument:
            entity["language"] = tag.argument
        elif tag.name == "tg-emoji":
            entity["custom_emoji_id"] = tag.argument
        self.entities.append(entity)


def _referenced(source: str, at: int) -> tuple[str, int]:
    """The character that `&…;` stands for and where the text goes on; what is no reference stays as it is."""
    match = REFERENCE.match(source, at)
    if match and match["name"]:
        if match["name"] in NAMED:
            return NAMED[match["name"]], match.end()
    elif match:
        code = int(match["hex"], 16) if match["hex"] else int(match["decimal"])
        if 0 < code < 0x10FFFF and not 0xD800 <= code < 0xE000:
            return chr(code), match.end()
    return "&", at + 1


def _unescaped(value: str) -> str:
    pieces: list[str] = []
    at = 0
    while at < len(value):
        end = value.find("&", at)
        if end < 0:
            return "".join(pieces) + value[at:]
        pieces.append(value[at:end])
        character, at = _referenced(value, end)
        pieces.append(character)
    return "".join(pieces)
