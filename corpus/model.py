"""What an article is: sections of numbered paragraphs, whose texts joined give the body back."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime

_COLUMN = re.compile(r"\s*【([^】]*)】\s*")
_UNTITLED_LENGTH = 20  # characters of the body shown where an article has no title


def article_key(article_id: str) -> str:
    """The internal key of an article: 10 URL-safe ASCII characters, 56 bits of a hash of the id."""
    digest = hashlib.blake2b(article_id.encode(), digest_size=7).digest()
    return base64.urlsafe_b64encode(digest).decode("ascii").rstrip("=")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an article stands: the file, relative to the corpus folder, and its line there."""

    path: str
    line: int  # from 1

    def __post_init__(self) -> None:
        if self.line < 1:
            raise ValueError(f"lines count from 1, got {self.line}")

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A piece of an article's body that is searched and quoted as one, exactly as published."""

    number: int  # from 1, through the whole article
    text: str

    def __post_init__(self) -> None:
        if self.number < 1:
            raise ValueError(f"paragraphs count from 1, got {self.number}")


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, empty for an introduction or a closing passage, and the paragraphs below it."""

    heading: str  # as it stands in the body, numbering, full stop and white space included
    paragraphs: tuple[Paragraph, ...]

    @property
    def title(self) -> str:
        """The heading as a reader wants it: `一、历史背景。` becomes `一、历史背景`."""
        return self.heading.strip().strip("#").strip().rstrip("。:：")

    @property
    def text(self) -> str:
        """The heading and the paragraphs, character for character."""
        return self.heading + "".join(paragraph.text for paragraph in self.paragraphs)


@dataclass(frozen=True, slots=True)
class Article:
    """One published article.

    Raises:
        ValueError: the id is empty, or paragraph numbers do not run 1, 2, 3 …
    """

    id: str  # as the source gave it, or made from the place in the file
    title: str  # as published, with its column tag; may be empty
    date: datetime.date | None  # of publication
    sections: tuple[Section, ...]
    origin: Origin

    def __post_init__(self) -> None:
        if not self.id:
            raise ValueError("an article needs an id")
        numbers = [paragraph.number for paragraph in self.paragraphs]
        if numbers != list(range(1, len(numbers) + 1)):
            raise ValueError(f"paragraph numbers must run 1, 2, 3 …, got {numbers}")

    @property
    def key(self) -> str:
        """The internal key."""
        return article_key(self.id)

    @property
    def column(self) -> str | None:
        """The column that a title's tag names: `黄石招商` of `【黄石招商】宝钢…`."""
        match = _COLUMN.match(self.title)
        return match[1] if match else None

    @property
    def headline(self) -> str:
        """The title without its column tag; the first words of the body where there is none."""
        title = _COLUMN.sub("", self.title, count=1) if self.column is not None else self.title
        return title.strip() or self._first_words

    @property
    def _first_words(self) -> str:
        texts = (paragraph.text.strip() for paragraph in self.paragraphs)
        return next(filter(None, texts), "")[:_UNTITLED_LENGTH]

    @property
    def paragraphs(self) -> tuple[Paragraph, ...]:
        """All paragraphs in reading order."""
        return tuple(paragraph for section in self.sections for paragraph in section.paragraphs)

    @property
    def body(self) -> str:
        """The whole text, character for character."""
        return "".join(section.text for section in self.sections)


@dataclass(frozen=True, slots=True, order=True)
class ParagraphRef:
    """Names a paragraph in few enough bytes for a chat button."""

    article: str  # Article.key
    number: int  # from 1
