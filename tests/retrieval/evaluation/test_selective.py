"""What a confidence is worth is counted as it is defined."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.evaluation.selective import BINS, Bin, Point, Scored, bins, curve, point_at

SCORED = st.lists(st.tuples(st.sampled_from([0.0, 0.1, 0.25, 0.5, 1.0]) | st.floats(0, 1), st.booleans()), max_size=20)


def test_a_lower_threshold_answers_more() -> None:
    """A point each, from the surest alone to all that is answered at all."""
    scored = [(0.4, False), (0.9, True), (0.0, False), (0.7, True)]
    assert curve(scored) == (Point(0.9, 1 / 4, 1.0), Point(0.7, 2 / 4, 1.0), Point(0.4, 3 / 4, 2 / 3))


def test_equal_confidences_are_answered_together() -> None:
    """No threshold tells them apart."""
    assert curve([(0.5, True), (0.5, False)]) == (Point(0.5, 1.0, 0.5),)


@given(SCORED)
def test_a_point_is_what_its_threshold_gives(scored: list[Scored]) -> None:
    """The definition: the share at or above it, and the right ones among them."""
    for point in curve(scored):
        answered = [is_right for confidence, is_right in scored if confidence >= point.threshold]
        assert point.answered == pytest.approx(len(answered) / len(scored))
        assert point.precision == pytest.approx(sum(answered) / len(answered))


@pytest.mark.parametrize(("threshold", "at"), [(0.9, 0.9), (0.8, 0.9), (0.5, 0.5), (0.0, 0.5), (0.95, None)])
def test_a_threshold_gives_what_is_at_or_above_it(threshold: float, at: float | None) -> None:
    """Between two confidences nothing changes; above all of them there is nothing to give."""
    point = point_at(curve([(0.9, True), (0.5, False)]), threshold)
    assert (point.threshold if point else None) == at


@given(SCORED)
def test_every_question_lies_in_one_tenth(scored: list[Scored]) -> None:
    """Also 1, which ends the last."""
    found = bins(scored)
    assert len(found) == BINS
    assert sum(tenth.questions for tenth in found if tenth) == len(scored)


def test_a_tenth_has_its_mean_and_its_share_that_is_right() -> None:
    """Where both are equal the confidence is true."""
    assert bins([(0.25, True), (0.375, True), (0.3125, False), (1.0, True)])[2:4] == (
        Bin(0.25, 1, 1),
        Bin(0.34375, 0.5, 2),
    )


def test_nothing_asked_is_worth_nothing() -> None:
    """An empty file of questions is no division by zero."""
    assert curve([]) == ()
    assert bins([]) == (None,) * BINS
    assert point_at((), 0.5) is None
