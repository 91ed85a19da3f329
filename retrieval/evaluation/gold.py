"""Questions with accepted answers, and the file format in which they come."""

from __future__ import annotations

import gzip
import json
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from corpus.text import normalize
from retrieval.errors import BadQuestions

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from retrieval.model import ArticleCard, Citation


@dataclass(frozen=True, kw_only=True, slots=True)
class Gold:
    """A question with what is accepted as its answer.

    Attributes:
        id: as in the file; the line number if it has none.
        question: as a user types it.
        articles: ids of right articles; empty if `title` names the article, or no article is right.
        title: part of the right article's title; empty if `articles` names it.
        answers: accepted texts; empty if nothing answers; None if only the article is judged.
        needs_all: all of the answers are asked for, not any one of them.
        beside: a right quote also has one of these; empty if it needs none.
    """

    id: str
    question: str
    articles: tuple[str, ...]
    title: str
    answers: tuple[str, ...] | None
    needs_all: bool = False
    beside: tuple[str, ...] = ()

    @property
    def has_answer(self) -> bool:
        """True if the articles answer the question, also if only the article is judged."""
        return self.answers is None or bool(self.answers)

    def accepts_article(self, article: ArticleCard) -> bool:
        """Return True if an article is a right one."""
        return article.id in self.articles or bool(self.title and self.title in article.title)

    def accepts(self, citation: Citation, answer: str) -> bool:
        """Return True if a citation is of a right article and its quote contains a given accepted answer.

        Quote and answer are compared normalised; if `beside` is not empty, the quote must contain one of it too.
        """
        quote = normalize(citation.quote).text
        return (
            self.accepts_article(citation.passage.article)
            and normalize(answer).text in quote
            and (not self.beside or any(normalize(word).text in quote for word in self.beside))
        )


def read_questions(path: Path) -> tuple[Gold, ...]:
    """Read questions in the gold format, one JSON object a line, `.gz` or not, in order; blank lines are skipped.

    Raises:
        BadQuestions: the file (line 0) or a line of it cannot be read.
    """
    try:
        with (
            gzip.open(path, "rt", encoding="utf-8-sig")
            if path.suffix == ".gz"
            else path.open(encoding="utf-8-sig") as file
        ):
            return tuple(_gold(path, number, line) for number, line in enumerate(file, 1) if line.strip())
    except (OSError, EOFError, UnicodeDecodeError, zlib.error) as error:
        raise BadQuestions(path, 0, getattr(error, "strerror", None) or str(error)) from error


def _gold(path: Path, number: int, line: str) -> Gold:
    """Parse a line of a gold file.

    Raises:
        BadQuestions: it is no JSON object, or a field is missing or of the wrong type.
    """
    try:
        record: dict[str, Any] = json.loads(line)
        return Gold(
            id=str(record.get("id", number)),
            question=_text(record["question"]),
            articles=_texts(record.get("articles") or []),
            title=_text(record.get("title") or ""),
            answers=None if record["answers"] is None else _texts(record["answers"]),
            needs_all=bool(record.get("all", False)),
            beside=_texts(record.get("with") or []),
        )
    except KeyError as error:
        raise BadQuestions(path, number, f"{error} is missing") from error
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise BadQuestions(path, number, str(error)) from error


def _text(value: object) -> str:
    """Return a text as it is.

    Raises:
        TypeError: it is no string.
        UnicodeEncodeError: it cannot be encoded as UTF-8.
    """
    if not isinstance(value, str):
        raise TypeError(f"expected text, got {str(value)[:40]!r}")
    value.encode()  # raises UnicodeEncodeError for half a surrogate pair
    return value


def _texts(value: object) -> tuple[str, ...]:
    """Return the texts of a list.

    Raises:
        TypeError: it is no list of strings.
    """
    if not isinstance(value, list):
        raise TypeError(f"expected a list, got {str(value)[:40]!r}")
    return tuple(map(_text, value))


def group_by_question(golds: Iterable[Gold]) -> tuple[tuple[Gold, ...], ...]:
    """Group questions of the same text, of which any answer will do, in the order in which they first occur."""
    groups: dict[str, list[Gold]] = {}
    for gold in golds:
        groups.setdefault(gold.question, []).append(gold)
    return tuple(map(tuple, groups.values()))
