"""Floors under the quality of answers: low enough for any sound version, high enough to notice a break."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from corpus.text import normalize
from retrieval.answer import answer
from retrieval.evaluation.evaluate import EvaluationReport, ask_all, report
from retrieval.evaluation.gold import read_questions
from retrieval.model import Answer
from retrieval.question.understand import understand
from retrieval.storage.library_cache import open_or_build
from tests.support.paths import GOLD

if TYPE_CHECKING:
    from pathlib import Path

    from retrieval.library import Library


@pytest.fixture(scope="module")
def on_sample(sample: Library) -> EvaluationReport:
    """The figures on the sample corpus."""
    return report(list(ask_all(sample, read_questions(GOLD / "sample.jsonl"))))


@pytest.fixture(scope="module")
def on_page(shared_data: Path, cache: Path) -> EvaluationReport:
    """The figures on a page as it is really published."""
    library = open_or_build(shared_data / "page" / "hubei-2025-07-19.txt", cache)
    return report(list(ask_all(library, read_questions(shared_data / "gold" / "dev.jsonl"))))


def test_the_sample_has_thirty_questions_of_each_kind(on_sample: EvaluationReport) -> None:
    """The floors below are counts of these."""
    assert (on_sample.answerable, on_sample.unanswerable) == (30, 30)


def test_the_right_sentence_is_chosen_on_the_sample(on_sample: EvaluationReport) -> None:
    """The ranking is broken where it is not."""
    assert on_sample.first_hit_forced >= 27


def test_few_false_answers_on_the_sample(on_sample: EvaluationReport) -> None:
    """The confidence is broken where there are many."""
    assert on_sample.false_answers <= 8


def test_answers_are_right_on_a_real_page(on_page: EvaluationReport) -> None:
    """As shown to a person, with the threshold: 22 of 24."""
    assert on_page.first_hit >= 22


def test_false_answers_on_a_real_page(on_page: EvaluationReport) -> None:
    """An invented answer costs more trust than a missing one."""
    assert on_page.false_answers <= 1


def test_answers_on_a_real_page_are_short(on_page: EvaluationReport) -> None:
    """One sentence is what was asked for."""
    assert on_page.quotes_per_answer is not None
    assert on_page.quotes_per_answer <= 1.5
    assert on_page.characters_per_answer is not None
    assert on_page.characters_per_answer <= 150


def test_questions_whose_year_place_name_or_thing_was_swapped_are_refused(sample: Library) -> None:
    """23 of the 200 were answered; none was fitted on, but they were looked at while the threshold was chosen."""
    swapped = list(ask_all(sample, read_questions(GOLD / "swapped.jsonl")))
    assert len(swapped) == 200
    assert report(swapped).false_answers <= 28


def test_the_questions_that_they_were_made_of_are_answered(sample: Library) -> None:
    """A refusal for everything would be no achievement: 82 of 100, 78 of them right."""
    originals = report(list(ask_all(sample, read_questions(GOLD / "originals.jsonl"))))
    assert originals.first_hit >= 77
    assert originals.first_hit_forced >= 92


def test_several_things_asked_at_once_are_all_answered(sample: Library) -> None:
    """19 of 20; of the other one part is held back as not sure enough."""
    records = [json.loads(line) for line in (GOLD / "compound.jsonl").read_text("utf-8").splitlines()]
    answered = [_answers_all(sample, record) for record in records]
    assert len(answered) == 20
    assert sum(answered) >= 17


def _answers_all(sample: Library, record: dict[str, Any]) -> bool:
    result = answer(sample, understand(sample, record["question"]))
    text = normalize(result.text).text if isinstance(result, Answer) else ""
    return all(any(normalize(one).text in text for one in part["answers"]) for part in record["parts"])
