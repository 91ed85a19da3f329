"""Measures answers: the sentence and the words in bold, from all articles and from the right article alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from benchmarks.quality.indexes import SETTINGS, indexes, require_news
from benchmarks.quality.lacking import only_articles
from benchmarks.quality.progress import telling
from benchmarks.quality.sets import open_whole
from benchmarks.quality.tables import mean, percents, table
from corpus.text import sentences
from retrieval.evaluation.evaluate import AskedQuestion, EvaluationReport, ask_all, report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from benchmarks.quality.sets import Group, QuestionSet
    from retrieval.library import Library


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one set in one setting; shares are 0..1, None if nothing could be counted.

    Attributes:
        right_forced, right_shown: how often the first citation is right, with the threshold off and on.
        wrong: how often a question is answered and none of the citations is right.
        span_f1: of the words in bold of the first citation, with the threshold off.
        span_f1_of_quote: the same, if its whole quote were in bold.
        …_given: the same, if only the right article is searched.
    """

    setting: str  # of SETTINGS
    set: str
    questions: int
    right_forced: float | None
    right_shown: float | None
    answered: float | None
    wrong: float | None
    citations: float | None  # of an answer shown, in the mean; so are the next two
    sentences: float | None
    characters: float | None
    span_f1: float | None
    span_f1_of_quote: float | None
    right_given: float | None
    span_f1_given: float | None
    span_f1_of_quote_given: float | None


ROWS = {
    "first citation right, forced": ("right_forced",),
    "first citation right, as shown": ("right_shown",),
    "answered": ("answered",),
    "wrong answers": ("wrong",),
    "span F1, forced / whole quote": ("span_f1", "span_f1_of_quote"),
    "right article given: first citation right": ("right_given",),
    "right article given: span F1 / whole quote": ("span_f1_given", "span_f1_of_quote_given"),
}
LENGTHS = {"citations an answer": "citations", "sentences an answer": "sentences", "characters an answer": "characters"}


def measure(sets: Sequence[QuestionSet], news: Path, cache: Path, settings: Sequence[str]) -> Iterator[list[Figures]]:
    """Ask all judged questions in each setting.

    Args:
        sets: of questions; those without judged answers only give their articles.
        news: a file of articles that answer none of them.
        cache: a folder for indexes.
        settings: which of SETTINGS.

    Raises:
        NotReady: news is missing, or the articles cannot be told apart.
    """
    require_news(settings, news)
    for setting in settings:
        yield list(_measure(setting, sets, news, cache))


def _measure(setting: str, sets: Sequence[QuestionSet], news: Path, cache: Path) -> Iterator[Figures]:
    for file, those in indexes(setting, sets, news, cache):
        for one in those:
            if one.judged:
                library = open_whole(file, cache)
                asked = list(_ask(library, one.judged, telling(f"{setting}, {one.name}")))
                yield figures(setting, one.name, asked, _given(library, one.judged))


def _ask(library: Library, groups: Sequence[Group], tell: Callable[[int, int], None]) -> Iterator[AskedQuestion]:
    golds = [gold for group in groups for gold in group]
    return ask_all(library, golds, progress=lambda done: tell(done, len(groups)))


def _given(library: Library, groups: Sequence[Group]) -> list[AskedQuestion]:
    """Return what is quoted if only the right article is searched."""
    return [asked for group in groups for asked in ask_all(only_articles(library, group), group)]


def figures(setting: str, name: str, asked: Sequence[AskedQuestion], given: Sequence[AskedQuestion]) -> Figures:
    """Compute the figures from the answers out of all articles, and out of the right article alone."""
    found, found_given = report(asked), report(given)
    return Figures(
        setting=setting,
        set=name,
        questions=found.judged,
        right_forced=_share(found.first_hit_forced, found),
        right_shown=_share(found.first_hit, found),
        answered=found.answered_rate,
        wrong=_share(found.wrong_answers, found),
        citations=found.quotes_per_answer,
        sentences=mean(_sentences(one) for one in asked if one.shown),
        characters=found.characters_per_answer,
        span_f1=found.span_f1,
        span_f1_of_quote=_of_quote(asked),
        right_given=_share(found_given.first_hit_forced, found_given),
        span_f1_given=found_given.span_f1,
        span_f1_of_quote_given=_of_quote(given),
    )


def _share(hits: int, found: EvaluationReport) -> float | None:
    return hits / found.judged if found.judged else None


def _sentences(one: AskedQuestion) -> int:
    return sum(len(sentences(citation.quote)) for citation in one.shown)


def _of_quote(asked: Sequence[AskedQuestion]) -> float | None:
    """Return the span F1 if the whole quote were in bold."""
    return report(
        [replace(one, forced=tuple(replace(citation, spans=()) for citation in one.forced)) for one in asked]
    ).span_f1


def markdown(found: Sequence[Figures]) -> str:
    """Format the figures of one setting: measures as rows, sets as columns, and the mean of the sets."""
    columns = ("%", *(f"{one.set} ({one.questions})" for one in found), "mean")
    rows = {}
    for name, fields in ROWS.items():
        cells = [[getattr(one, field) for field in fields] for one in found]
        means = [mean(share for share in shares if share is not None) for shares in zip(*cells, strict=True)]
        rows[name] = [percents(*shares) for shares in (*cells, means)]
    for name, field in LENGTHS.items():
        lengths = [length for one in found if (length := getattr(one, field)) is not None]
        rows[name] = [_number(getattr(one, field)) for one in found] + [_number(mean(lengths))]
    return table(SETTINGS[found[0].setting], columns, rows)


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"
