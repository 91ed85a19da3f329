"""The chart of /stats: questions, answers and thumbs by day, as a PNG whose only text is numbers."""

from __future__ import annotations

import io
from dataclasses import dataclass
from itertools import groupby, product
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFont

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Sequence

SIZE = 1080  # pixels, both ways, as all lengths below
MOST_DAYS = 30
# In each pair one colour has at least twice the luminance of the other, so that they differ without hue too.
ANSWERED, UNANSWERED = "#1f6fd6", "#f59a1b"  # 🟦 🟧
GOOD, BAD = "#3db54a", "#c8102e"  # 🟩 🟥
RATE = "#24292f"  # ⬛, of the line with points
_INK, _AXIS, _GRID = "#24292f", "#8c959f", "#e1e5ea"
_FINE = 2  # factor of supersampling: smooths curves, and keeps edges on whole pixels sharp
_LARGE, _SMALL = 28, 24  # font sizes: axes; numbers above the bars, of which 30 with two digits have room
_MARGIN, _RIGHT, _GAP = 16, SIZE - 36, 12
_WIDEST, _LEAST = 120, 2  # greatest width of a bar, for few days; least height of one that is not 0
_HALO = 3  # white outline of text, where it crosses a line


@dataclass(frozen=True, kw_only=True, slots=True)
class Day:
    """The questions and the thumbs of one day.

    Raises:
        ValueError: a number is negative, or more questions are answered than asked.
    """

    day: datetime.date
    questions: int
    answered: int  # of the questions
    good: int  # 👍
    bad: int  # 👎

    def __post_init__(self) -> None:
        if min(self.questions, self.answered, self.good, self.bad) < 0:
            raise ValueError(f"{self.day}: numbers must be 0 or more, got {self}")
        if self.answered > self.questions:
            raise ValueError(f"{self.day}: {self.answered} answered of only {self.questions} questions")


@dataclass(frozen=True, kw_only=True, slots=True)
class Panel:
    """One plot: numbers from `low` to `high` between the pixels `bottom` and `top`, with a line at every `step`."""

    top: int
    bottom: int
    low: int
    high: int
    step: int

    def y(self, number: float) -> int:
        """Return the y coordinate of a number, in pixels from the top; those outside `low` to `high` lie outside."""
        return self.bottom - round((number - self.low) / (self.high - self.low) * (self.bottom - self.top))


class _Canvas:
    """A white square; coordinates are pixels of the finished image, whatever _FINE is."""

    def __init__(self) -> None:
        self._image = Image.new("RGB", (SIZE * _FINE, SIZE * _FINE), "white")
        self._draw = ImageDraw.Draw(self._image)
        self._fonts = {size: ImageFont.load_default(size * _FINE) for size in (_LARGE, _SMALL)}

    def width(self, words: str, size: int) -> float:
        """Return the width of text in pixels."""
        return self._fonts[size].getlength(words) / _FINE

    def text(self, x: float, y: float, words: str, size: int, anchor: str = "ms") -> None:
        """Write text with a white outline; `anchor` says which of its points is at (x, y), as in Pillow."""
        place, halo = (x * _FINE, y * _FINE), _HALO * _FINE
        self._draw.text(place, words, _INK, self._fonts[size], anchor, stroke_width=halo, stroke_fill="white")

    def box(self, left: int, top: int, right: int, bottom: int, colour: str) -> None:
        """Fill a rectangle; its right and bottom edges are excluded."""
        self._draw.rectangle((left * _FINE, top * _FINE, right * _FINE - 1, bottom * _FINE - 1), colour)

    def line(self, points: Sequence[tuple[int, int]], width: int, colour: str) -> None:
        """Draw a line through the points, with a dot at each."""
        fine = [(x * _FINE, y * _FINE) for x, y in points]
        self._draw.line(fine, colour, width * _FINE, "curve")
        for point in fine:
            self._draw.circle(point, 1.7 * width * _FINE, colour)

    def png(self) -> bytes:
        """Return the image as PNG, reduced to SIZE × SIZE."""
        file = io.BytesIO()
        self._image.reduce(_FINE).save(file, "PNG")
        return file.getvalue()


def draw_days(days: Sequence[Day]) -> bytes:
    """Return the chart as a square PNG; the same days give the same bytes.

    From the top: the questions, answered and not, with their number above the bar; the share answered, on days with
    questions; thumbs up and down. Where not all numbers have room, those of the highest bars are kept.

    Args:
        days: oldest first, without gaps, at most `MOST_DAYS`; none give the empty axes.

    Raises:
        ValueError: there are more than `MOST_DAYS` days.
    """
    if len(days) > MOST_DAYS:
        raise ValueError(f"at most {MOST_DAYS} days can be drawn, got {len(days)}")
    canvas = _Canvas()
    asked, rate, thumbs = panels(days)
    left = _draw_axes(canvas, {asked: "{:,}", rate: "{:,}%", thumbs: "{:+,}"})
    slot = (_RIGHT - left) / max(len(days), 1)
    half = round(min(slot * 0.7, _WIDEST) / 2)
    placed = [(round(left + slot * (place + 0.5)), day) for place, day in enumerate(days)]
    for x, day in placed:
        _draw_bar(canvas, asked, (x - half, x + half), (day.answered, day.questions), UNANSWERED)
        _draw_bar(canvas, asked, (x - half, x + half), (0, day.answered), ANSWERED)
        _draw_bar(canvas, thumbs, (x - half, x + half), (0, day.good), GOOD)
        _draw_bar(canvas, thumbs, (x - half, x + half), (-day.bad, 0), BAD)
    for is_asked, run in groupby(placed, lambda at: at[1].questions > 0):
        if is_asked:
            canvas.line([(x, rate.y(100 * day.answered / day.questions)) for x, day in run], 4, RATE)
    _write_numbers(canvas, asked, placed, half)
    _write_days(canvas, (asked, thumbs), placed)
    return canvas.png()


def panels(days: Sequence[Day]) -> tuple[Panel, Panel, Panel]:
    """Return the panels of the questions, of the share answered in %, and of the thumbs (bad ones below 0).

    The first and the last are scaled to the highest number of a day, at least 1; the share goes from 0 to 100.
    """
    columns = zip((1, 1, 1), *((day.questions, day.good, day.bad) for day in days), strict=True)
    questions, good, bad = map(max, columns)
    step, thumb = round_step(questions, 5), round_step(max(good, bad), 2)
    return (
        Panel(top=56, bottom=480, low=0, high=-(-questions // step) * step, step=step),
        Panel(top=580, bottom=730, low=0, high=100, step=50),
        Panel(top=790, bottom=1010, low=(-bad // thumb) * thumb, high=-(-good // thumb) * thumb, step=thumb),
    )


def round_step(most: int, lines: int) -> int:
    """Return the least of 1, 2, 5, 10, 20, 50 … of which `lines` steps reach `most`; 1 for 0."""
    step = 1
    while step * lines < most:
        step = step * 5 // 2 if str(step).startswith("2") else step * 2
    return step


def spaced(spans: Sequence[tuple[float, float]], order: Iterable[int], gap: float) -> list[int]:
    """Choose labels that don't overlap, the important ones first; return their indices in ascending order.

    Args:
        spans: where each label begins and ends.
        order: indices into `spans`, the most important first; labels missing here are not chosen.
        gap: the least distance between two labels, included.
    """
    shown: list[int] = []
    for index in order:
        begin, end = spans[index]
        if all(end + gap <= spans[other][0] or spans[other][1] + gap <= begin for other in shown):
            shown.append(index)
    return sorted(shown)


def _draw_axes(canvas: _Canvas, forms: dict[Panel, str]) -> int:
    """Draw lines at round numbers with the numbers; return the x where the lines begin, right of the longest number.

    Args:
        canvas: is drawn on.
        forms: the format string of the numbers of each panel.
    """
    ticks = [(panel, at) for panel in forms for at in range(panel.low, panel.high + 1, panel.step)]
    labels = [forms[panel].format(at).replace(",", " ").replace("+0", "0") for panel, at in ticks]
    left = round(_MARGIN + max(canvas.width(label, _LARGE) for label in labels) + _GAP)
    for (panel, at), label in zip(ticks, labels, strict=True):
        y = panel.y(at)
        canvas.box(left, y, _RIGHT, y + 2, _GRID if at else _AXIS)
        canvas.text(left - _GAP, y + 1, label, _LARGE, "rm")
    return left


def _draw_bar(canvas: _Canvas, panel: Panel, edges: tuple[int, int], ends: tuple[int, int], colour: str) -> None:
    """Draw a bar between two numbers, at least _LEAST high; nothing where they are equal.

    Args:
        canvas: is drawn on.
        panel: scales the numbers.
        edges: left and right, in pixels.
        ends: lower and higher number.
        colour: of the bar.
    """
    low, high = ends
    top, bottom = panel.y(high), panel.y(low)
    if low < high:
        top, bottom = (min(top, bottom - _LEAST), bottom) if high > 0 else (top, max(bottom, top + _LEAST))
        canvas.box(edges[0], top, edges[1], bottom, colour)


def _write_numbers(canvas: _Canvas, panel: Panel, placed: Sequence[tuple[int, Day]], half: int) -> None:
    """Write the number of questions above the bars; a number that would cross a higher bar is left out.

    Args:
        canvas: is drawn on.
        panel: of the questions.
        placed: the days, each with the x of the middle of its bar.
        half: half the width of a bar, in pixels.
    """
    labels = [f"{day.questions:,}".replace(",", " ") for _, day in placed]
    half_widths = [canvas.width(label, _SMALL) / 2 for label in labels]
    sides = [(placed[0][0] - half - _HALO + width, SIZE - _MARGIN - width) for width in half_widths]
    middles = [min(max(x, least), most) for (x, _), (least, most) in zip(placed, sides, strict=True)]

    def is_free(index: int) -> bool:
        room = half_widths[index] + _HALO + half
        highest = max(other.questions for x, other in placed if abs(x - middles[index]) < room)
        return highest == placed[index][1].questions

    order = sorted(filter(is_free, range(len(placed))), key=lambda index: -placed[index][1].questions)
    spans = [(x - width, x + width) for x, width in zip(middles, half_widths, strict=True)]
    for index in spaced(spans, order, _HALO):
        canvas.text(middles[index], panel.y(placed[index][1].questions) - 8, labels[index], _SMALL)


def _write_days(canvas: _Canvas, below: Iterable[Panel], placed: Sequence[tuple[int, Day]]) -> None:
    """Write month and day under the panels `below`: the last day, and as many before it as have room.

    `placed` is as in `_write_numbers`.
    """
    labels = [f"{day.day:%m-%d}" for _, day in placed]
    half_widths = [canvas.width(label, _LARGE) / 2 for label in labels]
    spans = [(x - width, x + width) for (x, _), width in zip(placed, half_widths, strict=True)]
    for index, panel in product(spaced(spans, reversed(range(len(placed))), _GAP), below):
        x = placed[index][0]
        canvas.box(x - 1, panel.bottom, x + 1, panel.bottom + 10, _AXIS)
        canvas.text(x, panel.bottom + 40, labels[index], _LARGE)
