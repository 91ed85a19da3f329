"""Draws the time per question by the number of paragraphs as SVG, with logarithmic axes."""

from __future__ import annotations

import html
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

import svg

from benchmarks.speed.engines import ENGINES
from benchmarks.speed.tables import number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.speed.engines import Engine
    from benchmarks.speed.figures import Size

WIDTH, HEIGHT = 960, 560  # units of the drawing, as all lengths below
LEFT, RIGHT, TOP, BOTTOM = 76, 640, 64, 490  # of what is drawn in; right of it stand the names
NAMES = 690  # where they begin
GAP = 20  # between the lines of two names
WIDE = 68  # between the middles of two numbers of paragraphs
MARGIN = 0.12  # powers of ten, left and right of the sizes
INK, FAINT, GRID = "#24292f", "#6e7781", "#e1e5ea"
COLOURS = ("#bc4c00", "#cf222e", "#0969da", "#54aeff", "#1a7f37", "#57606a", "#bf8700", "#bf3989")  # of ENGINES
FONTS = "'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Source Han Sans SC', sans-serif"
_Anchor: TypeAlias = Literal["start", "middle", "end"]


@dataclass(frozen=True, slots=True)
class Line:
    """The times of an engine at each size where it was measured."""

    engine: Engine
    points: tuple[tuple[int, float, float], ...]  # paragraphs, p50 ms, p99 ms

    @property
    def colour(self) -> str:
        """The engine's colour, whichever other engines are drawn."""
        return COLOURS[ENGINES.index(self.engine)]


@dataclass(frozen=True, slots=True)
class Plane:
    """The scales: powers of ten of paragraphs from the left, of milliseconds from the bottom."""

    least: float
    most: float
    low: int
    high: int

    def x(self, paragraphs: float) -> float:
        """Return the horizontal position."""
        return round(LEFT + (math.log10(paragraphs) - self.least) / (self.most - self.least) * (RIGHT - LEFT), 1)

    def y(self, milliseconds: float) -> float:
        """Return the vertical position."""
        return round(BOTTOM - (math.log10(milliseconds) - self.low) / (self.high - self.low) * (BOTTOM - TOP), 1)


def draw(sizes: Sequence[Size]) -> str:
    """Draw the time per question by size: a line for each engine's median, a dashed one for its 99th percentile.

    Args:
        sizes: one or more, in which the same engines were measured.
    """
    lines = _lines(sizes)
    paragraphs = [size.facts.paragraphs for size in sizes]
    plane = _plane(paragraphs, [cost for line in lines for _, *costs in line.points for cost in costs])
    elements: list[svg.Element] = [
        svg.Title(text="Milliseconds a question, by paragraphs"),
        svg.Rect(width=WIDTH, height=HEIGHT, fill="#ffffff"),
        *_axes(plane, paragraphs),
        *(element for line in lines for element in _costs(plane, line)),
        *_names(plane, lines),
    ]
    view = svg.ViewBoxSpec(0, 0, WIDTH, HEIGHT)
    return f"{svg.SVG(width=WIDTH, height=HEIGHT, viewBox=view, style=f'font-family: {FONTS}', elements=elements)}\n"


def apart(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Move positions apart so that any two have a gap, from low on, and up to high if there is room for all."""
    order = sorted(range(len(wanted)), key=lambda one: wanted[one])
    placed = list(wanted)
    least, most = low, high
    for one in order:
        placed[one] = max(placed[one], least)
        least = placed[one] + gap
    for one in reversed(order):
        placed[one] = min(placed[one], most)
        most = placed[one] - gap
    return placed


def _lines(sizes: Sequence[Size]) -> list[Line]:
    points: dict[Engine, list[tuple[int, float, float]]] = {}
    for size in sizes:
        for outcome in size.outcomes:
            if outcome.rounds:
                costs = (size.facts.paragraphs, outcome.median("p50"), outcome.median("p99"))
                points.setdefault(outcome.engine, []).append(costs)
    return [Line(engine, tuple(found)) for engine, found in points.items()]


def _plane(paragraphs: Sequence[int], costs: Sequence[float]) -> Plane:
    low, high = math.floor(math.log10(min(costs, default=1))), math.ceil(math.log10(max(costs, default=1)))
    return Plane(math.log10(paragraphs[0]) - MARGIN, math.log10(paragraphs[-1]) + MARGIN, low, max(high, low + 1))


def _axes(plane: Plane, paragraphs: Sequence[int]) -> Iterator[svg.Element]:
    for power in range(plane.low, plane.high + 1):
        y = plane.y(10.0**power)
        yield svg.Line(x1=LEFT, y1=y, x2=RIGHT, y2=y, stroke=GRID)
        yield _text(LEFT - 8, y + 4, f"{10.0**power:,.{max(0, -power)}f}", anchor="end")
    across = [plane.x(size) for size in paragraphs]
    for size, x, place in zip(paragraphs, across, apart(across, WIDE, LEFT, RIGHT), strict=True):
        yield svg.Line(x1=x, y1=TOP, x2=x, y2=BOTTOM, stroke=GRID)
        yield _text(place, BOTTOM + 20, f"{size:,}")
    yield _text((LEFT + RIGHT) / 2, BOTTOM + 46, "paragraphs")
    yield _text(LEFT - 8, TOP - 32, "milliseconds a question", anchor="start", size=15)
    yield _text(LEFT - 8, TOP - 14, "solid: median; dashed: 99 of 100 take less", anchor="start", fill=FAINT)


def _costs(plane: Plane, line: Line) -> Iterator[svg.Element]:
    """Draw the dashed line of p99 below the solid one of p50, each with its points."""
    for at, is_dashed in ((2, True), (1, False)):
        places = [(plane.x(point[0]), plane.y(point[at])) for point in line.points]
        opacity = 0.5 if is_dashed else 1
        yield svg.Polyline(
            points=[svg.Point(x, y) for x, y in places],
            fill="none",
            stroke=line.colour,
            stroke_width=1.5 if is_dashed else 2.5,
            stroke_dasharray=[5, 4] if is_dashed else None,
            stroke_opacity=opacity,
            stroke_linejoin="round",
        )
        for x, y in places:
            yield svg.Circle(cx=x, cy=y, r=3 if is_dashed else 4, fill=line.colour, fill_opacity=opacity)


def _names(plane: Plane, lines: Sequence[Line]) -> Iterator[svg.Element]:
    """Write each engine's name and last time at the right, joined to its line by a thin one."""
    most = max((line.points[-1][0] for line in lines), default=0)
    ends = [(plane.x(paragraphs), plane.y(p50)) for paragraphs, p50, _ in (line.points[-1] for line in lines)]
    for line, end, y in zip(lines, ends, apart([y for _, y in ends], GAP, TOP, BOTTOM), strict=True):
        paragraphs, p50, p99 = line.points[-1]
        where = "" if paragraphs == most else f" at {paragraphs:,}"
        yield svg.Polyline(
            points=[svg.Point(*end), svg.Point(RIGHT + 8, y), svg.Point(NAMES - 6, y)],
            fill="none",
            stroke=line.colour,
            stroke_width=1,
            stroke_opacity=0.6,
        )
        said = f"{line.engine.name}: {number(p50)} / {number(p99)} ms{where}"
        yield _text(NAMES, y + 4, said, anchor="start", size=13)


def _text(x: float, y: float, words: str, anchor: _Anchor = "middle", size: int = 12, fill: str = INK) -> svg.Text:
    """Return a text element, escaped, because svg.py writes texts unchanged."""
    return svg.Text(x=x, y=y, text=html.escape(words, quote=False), text_anchor=anchor, font_size=size, fill=fill)
