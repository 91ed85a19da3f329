"""What the confidence is said to be worth, checked on scores made by hand and against counting."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.quality.abstention import loses_its_answer
from benchmarks.quality.abstention_figures import answered_at, calibration_error, figures, markdown
from benchmarks.quality.outcome import NOTHING, Outcome
from retrieval.evaluation.selective import Bin, Point, Scored, bins, curve

SCORED = st.lists(st.tuples(st.sampled_from([0.0, 0.05, 0.1, 0.3, 0.55, 0.9, 1.0]), st.booleans()), max_size=30)


def outcome(confidence: float, *, is_answerable: bool = True, is_right: bool = False) -> Outcome:
    """A question that is answered from 0.5 on."""
    is_shown = confidence >= 0.5
    return Outcome(is_answerable, confidence, is_right, False, is_shown, is_shown and is_right, NOTHING, confidence)


def test_the_curve_has_a_point_for_each_confidence() -> None:
    """Equal ones are answered together, for no threshold lies between them."""
    points = curve([(0.4, True), (0.9, True), (0.4, False), (0.1, False)])
    assert points == (Point(0.9, 0.25, 1.0), Point(0.4, 0.75, 2 / 3), Point(0.1, 1.0, 0.5))


def test_what_is_never_answered_is_on_no_point_of_the_curve() -> None:
    """It counts among the questions only."""
    assert curve([(0.9, True), (0.0, False)]) == (Point(0.9, 0.5, 1.0),)


def test_the_answered_rate_is_the_highest_that_keeps_the_precision() -> None:
    """One wrong answer at the very top says little about the next hundred."""
    scored = [(0.99, False), *((0.9 - number / 100, True) for number in range(19)), (0.1, False)]
    assert answered_at(curve(scored), 0.95) == pytest.approx(20 / 21)
    assert answered_at(curve(scored), 0.96) == 0


def test_nothing_is_answered_where_nothing_was_asked() -> None:
    """An empty set has no precision to keep."""
    assert answered_at(curve([]), 0.9) == 0
    assert calibration_error(bins([])) is None


@given(SCORED, st.sampled_from([0.0, 0.5, 0.9, 1.0]))
def test_the_answered_rate_equals_that_of_trying_every_threshold(scored: list[Scored], precision: float) -> None:
    """The curve must not leave out a threshold, nor put one within a tie."""
    best = 0.0
    for threshold in {confidence for confidence, _ in scored if confidence}:
        rights = [is_right for confidence, is_right in scored if confidence >= threshold]
        if sum(rights) >= precision * len(rights):
            best = max(best, len(rights) / len(scored))
    assert answered_at(curve(scored), precision) == best


def test_bins_are_tenths() -> None:
    """Their borders belong to the upper one, and 1 to the last."""
    found = bins([(0.0, False), (0.1, True), (0.95, True), (1.0, False)])
    assert found[:2] == (Bin(0.0, 0.0, 1), Bin(0.1, 1.0, 1))
    assert found[2:9] == (None,) * 7
    assert found[9] == Bin(0.975, 0.5, 2)


@given(SCORED)
def test_bins_lose_no_question(scored: list[Scored]) -> None:
    """A picture that leaves some out flatters."""
    assert sum(one.questions for one in bins(scored) if one) == len(scored)


def test_the_calibration_error_weighs_bins_by_their_questions() -> None:
    """Three sure and right answers count three times as much as one that was not."""
    scored = [*[(0.9, True)] * 3, (0.2, True)]
    assert calibration_error(bins(scored)) == pytest.approx((3 * 0.1 + 0.8) / 4)


def test_an_unanswerable_question_that_is_answered_counts_against_the_precision() -> None:
    """Who reads the answer cannot tell that there was none."""
    found = figures("swap", "sample", "all", [outcome(0.9, is_right=True), outcome(0.6, is_answerable=False)])
    assert (found.answered, found.precision, found.answered_unanswerable) == (1.0, 0.5, 1.0)


def test_what_another_article_tells_counts_as_false_and_is_left_out_of_one_row() -> None:
    """Nobody has judged it: the stricter figure comes first, and the other one is told beside it."""
    elsewhere = replace(outcome(0.9, is_answerable=False), is_told_elsewhere=True)
    found = figures(
        "article", "own", "set", [outcome(0.6, is_right=True), outcome(0.1, is_answerable=False), elsewhere]
    )
    assert (found.unanswerable, found.told_elsewhere, found.precision) == (2, 1, 0.5)
    assert (found.confidence.answerable, found.confidence_without.answerable) == (0.5, 1.0)
    assert "set (1 + 2, 1 told elsewhere)" in markdown([found])


def test_both_notions_of_what_is_positive_are_counted() -> None:
    """A wrong answer to what is answered is a success for the one, and a failure for the other."""
    outcomes = [outcome(0.9, is_right=True), outcome(0.8), outcome(0.7, is_answerable=False)]
    found = figures("article", "own", "set", outcomes)
    assert (found.confidence.answerable, found.confidence.right) == (1.0, 1.0)
    swapped = figures("article", "own", "set", [outcome(0.8, is_right=True), outcome(0.9), *outcomes[2:]])
    assert (swapped.confidence.answerable, swapped.confidence.right) == (1.0, 0.5)


def test_what_cannot_be_counted_is_a_dash() -> None:
    """A set without a question that loses its answer has no AUROC, and its table can still be read."""
    table = markdown([figures("article", "own", "set", [outcome(0.2, is_right=True)])])
    assert "| AUROC of the confidence, answerable / right | – / – | – / – |" in table
    assert "| answered / precision at" in table


def test_the_half_that_loses_its_answers_never_changes() -> None:
    """Figures of two versions can be compared only where the same questions lost them."""
    questions = [f"宜昌第{number}个项目投资多少？" for number in range(8)]
    assert [number for number, question in enumerate(questions) if loses_its_answer(question)] == [2, 4]
    assert 450 < sum(loses_its_answer(f"第{number}问") for number in range(1000)) < 550
