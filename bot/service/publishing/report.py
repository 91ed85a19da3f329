"""What a job came to, as facts: what changed, what was wrong, and what holds it back."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from corpus.changes import changes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.domain.job_codes import Failure, Hold
    from bot.domain.jobs import JobKind
    from corpus.changes import Change
    from corpus.errors import Fault
    from corpus.model import Article, Correction

MOST_KEPT = 50  # of each list, in the store; the counts tell how many there were


@dataclass(frozen=True, slots=True)
class ArticleMention:
    """An article in a list."""

    key: str
    id: str
    title: str
    place: str  # path:line


@dataclass(frozen=True, slots=True)
class Corrected:
    """An article that was corrected, and in what."""

    article: ArticleMention
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Broken:
    """A canary question that was answered rightly, and no longer is."""

    question: str
    before: str
    after: str | None  # None: no answer


@dataclass(frozen=True, kw_only=True, slots=True)
class Canary:
    """How the canary questions are answered before and after.

    Attributes:
        place: the file; empty where they are questions whose answers people liked.
    """

    asked: int
    before: int  # answered rightly
    after: int
    broken: tuple[Broken, ...] = ()
    place: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class JobReport:
    """What a job came to.

    Attributes:
        generation: that serves now; 0 where there is none.
        name: of the library that was, or would be published: by it, what was held back is known again.
        counts: articles, paragraphs, added, corrected, removed, unchanged, moved, kept, faults, duplicates.
        alerts: how many go out, or would.
        bad_questions: where the canary file is wrong, and in what.
    """

    kind: JobKind
    generation: int = 0
    name: str = ""
    source_digest: str = ""
    seconds: float = 0.0
    counts: Mapping[str, int] | None = None
    added: tuple[ArticleMention, ...] = ()
    corrected: tuple[Corrected, ...] = ()
    removed: tuple[ArticleMention, ...] = ()
    kept: tuple[ArticleMention, ...] = ()
    faults: tuple[Fault, ...] = ()
    duplicates: tuple[tuple[ArticleMention, ...], ...] = ()
    canary: Canary | None = None
    bad_questions: tuple[str, str] | None = None  # path:line, reason
    holds: tuple[Hold, ...] = ()
    overridden: tuple[Hold, ...] = ()  # it was published all the same
    alerts: int = 0
    origin: int | None = None  # the generation that was gone back to
    failure: Failure | None = None
    place: str = ""
    reason: str = ""

    @property
    def problems(self) -> int:
        """How many faults cost something."""
        return sum(not fault.is_notice for fault in self.faults)

    def count(self, name: str) -> int:
        """One of the counts."""
        return (self.counts or {}).get(name, 0)

    def record(self, most: int | None = None) -> dict[str, Any]:
        """As JSON, with at most so many of each list."""
        lists = ("added", "corrected", "removed", "kept", "faults", "duplicates")
        short = replace(self, **{name: getattr(self, name)[:most] for name in lists})
        return asdict(short)


def mention(article: Article) -> ArticleMention:
    """An article as lists show it."""
    return ArticleMention(article.key, article.id, article.title or article.headline, str(article.origin))


def corrected(corrections: Sequence[Correction]) -> tuple[Corrected, ...]:
    """Corrections with what each changed."""
    return tuple(Corrected(mention(one.after), changes(one)) for one in corrections)
