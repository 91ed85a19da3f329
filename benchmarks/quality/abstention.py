"""Measures abstention: on questions whose answers are removed, and on questions changed so that they have none."""

from __future__ import annotations

import json
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.quality.abstention_figures import figures
from benchmarks.quality.indexes import indexes, require_news
from benchmarks.quality.lacking import without_articles, without_sentences
from benchmarks.quality.outcome import ask
from benchmarks.quality.progress import telling
from benchmarks.quality.sets import open_whole
from bot.settings import sample_corpus
from retrieval.evaluation.gold import group_by_question, read_questions
from retrieval.model import Citation

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.quality.abstention_figures import Figures
    from benchmarks.quality.outcome import Outcome
    from benchmarks.quality.sets import QuestionSet
    from retrieval.evaluation.gold import Gold
    from retrieval.library import Library

GOLD = Path(__file__).parents[2] / "tests" / "gold"
ORIGINALS, SWAPPED = GOLD / "originals.jsonl", GOLD / "swapped.jsonl"
REMOVALS = {"article": without_articles, "sentences": without_sentences}


def loses_its_answer(question: str) -> bool:
    """Return True for the half of the questions whose answers are removed; depends only on the question's text."""
    return bool(blake2b(question.encode("utf-8"), digest_size=1, person=b"abstention").digest()[0] & 1)


def measure_removed(
    sets: Sequence[QuestionSet], news: Path, cache: Path, settings: Sequence[str]
) -> Iterator[list[Figures]]:
    """Remove the answers of half of the questions, in each setting and in each of REMOVALS' ways.

    Args:
        sets: of questions; those without judged answers only give their articles.
        news: a file of articles that answer none of them.
        cache: a folder for indexes.
        settings: which of SETTINGS.

    Yields:
        The figures of all sets for one setting and one way.

    Raises:
        NotReady: news is missing, or the articles cannot be told apart.
    """
    require_news(settings, news)
    for setting in settings:
        found: dict[str, list[Figures]] = {removal: [] for removal in REMOVALS}
        for file, asked in indexes(setting, sets, news, cache):
            for one in asked:
                if one.judged:
                    outcomes = _outcomes(open_whole(file, cache), one, f"{setting}, {one.name}")
                    for removal, of_removal in outcomes.items():
                        found[removal].append(figures(removal, setting, one.name, of_removal))
        yield from found.values()


def _outcomes(library: Library, asked: QuestionSet, name: str) -> dict[str, list[Outcome]]:
    """Return outcomes by way of removal; the half that keeps its answers is the same in each, and is asked once."""
    outcomes: dict[str, list[Outcome]] = {removal: [] for removal in REMOVALS}
    tell = telling(name)
    for done, group in enumerate(asked.judged, 1):
        if loses_its_answer(group[0].question):
            for removal, lacking in REMOVALS.items():
                outcomes[removal].append(ask(lacking(library, group), group, is_answerable=False))
        else:
            whole = ask(library, group, is_answerable=True)
            for of_removal in outcomes.values():
                of_removal.append(whole)
        tell(done, len(asked.judged))
    return outcomes


def measure_swapped(cache: Path, page: Path) -> Iterator[list[Figures]]:
    """Ask the sample's questions, and variants with one thing swapped that have no answer; then ask the page the same.

    Args:
        cache: a folder for indexes.
        page: a file of other articles on the same events; skipped if it is missing.

    Yields:
        The figures for the sample and for the page: of all that is swapped, and of each kind of swap.
    """
    for name, file in {"sample": sample_corpus(), "page": page}.items():
        if file.exists():
            yield list(_swapped(open_whole(file, cache), name))


def _swapped(library: Library, name: str) -> Iterator[Figures]:
    """Return the figures of each kind of swap, each against all answerable questions."""
    answered = group_by_question(gold for gold in read_questions(ORIGINALS) if is_told(library, gold))
    originals = [ask(library, group, is_answerable=True) for group in answered]
    kinds = _kinds()
    by_kind: dict[str, list[Outcome]] = {}
    for gold in read_questions(SWAPPED):
        by_kind.setdefault(kinds[gold.id], []).append(ask(library, (gold,), is_answerable=False))
    every = [outcome for outcomes in by_kind.values() for outcome in outcomes]
    yield figures("swap", name, "all", [*originals, *every])
    for kind, outcomes in sorted(by_kind.items()):
        yield figures("swap", name, kind, [*originals, *outcomes])


def is_told(library: Library, gold: Gold) -> bool:
    """Return True if a right article contains an accepted answer; otherwise the page can't be judged by it."""
    passages = map(library.passage, range(library.passages))
    wholes = [Citation(passage, 0, len(passage.text)) for passage in passages]
    return any(gold.accepts(whole, text) for whole in wholes for text in gold.answers or ())


def _kinds() -> dict[str, str]:
    """Return what was swapped, by question id."""
    records = map(json.loads, SWAPPED.read_text("utf-8").splitlines())
    return {record["id"]: record["swap"] for record in records}
