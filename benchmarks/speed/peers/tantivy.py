"""tantivy, Lucene's like in Rust: an inverted index in compressed blocks, of which it skips what cannot matter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tantivy import Document, Index, Occur, Query, SchemaBuilder

from benchmarks.speed.peer import DEPTH, Found, Opened, Peer, asked_in_words

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.speed.texts import Texts

HEAP = 1_000_000_000  # bytes: the more, the fewer segments there are to be searched


def _build(texts: Texts, folder: Path) -> None:
    schema = (
        SchemaBuilder()
        .add_text_field("text", tokenizer_name="whitespace", index_option="freq")
        .add_integer_field("row", fast=True)
        .build()
    )
    writer = Index(schema, path=str(folder)).writer(heap_size=HEAP, num_threads=1)
    for row, words in enumerate(texts.words()):
        writer.add_document(Document(text=" ".join(words), row=row))
    writer.commit()
    writer.wait_merging_threads()


def _open(folder: Path) -> Opened[list[str]]:
    index = Index.open(str(folder))
    schema, searcher = index.schema, index.searcher()

    def search(words: list[str]) -> Found:
        clauses = [(Occur.Should, Query.term_query(schema, "text", word, "freq")) for word in words]
        hits = searcher.search(Query.boolean_query(clauses), DEPTH, count=False).hits
        rows = searcher.fast_field_values("row", [address for _, address in hits])  # faster than stored documents
        return rows, [score for score, _ in hits]

    return asked_in_words(search)


TANTIVY = Peer(_build, _open)
