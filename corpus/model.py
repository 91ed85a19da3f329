"""What an article is: sections of numbered paragraphs; and what a body of articles is, and how it changes."""

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


@dataclass(frozen=True, kw_only=True, slots=True)
class Article:
    """One article.

    Attributes:
        id: as the source gave it, or made from the place in the file.
        is_named: whether the source gave it.
        key: the internal key: what names the article in the store and in chat buttons, whatever becomes of its id,
            title, body and file; made from the id where none is given.

    Raises:
        ValueError: the id is empty, or paragraph numbers do not run 1, 2, 3 …
    """

    id: str
    title: str  # as published, with its column tag; may be empty
    date: datetime.date | None  # of publication
    sections: tuple[Section, ...]
    origin: Origin
    is_named: bool = False
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
        texts = (paragraph.text.strip() for section in self.sections for paragraph in section.paragraphs)
        return next(filter(None, texts), "")[:_UNTITLED_LENGTH]

    @property
    def paragraphs(self) -> tuple[Paragraph, ...]:
        """All paragraphs in reading order."""
        return tuple(paragraph for section in self.sections for paragraph in section.paragraphs)

    @property
    def body(self) -> str:
        """The whole text, character for character."""
        return "".join(section.text for section in self.sections)

    @property
    def digest(self) -> str:
        """What is published of it, as 32 hexadecimal digits: articles that differ in it say something else.

        White space in the body is no matter: each format and editor ends paragraphs and files in its own way.
        """
        text = f"{self.title}\0{self.date}\0{''.join(self.body.split())}"
        return hashlib.blake2b(text.encode("utf-8"), digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True, order=True)
class ParagraphRef:
    """Names a paragraph in few enough bytes for a chat button."""

    article: str  # Article.key
    number: int  # from 1


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All articles that are published at one time.

    Attributes:
        articles: no key twice.
        retired: of the articles that were published before and are no more, the digest of the last version and the
            key: one that comes back is known again, and nobody else gets its key.

    Raises:
        ValueError: two articles have one key.
    """

    articles: tuple[Article, ...] = ()
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
    """What becomes different from one snapshot to the next.

    Attributes:
        unchanged: how many say the same as before, wherever they stand now.
        moved: how many of those stand in another file.
        kept: those that stay as they were, because their file, or its folder, cannot be read.
    """

    added: tuple[Article, ...] = ()
    corrected: tuple[Correction, ...] = ()
    removed: tuple[Article, ...] = ()
    unchanged: int = 0
    moved: int = 0
    kept: tuple[Article, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing that is published changes."""
        return not (self.added or self.corrected or self.removed)
