"""The library that questions are answered from: an index, its texts, and the faults found when they were loaded."""

from __future__ import annotations

import datetime
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from corpus.model import ParagraphRef
from retrieval.errors import IndexUnusable
from retrieval.index.catalogue import open_catalogue
from retrieval.index.columns import map_array
from retrieval.index.folder import DAMAGE, read_manifest
from retrieval.index.index import open_index
from retrieval.index.records import open_records
from retrieval.index.reprint_groups import open_reprints
from retrieval.limits import UNLIMITED, Limits
from retrieval.model import ArticleCard, Hit, Passage

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    import numpy.typing as npt

    from corpus.comparison.reprints import Reprints
    from corpus.errors import Fault
    from retrieval.index.catalogue import Catalogue
    from retrieval.index.index import Index
    from retrieval.index.records import Records
    from retrieval.index.terms import QueryTerm
    from retrieval.words.segment import Segmenter

KEY = np.dtype([("key", "S10"), ("number", "<i4")])  # an article's internal key, and its number
GENERAL_PASSAGES = 300  # passages of general Chinese that the idf assumes in addition
PASSAGE_WORDS = 150  # words of such a passage
RAREST = 2e-4  # least share of passages: otherwise a word made up by segmentation outweighs all the others


@dataclass(frozen=True, kw_only=True, slots=True)
class Library:
    """An index and its texts, opened from one folder; immutable and thread-safe."""

    segmenter: Segmenter
    index: Index
    faults: tuple[Fault, ...]  # what the load found wrong
    records: Records  # of the paragraphs
    cards: Records  # of the articles
    keys: npt.NDArray[np.void]  # (articles,) of KEY, sorted by key
    catalogue: Catalogue
    reprints: Reprints
    shift: float  # log odds added to every confidence, see `retrieval.confidence.calibration`
    hidden: frozenset[str] = frozenset()  # keys of articles that must not be found; they need not be in the library

    @property
    def articles(self) -> int:
        """The number of articles, without hidden ones; limits don't change it."""
        return len(self.cards) - sum(self._number(key) is not None for key in self.hidden)

    @property
    def all_articles(self) -> int:
        """The number of articles, hidden ones included."""
        return len(self.cards)

    @property
    def passages(self) -> int:
        """The number of paragraphs in the index, those of hidden articles included."""
        return len(self.records)

    @property
    def shown_passages(self) -> int:
        """The number of paragraphs that searches can find: not hidden, and within the limits of this view."""
        return self.passages if self.index.within is None else int(self.index.within.sum())

    def passage(self, row: int) -> Passage:
        """Return the passage of a row of the index, from 0, whether hidden or not."""
        number, section, text = self.records[row]
        card = self.card(self.catalogue.article_of(row))
        return Passage(row=row, ref=ParagraphRef(card.key, number), article=card, section=section, text=text)

    def card(self, number: int) -> ArticleCard:
        """Return the card of the article with that number, from 0, whether hidden or not."""
        record: dict[str, Any] = self.cards[number]
        date = record.pop("date")
        return ArticleCard(
            date=datetime.date.fromisoformat(date) if date else None,
            regions=tuple(record.pop("regions")),
            twins=tuple(record.pop("twins")),
            **record,
        )

    def article(self, key: str) -> ArticleCard | None:
        """Return the card of the article with a key, as chat buttons carry it; None if it is gone or hidden."""
        number = None if key in self.hidden else self._number(key)
        return None if number is None else self.card(number)

    def _number(self, key: str) -> int | None:
        """Return the number of the article with a key, hidden ones included; None if there is none."""
        place = int(np.searchsorted(self.keys["key"], key.encode()))
        if place == len(self.keys) or self.keys["key"][place] != key.encode():
            return None
        return int(self.keys["number"][place])

    def article_passages(self, card: ArticleCard) -> list[Passage]:
        """Return all passages of an article, in reading order, whether hidden or not."""
        return [self.passage(row) for row in range(card.first_row, card.first_row + card.rows)]

    def idf(self, field: str, term: str) -> float:
        """Return the inverse document frequency of a term: −ln of the share of passages that hold it.

        Ten articles alone give a poor idf. Therefore GENERAL_PASSAGES passages are assumed in addition, which hold each
        term as often as its frequency in general Chinese (jieba's counts) lets expect. Hidden passages count. The share
        is at least RAREST, so an unknown term has 8.5.
        """
        general = 1 - math.exp(-PASSAGE_WORDS * self.segmenter.frequency(term))
        holding = self.index.document_frequency(field, term) + GENERAL_PASSAGES * general
        return -math.log(max(holding / (self.passages + GENERAL_PASSAGES), RAREST))

    def within(self, limits: Limits) -> Library:
        """Return a view of this library whose searches find only articles within the limits and all earlier ones."""
        if limits == UNLIMITED:
            return self
        rows = self.catalogue.rows_within(limits)
        if self.index.within is not None:
            rows &= self.index.within
        return replace(self, index=replace(self.index, within=rows))

    def hiding(self, keys: Iterable[str]) -> Library:
        """Return a view of this library in which exactly these articles are neither searched nor shown.

        Articles hidden before are shown again, and earlier limits are dropped: call `within` or `only` on the result.
        Unknown keys are kept in `hidden`.
        """
        hidden = frozenset(keys)
        numbers = [number for key in hidden if (number := self._number(key)) is not None]
        rows = np.ones(self.passages, dtype=np.bool_)
        for card in map(self.card, numbers):
            rows[card.first_row : card.first_row + card.rows] = False
        return replace(self, index=replace(self.index, within=rows if numbers else None), hidden=hidden)

    def only(self, keys: Iterable[str]) -> Library:
        """Return a view of this library whose searches find only these articles; unknown and hidden ones are ignored.

        Earlier limits are replaced.
        """
        rows = np.zeros(self.passages, dtype=np.bool_)
        for card in filter(None, map(self.article, keys)):
            rows[card.first_row : card.first_row + card.rows] = True
        return replace(self, index=replace(self.index, within=rows))

    def search(self, query: Sequence[QueryTerm], k: int) -> tuple[Hit, ...]:
        """Return the k passages that score best in the index, best first; fewer if fewer hold a term of the query."""
        return tuple(Hit(self.passage(row), score) for row, score in self.index.search(query, k))


def open_library(folder: Path, segmenter: Segmenter) -> Library:
    """Open by memory map what `write_library` wrote; with a shift of 0, see `retrieval.storage.calibration_file`.

    The checksums of files that changed since they were last verified are compared.

    Raises:
        IndexUnusable: something is missing or damaged, or of another version or name.
        OSError: the system cannot open it now.
    """
    return open_files(folder, segmenter, read_manifest(folder))


def open_files(folder: Path, segmenter: Segmenter, faults: tuple[Fault, ...] = ()) -> Library:
    """Open a library without its manifest: one that is still being built. Checksums are not compared.

    Args:
        folder: the library's.
        segmenter: for questions.
        faults: those of the load, which the manifest would hold.

    Raises:
        IndexUnusable: a file is missing, or the files do not fit one another.
        OSError: the system cannot open one now.
    """
    try:
        paragraphs, articles = open_records(folder, "paragraphs"), open_records(folder, "articles")
        index, catalogue = open_index(folder, len(paragraphs)), open_catalogue(folder)
        reprints = open_reprints(folder)
        keys = map_array(folder / "keys", KEY)
        is_fitting = len(paragraphs) == catalogue.rows
        if not is_fitting or not len(keys) == len(articles) == len(catalogue) == len(reprints.bodies):
            raise ValueError("the files do not fit one another")
    except DAMAGE as error:
        raise IndexUnusable(folder, str(error)) from error
    return Library(
        segmenter=segmenter,
        index=index,
        faults=faults,
        records=paragraphs,
        cards=articles,
        keys=keys,
        catalogue=catalogue,
        reprints=reprints,
        shift=0.0,
    )
