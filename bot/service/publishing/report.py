"""The report of a publishing job: what changed, which faults were found, and what holds the result back."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from corpus.comparison.changes import changes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.domain.job_codes import Failure, Hold
    from bot.domain.jobs import JobKind
    from corpus.comparison.changes import Change
    from corpus.errors import Fault
    from corpus.model import Article, Correction

MOST_KEPT = 50  # entries of each list that the store keeps; `counts` has the full numbers


@dataclass(frozen=True, slots=True)
class ArticleMention:
    """An article, as lists show it."""

    key: str
    id: str
    title: str
    place: str  # path:line


@dataclass(frozen=True, slots=True)
class Corrected:
    """A corrected article and its changes."""

    article: ArticleMention
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Broken:
    """A canary question that the published library answers correctly and the new one does not."""

    question: str
    before: str  # the quote; empty if the correct reply was to abstain
    after: str | None  # None if there is no answer


@dataclass(frozen=True, kw_only=True, slots=True)
class Canary:
    """How many canary questions the published and the new library answer correctly."""

    asked: int
    before: int  # answered correctly
    after: int
    broken: tuple[Broken, ...] = ()
    #: the file; empty for questions whose answers people liked
    place: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class JobReport:
    """The result of a job, published or not."""

    kind: JobKind
    #: that is served now; 0 if nothing was ever published
    generation: int = 0
    #: of the library that was or would be published; an approval of what was held back refers to it
    name: str = ""
    source_digest: str = ""
    seconds: float = 0.0
    #: articles, paragraphs, added, corrected, removed, unchanged, moved, kept, faults, duplicates
    counts: Mapping[str, int] | None = None
    added: tuple[ArticleMention, ...] = ()
    corrected: tuple[Corrected, ...] = ()
    removed: tuple[ArticleMention, ...] = ()
    kept: tuple[ArticleMention, ...] = ()
    faults: tuple[Fault, ...] = ()
    duplicates: tuple[tuple[ArticleMention, ...], ...] = ()
    canary: Canary | None = None
    #: the place (path:line) and reason of a fault in the canary file
    bad_questions: tuple[str, str] | None = None
    holds: tuple[Hold, ...] = ()
    #: what an operator overrode
    overridden: tuple[Hold, ...] = ()
    #: how many alerts are planned, or would be
    alerts: int = 0
    #: the generation that was rolled back to
    origin: int | None = None
    failure: Failure | None = None
    #: details of the failure
    place: str = ""
    reason: str = ""

    @property
    def problems(self) -> int:
        """The number of faults that are no mere notices."""
        return sum(not fault.is_notice for fault in self.faults)

    def count(self, name: str) -> int:
        """Return one of `counts` by its name; 0 if it is missing."""
        return (self.counts or {}).get(name, 0)

    def record(self, most: int | None = None) -> dict[str, Any]:
        """Return the report as nested dictionaries for JSON, with the first `most` entries of each list; None for all.

        `counts` and `canary` are not shortened.
        """
        lists = ("added", "corrected", "removed", "kept", "faults", "duplicates")
        short = replace(self, **{name: getattr(self, name)[:most] for name in lists})
        return asdict(short)


def mention(article: Article) -> ArticleMention:
    """Return an article as lists show it; without a title, with its headline."""
    return ArticleMention(article.key, article.id, article.title or article.headline, str(article.origin))


def corrected(corrections: Sequence[Correction]) -> tuple[Corrected, ...]:
    """Return the corrected articles, as they are after the correction, with the changes of each, in the same order."""
    return tuple(Corrected(mention(correction.after), changes(correction)) for correction in corrections)
