"""Values: articles with their sections and paragraphs, snapshots of all articles, and the changes between snapshots."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime
    from collections.abc import Mapping

_COLUMN = re.compile(r"\s*【([^】]*)】\s*")
_UNTITLED_LENGTH = 20  # characters of the body that stand for a missing title


def article_key(article_id: str) -> str:
    """Return the internal key of an article: 10 URL-safe ASCII characters, 56 bits of a hash of the id."""
    digest = hashlib.blake2b(article_id.encode(), digest_size=7).digest()
    return base64.urlsafe_b64encode(digest).decode("ascii").rstrip("=")


@dataclass(frozen=True, slots=True)
class Origin:
    """The place of an article: the file, relative to the corpus folder, and the line there."""

    path: str
    line: int  # from 1

    def __post_init__(self) -> None:
        if self.line < 1:
            raise ValueError(f"lines count from 1, got {self.line}")

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A piece of an article's body that is searched and quoted as one; its text is exactly as published."""

    number: int  # from 1, counted through the whole article
    text: str

    def __post_init__(self) -> None:
        if self.number < 1:
            raise ValueError(f"paragraphs count from 1, got {self.number}")


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the paragraphs below it."""

    #: as in the body, with numbering, full stop and white space; empty for an introduction or a closing passage
    heading: str
    paragraphs: tuple[Paragraph, ...]

    @property
    def title(self) -> str:
        """The heading without Markdown signs and final punctuation: `一、背景` for `一、背景。`; empty without one."""
        return self.heading.strip().strip("#").strip().rstrip("。:：")

    @property
    def text(self) -> str:
        """The heading and the paragraphs, character for character."""
        return self.heading + "".join(paragraph.text for paragraph in self.paragraphs)


@dataclass(frozen=True, kw_only=True, slots=True)
class Article:
    """One article.

    Raises:
        ValueError: the id is empty, or paragraph numbers do not run 1, 2, 3 …
    """

    #: as the source gave it, or made from the place in the file
    id: str
    #: as published, with its column tag; may be empty
    title: str
    #: of publication
    date: datetime.date | None
    sections: tuple[Section, ...]
    origin: Origin
    #: True if the source gave the id
    is_named: bool = False
    #: names the article in the store and in chat buttons, and stays the same when its id, title, body or file change;
    #: made from the id if not given
    key: str = ""

    def __post_init__(self) -> None:
        if not self.id:
            raise ValueError("an article needs an id")
        if not self.key:
            object.__setattr__(self, "key", article_key(self.id))
        numbers = [paragraph.number for paragraph in self.paragraphs]
        if numbers != list(range(1, len(numbers) + 1)):
            raise ValueError(f"paragraph numbers must run 1, 2, 3 …, got {numbers}")

    @property
    def column(self) -> str | None:
        """The column named by the tag that begins the title: `黄石招商` for `【黄石招商】宝钢…`; None without a tag."""
        match = _COLUMN.match(self.title)
        return match[1] if match else None

    @property
    def headline(self) -> str:
        """The title without its column tag; if nothing is left, the first 20 characters of the body, or empty."""
        title = _COLUMN.sub("", self.title, count=1) if self.column is not None else self.title
        return title.strip() or self._first_words

    @property
    def _first_words(self) -> str:
        """The first 20 characters of the first paragraph that isn't blank; empty if all are."""
        texts = (paragraph.text.strip() for section in self.sections for paragraph in section.paragraphs)
        return next(filter(None, texts), "")[:_UNTITLED_LENGTH]

    @property
    def paragraphs(self) -> tuple[Paragraph, ...]:
        """All paragraphs in reading order."""
        return tuple(paragraph for section in self.sections for paragraph in section.paragraphs)

    @property
    def body(self) -> str:
        """The text of all sections, headings included, character for character."""
        return "".join(section.text for section in self.sections)

    @property
    def digest(self) -> str:
        """A hash of title, date and body, as 32 hexadecimal digits: equal for articles that say the same.

        Id and origin don't count. White space in the body is ignored, because formats and editors end paragraphs and
        files differently.
        """
        text = f"{self.title}\0{self.date}\0{''.join(self.body.split())}"
        return hashlib.blake2b(text.encode("utf-8"), digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True, order=True)
class ParagraphRef:
    """Refers to a paragraph in few enough bytes for a chat button."""

    article: str  # Article.key
    number: int  # from 1


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All articles that are published at one time.

    Raises:
        ValueError: two articles have the same key.
    """

    #: with unique keys
    articles: tuple[Article, ...] = ()
    #: the keys of removed articles by the digest of their last version: an article that comes back gets its key back,
    #: and no other article gets it
    retired: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if len({article.key for article in self.articles}) != len(self.articles):
            raise ValueError("two articles have the same key")


@dataclass(frozen=True, slots=True)
class Correction:
    """An article whose title, date or body changed."""

    before: Article
    after: Article


@dataclass(frozen=True, kw_only=True, slots=True)
class Delta:
    """The differences between two snapshots."""

    added: tuple[Article, ...] = ()
    corrected: tuple[Correction, ...] = ()
    removed: tuple[Article, ...] = ()
    #: number of articles with the same digest, whatever file they are in
    unchanged: int = 0
    #: number of those that are in another file than before
    moved: int = 0
    #: articles that stay as they were because their file or a folder above it can't be read
    kept: tuple[Article, ...] = ()

    @property
    def is_empty(self) -> bool:
        """True if no article is added, corrected or removed; moved and kept articles don't count."""
        return not (self.added or self.corrected or self.removed)
