"""scikit-learn's TF-IDF as it comes, compared by cosine with every paragraph."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

from benchmarks.speed.peer import Found, Opened, Peer, asked_in_words
from benchmarks.speed.peers.best import best

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.speed.texts import Texts

ROWS, TERMS, IDF = "rows.npz", "terms.json", "idf.npy"


def _build(texts: Texts, folder: Path) -> None:
    vectorizer = TfidfVectorizer(analyzer=list)  # the words are cut already; all else as it comes
    sparse.save_npz(folder / ROWS, vectorizer.fit_transform(texts.words()), compressed=False)
    (folder / TERMS).write_text(json.dumps(vectorizer.get_feature_names_out().tolist(), ensure_ascii=False), "utf-8")
    np.save(folder / IDF, vectorizer.idf_)


def _open(folder: Path) -> Opened[list[str]]:
    vectorizer = TfidfVectorizer(analyzer=list, vocabulary=json.loads((folder / TERMS).read_text("utf-8")))
    vectorizer.idf_ = np.load(folder / IDF)
    rows = sparse.load_npz(folder / ROWS)  # (paragraphs, terms), each row of length 1

    def search(words: list[str]) -> Found:
        return best((rows @ vectorizer.transform([words]).T).toarray().ravel())

    return asked_in_words(search)


SCIKIT_LEARN = Peer(_build, _open)
