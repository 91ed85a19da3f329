"""What is measured of a sentence when it is asked whether it answers: one row of numbers a sentence."""

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

LOCAL, TELLING = 0.7, 0.9  # how much a word counts less that the title or every sentence of the article holds
FEW_NEW = 6  # characters: 它是什么 needs as many to be answered

FEATURES = (
    "words",  # idf-weighted share of the question's words that stand in the sentence
    "pairs",  # the same of its character pairs
    "local words",  # as "words", but words of the title or of most sentences of the article count less
    "context words",  # words in the sentence, the one before, the heading or the title
    "paragraph words",  # words anywhere in the paragraph
    "passage",  # the paragraph's score, relative to the best paragraph's
    "kind",  # something of the kind asked for stands there that the question has not named
    "focus",  # the word beside the question word stands there
    "focus clause",  # the same, of the clause that fits the kind best
    "run",  # longest common substring, as a share of the question
    "numbers",  # share of the question's numbers that stand there
    "clause",  # the best clause's idf-weighted share of the words, times how well what it holds fits the kind
    "order",  # share of neighbouring question words that stand in the same order, near one another
    "question",  # the sentence is itself a question
    "telling words",  # as "local words", but those of the title or of most sentences count next to nothing
    "characters",  # idf-weighted share of the question's single characters, those of the title or of most counting less
    "asked thing",  # characters of the thing asked for (什么奖项, 哪所大学) that stand there
    "little new",  # the sentence has hardly a character that the question has not
)
_COMMON = frozenset("的了是在有和与于被为及以之其所由个中对")
_ASKING = frozenset("什么哪一个种些多少谁几何是的吗有")
_IDEOGRAPH = re.compile("[\u4e00-\u9fff]")
_NEAR = 12  # characters between two question words that still count as near


def measure(
    library: Library,
    part: SubQuestion,
    words: Sequence[str],
    idfs: Matrix,
    sentences: Sequence[Sentence],
) -> Matrix:
    """The features of each sentence: (sentences, len(FEATURES)) float64."""
    pairs = list(dict.fromkeys(term for term in characters(_without_asked(part)) if len(term) == 2))
    pair_idfs = np.array([library.idf("character", pair) for pair in pairs])
    here = word_matches(words, [sentence.text for sentence in sentences])
    title = word_matches(words, _normalized([s.passage.article.headline for s in sentences]))
    section = word_matches(words, _normalized([s.passage.section for s in sentences]))
    before = word_matches(words, [s.before for s in sentences])
    often = _article_share(here, sentences)
    local = idfs * (1 - LOCAL * title) * (1 - LOCAL * often)
    telling = idfs * (1 - TELLING * title) * (1 - TELLING * often)
    figures = numbers_in(part.text)
    beside = [word for word in anchors(part) if word]
    focus_clauses, clauses = zip(*(_clauses(part, words, idfs, beside, s.text) for s in sentences), strict=True)
    rows = [
        _share(here, idfs),
        _share(word_matches(pairs, [s.text for s in sentences]), pair_idfs),
        _local_share(here, local),
        _share(np.maximum.reduce([here, title, section, before]), idfs),
        _share(_paragraph(here, sentences), idfs),
        np.array([s.score for s in sentences]),
        np.array([kind_fit(part, s.text) for s in sentences]),
        np.array([_focus(beside, s.text) for s in sentences]),
        np.array(focus_clauses),
        np.array([_longest_run(part.text, s.text) / len(part.text) for s in sentences]),
        np.array([sum(match_degree(n, s.text) for n in figures) / len(figures) if figures else 1.0 for s in sentences]),
        np.array(clauses),
        np.array([_order(words, s.text) for s in sentences]),
        np.array([1.0 if s.text.rstrip("”’\"'").endswith("?") else 0.0 for s in sentences]),
        _local_share(here, telling),
        _characters(library, part, sentences),
        _asked_thing(part, sentences),
        np.array([float(_new_characters(part, s.text) < FEW_NEW) for s in sentences]),
    ]
    return np.column_stack(rows)


def _without_asked(part: SubQuestion) -> str:
    start, end = part.asked
    return f"{part.text[:start]} {part.text[end:]}"


def _normalized(texts: Sequence[str]) -> list[str]:
    """Texts of which many are the same, normalised once each."""
    known = {text: normalize(text).text for text in set(texts)}
    return [known[text] for text in texts]


def _share(matches: Matrix, weights: Matrix) -> Matrix:
    total = float(weights.sum())
    return matches @ weights / total if total else np.zeros(len(matches))


def _local_share(matches: Matrix, weights: Matrix) -> Matrix:
    """Of weights that differ from sentence to sentence, (sentences, words), the share that is matched."""
    shares: Matrix = (matches * weights).sum(axis=1) / np.maximum(weights.sum(axis=1), 1e-9)
    return shares


def _characters(library: Library, part: SubQuestion, sentences: Sequence[Sentence]) -> Matrix:
    asked = set(_without_asked(part)) - _COMMON
    letters = sorted(letter for letter in asked if _IDEOGRAPH.match(letter))
    idfs = np.array([library.idf("character", letter) for letter in letters])
    here = character_matches(letters, [sentence.text for sentence in sentences])
    title = character_matches(letters, _normalized([s.passage.article.headline for s in sentences]))
    return _local_share(here, idfs * (1 - LOCAL * title) * (1 - LOCAL * _article_share(here, sentences)))


def _asked_thing(part: SubQuestion, sentences: Sequence[Sentence]) -> Matrix:
    """The last two characters of what is asked for: 奖项 of 什么奖项, 大学 of 哪所大学."""
    named = part.text[slice(*part.asked)] + anchors(part)[1]
    letters = [letter for letter in named if letter not in _ASKING][-2:]
    return _share(character_matches(letters, [sentence.text for sentence in sentences]), np.ones(len(letters)))


def _new_characters(part: SubQuestion, text: str) -> int:
    known = set(part.text)
    return len([letter for letter in text if letter not in known and letter.isalnum()])


def _article_share(here: Matrix, sentences: Sequence[Sentence]) -> Matrix:
    """(sentences, words): in what share of the sentences found of the same article the word stands."""
    articles = {article: i for i, article in enumerate({s.passage.article.id: None for s in sentences})}
    of = np.array([articles[s.passage.article.id] for s in sentences])
    shares = np.zeros(here.shape)
    for number in range(len(articles)):
        mine = of == number
        shares[mine] = here[mine].mean(axis=0)
    return shares


def _paragraph(here: Matrix, sentences: Sequence[Sentence]) -> Matrix:
    """(sentences, words): whether the word stands anywhere in the sentence's paragraph."""
    rows = np.array([s.passage.row for s in sentences])
    anywhere = np.zeros(here.shape)
    for row in {s.passage.row for s in sentences}:
        anywhere[rows == row] = here[rows == row].max(axis=0)
    return anywhere


def _focus(beside: Sequence[str], text: str) -> float:
    """How far the words next to the question word stand in the text, 0..1; units do not count as such."""
    found = [match_degree(word, text) for word in beside]
    return sum(found) / len(found) if found else 0.0


def _longest_run(left: str, right: str) -> int:
    """The length of the longest common substring."""
    best = 0
    start = 0
    while start + best < len(left):
        while start + best < len(left) and left[start : start + best + 1] in right:
            best += 1
        start += 1
    return best


def _clauses(
    part: SubQuestion, words: Sequence[str], idfs: Matrix, beside: Sequence[str], text: str
) -> tuple[float, float]:
    """Of the sentence's clauses the best focus and the best share of the words, each times how well the clause fits."""
    clauses = [clause for clause in PAUSE.split(text) if clause.strip()]
    best_focus = best_share = 0.0
    for clause, share in zip(clauses, _share(word_matches(words, clauses), idfs).tolist(), strict=True):
        focus = _focus(beside, clause)
        if focus > best_focus or share > best_share:  # a fit is 1 at most, and takes long to tell
            fit = kind_fit(part, clause)
            best_focus, best_share = max(best_focus, fit * focus), max(best_share, share * fit)
    return best_focus, best_share


def _order(words: Sequence[str], text: str) -> float:
    if len(words) < 2:
        return 0.0
    near = 0
    for left, right in itertools.pairwise(words):
        at = text.find(left)
        while at >= 0:
            found = text.find(right, at + len(left), at + len(left) + _NEAR + len(right))
            if found >= 0:
                near += 1
                break
            at = text.find(left, at + 1)
    return near / (len(words) - 1)
