"""Questions with the answers that are accepted, and the file format they come in."""

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
        articles: ids of right articles; empty where `title` names it, or nothing is right.
        title: part of the right article's title; empty where `articles` names it.
        answers: accepted strings; empty: nothing answers; None: only the article is judged.
        needs_all: each of the answers is asked for, not any.
        beside: the right sentence also holds one of these.
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
        """Whether the articles answer the question."""
        return self.answers is None or bool(self.answers)

    def accepts_article(self, article: ArticleCard) -> bool:
        """Whether an article is a right one."""
        return article.id in self.articles or bool(self.title and self.title in article.title)

    def accepts(self, citation: Citation, answer: str) -> bool:
        """Whether a citation is of a right article and its quote holds one accepted string."""
        quote = normalize(citation.quote).text
        return (
            self.accepts_article(citation.passage.article)
            and normalize(answer).text in quote
            and (not self.beside or any(normalize(word).text in quote for word in self.beside))
        )


def read_questions(path: Path) -> tuple[Gold, ...]:
    """Read questions in the gold format, one JSON object a line, `.gz` or not.

    Raises:
        BadQuestions: the file or a line of it cannot be read.
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
    if not isinstance(value, str):
        raise TypeError(f"expected text, got {str(value)[:40]!r}")
    value.encode()  # half a character is an error, too
    return value


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError(f"expected a list, got {str(value)[:40]!r}")
    return tuple(map(_text, value))


def group_by_question(golds: Iterable[Gold]) -> tuple[tuple[Gold, ...], ...]:
    """Questions of the same text together: any of their answers will do."""
    groups: dict[str, list[Gold]] = {}
    for gold in golds:
        groups.setdefault(gold.question, []).append(gold)
    return tuple(map(tuple, groups.values()))
