"""The engines that are compared, and up to which size each is."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import metadata
from pkgutil import resolve_name
from typing import TYPE_CHECKING

from benchmarks.quality.errors import NotReady
from benchmarks.speed.peer import Peer

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

BASELINE = "bm25s-numba"  # what the others are compared with: the fastest engine in Python that we know


@dataclass(frozen=True, slots=True)
class Engine:
    """One engine.

    Attributes:
        key: its name as an argument and of its folder.
        name: as it is shown.
        place: of its `Peer`; imported in a process of its own only, which then has no package that it does not need.
        packages: what has to be installed.
        most_paragraphs: beyond these it is left out; None for no limit.
        most_questions: that are timed, because it takes long over each; None for no limit.
        most_warming: likewise, before these.
        builds_as: the key of the engine whose index it opens, where both have the same; empty where none has.
        is_kept: whether it has a format on disk; else it is built when it is opened.
    """

    key: str
    name: str
    place: str
    packages: tuple[str, ...] = ()
    most_paragraphs: int | None = None
    most_questions: int | None = None
    most_warming: int | None = None
    builds_as: str = ""
    is_kept: bool = True

    def load(self) -> Peer:
        """How it is run."""
        peer = resolve_name(self.place)
        if not isinstance(peer, Peer):
            raise TypeError(f"{self.place} is no Peer")
        return peer

    def reason_to_skip(self, paragraphs: int) -> str:
        """Why it is left out at a size; empty where it is not."""
        if self.most_paragraphs is None or paragraphs <= self.most_paragraphs:
            return ""
        return f"left out beyond {self.most_paragraphs:,} paragraphs: it goes through all of them for each question"


_PEERS = "benchmarks.speed.peers"
ENGINES = (
    Engine("chuwen", "Chuwen", "benchmarks.speed.chuwen:PLAIN"),
    Engine("chuwen-compiled", "Chuwen, compiled", "benchmarks.speed.chuwen:COMPILED", ("numba",), builds_as="chuwen"),
    Engine("bm25s-numba", "bm25s, numba", f"{_PEERS}.bm25s:NUMBA", ("bm25s", "numba")),
    Engine("bm25s-numpy", "bm25s, numpy", f"{_PEERS}.bm25s:NUMPY", ("bm25s",), builds_as="bm25s-numba"),
    Engine("tantivy", "tantivy", f"{_PEERS}.tantivy:TANTIVY", ("tantivy",)),
    Engine("fts5", "SQLite FTS5", f"{_PEERS}.fts5:FTS5", most_questions=40, most_warming=5),
    Engine(
        "rank-bm25",
        "rank-bm25",
        f"{_PEERS}.rank_bm25:RANK_BM25",
        ("rank-bm25",),
        most_paragraphs=100_000,
        most_questions=40,
        most_warming=5,
        is_kept=False,
    ),
    Engine(
        "scikit-learn",
        "scikit-learn",
        f"{_PEERS}.scikit_learn:SCIKIT_LEARN",
        most_paragraphs=100_000,
        most_questions=40,
        most_warming=5,
    ),
)
BY_KEY = {engine.key: engine for engine in ENGINES}


def require_packages(engines: Iterable[Engine]) -> None:
    """Refuse to begin what would end for lack of a package.

    Raises:
        NotReady: one that an engine needs is not installed.
    """
    missing = [name for name in needed(engines) if version(name) is None]
    if missing:
        raise NotReady(
            f"缺少 {'、'.join(missing)} / {' and '.join(missing)} missing: .venv/bin/pip install --editable '.[bench]'"
        )


def needed(engines: Iterable[Engine]) -> Sequence[str]:
    """The packages that some engines need, each once."""
    return list(dict.fromkeys(name for engine in engines for name in engine.packages))


def version(package: str) -> str | None:
    """The version of a package; None where it is not installed."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None
