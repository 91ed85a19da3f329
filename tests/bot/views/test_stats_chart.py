"""The picture of /stats is true to the numbers, and everything in it can be read."""

from __future__ import annotations

import datetime
import io
import math
from itertools import combinations
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageColor, ImageFont

from bot.views.stats_chart import (
    ANSWERED,
    BAD,
    GOOD,
    MOST_DAYS,
    RATE,
    SIZE,
    UNANSWERED,
    Day,
    draw_days,
    panels,
    round_step,
    spaced,
)

Counts: TypeAlias = tuple[int, int, int, int]  # questions, answered, good, bad
Pixels: TypeAlias = npt.NDArray[np.uint8]  # (down, across, red green blue)
Mask: TypeAlias = npt.NDArray[np.bool_]  # (down, across)
WHITE = "#ffffff"
HIGH, LOWER, LOW = (10_000_000, 9_000_000, 9, 3), (7_000_000, 3_000_000, 3, 1), (1_000_000, 500_000, 1, 0)
MONTHS = st.lists(
    st.tuples(st.integers(0, 10**7), st.floats(0, 1), st.integers(0, 10**6), st.integers(0, 10**6)).map(
        lambda drawn: (drawn[0], int(drawn[0] * drawn[1]), drawn[2], drawn[3])
    ),
    max_size=MOST_DAYS,
)


def made(*counts: Counts) -> list[Day]:
    """Days in a row."""
    first = datetime.date(2025, 10, 20)
    return [
        Day(day=first + datetime.timedelta(place), questions=questions, answered=answered, good=good, bad=bad)
        for place, (questions, answered, good, bad) in enumerate(counts)
    ]


def drawn(*counts: Counts) -> Pixels:
    """The picture of days in a row."""
    return np.asarray(Image.open(io.BytesIO(draw_days(made(*counts)))).convert("RGB"))


def has(pixels: Pixels, colour: str) -> Mask:
    """Where a picture has a colour."""
    return np.asarray((pixels == np.array(ImageColor.getrgb(colour))).all(axis=2))


def runs(columns: npt.ArrayLike, gap: int) -> list[tuple[int, int]]:
    """First and last of those columns that are at most a gap apart."""
    marked = np.flatnonzero(columns)
    parts = np.split(marked, np.flatnonzero(np.diff(marked) > gap) + 1)
    return [(int(part[0]), int(part[-1])) for part in parts if len(part)]


def heights(pixels: Pixels, colour: str) -> list[int]:
    """How high the bars of a colour are, from the left."""
    columns = has(pixels, colour).sum(axis=0)
    return [int(columns[first]) for first, _ in runs(columns > 0, 1)]


def luminance(colour: str) -> float:
    """How light a colour is, 0..1 (WCAG 2, relative luminance, with the usual exponent for its curve)."""
    red, green, blue = (math.pow(part / 255, 2.2) for part in ImageColor.getrgb(colour)[:3])
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_it_is_a_square_png() -> None:
    """Telegram shows it as a photo, unscaled on a phone."""
    picture = draw_days(made((12, 9, 3, 1)))
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    assert Image.open(io.BytesIO(picture)).size == (SIZE, SIZE)


def test_the_letters_are_outlines() -> None:
    """Pillow's other font of its own is of one small size."""
    assert isinstance(ImageFont.load_default(20), ImageFont.FreeTypeFont)


def test_the_same_days_give_the_same_bytes() -> None:
    """A picture that differs says that something happened."""
    assert draw_days(made((12, 9, 3, 1), (5, 5, 0, 0))) == draw_days(made((12, 9, 3, 1), (5, 5, 0, 0)))


def test_bars_are_as_high_as_their_numbers() -> None:
    """That is what a bar says."""
    pixels = drawn((10, 5, 4, 1), (20, 10, 8, 2), (40, 20, 16, 4))
    for colour in (ANSWERED, UNANSWERED, GOOD, BAD):
        one, two, four = heights(pixels, colour)
        assert [two, four] == pytest.approx([2 * one, 4 * one], abs=4)


def test_parts_of_a_bar_are_in_proportion() -> None:
    """Orange is compared with blue, and red with green."""
    pixels = drawn((40, 30, 8, 4))
    assert heights(pixels, ANSWERED)[0] == pytest.approx(3 * heights(pixels, UNANSWERED)[0], abs=3)
    assert heights(pixels, GOOD)[0] == pytest.approx(2 * heights(pixels, BAD)[0], abs=2)


def test_the_answered_stand_below_and_the_good_above() -> None:
    """The caption says so."""
    rows = {
        colour: np.flatnonzero(has(drawn((4, 2, 1, 1)), colour).any(axis=1))
        for colour in (ANSWERED, UNANSWERED, GOOD, BAD)
    }
    assert rows[UNANSWERED].max() < rows[ANSWERED].min()
    assert rows[GOOD].max() < rows[BAD].min()


@pytest.mark.parametrize("answered", [0, 1, 3, 4])
def test_a_point_is_as_high_as_the_answered_share(answered: int) -> None:
    """A single day has no line, and is told all the same."""
    _, rate, _ = panels([])
    inside = has(drawn((4, answered, 0, 0)), RATE)[rate.top - 8 : rate.bottom + 8, 200:]
    rows = np.flatnonzero(inside.any(axis=1)) + rate.top - 8
    assert rows.mean() == pytest.approx(rate.y(25 * answered), abs=1)


@pytest.mark.parametrize(("questions", "is_joined"), [(4, True), (0, False)])
def test_a_day_without_questions_interrupts_the_line(questions: int, is_joined: bool) -> None:
    """It has no share, neither 0 nor that of its neighbours."""
    _, rate, _ = panels([])
    inside = has(drawn((4, 2, 0, 0), (questions, questions, 0, 0), (4, 2, 0, 0)), RATE)[rate.top - 8 : rate.bottom + 8]
    assert inside[:, 350:800].any(axis=0).all() == is_joined
    assert inside[:, 250:280].any()


@settings(deadline=None, max_examples=15)
@given(MONTHS)
@example(
    [HIGH, *[(1, 0, 0, 0)] * (MOST_DAYS - 2), HIGH]
)  # with numbers wider than the room beside the first and last bar
def test_everything_lies_within_the_picture(counts: list[Counts]) -> None:
    """What is cut off can't be read."""
    inside = ~has(drawn(*counts), WHITE)
    inside[10:-10, 10:-10] = False
    assert not inside.any()


@settings(deadline=None, max_examples=15)
@given(MONTHS)
@example([HIGH, LOWER, LOWER, LOW, LOWER, LOWER] * 3)  # where only a low bar has room for its number between others
def test_nothing_is_written_across_a_bar(counts: list[Counts]) -> None:
    """A bar with a hole has no height, and a number on colour is hard to read."""
    pixels = drawn(*counts)
    for panel, pair in zip(panels(made(*counts))[::2], ((ANSWERED, UNANSWERED), (GOOD, BAD)), strict=True):
        columns = (has(pixels, pair[0]) | has(pixels, pair[1])).T
        for rows in map(np.flatnonzero, columns[columns.any(axis=1)]):
            assert len(rows) == rows[-1] - rows[0] + 1
            assert panel.top - 2 <= rows[0] <= rows[-1] <= panel.bottom


@pytest.mark.parametrize("count", range(1, MOST_DAYS + 1))
def test_days_below_the_bars_do_not_run_together(count: int) -> None:
    """`11-1811-19` is no day; and the last one, today, is always named."""
    pixels = drawn(*[(5, 5, 1, 1)] * count)
    bars = runs(has(pixels, ANSWERED).any(axis=0), 1)
    for panel in panels(made((5, 5, 1, 1)))[::2]:
        words = runs((pixels[panel.bottom + 14 : panel.bottom + 50] < 128).any(axis=(0, 2)), 11)
        assert all(50 < last - first < 76 for first, last in words)
        assert sum(words[-1]) / 2 == pytest.approx(sum(bars[-1]) / 2, abs=4)


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(1, 90))))
def test_labels_keep_apart_and_none_is_left_out_without_need(labels: list[tuple[int, int]]) -> None:
    """As much as can be read is written."""
    spans = [(float(begin), float(begin + wide)) for begin, wide in labels]
    shown = spaced(spans, range(len(spans)), 5)

    def collide(one: int, other: int) -> bool:
        return spans[one][0] < spans[other][1] + 5 and spans[other][0] < spans[one][1] + 5

    assert not any(collide(*pair) for pair in combinations(shown, 2))
    assert all(one in shown or any(collide(one, other) for other in shown if other < one) for one in range(len(spans)))


def test_the_most_important_label_is_shown() -> None:
    """The highest bar is what one asks about."""
    assert spaced([(0, 10), (8, 18), (16, 26)], [1, 0, 2], 0) == [1]
    assert spaced([(0, 10), (8, 18), (16, 26)], [2, 1, 0], 0) == [0, 2]


@pytest.mark.parametrize(("most", "step"), [(0, 1), (1, 1), (5, 1), (6, 2), (11, 5), (26, 10), (1_000_000, 200_000)])
def test_lines_are_at_round_numbers(most: int, step: int) -> None:
    """0, 20, 40 are read at a glance, 0, 17, 34 are not."""
    assert round_step(most, 5) == step


@pytest.mark.parametrize("counts", [[], [(0, 0, 0, 0)], [(0, 0, 0, 0)] * MOST_DAYS])
def test_without_questions_only_the_axes_are_drawn(counts: list[Counts]) -> None:
    """A new bot has nothing to tell, and that is no error."""
    pixels = drawn(*counts)
    assert not any(has(pixels, colour).any() for colour in (ANSWERED, UNANSWERED, GOOD, BAD))
    assert has(pixels, RATE).any()  # the letters


def test_one_question_is_seen_beside_a_million() -> None:
    """Little is not nothing."""
    pixels = drawn((1_000_000, 900_000, 1_000_000, 1_000_000), (1, 1, 1, 1), (1, 0, 0, 0), (1_000_000, 999_999, 0, 0))
    assert [len(heights(pixels, colour)) for colour in (ANSWERED, UNANSWERED, GOOD, BAD)] == [3, 3, 2, 2]


def test_more_days_than_have_room_are_refused() -> None:
    """Thinner bars could not be read; which days to leave out is not the drawing's to decide."""
    with pytest.raises(ValueError, match="at most 30 days"):
        draw_days(made(*[(1, 1, 0, 0)] * (MOST_DAYS + 1)))


@pytest.mark.parametrize("counts", [(3, 4, 0, 0), (-1, -1, 0, 0), (3, -1, 0, 0), (3, 3, -1, 0), (3, 3, 0, -1)])
def test_impossible_days_are_refused(counts: Counts) -> None:
    """Such numbers are a mistake in counting, which a picture would hide."""
    with pytest.raises(ValueError, match="2025-10-20: "):
        made(counts)


@pytest.mark.parametrize(("light", "dark"), [(UNANSWERED, ANSWERED), (GOOD, BAD)])
def test_colours_of_a_pair_differ_in_lightness(light: str, dark: str) -> None:
    """One man in twelve does not tell red from green."""
    assert luminance(light) > 2 * luminance(dark)
