"""From a question that is understood to an answer with citations, or to saying that there is none."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from corpus.text import normalize
from retrieval.confidence.confidence import Evidence, probability, weigh
from retrieval.confidence.disagreement import disagreeing_citations
from retrieval.confidence.vetoes import is_unfulfilled
from retrieval.model import Abstention, Answer, Citation, Note, NoteCode, Reason, Result
from retrieval.ranking.extract import cite
from retrieval.ranking.features import FEATURES
from retrieval.ranking.preference import preferred_first
from retrieval.ranking.rank import Ranked, rank
from retrieval.ranking.sentences import sentences_of
from retrieval.ranking.weights import weights

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.library import Library
    from retrieval.question.query import Query, SubQuestion

PASSAGES = 12  # whose sentences are compared: more find hardly more (R@12 is 99 on single articles)
NEAREST = 3
NEAR = 0.3  # of the question's words, by weight: a sentence that has fewer with its title is not worth showing
_NEARNESS = FEATURES.index("context words")
MOST_CHARACTERS = 240  # of all quotes of an answer together


@dataclass(frozen=True, slots=True)
class Policy:
    """When to answer.

    Attributes:
        threshold: the least confidence of an answer; None for the one that ships with the weights.
        is_forced: answer whenever a sentence can be found at all.
    """

    threshold: float | None = None  # 0..1
    is_forced: bool = False

    def allows(self, found: RankedPassages) -> bool:
        """Whether what was found is given as an answer."""
        threshold = weights().threshold if self.threshold is None else self.threshold
        misleads = found.ranked.part.is_about_today or found.is_unfulfilled
        return self.is_forced or (found.confidence >= threshold and not misleads)


WHEN_SURE = Policy()


@dataclass(frozen=True, slots=True)
class RankedPassages:
    """The best sentence for one part of a question, and how sure it is that it answers."""

    ranked: Ranked
    citation: Citation
    evidence: Evidence
    confidence: float  # 0..1: the probability that the sentence answers

    @property
    def is_unfulfilled(self) -> bool:
        """Whether it is asked what is done, and the sentence tells a plan."""
        return is_unfulfilled(self.ranked.part, self.citation)


def answer(library: Library, query: Query, policy: Policy = WHEN_SURE) -> Result:
    """Answer a question from a library; the same question gives the same answer, in any thread."""
    return decide(library, query, consider(library, query), policy)


def consider(library: Library, query: Query) -> tuple[RankedPassages, ...]:
    """For each part of a question its best sentence, the surest first; parts without a sentence are left out."""
    limited = library.within(query.limits)
    found = (_find(limited, part) for part in query.parts)
    return tuple(sorted(filter(None, found), key=lambda one: -one.confidence))


def decide(library: Library, query: Query, found: Sequence[RankedPassages], policy: Policy) -> Result:
    """Whether what was found is an answer; where it is none, what is found under fewer limits may be."""
    result = _decide(library, query, found, policy)
    if isinstance(result, Abstention) and query.wider is not None:
        wider = answer(library, query.wider, policy)
        if isinstance(wider, Answer) and _is_within(library, wider, query):  # found only with its place as a word
            return replace(
                wider, notes=(*query.notes, *(note for note in wider.notes if note.code is NoteCode.DISAGREE))
            )
        if isinstance(wider, Answer) or not result.nearest:
            return wider
    notes = query.notes if isinstance(result, Answer) else _told_of(result.nearest, query.notes)
    return replace(result, notes=(*notes, *result.notes)) if notes else result


def _told_of(nearest: Sequence[Citation], notes: Sequence[Note]) -> tuple[Note, ...]:
    """What to tell above what comes nearest: of a word taken for another, only where the other stands there."""
    shown = normalize("".join(citation.quote for citation in nearest)).text
    return tuple(note for note in notes if shown and (note.code is not NoteCode.HEARD_AS or note.facts[1] in shown))


def _is_within(library: Library, found: Answer, query: Query) -> bool:
    """Whether all that is cited is within a query's limits after all."""
    rows = library.within(query.limits).index.within
    return rows is None or all(rows[citation.passage.row] for citation in found.citations)


def _decide(library: Library, query: Query, found: Sequence[RankedPassages], policy: Policy) -> Result:
    if not query.parts:
        return Abstention(reason=Reason.EMPTY_QUESTION)
    if not library.passages:
        return Abstention(reason=Reason.EMPTY_CORPUS)
    if not found:
        is_about_today = any(part.is_about_today for part in query.parts)
        return Abstention(reason=Reason.NOT_IN_ARTICLES if is_about_today else Reason.NOTHING_FOUND)
    given = [one for one in found if policy.allows(one)]
    if not given:
        return _abstain(found[0])
    cited = [(one.ranked.part, one.citation) for one in given]
    others = disagreeing_citations(library, given[0].ranked, given[0].citation) if len(query.parts) == 1 else ()
    citations = _citations([*(citation for _, citation in cited), *others])
    answered = [part for part, citation in cited if any(other.has_quote_of(citation) for other in citations)]
    unanswered = (part.text for part in query.parts if part not in answered)
    if others and len(citations) > 1:
        notes = (Note(NoteCode.DISAGREE),)
        return Answer(tuple(sorted(citations, key=_event_key, reverse=True)), given[0].confidence, (), notes)
    return Answer(citations, given[0].confidence, (*unanswered, *query.left_out))


def _event_key(citation: Citation) -> tuple[int, int, int]:
    return citation.event.key if citation.event else (0, 0, 0)


def _find(library: Library, part: SubQuestion) -> RankedPassages | None:
    sentences = sentences_of(library.search(part.terms, PASSAGES))
    if not sentences:
        return None
    return judge(library, preferred_first(rank(library, part, sentences)))


def judge(library: Library, ranked: Ranked) -> RankedPassages:
    """Quote the first of some ranked sentences, and weigh how sure it is that it answers."""
    citation = cite(library.segmenter, ranked.part, ranked.sentences[ranked.order[0]])
    evidence = weigh(library, ranked, citation)
    return RankedPassages(ranked, citation, evidence, probability(evidence.log_odds + library.shift))


def _citations(cited: Sequence[Citation]) -> tuple[Citation, ...]:
    """Citations with those of one quote joined, as many as an answer may be long; at least the first."""
    joined: list[Citation] = []
    for citation in cited:
        number = next((i for i, other in enumerate(joined) if other.has_quote_of(citation)), None)
        if number is not None:
            joined[number] = joined[number].marking(citation.spans)
        elif not joined or sum(len(other.quote) for other in (*joined, citation)) <= MOST_CHARACTERS:
            joined.append(citation)
    return tuple(joined)


def _abstain(best: RankedPassages) -> Abstention:
    nearest = _nearest(best.ranked)
    shown = normalize("\n".join(f"{c.passage.article.title} {c.passage.section} {c.quote}" for c in nearest)).text
    missing = tuple(word for word in best.evidence.missing if word not in shown)
    if best.ranked.part.is_about_today:
        reason = Reason.NOT_IN_ARTICLES
    elif best.is_unfulfilled and best.confidence >= weights().threshold:
        return Abstention(
            reason=Reason.ONLY_PLANNED,
            nearest=(replace(best.citation, spans=()),),
            missing=(),
            confidence=best.confidence,
        )
    elif not nearest:
        reason = Reason.NOTHING_FOUND
    else:
        reason = Reason.MISSING if missing else Reason.UNSURE
    return Abstention(reason=reason, nearest=nearest, missing=missing, confidence=best.confidence)


def _nearest(ranked: Ranked) -> tuple[Citation, ...]:
    """The best sentences of different paragraphs, nothing marked in them: they are no answer.

    Of near-duplicates only the best one counts: three copies of one report would say nothing new.
    """
    by_row: dict[int, Citation] = {}
    for number in ranked.order:
        sentence = ranked.sentences[number]
        article = sentence.passage.article
        is_copy = any(article.is_twin_of(other.passage.article) for other in by_row.values())
        if ranked.features[number, _NEARNESS] >= NEAR and not is_copy:
            by_row.setdefault(sentence.passage.row, Citation(sentence.passage, sentence.start, sentence.end))
        if len(by_row) == NEAREST:
            break
    return tuple(by_row.values())
