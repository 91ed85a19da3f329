"""The engines that are compared, and the size up to which each is measured."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import metadata
from pkgutil import resolve_name
from typing import TYPE_CHECKING

from benchmarks.quality.errors import NotReady
from benchmarks.speed.peer import Peer

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

BASELINE = "bm25s-numba"  # the others are compared with it: the fastest engine in Python that we know


@dataclass(frozen=True, slots=True)
class Engine:
    """An engine and how it is measured.

    Attributes:
        key: its name in arguments and the name of its folder.
        name: its name in tables.
        place: of its `Peer`; imported only in the engine's own process, so that this loads no packages of others.
        packages: the packages that must be installed.
        most_paragraphs: it is left out of larger sizes; None for no limit.
        most_questions: timed at most, for a slow engine; None for no limit.
        most_warming: asked at most before the timed ones, to warm up; None for no limit.
        builds_as: the key of the engine whose index it shares; empty if it builds its own.
        is_kept: whether its index is stored on disk; otherwise it is built when it is opened.
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
        """Import the functions that run the engine."""
        peer = resolve_name(self.place)
        if not isinstance(peer, Peer):
            raise TypeError(f"{self.place} is no Peer")
        return peer

    def reason_to_skip(self, paragraphs: int) -> str:
        """Return why the engine is left out at a size; empty if it is measured."""
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
    """Check that all packages are installed, before a long measurement begins.

    Raises:
        NotReady: a package that an engine needs is not installed.
    """
    missing = [name for name in needed(engines) if version(name) is None]
    if missing:
        raise NotReady(
            f"缺少 {'、'.join(missing)} / {' and '.join(missing)} missing: .venv/bin/pip install --editable '.[bench]'"
        )


def needed(engines: Iterable[Engine]) -> Sequence[str]:
    """Return the packages that the engines need, each once."""
    return list(dict.fromkeys(name for engine in engines for name in engine.packages))


def version(package: str) -> str | None:
    """Return the version of a package; None if it is not installed."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None
