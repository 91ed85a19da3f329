"""The order to prepare something for publishing, as a value that can be sent to another process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from corpus.article_files import QUIET_SECONDS

if TYPE_CHECKING:
    import datetime
    from pathlib import Path

    from bot.domain.jobs import JobKind
    from bot.service.publishing.canary import Liked

ANYTHING = "*"  # in `PrepareOrder.approved`: whatever comes


@dataclass(frozen=True, kw_only=True, slots=True)
class PrepareOrder:
    """What to prepare, and from where; pickled, for a process of its own."""

    #: of the store, may hold a password; None if there is no store, so that nothing is published
    address: str | None
    corpus: Path
    cache: Path
    kind: JobKind
    #: what 最近 counts from in the questions that are asked
    today: datetime.date
    #: names of libraries that an operator wants published whatever holds them back, or ANYTHING
    approved: tuple[str, ...] = ()
    #: the generation to roll back to; None to read the folder
    target: int | None = None
    #: asked if the folder holds no canary questions
    liked: tuple[Liked, ...] = ()
    #: seconds for which files have to stay unchanged before they are read
    quiet: float = QUIET_SECONDS
