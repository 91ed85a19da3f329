"""Measures sentences for one part of a question: a row of features for each, from which the ranker scores them.

Notation: w is a word of the question, s a sentence, idf(w) its `Library.idf`, m(w, s) in 0..1 how far w occurs in s
(`match_degree`), fit(s) in 0..1 how well s holds something of the kind asked for (`kind_fit`).

    share(m, v)      = Σ_w v(w) m(w) / Σ_w v(w)
    words            = share(m(·, s), idf)
    pairs            = the same over the pairs of neighbouring characters of the question
    local words      = share(m(·, s), v),  v(w) = idf(w) (1 − LOCAL m(w, title)) (1 − LOCAL often(w))
    telling words    = the same with TELLING for LOCAL
    context words    = share(max of m in s, the sentence before, the section's heading and the title, idf)
    paragraph words  = share(max of m over the sentences of the paragraph, idf)
    clause           = max over clauses c of s:  share(m(·, c), idf) fit(c)
    focus clause     = max over clauses c of s:  focus(c) fit(c)

where often(w) is the mean of m(w, ·) over those sentences of the article that were found. The features are the
project's own; the weights are fitted in `benchmarks.training.sentences`.
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

import numpy as np

from corpus.text import normalize
from retrieval.ranking.answer_types import anchors, kind_fit
from retrieval.ranking.matching import Matrix, character_matches, match_degree, numbers_in, word_matches
from retrieval.ranking.sentences import PAUSE
from retrieval.words.segment import characters

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.library import Library
    from retrieval.question.query import SubQuestion
    from retrieval.ranking.sentences import Sentence

LOCAL, TELLING = 0.7, 0.9  # how much a word counts less if the title or every sentence of the article has it
FEW_NEW = 6  # characters: the least that an answer to 它是什么 takes

FEATURES = (  # all are 0..1; the names are those in weights.json
    "words",  # idf-weighted share of the question's words that the sentence has
    "pairs",  # the same of its character pairs
    "local words",  # as "words", but words of the title or of most sentences of the article count less
    "context words",  # as "words", in the sentence, the one before, the heading or the title
    "paragraph words",  # as "words", anywhere in the paragraph
    "passage",  # the paragraph's score, relative to the best paragraph's
    "kind",  # how well the sentence holds something of the kind asked for that the question has not named
    "focus",  # share of the words beside the question word that the sentence has
    "focus clause",  # the same of a clause, times how well the clause fits the kind
    "run",  # length of the longest common substring, as a share of the question's length
    "numbers",  # share of the question's numbers that the sentence has; 1 if it has none
    "clause",  # the best clause's share of the words, times how well the clause fits the kind
    "order",  # share of neighbouring question words that stand in the same order, at most _NEAR characters apart
    "question",  # 1 if the sentence is itself a question
    "telling words",  # as "local words", but those of the title or of most sentences count next to nothing
    "characters",  # as "local words", of the question's single ideographs
    "asked thing",  # share of the last two characters of the thing asked for (什么奖项, 哪所大学) that the sentence has
    "little new",  # 1 if fewer than FEW_NEW characters of the sentence are new, that is not in the question
)
_COMMON = frozenset("的了是在有和与于被为及以之其所由个中对")
_ASKING = frozenset("什么哪一个种些多少谁几何是的吗有")
_IDEOGRAPH = re.compile("[\u4e00-\u9fff]")
_NEAR = 12  # characters between two question words that still count as near


def measure(
    library: Library, part: SubQuestion, words: Sequence[str], idfs: Matrix, sentences: Sequence[Sentence]
) -> Matrix:
    """Measure the features of each sentence.

    Args:
        library: gives the idf of characters and pairs.
        part: what is asked.
        words: the words of the part, each once.
        idfs: their idf, (len(words),) float64.
        sentences: at least one; they are all that were found, since "often" is counted among them.

    Returns:
        (len(sentences), len(FEATURES)) float64; row i is sentences[i], the columns are in the order of FEATURES.
    """
    texts = [sentence.text for sentence in sentences]
    numbers = numbers_in(part.text)
    beside = [word for word in anchors(part) if word]
    focus_clauses, clauses = zip(*(_best_clauses(part, words, idfs, beside, text) for text in texts), strict=True)
    columns: dict[str, Matrix | Sequence[float]] = {
        **_word_shares(words, idfs, sentences),
        "pairs": _pair_share(library, part, texts),
        "passage": [sentence.score for sentence in sentences],
        "kind": [kind_fit(part, text) for text in texts],
        "focus": [_mean_match(beside, text) for text in texts],
        "focus clause": focus_clauses,
        "run": [_longest_run(part.text, text) / len(part.text) for text in texts],
        "numbers": [_mean_match(numbers, text) if numbers else 1.0 for text in texts],
        "clause": clauses,
        "order": [_order(words, text) for text in texts],
        "question": [float(text.rstrip("”’\"'").endswith("?")) for text in texts],
        "characters": _character_share(library, part, sentences),
        "asked thing": _asked_thing(part, texts),
        "little new": [float(_new_characters(part, text) < FEW_NEW) for text in texts],
    }
    return np.column_stack([np.asarray(columns[name], np.float64) for name in FEATURES])


def _word_shares(words: Sequence[str], idfs: Matrix, sentences: Sequence[Sentence]) -> dict[str, Matrix]:
    """Return the shares of words by name of the feature, (sentences,) each."""
    matches = word_matches(words, [sentence.text for sentence in sentences])
    title = word_matches(words, _normalized([s.passage.article.headline for s in sentences]))
    section = word_matches(words, _normalized([s.passage.section for s in sentences]))
    before = word_matches(words, [s.before for s in sentences])
    often = _article_means(matches, sentences)
    return {
        "words": _share(matches, idfs),
        "local words": _local_share(matches, idfs * (1 - LOCAL * title) * (1 - LOCAL * often)),
        "context words": _share(np.maximum.reduce([matches, title, section, before]), idfs),
        "paragraph words": _share(_paragraph_matches(matches, sentences), idfs),
        "telling words": _local_share(matches, idfs * (1 - TELLING * title) * (1 - TELLING * often)),
    }


def _pair_share(library: Library, part: SubQuestion, texts: Sequence[str]) -> Matrix:
    """Return the feature "pairs" of each text, (texts,); the question word is left out."""
    pairs = list(dict.fromkeys(term for term in characters(_without_question_word(part)) if len(term) == 2))
    return _share(word_matches(pairs, texts), np.array([library.idf("character", pair) for pair in pairs]))


def _without_question_word(part: SubQuestion) -> str:
    """Return the question with a space in place of its question word."""
    start, end = part.asked
    return f"{part.text[:start]} {part.text[end:]}"


def _normalized(texts: Sequence[str]) -> list[str]:
    """Normalise texts of which many are the same, each different one once."""
    known = {text: normalize(text).text for text in set(texts)}
    return [known[text] for text in texts]


def _share(matches: Matrix, weights: Matrix) -> Matrix:
    """Return Σ_w weights[w] matches[i, w] / Σ_w weights[w] for each row: (rows,); zeros if the weights add up to 0."""
    total = float(weights.sum())
    return matches @ weights / total if total else np.zeros(len(matches))


def _local_share(matches: Matrix, weights: Matrix) -> Matrix:
    """Return the same for weights that differ from row to row: both are (rows, words), the result is (rows,)."""
    shares: Matrix = (matches * weights).sum(axis=1) / np.maximum(weights.sum(axis=1), 1e-9)
    return shares


def _character_share(library: Library, part: SubQuestion, sentences: Sequence[Sentence]) -> Matrix:
    """Return the feature "characters" of each sentence, (sentences,); common characters are left out."""
    letters = sorted(filter(_IDEOGRAPH.match, set(_without_question_word(part)) - _COMMON))
    idfs = np.array([library.idf("character", letter) for letter in letters])
    matches = character_matches(letters, [sentence.text for sentence in sentences])
    title = character_matches(letters, _normalized([s.passage.article.headline for s in sentences]))
    often = _article_means(matches, sentences)
    return _local_share(matches, idfs * (1 - LOCAL * title) * (1 - LOCAL * often))


def _asked_thing(part: SubQuestion, texts: Sequence[str]) -> Matrix:
    """Return the feature "asked thing" of each text, (texts,): of 奖项 for 什么奖项, of 大学 for 哪所大学."""
    named = part.text[slice(*part.asked)] + anchors(part)[1]
    letters = [letter for letter in named if letter not in _ASKING][-2:]
    return _share(character_matches(letters, texts), np.ones(len(letters)))


def _new_characters(part: SubQuestion, text: str) -> int:
    """Return the number of letters, digits and ideographs in a text whose character the question has not."""
    known = set(part.text)
    return len([letter for letter in text if letter not in known and letter.isalnum()])


def _article_means(matches: Matrix, sentences: Sequence[Sentence]) -> Matrix:
    """Return (sentences, words): the mean match of each word over all sentences of the sentence's article."""
    articles = {article: i for i, article in enumerate({s.passage.article.id: None for s in sentences})}
    numbers = np.array([articles[s.passage.article.id] for s in sentences])
    means = np.zeros(matches.shape)
    for number in range(len(articles)):
        rows = numbers == number
        means[rows] = matches[rows].mean(axis=0)
    return means


def _paragraph_matches(matches: Matrix, sentences: Sequence[Sentence]) -> Matrix:
    """Return (sentences, words): the best match of each word over all sentences of the sentence's paragraph."""
    paragraphs = np.array([s.passage.row for s in sentences])
    best = np.zeros(matches.shape)
    for paragraph in set(paragraphs.tolist()):
        rows = paragraphs == paragraph
        best[rows] = matches[rows].max(axis=0)
    return best


def _mean_match(words: Sequence[str], text: str) -> float:
    """Return the mean of how far some words occur in a text, 0..1; 0 for no words."""
    degrees = [match_degree(word, text) for word in words]
    return sum(degrees) / len(degrees) if degrees else 0.0


def _longest_run(left: str, right: str) -> int:
    """Return the length of the longest common substring."""
    best = 0
    start = 0
    while start + best < len(left):
        while start + best < len(left) and left[start : start + best + 1] in right:
            best += 1
        start += 1
    return best


def _best_clauses(
    part: SubQuestion, words: Sequence[str], idfs: Matrix, beside: Sequence[str], text: str
) -> tuple[float, float]:
    """Return the features "focus clause" and "clause" of a sentence."""
    clauses = [clause for clause in PAUSE.split(text) if clause.strip()]
    best_focus = best_share = 0.0
    for clause, share in zip(clauses, _share(word_matches(words, clauses), idfs).tolist(), strict=True):
        focus = _mean_match(beside, clause)
        if focus > best_focus or share > best_share:  # else the product is no greater: a fit is 1 at most, and slow
            fit = kind_fit(part, clause)
            best_focus, best_share = max(best_focus, fit * focus), max(best_share, share * fit)
    return best_focus, best_share


def _order(words: Sequence[str], text: str) -> float:
    """Return the feature "order" of a sentence; 0 for fewer than two words."""
    if len(words) < 2:
        return 0.0
    near = 0
    for left, right in itertools.pairwise(words):
        at = text.find(left)
        while at >= 0:
            if text.find(right, at + len(left), at + len(left) + _NEAR + len(right)) >= 0:
                near += 1
                break
            at = text.find(left, at + 1)
    return near / (len(words) - 1)
