"""What questions are answered from: an index, the texts behind it, and what the load found wrong."""

from __future__ import annotations

import datetime
import json
import math
import zlib
from collections import Counter
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from corpus.errors import Fault, FaultCode
from corpus.likeness import near_duplicates
from corpus.model import Article, ParagraphRef
from corpus.regions import regions_of
from corpus.text import normalize
from retrieval.calibration import shift_of
from retrieval.catalogue import Catalogue
from retrieval.errors import IndexUnusable
from retrieval.index import Index, QueryTerm, build_index, open_index
from retrieval.limits import UNLIMITED, Limits
from retrieval.model import ArticleCard, Hit, Passage
from retrieval.records import Records, write_records

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    import numpy.typing as npt

    from corpus.load import Candidates
    from retrieval.segment import Segmenter

VERSION = 6  # of the files in the folder; raise it whenever what is written changes
MANIFEST = "manifest.json"
KEYS = "keys.npy"
KEY = np.dtype([("key", "S10"), ("number", "<i4")])  # which article an internal key names
BLOCK = 1 << 20  # bytes
GENERAL_PASSAGES = 300
PASSAGE_WORDS = 150  # of such a passage
RAREST = 2e-4  # or a word that segmentation made up would outweigh all the others


@dataclass(frozen=True, slots=True)
class Row:
    """One paragraph that is indexed, with what stands above it."""

    article: Article
    headline: str
    section: str
    number: int
    text: str

    @property
    def indexed_text(self) -> str:
        """Title, heading and text: the title merged in is worth 0.3 R@1."""
        return normalize(f"{self.headline}\n{self.section}\n{self.text}").text


def rows_of(article: Article) -> Iterator[Row]:
    """The paragraphs of an article that hold anything, each as a row of the index."""
    headline = article.headline
    for section in article.sections:
        for paragraph in section.paragraphs:
            if paragraph.text.strip():
                yield Row(article, headline, section.title, paragraph.number, paragraph.text)


@dataclass(frozen=True, slots=True)
class Library:
    """An index and its texts, opened from one folder; read by many threads, never changed."""

    segmenter: Segmenter
    index: Index
    faults: tuple[Fault, ...]  # what the load found wrong
    _paragraphs: Records
    _articles: Records
    _keys: npt.NDArray[np.void]  # (articles,) of KEY, sorted by key
    _catalogue: Catalogue
    shift: float  # log odds added to every confidence, see `retrieval.calibration`
    hidden: frozenset[str] = frozenset()  # keys of articles that are not to be found, whether or not they are here

    @property
    def articles(self) -> int:
        """How many articles can be found."""
        return len(self._articles) - sum(self._number(key) is not None for key in self.hidden)

    @property
    def all_articles(self) -> int:
        """How many there are, those that are hidden included."""
        return len(self._articles)

    @property
    def passages(self) -> int:
        """How many paragraphs are indexed."""
        return len(self._paragraphs)

    @property
    def shown_passages(self) -> int:
        """How many of them searches can find."""
        return self.passages if self.index.within is None else int(self.index.within.sum())

    def passage(self, row: int) -> Passage:
        """The passage of a row of the index."""
        article, number, section, text = self._paragraphs[row]
        card = self.card(article)
        return Passage(row, ParagraphRef(card.key, number), card, section, text)

    def card(self, number: int) -> ArticleCard:
        """What is known of the n-th article, from 0."""
        record: dict[str, Any] = self._articles[number]
        date = record.pop("date")
        return ArticleCard(
            date=datetime.date.fromisoformat(date) if date else None,
            regions=tuple(record.pop("regions")),
            twins=tuple(record.pop("twins")),
            **record,
        )

    def article(self, key: str) -> ArticleCard | None:
        """The article of an internal key, as a chat button carries it; None where there is none (any more)."""
        number = None if key in self.hidden else self._number(key)
        return None if number is None else self.card(number)

    def _number(self, key: str) -> int | None:
        place = int(np.searchsorted(self._keys["key"], key.encode()))
        if place == len(self._keys) or self._keys["key"][place] != key.encode():
            return None
        return int(self._keys["number"][place])

    def article_passages(self, card: ArticleCard) -> list[Passage]:
        """All passages of an article, in reading order."""
        return [self.passage(row) for row in range(card.first_row, card.first_row + card.rows)]

    def idf(self, field: str, term: str) -> float:
        """How telling a term is: −ln of the share of passages that hold it, general Chinese mixed in.

        Ten articles alone give a poor idf, so GENERAL_PASSAGES passages are added in which every term stands as often
        as jieba's counts say.
        """
        general = 1 - math.exp(-PASSAGE_WORDS * self.segmenter.frequency(term))
        holding = self.index.document_frequency(field, term) + GENERAL_PASSAGES * general
        return -math.log(max(holding / (self.passages + GENERAL_PASSAGES), RAREST))

    def within(self, limits: Limits) -> Library:
        """The same articles, of which searches find only those within the limits."""
        if limits == UNLIMITED:
            return self
        rows = self._catalogue.rows_within(limits)
        if self.index.within is not None:
            rows &= self.index.within
        return replace(self, index=replace(self.index, within=rows))

    def hiding(self, keys: Iterable[str]) -> Library:
        """The same articles, of which some are neither searched nor shown; what was hidden before no longer is."""
        hidden = frozenset(keys)
        numbers = [number for key in hidden if (number := self._number(key)) is not None]
        rows = np.ones(self.passages, dtype=np.bool_)
        for card in map(self.card, numbers):
            rows[card.first_row : card.first_row + card.rows] = False
        return replace(self, index=replace(self.index, within=rows if numbers else None), hidden=hidden)

    def only(self, keys: Iterable[str]) -> Library:
        """The same articles, of which only some are searched."""
        rows = np.zeros(self.passages, dtype=np.bool_)
        for card in filter(None, map(self.article, keys)):
            rows[card.first_row : card.first_row + card.rows] = True
        return replace(self, index=replace(self.index, within=rows))

    def search(self, query: Sequence[QueryTerm], k: int) -> tuple[Hit, ...]:
        """The k best passages, best first."""
        return tuple(Hit(self.passage(row), score) for row, score in self.index.search(query, k))


def write_library(
    folder: Path, candidates: Candidates, segmenter: Segmenter, progress: Callable[[int, int], None] | None = None
) -> None:
    """Build the index of some articles into an empty folder.

    Args:
        folder: exists and is empty; a reader must not be shown it before this returns.
        candidates: the articles, and the faults to keep beside them.
        segmenter: cuts the texts.
        progress: is told how many paragraphs are done, and of how many.
    """
    rows = [row for article in candidates.articles for row in rows_of(article)]
    index = build_index(
        segmenter,
        [row.indexed_text for row in rows],
        (lambda done: progress(done, len(rows))) if progress else None,
    )
    index.save(folder)
    numbers = {article.key: number for number, article in enumerate(candidates.articles)}
    write_records(folder, "paragraphs", ([numbers[row.article.key], row.number, row.section, row.text] for row in rows))
    write_records(folder, "articles", _cards(candidates.articles, rows))
    keys = np.array([(article.key, number) for number, article in enumerate(candidates.articles)], dtype=KEY)
    np.save(folder / KEYS, np.sort(keys, order="key"), allow_pickle=False)
    manifest = {
        "version": VERSION,
        "checksums": {file.name: _checksum(file) for file in sorted(folder.iterdir())},
        "faults": [asdict(fault) for fault in candidates.faults],
    }
    _write_manifest(folder, manifest | {"shift": 0.0})
    _write_manifest(folder, manifest | {"shift": shift_of(open_library(folder, segmenter))})


def _write_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    folder.joinpath(MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=1), "utf-8")


def open_library(folder: Path, segmenter: Segmenter) -> Library:
    """Open what `write_library` wrote, by memory map.

    Raises:
        IndexUnusable: something is missing, damaged or of another version.
    """
    try:
        manifest = json.loads(folder.joinpath(MANIFEST).read_text("utf-8"))
        if manifest["version"] != VERSION:
            raise IndexUnusable(folder, f"version {manifest['version']}, this program reads {VERSION}")
        for name, checksum in manifest["checksums"].items():
            if _checksum(folder / name) != checksum:
                raise IndexUnusable(folder, f"{name} is damaged")
        faults = tuple(Fault(**{**fault, "code": FaultCode(fault["code"])}) for fault in manifest["faults"])
        paragraphs = Records(folder, "paragraphs")
        keys = np.load(folder / KEYS, mmap_mode="r", allow_pickle=False)
        index, articles = open_index(folder, len(paragraphs)), Records(folder, "articles")
        catalogue, shift = Catalogue(articles), float(manifest["shift"])
        if not math.isfinite(shift):
            raise IndexUnusable(folder, f"shift {shift}")
        return Library(segmenter, index, faults, paragraphs, articles, keys, catalogue, shift)
    except (OSError, EOFError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise IndexUnusable(folder, str(error)) from error


def _checksum(file: Path) -> int:
    """CRC-32 of a file: 1 GB/s, against disks that were full and bits that fell over."""
    checksum = 0
    with file.open("rb") as stream:
        while block := stream.read(BLOCK):
            checksum = zlib.crc32(block, checksum)
    return checksum


def _cards(articles: Sequence[Article], rows: Sequence[Row]) -> Iterator[dict[str, Any]]:
    counts = Counter(row.article.key for row in rows)
    groups = {article.key: group for group in near_duplicates(articles) for article in group}
    first_row = 0
    for article in articles:
        group = groups.get(article.key, (article,))
        yield {
            "id": article.id,
            "key": article.key,
            "title": article.title,
            "headline": article.headline,
            "date": article.date.isoformat() if article.date else None,
            "place": str(article.origin),
            "regions": [region.name for region in regions_of(article).about],
            "first_row": first_row,
            "rows": counts[article.key],
            "group": group[0].key,
            "twins": [other.id for other in group if other is not article],
        }
        first_row += counts[article.key]
