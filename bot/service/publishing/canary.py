"""Asks canary questions of the published and the new library, to compare how many either answers correctly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.service.publishing.report import Broken, Canary
from retrieval.answer import answer
from retrieval.errors import BadQuestions
from retrieval.evaluation.gold import group_by_question, read_questions
from retrieval.model import Answer
from retrieval.question.understand import understand

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from retrieval.evaluation.gold import Gold
    from retrieval.library import Library
    from retrieval.model import Result

    Judge = Callable[[Result], bool]

CANARY_FILE = "canary.jsonl"  # in the corpus folder
MOST_BYTES = 10 * 2**20  # of that file


@dataclass(frozen=True, slots=True)
class Liked:
    """A question whose answer somebody liked."""

    question: str
    #: keys of the articles that the answer quoted
    articles: tuple[str, ...]
    #: what was shown in bold
    words: tuple[str, ...]


def read_canary_questions(corpus: Path) -> tuple[tuple[Gold, ...], tuple[str, str] | None]:
    """Read the operator's canary questions from CANARY_FILE in a corpus folder; no fault of the file raises an error.

    Returns:
        The questions, none if there is no file or `corpus` is no folder; and the place (path:line) and the reason if
        the file cannot be used (then there are no questions), else None.
    """
    file = corpus / CANARY_FILE
    if not corpus.is_dir() or not (file.exists() or file.is_symlink()):
        return (), None
    if not file.is_file() or not file.resolve().is_relative_to(corpus.resolve()):  # reading a FIFO would never end
        return (), (CANARY_FILE, "not a regular file in the folder")
    if file.stat().st_size > MOST_BYTES:
        return (), (CANARY_FILE, f"more than {MOST_BYTES >> 20} MB")
    try:
        return read_questions(file), None
    except BadQuestions as error:
        return (), (f"{CANARY_FILE}:{error.line}" if error.line else CANARY_FILE, error.reason)


def ask_golds(
    golds: Sequence[Gold],
    before: Library | None,
    after: Library,
    today: datetime.date,
    tell: Callable[[int, int], None],
    place: str,
) -> Canary:
    """Ask both libraries the operator's questions; each text is asked once.

    An answer is correct if its first citation is accepted by any question of the same text. If none of them has an
    answer, an abstention is correct.

    Args:
        golds: the questions with their expected answers.
        before: the published library; None if there is none, which then answers none correctly.
        after: the new library.
        today: what 最近 counts from.
        tell: called after each question with how many were asked, and of how many.
        place: the file that the questions are from, copied to the result.
    """
    judges = [(group[0].question, _gold_judge(group)) for group in group_by_question(golds)]
    return _compare(judges, before, after, today, tell, place)


def ask_liked(
    liked: Sequence[Liked],
    before: Library | None,
    after: Library,
    today: datetime.date,
    tell: Callable[[int, int], None],
) -> Canary:
    """Ask both libraries the questions whose answers people liked; the arguments are as in `ask_golds`.

    An answer is correct if one of its citations is from one of the articles, or quotes any of the words that were in
    bold.
    """
    return _compare([(question.question, _liked_judge(question)) for question in liked], before, after, today, tell, "")


def _gold_judge(golds: Sequence[Gold]) -> Judge:
    """Return a function that judges results for questions of the same text, as `ask_golds` says."""

    def is_right(result: Result) -> bool:
        citations = result.citations[:1] if isinstance(result, Answer) else ()
        if not any(gold.has_answer for gold in golds):
            return not citations
        return any(
            gold.accepts_article(citation.passage.article)
            if gold.answers is None
            else any(gold.accepts(citation, text) for text in gold.answers)
            for citation in citations
            for gold in golds
        )

    return is_right


def _liked_judge(liked: Liked) -> Judge:
    """Return a function that judges results for a question, as `ask_liked` says; an abstention is wrong."""

    def is_right(result: Result) -> bool:
        citations = result.citations if isinstance(result, Answer) else ()
        return any(
            citation.passage.ref.article in liked.articles or any(word in citation.quote for word in liked.words)
            for citation in citations
        )

    return is_right


def _compare(
    judges: Sequence[tuple[str, Judge]],
    before: Library | None,
    after: Library,
    today: datetime.date,
    tell: Callable[[int, int], None],
    place: str,
) -> Canary:
    """Ask both libraries each question and count the correct results; `broken` lists those newly wrong."""
    right_before = right_after = 0
    broken = []
    for number, (question, is_right) in enumerate(judges, 1):
        old = _ask(before, question, today) if before else None
        new = _ask(after, question, today)
        was_right, is_right_now = old is not None and is_right(old), is_right(new)
        right_before, right_after = right_before + was_right, right_after + is_right_now
        if old is not None and was_right and not is_right_now:
            broken.append(Broken(question, _first_quote(old) or "", _first_quote(new)))
        tell(number, len(judges))
    return Canary(asked=len(judges), before=right_before, after=right_after, broken=tuple(broken), place=place)


def _ask(library: Library, question: str, today: datetime.date) -> Result:
    return answer(library, understand(library, question, today))


def _first_quote(result: Result) -> str | None:
    """Return the first quote of an answer; None for an abstention."""
    return result.citations[0].quote if isinstance(result, Answer) else None
