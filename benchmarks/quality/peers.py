"""Search engines that Chuwen's search is compared with, all over the same texts.

BM25 is Lucene's (Kamphuis et al. 2020, "Which BM25 do you mean?"), with each package's own defaults: k1 = 1.5 in bm25s,
1.2 and lengths in one byte in tantivy; b = 0.75 in both. TF-IDF is scikit-learn's: (ln((1 + n) / (1 + df)) + 1) · tf,
rows of length 1, compared by cosine.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.quality.errors import NotReady
from benchmarks.quality.terms import characters, cut_into_words, words
from corpus.text import normalize
from retrieval.question.understand import understand
from retrieval.search import search

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import numpy.typing as npt

    from benchmarks.quality.sets import Corpus
    from retrieval.library import Library

DEPTH = 20  # passages found for a question, by each
PACKAGES = ("bm25s", "tantivy")

Search = Callable[[str], Sequence[int]]  # the rows that fit a question best, best first
Terms = list[str]


def require_packages() -> None:
    """Check that all packages are installed, before a long measurement begins.

    Raises:
        NotReady: one of PACKAGES is not installed.
    """
    missing = [name for name in PACKAGES if find_spec(name) is None]
    if missing:
        raise NotReady(
            f"缺少 {'、'.join(missing)} / {' and '.join(missing)} missing: .venv/bin/pip install --editable '.[bench]'"
        )


def searches(corpus: Corpus, cache: Path) -> Iterator[tuple[str, Search]]:
    """Yield each search by name; its index is built when its turn comes, and released afterwards."""
    yield "Chuwen", _chuwen(corpus.library)
    cut = cut_into_words(corpus.texts, cache)
    yield "bm25s, jieba words", _asked_in(words, _bm25s(cut))
    yield "bm25s, characters and pairs", _asked_in(characters, _bm25s([characters(text) for text in corpus.texts]))
    yield "tantivy, jieba words", _asked_in(words, _tantivy(cut))
    yield "scikit-learn TF-IDF, jieba words", _asked_in(words, _tf_idf(cut))


def _chuwen(library: Library) -> Search:
    def rows(question: str) -> list[int]:
        hits = search(library, understand(library, question), DEPTH)
        return [hit.passage.row for hit in hits]

    return rows


def _asked_in(cut: Callable[[str], Terms], find: Callable[[Terms], Sequence[int]]) -> Search:
    """Return a search that normalises and segments the question like the texts."""

    def rows(question: str) -> Sequence[int]:
        terms = cut(normalize(question).text)
        return find(terms) if terms else ()

    return rows


def _bm25s(documents: Sequence[Terms]) -> Callable[[Terms], Sequence[int]]:
    import bm25s

    index = bm25s.BM25(method="lucene")
    index.index(documents, show_progress=False)
    return lambda terms: _best(index.get_scores(terms))


def _tf_idf(documents: Sequence[Terms]) -> Callable[[Terms], Sequence[int]]:
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(analyzer=list)  # the terms are cut already; all else as it comes
    postings = vectorizer.fit_transform(documents).T.tocsr()  # (terms, passages)
    return lambda terms: _best((vectorizer.transform([terms]) @ postings).toarray()[0])


def _tantivy(documents: Sequence[Terms]) -> Callable[[Terms], Sequence[int]]:
    from tantivy import Document, Index, Occur, Query, SchemaBuilder

    schema = (
        SchemaBuilder()
        .add_text_field("text", tokenizer_name="whitespace", index_option="freq")
        .add_integer_field("row", stored=True)
        .build()
    )
    index = Index(schema)
    writer = index.writer(num_threads=1)  # or equal scores come in another order each time
    for row, document in enumerate(documents):
        writer.add_document(Document(text=" ".join(document), row=row))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher: Any = index.searcher()

    def rows(terms: Terms) -> list[int]:
        clauses = [(Occur.Should, Query.term_query(schema, "text", term, "freq")) for term in terms]
        hits = searcher.search(Query.boolean_query(clauses), DEPTH).hits
        return [searcher.doc(address)["row"][0] for _, address in hits]

    return rows


def _best(scores: npt.NDArray[np.floating[Any]]) -> list[int]:
    """Return at most DEPTH rows with scores above 0, highest first, ties in row order."""
    depth = min(DEPTH, len(scores))
    likely = np.flatnonzero(scores >= np.partition(scores, len(scores) - depth)[len(scores) - depth])
    ordered = likely[np.argsort(-scores[likely], kind="stable")][:depth]
    return [int(row) for row in ordered if scores[row] > 0]
