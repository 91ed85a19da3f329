"""What is indexed of an article: its paragraphs, each with what stands above it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from corpus.text import normalize

if TYPE_CHECKING:
    from collections.abc import Iterator

    from corpus.model import Article


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One paragraph that is indexed, with what stands above it."""

    article: Article
    headline: str
    section: str
    number: int
    text: str

    @property
    def published_text(self) -> str:
        """Title, heading and text as they are: the title merged in is worth 0.3 R@1."""
        return f"{self.headline}\n{self.section}\n{self.text}"

    @property
    def indexed_text(self) -> str:
        """The same, normalised: what is cut and counted."""
        return normalize(self.published_text).text


def rows_of(article: Article) -> Iterator[Row]:
    """The paragraphs of an article that hold anything, each as a row of the index."""
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
