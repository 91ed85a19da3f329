"""The picture of /stats: questions, answers and thumbs by day, as a PNG in which only numbers are written."""

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
# The one of a pair has at least twice the luminance of the other, so that they differ also to those who see no hue.
ANSWERED, UNANSWERED = "#1f6fd6", "#f59a1b"  # 🟦 🟧
GOOD, BAD = "#3db54a", "#c8102e"  # 🟩 🟥
RATE = "#24292f"  # ⬛, the line with points
_INK, _AXIS, _GRID = "#24292f", "#8c959f", "#e1e5ea"
_FINE = 2  # drawn so many times as large, then reduced: curves get smooth, and edges on whole pixels stay sharp
_LARGE, _SMALL = 28, 24  # letters of the axes; of the numbers above the bars, of which 30 with two digits have room
_MARGIN, _RIGHT, _GAP = 16, SIZE - 36, 12
_WIDEST, _LEAST = 120, 2  # of a bar: a single day is no wall; what is not nothing can be seen
_HALO = 3  # white around letters, where they cross a line


@dataclass(frozen=True, kw_only=True, slots=True)
class Day:
    """What was asked on one day, and how answers were liked.

    Raises:
        ValueError: a number is below 0, or more is answered than asked.
    """

    day: datetime.date
    questions: int
    answered: int  # of them
    good: int  # 👍
    bad: int  # 👎

    def __post_init__(self) -> None:
        if min(self.questions, self.answered, self.good, self.bad) < 0:
            raise ValueError(f"{self.day}: numbers must be 0 or more, got {self}")
        if self.answered > self.questions:
            raise ValueError(f"{self.day}: {self.answered} answered of only {self.questions} questions")


@dataclass(frozen=True, kw_only=True, slots=True)
class Panel:
    """Where numbers from `low` to `high` are drawn, with a line at every `step`."""

    top: int
    bottom: int
    low: int
    high: int
    step: int

    def y(self, number: float) -> int:
        """How far down a number is."""
        return self.bottom - round((number - self.low) / (self.high - self.low) * (self.bottom - self.top))


class _Canvas:
    """A white square, drawn on in pixels of the finished picture."""

    def __init__(self) -> None:
        self._image = Image.new("RGB", (SIZE * _FINE, SIZE * _FINE), "white")
        self._draw = ImageDraw.Draw(self._image)
        self._fonts = {size: ImageFont.load_default(size * _FINE) for size in (_LARGE, _SMALL)}

    def width(self, words: str, size: int) -> float:
        return self._fonts[size].getlength(words) / _FINE

    def text(self, x: float, y: float, words: str, size: int, anchor: str = "ms") -> None:
        place, halo = (x * _FINE, y * _FINE), _HALO * _FINE
        self._draw.text(place, words, _INK, self._fonts[size], anchor, stroke_width=halo, stroke_fill="white")

    def box(self, left: int, top: int, right: int, bottom: int, colour: str) -> None:
        self._draw.rectangle((left * _FINE, top * _FINE, right * _FINE - 1, bottom * _FINE - 1), colour)

    def line(self, points: Sequence[tuple[int, int]], width: int, colour: str) -> None:
        fine = [(x * _FINE, y * _FINE) for x, y in points]
        self._draw.line(fine, colour, width * _FINE, "curve")
        for point in fine:
            self._draw.circle(point, 1.7 * width * _FINE, colour)

    def png(self) -> bytes:
        file = io.BytesIO()
        self._image.reduce(_FINE).save(file, "PNG")
        return file.getvalue()


def draw_days(days: Sequence[Day]) -> bytes:
    """Draw what happened by day, as a square PNG; the same days give the same bytes.

    From the top: the questions, answered and not, with their number; the answered share of the days that have
    questions; thumbs up and down. Where not all numbers have room, the highest bars keep theirs.

    Args:
        days: oldest first, without gaps, at most `MOST_DAYS`; of none, the empty axes are drawn.

    Raises:
        ValueError: there are more days.
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
    for is_asked, run in groupby(placed, lambda one: one[1].questions > 0):
        if is_asked:
            canvas.line([(x, rate.y(100 * day.answered / day.questions)) for x, day in run], 4, RATE)
    _write_numbers(canvas, asked, placed, half)
    _write_days(canvas, (asked, thumbs), placed)
    return canvas.png()


def panels(days: Sequence[Day]) -> tuple[Panel, Panel, Panel]:
    """Where the questions, their answered share in % and the thumbs are drawn."""
    columns = zip((1, 1, 1), *((day.questions, day.good, day.bad) for day in days), strict=True)
    questions, good, bad = map(max, columns)
    step, thumb = round_step(questions, 5), round_step(max(good, bad), 2)
    return (
        Panel(top=56, bottom=480, low=0, high=-(-questions // step) * step, step=step),
        Panel(top=580, bottom=730, low=0, high=100, step=50),
        Panel(top=790, bottom=1010, low=(-bad // thumb) * thumb, high=-(-good // thumb) * thumb, step=thumb),
    )


def round_step(most: int, lines: int) -> int:
    """The least of 1, 2, 5, 10, 20, 50 … of which so many steps reach `most`."""
    step = 1
    while step * lines < most:
        step = step * 5 // 2 if str(step).startswith("2") else step * 2
    return step


def apart(spans: Sequence[tuple[float, float]], order: Iterable[int], gap: float) -> list[int]:
    """Choose labels that don't overlap, as places in `spans`, ascending.

    Args:
        spans: where each label begins and ends.
        order: places in `spans`, the most important first; what is missing here is not shown.
        gap: how far apart labels are at least.
    """
    shown: list[int] = []
    for one in order:
        begin, end = spans[one]
        if all(end + gap <= spans[other][0] or spans[other][1] + gap <= begin for other in shown):
            shown.append(one)
    return sorted(shown)


def _draw_axes(canvas: _Canvas, forms: dict[Panel, str]) -> int:
    """Lines at round numbers, and the numbers; returns where the lines begin, which the longest number decides."""
    ticks = [(panel, at) for panel in forms for at in range(panel.low, panel.high + 1, panel.step)]
    words = [forms[panel].format(at).replace(",", " ").replace("+0", "0") for panel, at in ticks]
    left = round(_MARGIN + max(canvas.width(one, _LARGE) for one in words) + _GAP)
    for (panel, at), one in zip(ticks, words, strict=True):
        y = panel.y(at)
        canvas.box(left, y, _RIGHT, y + 2, _GRID if at else _AXIS)
        canvas.text(left - _GAP, y + 1, one, _LARGE, "rm")
    return left


def _draw_bar(canvas: _Canvas, panel: Panel, edges: tuple[int, int], ends: tuple[int, int], colour: str) -> None:
    """A bar from the lower to the higher of two numbers, away from 0 by at least what can be seen."""
    low, high = ends
    top, bottom = panel.y(high), panel.y(low)
    if low < high:
        top, bottom = (min(top, bottom - _LEAST), bottom) if high > 0 else (top, max(bottom, top + _LEAST))
        canvas.box(edges[0], top, edges[1], bottom, colour)


def _write_numbers(canvas: _Canvas, panel: Panel, placed: Sequence[tuple[int, Day]], half: int) -> None:
    """The number of questions above the bars, none of it across a higher bar."""
    words = [f"{day.questions:,}".replace(",", " ") for _, day in placed]
    wide = [canvas.width(one, _SMALL) / 2 for one in words]
    sides = [(placed[0][0] - half - _HALO + own, SIZE - _MARGIN - own) for own in wide]
    middles = [min(max(x, least), most) for (x, _), (least, most) in zip(placed, sides, strict=True)]

    def is_free(one: int) -> bool:
        room = wide[one] + _HALO + half
        highest = max(other.questions for x, other in placed if abs(x - middles[one]) < room)
        return highest == placed[one][1].questions

    order = sorted(filter(is_free, range(len(placed))), key=lambda one: -placed[one][1].questions)
    for one in apart([(x - own, x + own) for x, own in zip(middles, wide, strict=True)], order, _HALO):
        canvas.text(middles[one], panel.y(placed[one][1].questions) - 8, words[one], _SMALL)


def _write_days(canvas: _Canvas, below: Iterable[Panel], placed: Sequence[tuple[int, Day]]) -> None:
    """Month and day under the panels: the last, and as many before it as have room."""
    words = [f"{day.day:%m-%d}" for _, day in placed]
    wide = [canvas.width(one, _LARGE) / 2 for one in words]
    spans = [(x - own, x + own) for (x, _), own in zip(placed, wide, strict=True)]
    for one, panel in product(apart(spans, reversed(range(len(placed))), _GAP), below):
        x = placed[one][0]
        canvas.box(x - 1, panel.bottom, x + 1, panel.bottom + 10, _AXIS)
        canvas.text(x, panel.bottom + 40, words[one], _LARGE)
