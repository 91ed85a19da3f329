"""Whether a new library answers at least as many of the questions that matter as the old one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.service.publishing.report import Broken, Canary
from retrieval.answer import answer
from retrieval.evaluation.gold import group_by_question
from retrieval.model import Answer
from retrieval.question.understand import understand

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Sequence

    from retrieval.evaluation.gold import Gold
    from retrieval.library import Library
    from retrieval.model import Result


@dataclass(frozen=True, slots=True)
class Liked:
    """A question whose answer somebody liked.

    Attributes:
        articles: keys of those that the answer quoted.
        words: what stood in bold.
    """

    question: str
    articles: tuple[str, ...]
    words: tuple[str, ...]


def ask_golds(
    golds: Sequence[Gold],
    before: Library | None,
    after: Library,
    today: datetime.date,
    tell: Callable[[int, int], None],
    place: str,
) -> Canary:
    """Ask the operator's questions of both; without an old library only the new one counts."""
    groups = group_by_question(golds)
    judges = [(group[0].question, _Golds(group)) for group in groups]
    return _compare(judges, before, after, today, tell, place)


def ask_liked(
    liked: Sequence[Liked],
    before: Library | None,
    after: Library,
    today: datetime.date,
    tell: Callable[[int, int], None],
) -> Canary:
    """Ask the questions whose answers people liked of both."""
    return _compare([(one.question, _Likeness(one)) for one in liked], before, after, today, tell, "")


@dataclass(frozen=True, slots=True)
class _Golds:
    golds: Sequence[Gold]

    def __call__(self, result: Result) -> bool:
        """Whether the first citation is right, or there rightly is none."""
        citations = result.citations[:1] if isinstance(result, Answer) else ()
        if not any(gold.has_answer for gold in self.golds):
            return not citations
        return any(
            gold.accepts_article(citation.passage.article)
            if gold.answers is None
            else any(gold.accepts(citation, text) for text in gold.answers)
            for citation in citations
            for gold in self.golds
        )


@dataclass(frozen=True, slots=True)
class _Likeness:
    liked: Liked

    def __call__(self, result: Result) -> bool:
        """Whether an article that was quoted is quoted again, or the words in bold stand in what is."""
        citations = result.citations if isinstance(result, Answer) else ()
        return any(
            citation.passage.ref.article in self.liked.articles
            or any(word in citation.quote for word in self.liked.words)
            for citation in citations
        )


def _compare(
    judges: Sequence[tuple[str, Callable[[Result], bool]]],
    before: Library | None,
    after: Library,
    today: datetime.date,
    tell: Callable[[int, int], None],
    place: str,
) -> Canary:
    were = are = 0
    broken = []
    for done, (question, is_right) in enumerate(judges, 1):
        old = _ask(before, question, today) if before else None
        new = _ask(after, question, today)
        was, now = old is not None and is_right(old), is_right(new)
        were, are = were + was, are + now
        if old is not None and was and not now:
            broken.append(Broken(question, _shown(old) or "", _shown(new)))
        tell(done, len(judges))
    return Canary(asked=len(judges), before=were, after=are, broken=tuple(broken), place=place)


def _ask(library: Library, question: str, today: datetime.date) -> Result:
    return answer(library, understand(library, question, today))


def _shown(result: Result) -> str | None:
    return result.citations[0].quote if isinstance(result, Answer) else None
