"""Key sentences: the few sentences that tell best what an article is about, for alerts."""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, TypeAlias

from corpus.text import normalize, sentences
from retrieval.ranking.matching import match_degree
from retrieval.summary.key_figures import amounts, key_figures
from retrieval.summary.sentence_merit import is_boilerplate, merit, tells_deed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from corpus.model import Article, Paragraph
    from retrieval.words.segment import Segmenter

Span: TypeAlias = tuple[int, int]

LONGEST_SENTENCE = 300  # characters; of a longer one some clauses are quoted
LONGEST_QUOTE = 200  # characters of those clauses
LEAST_STEP = 20  # characters between the starts of two choices of clauses
LONGEST_READ = 4000  # characters of such a sentence that are read: it is a table, or no text at all
MOST_SENTENCES = 300  # that are considered: what an article is about is said by then
MOST_WORDS = 40  # of a topic

# The ratio of EARLY to COVERAGE is that of 596 news reports: the first sentence has 53% of the headline, by the weight
# of its words, the second 30%, the third 24%, the tenth 14%.
COVERAGE = 3.0  # times the sentence's share of the topic
EARLY = 1.2  # for the first sentence; half as much for the second, a third for the third
HEADLINE = 2.0  # weight of a word of the headline; another word has at most 0.5, if half of the sentences have it
OFTEN = 3  # sentences: a word of so many belongs to the topic

_PAUSE = re.compile(r"[《“「（(][^《》“”「」（）()]{0,100}[》”」）)]|(?P<pause>[，；;、]|,(?!\d))")


@dataclass(frozen=True, kw_only=True, slots=True)
class KeySentence:
    """A sentence that tells what an article is about.

    Attributes:
        section: the title of its section.
        start, end: the sentence's span in the paragraph's text.
        figures: the spans of its key figures in the paragraph's text, in order.

    Raises:
        ValueError: the sentence is empty or outside the paragraph, or a figure outside the sentence or its order.
    """

    paragraph: Paragraph
    section: str
    start: int
    end: int
    figures: tuple[Span, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end <= len(self.paragraph.text):
            raise ValueError(f"sentence {self.start}:{self.end} outside a paragraph of {len(self.paragraph.text)}")
        at = self.start
        for start, end in self.figures:
            if not at <= start < end <= self.end:
                raise ValueError(f"figure {start}:{end} outside the sentence {self.start}:{self.end} or its order")
            at = end


@dataclass(frozen=True, kw_only=True, slots=True)
class _Candidate:
    """A sentence, or some clauses of an enormous one.

    Attributes:
        text: normalised.
        words: the content words, with their rarity, see `_words`.
        merit: what it is worth whatever words of the topic it has: `merit`, and what standing early adds.
        is_boilerplate: a heading, a by-line, a notice, or a part of the title.
        has_facts: it tells an amount, or that something was signed, begun or finished.
    """

    paragraph: Paragraph
    section: str
    start: int
    end: int
    text: str
    words: Mapping[str, float]
    merit: float
    is_boilerplate: bool
    has_facts: bool

    def overlaps(self, other: _Candidate) -> bool:
        """Return whether both have characters of the same paragraph in common."""
        return self.paragraph.number == other.paragraph.number and self.start < other.end and other.start < self.end


def key_sentences(article: Article, segmenter: Segmenter, most: int = 2) -> tuple[KeySentence, ...]:
    """Return the sentences that best tell what an article is about, at most `most`, in reading order.

    The sentence with the highest score is chosen first, then repeatedly the one that adds most to those chosen. The
    score is the sum of

    - COVERAGE times the sentence's share of the topic: of the words of the headline and those that several sentences
      repeat, weighed by their rarity;
    - up to EARLY for a sentence near the beginning;
    - what the sentence is worth whatever the article is about (`sentence_merit.merit`): figures, deeds and places add
      to it; views, questions, and a very long or short sentence reduce it.

    For further sentences only words of the topic count that no chosen sentence covers, and the score is multiplied by
    the share of words that are new. They must tell an amount, or that something was signed, begun or finished, and must
    not overlap a chosen one.

    Headings, by-lines and notices are left out; if the article has nothing else, one of them is returned. Empty if it
    has no sentences.
    """
    candidates = list(islice(_candidates(article, segmenter), MOST_SENTENCES))
    worthy = [candidate for candidate in candidates if not candidate.is_boilerplate]
    most, candidates = (most, worthy) if worthy else (min(most, 1), candidates)
    chosen = _choose(candidates, _topic(article, candidates, segmenter), most)
    return tuple(
        KeySentence(
            paragraph=sentence.paragraph,
            section=sentence.section,
            start=sentence.start,
            end=sentence.end,
            figures=key_figures(sentence.paragraph.text, sentence.start, sentence.end),
        )
        for sentence in sorted(chosen, key=lambda sentence: (sentence.paragraph.number, sentence.start))
    )


def _choose(candidates: Sequence[_Candidate], topic: Mapping[str, float], most: int) -> list[_Candidate]:
    """Choose the best sentence, then repeatedly the one that adds most to those chosen; return them in that order."""
    shares = [{word: weight * match_degree(word, one.text) for word, weight in topic.items()} for one in candidates]
    chosen: list[_Candidate] = []
    covered = dict.fromkeys(topic, 0.0)
    known: set[str] = set()
    left = dict(enumerate(candidates))
    while left and len(chosen) < most:
        best = max(left, key=lambda number: (_worth(candidates[number], shares[number], covered, known), -number))
        chosen.append(left.pop(best))
        covered = {word: max(share, shares[best][word]) for word, share in covered.items()}
        known |= chosen[-1].words.keys()
        left = {number: other for number, other in left.items() if other.has_facts and not other.overlaps(chosen[-1])}
    return chosen


def _worth(candidate: _Candidate, shares: Mapping[str, float], covered: Mapping[str, float], known: set[str]) -> float:
    """Return the score of a sentence beside those chosen (see `key_sentences`); may be negative.

    Args:
        candidate: the sentence.
        shares: by word of the topic, its weight if the sentence has it, less if it has it in part, 0 if not.
        covered: by word of the topic, the highest such share among the chosen sentences.
        known: the words of the chosen sentences.
    """
    gain = sum(max(share - covered[word], 0.0) for word, share in shares.items())
    total = sum(candidate.words.values())
    new = sum(rarity for word, rarity in candidate.words.items() if word not in known) / total if total else 0.0
    worth = COVERAGE * gain + candidate.merit
    return worth * new if worth > 0 else worth


def _topic(article: Article, candidates: Sequence[_Candidate], segmenter: Segmenter) -> dict[str, float]:
    """Return the words that an article is about, at most MOST_WORDS, with weights that add up to 1."""
    weights = {word: HEADLINE * rarity for word, rarity in _words(_title(article), segmenter).items()}
    counts = Counter(word for candidate in candidates for word in candidate.words)
    for word, count in counts.items():
        if count >= OFTEN:
            rarity = next(candidate.words[word] for candidate in candidates if word in candidate.words)
            weights[word] = weights.get(word, 0.0) + rarity * min(count / len(candidates), 0.5)
    best = dict(sorted(weights.items(), key=lambda pair: -pair[1])[:MOST_WORDS])
    total = sum(best.values())
    return {word: weight / total for word, weight in best.items()}


def _words(text: str, segmenter: Segmenter) -> dict[str, float]:
    """Return the content words of a normalised text with their rarity: 0 for one in 10³, 5 for one in 10⁸ or unknown.

    Words of one character, numbers and words of rarity 0 are left out.
    """
    words = dict.fromkeys(token.word for token in segmenter.tokens(text))
    rarities = {word: -math.log10(max(segmenter.frequency(word), 1e-8)) - 3 for word in words if len(word) > 1}
    return {word: rarity for word, rarity in rarities.items() if rarity > 0 and not word.isdecimal()}


def _title(article: Article) -> str:
    """Return the headline, normalised; empty if it is only the first words of the body."""
    return normalize(article.headline).text if article.headline in article.title else ""


def _candidates(article: Article, segmenter: Segmenter) -> Iterator[_Candidate]:
    """Yield the sentences of an article in reading order, with clauses in place of an enormous one."""
    title = _bare(_title(article))
    before = 0  # sentences that are no boilerplate
    for section in article.sections:
        for paragraph in section.paragraphs:
            for start, end in sentences(paragraph.text):
                spans = _pieces(paragraph.text, start, end)
                pieces = [_read(paragraph, section.title, *span, segmenter) for span in spans]
                for piece in pieces:
                    if bare := _bare(piece.text):
                        worth = piece.merit + EARLY / (1 + before)
                        yield replace(piece, merit=worth, is_boilerplate=piece.is_boilerplate or bare in title)
                before += any(not piece.is_boilerplate for piece in pieces)


def _read(paragraph: Paragraph, section: str, start: int, end: int, segmenter: Segmenter) -> _Candidate:
    """Measure text[start:end] of a paragraph, without regard to its place in the article and to the title."""
    text = normalize(paragraph.text[start:end]).text
    figures = amounts(text)
    return _Candidate(
        paragraph=paragraph,
        section=section,
        start=start,
        end=end,
        text=text,
        words=_words(text, segmenter),
        merit=merit(text, figures),
        is_boilerplate=is_boilerplate(text),
        has_facts=tells_deed(text) or bool(figures),
    )


def _pieces(text: str, start: int, end: int) -> Iterator[Span]:
    """Yield a sentence's span; for one above LONGEST_SENTENCE, the overlapping spans of clauses to quote instead.

    All are offsets in `text`, the paragraph. Such spans have at most LONGEST_QUOTE characters, without white space and
    punctuation at their ends.
    """
    if end - start <= LONGEST_SENTENCE:
        yield start, end
        return
    pauses = [match.end() for match in _PAUSE.finditer(text, start, min(end, start + LONGEST_READ)) if match["pause"]]
    stops = [start, *(stop for stop in pauses if stop < end), end]
    last = start - LEAST_STEP
    for left in stops[:-1]:
        if left - last >= LEAST_STEP:
            last, right = left, stops[bisect_right(stops, left + LONGEST_QUOTE) - 1]
            piece = text[left : right if right > left else left + LONGEST_QUOTE]
            yield left + len(piece) - len(piece.lstrip()), left + len(piece.rstrip().rstrip("，；;、,"))


def _bare(text: str) -> str:
    """Return the letters, digits and ideographs of a text."""
    return re.sub(r"[\W_]+", "", text)
