"""Answer a question from the articles, or say that they do not answer it. START HERE.

`answer` takes five steps. The first four are taken for each part of the question on its own, in `_find_candidate`:

1. search: `Library.search` finds the passages that share the most words with the part (`retrieval/index/`).
2. rank: `retrieval.ranking.rank.rank` orders their sentences by a linear model; `preferred_first` moves the latest
   event, or what is done, to the front where the question asks for it.
3. cite: `retrieval.ranking.extract.cite` quotes the first sentence and marks the words in it that answer.
4. weigh: `retrieval.confidence.confidence.weigh` collects what speaks for and against the sentence, and `probability`
   turns that into the confidence that the sentence answers.
5. decide: `decide`, below, makes an `Answer` of the candidates that are good enough, or an `Abstention`; where the
   question sets limits within which nothing answers, it goes on with fewer limits (`Query.wider`).

`Policy.verdict` is the only place that compares a confidence with the threshold. The threshold was chosen by hand
and stands in `retrieval/ranking/weights.json`; a policy may set another one.
`retrieval.explanation` shows all of this for one question, from the `Decision`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from corpus.text import normalize
from retrieval.confidence.confidence import Evidence, probability, weigh
from retrieval.confidence.disagreement import disagreeing_citations
from retrieval.confidence.vetoes import is_unfulfilled
from retrieval.model import Abstention, Answer, Citation, Note, NoteCode, Reason, Result
from retrieval.ranking.extract import cite
from retrieval.ranking.nearest import nearest_sentences
from retrieval.ranking.preference import preferred_first
from retrieval.ranking.rank import Ranked, rank
from retrieval.ranking.sentences import sentences_of
from retrieval.ranking.weights import weights

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from retrieval.library import Library
    from retrieval.limits import Limits
    from retrieval.question.query import Query, SubQuestion

PASSAGES = 12  # searched for each part; more find hardly more answers (R@12 is 99 on single articles)
MOST_CHARACTERS = 240  # of all quotes of an answer together


class Verdict(StrEnum):
    """Whether a candidate is given as an answer; if not, why not."""

    GIVEN = "given"
    UNSURE = "unsure"  # its confidence is below the threshold
    ABOUT_TODAY = "about-today"  # the question is about the present moment (weather, prices), which no article knows
    ONLY_PLANNED = "only-planned"  # the question asks what is done, and the sentence tells a plan or work under way


@dataclass(frozen=True, slots=True)
class Candidate:
    """The best sentence for one part of a question: what steps 1 to 4 come to."""

    #: all sentences that were compared; the candidate is the first of `ranked.order`
    ranked: Ranked
    citation: Citation
    evidence: Evidence
    #: 0..1: the probability that the sentence answers the part, the corpus's calibration included
    confidence: float


@dataclass(frozen=True, slots=True)
class Policy:
    """When a candidate is given as an answer."""

    #: the least confidence of an answer, 0..1; None for the threshold that ships with the weights
    threshold: float | None = None
    #: give every candidate, whatever its confidence and verdict; used to measure rankings
    is_forced: bool = False

    @property
    def least_confidence(self) -> float:
        """Return the threshold that applies, 0..1."""
        return weights().threshold if self.threshold is None else self.threshold

    def verdict(self, candidate: Candidate) -> Verdict:
        """Return whether a candidate is given as an answer, or the first reason against it.

        The reasons in their order: ABOUT_TODAY, UNSURE (a confidence equal to the threshold is enough), ONLY_PLANNED.
        """
        if self.is_forced:
            return Verdict.GIVEN
        part = candidate.ranked.part
        if part.is_about_today:
            return Verdict.ABOUT_TODAY
        if candidate.confidence < self.least_confidence:
            return Verdict.UNSURE
        return Verdict.ONLY_PLANNED if is_unfulfilled(part, candidate.citation) else Verdict.GIVEN

    def allows(self, candidate: Candidate) -> bool:
        """Return whether a candidate is given as an answer."""
        return self.verdict(candidate) is Verdict.GIVEN


WHEN_SURE = Policy()  # what users get


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """A result and what led to it; `retrieval.explanation` reads this, so that it cannot contradict the answer."""

    #: the query whose candidates the result is made of: the question as asked, or with fewer limits (`Query.wider`)
    query: Query
    #: the limits that the result lies within; those of the question even if it was found by a wider query
    limits: Limits
    #: of `query`, the most confident first; parts without a sentence have none
    candidates: tuple[Candidate, ...]
    result: Result


def answer(library: Library, query: Query, policy: Policy = WHEN_SURE) -> Result:
    """Answer a question from a library (steps 1 to 5); thread-safe, and the same question always gets the same answer.

    Limits of the query are relaxed as `decide` describes.
    """
    return decide(library, query, find_candidates(library, query), policy).result


def find_candidates(library: Library, query: Query) -> tuple[Candidate, ...]:
    """Find the best sentence for each part of a question within its limits, the most confident first (steps 1 to 4).

    Parts for which no sentence is found are left out; an empty question or library gives an empty tuple.
    """
    limited = library.within(query.limits)
    candidates = (_find_candidate(limited, part) for part in query.parts)
    return tuple(sorted(filter(None, candidates), key=lambda candidate: -candidate.confidence))


def _find_candidate(library: Library, part: SubQuestion) -> Candidate | None:
    """Take steps 1 to 4 for one part; None if no sentence is found. The library has to be limited already."""
    sentences = sentences_of(library.search(part.terms, PASSAGES))
    if not sentences:
        return None
    ranked = preferred_first(rank(library, part, sentences))
    citation = cite(library.segmenter, part, ranked.sentences[ranked.order[0]])
    evidence = weigh(library, ranked, citation)
    return Candidate(ranked, citation, evidence, probability(evidence.log_odds + library.shift))


def decide(library: Library, query: Query, candidates: Sequence[Candidate], policy: Policy) -> Decision:
    """Make an answer or an abstention of a query's candidates (step 5).

    If the query abstains, the same question is asked under fewer limits. An answer from there is taken; one that lies
    within the query's own limits after all, since the place was found as a word, gets the query's notes. Without such
    an answer, the abstention with the strictest limits that has something near to show is kept.

    Args:
        library: what the candidates were found in, not narrowed to any limits.
        query: the question.
        candidates: `find_candidates` of the query.
        policy: when a candidate is good enough.
    """
    result = _answer_or_abstain(library, query, candidates, policy)
    if isinstance(result, Abstention) and query.wider is not None:
        wider = decide(library, query.wider, find_candidates(library, query.wider), policy)
        if isinstance(wider.result, Answer) and _is_within(library, wider.result, query.limits):
            disagree = (note for note in wider.result.notes if note.code is NoteCode.DISAGREE)
            return replace(wider, limits=query.limits, result=replace(wider.result, notes=(*query.notes, *disagree)))
        if isinstance(wider.result, Answer) or not result.nearest:
            return wider
    notes = query.notes if isinstance(result, Answer) else _notes_of_nearest(result.nearest, query.notes)
    result = replace(result, notes=(*notes, *result.notes))
    return Decision(query=query, limits=query.limits, candidates=tuple(candidates), result=result)


def _answer_or_abstain(library: Library, query: Query, candidates: Sequence[Candidate], policy: Policy) -> Result:
    """Decide within the limits of the query alone; of the notes, only DISAGREE is set.

    Args:
        library: what the candidates were found in.
        query: the question.
        candidates: the most confident first.
        policy: when a candidate is good enough.
    """
    if not query.parts:
        return Abstention(reason=Reason.EMPTY_QUESTION)
    if not library.passages:
        return Abstention(reason=Reason.EMPTY_CORPUS)
    if not candidates:
        is_about_today = any(part.is_about_today for part in query.parts)
        return Abstention(reason=Reason.NOT_IN_ARTICLES if is_about_today else Reason.NOTHING_FOUND)
    given = [candidate for candidate in candidates if policy.allows(candidate)]
    if not given:
        return _abstain(candidates[0], policy)
    first = given[0]
    others = disagreeing_citations(library, first.ranked, first.citation) if len(query.parts) == 1 else ()
    citations = _join([*(candidate.citation for candidate in given), *others])
    if others and len(citations) > 1:
        latest_first = tuple(sorted(citations, key=_event_key, reverse=True))
        return Answer(latest_first, first.confidence, notes=(Note(NoteCode.DISAGREE),))
    answered = [
        candidate.ranked.part
        for candidate in given
        if any(citation.has_same_quote(candidate.citation) for citation in citations)
    ]
    unanswered = (part.text for part in query.parts if part not in answered)
    return Answer(citations, first.confidence, (*unanswered, *query.left_out))


def _join(citations: Iterable[Citation]) -> tuple[Citation, ...]:
    """Merge citations of the same quote, in order; leave out those with which all would exceed `MOST_CHARACTERS`.

    The first is never left out.
    """
    joined: list[Citation] = []
    for citation in citations:
        number = next((i for i, other in enumerate(joined) if other.has_same_quote(citation)), None)
        if number is not None:
            joined[number] = joined[number].with_spans(citation.spans)
        elif not joined or sum(len(other.quote) for other in (*joined, citation)) <= MOST_CHARACTERS:
            joined.append(citation)
    return tuple(joined)


def _event_key(citation: Citation) -> tuple[int, int, int]:
    """Return the year, month and day of a citation's event as a sort key; zeros for what is unknown."""
    return citation.event.key if citation.event else (0, 0, 0)


def _abstain(best: Candidate, policy: Policy) -> Abstention:
    """Say why the most confident candidate is not given, and what comes nearest; for a plan only its own sentence."""
    verdict = policy.verdict(best)
    if verdict is Verdict.ONLY_PLANNED:
        plan = replace(best.citation, spans=())
        return Abstention(reason=Reason.ONLY_PLANNED, nearest=(plan,), confidence=best.confidence)
    nearest = nearest_sentences(best.ranked)
    shown = normalize("\n".join(f"{c.passage.article.title} {c.passage.section} {c.quote}" for c in nearest)).text
    missing = tuple(word for word in best.evidence.missing if word not in shown)
    if verdict is Verdict.ABOUT_TODAY:
        reason = Reason.NOT_IN_ARTICLES
    elif not nearest:
        reason = Reason.NOTHING_FOUND
    else:
        reason = Reason.MISSING if missing else Reason.UNSURE
    return Abstention(reason=reason, nearest=nearest, missing=missing, confidence=best.confidence)


def _is_within(library: Library, result: Answer, limits: Limits) -> bool:
    """True if every citation lies within the limits."""
    rows = library.within(limits).index.within
    return rows is None or all(rows[citation.passage.row] for citation in result.citations)


def _notes_of_nearest(nearest: Sequence[Citation], notes: Iterable[Note]) -> tuple[Note, ...]:
    """Return the notes that apply to what an abstention shows; a corrected word only where it occurs there.

    None apply if nothing is shown.
    """
    shown = normalize("".join(citation.quote for citation in nearest)).text
    return tuple(note for note in notes if shown and (note.code is not NoteCode.HEARD_AS or note.facts[1] in shown))
