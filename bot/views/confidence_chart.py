"""The charts of `chuwen eval --plot` as SVG: answered against precision, and the calibration of the confidence.

The text is drawn with the fonts of the viewer; nothing is fetched.
"""

from __future__ import annotations

import errno
import html
import os
import tempfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

import svg

from retrieval.evaluation.selective import BINS, bins, curve, point_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from bot.texts import Texts
    from retrieval.evaluation.selective import Bin, Point, Trial

WIDTH, HEIGHT = 960, 490  # units of the drawing, as all lengths below
_SIDE, _TOP = 340, 60  # side of each plot, and its distance from the top
_LEFT, _RIGHT = 80, 560  # left edges of the two plots
_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)
_INK, _FAINT, _BLUE, _RED = "#1f2328", "#d0d7de", "#0969da", "#cf222e"
_FONTS = "'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Source Han Sans SC', sans-serif"
_SMALL, _LARGE = 12, 15
_Anchor: TypeAlias = Literal["start", "middle", "end"]


@dataclass(frozen=True, slots=True)
class _Square:
    """The place of one plot; both axes are shares, 0..1."""

    left: float
    top: float = _TOP

    def x(self, share: float) -> float:
        """Return the x coordinate of a share."""
        return round(self.left + share * _SIDE, 1)

    def y(self, share: float) -> float:
        """Return the y coordinate of a share; SVG counts from the top."""
        return round(self.top + (1 - share) * _SIDE, 1)


def draw_confidence(trials: Sequence[Trial], threshold: float, texts: Texts) -> str:
    """Return the charts as the text of an SVG file.

    The left one plots the share answered against the share right of these, for each threshold, and marks the given one
    if any confidence reaches it. The right one has a bar for each tenth of the confidence: its height is the share
    right, above it stands the number of questions. Without trials both are empty.

    Args:
        trials: for each question the confidence (0 where no threshold lets an answer through), whether the answer is
            right, and whether the articles hold an answer.
        threshold: the least confidence of an answer, 0..1.
        texts: the language of the labels.
    """
    scored = [(confidence, is_right) for confidence, is_right, _ in trials]
    answerable = sum(is_answerable for _, _, is_answerable in trials)
    caption = texts.picture["asked"].format(questions=len(trials), answerable=answerable)
    elements: list[svg.Element] = [
        svg.Title(text=_escaped(f"{texts.picture['curve']} · {texts.picture['reliability']} · {caption}")),
        svg.Rect(width=WIDTH, height=HEIGHT, fill="#ffffff"),
        *_curve(_Square(_LEFT), curve(scored), threshold, texts),
        *_reliability(_Square(_RIGHT), bins(scored), threshold, texts),
        _text(WIDTH / 2, HEIGHT - 14, caption),
    ]
    if trials:
        elements += _limit(_Square(_LEFT), answerable / len(trials), texts)
    view = svg.ViewBoxSpec(0, 0, WIDTH, HEIGHT)
    style = f"font-family: {_FONTS}"
    return f"{svg.SVG(width=WIDTH, height=HEIGHT, viewBox=view, style=style, elements=elements)}\n"


def ensure_writable(file: Path) -> None:
    """Fail before the work if a file could not be written after it; an existing file is not touched.

    Raises:
        OSError: the path is a folder, or its folder is missing or not writable.
    """
    if file.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    with tempfile.TemporaryFile(dir=file.parent):
        pass


def _curve(square: _Square, points: Sequence[Point], threshold: float, texts: Texts) -> Iterator[svg.Element]:
    """Plot answered against precision, the highest threshold at the left, and mark the given one."""
    yield from _axes(square, *(texts.picture[name] for name in ("curve", "answered", "precision")))
    places = [svg.Point(square.x(point.answered), square.y(point.precision)) for point in points]
    yield svg.Polyline(points=places, fill="none", stroke=_BLUE, stroke_width=2, stroke_linejoin="round")
    marked = point_at(points, threshold)
    if marked:
        x, y = square.x(marked.answered), square.y(marked.precision)
        yield svg.Circle(cx=x, cy=y, r=5, fill=_RED)
        facts = {"answered": f"{marked.answered:.0%}", "precision": f"{marked.precision:.0%}"}
        caption = texts.picture["threshold"].format(threshold=f"{threshold:.2f}", **facts)
        yield _text(square.left + _SIDE / 2, square.y(0) + 58, caption, fill=_RED)


def _limit(square: _Square, share: float, texts: Texts) -> Iterator[svg.Element]:
    """Draw the dashed line at which every question that has an answer would be answered.

    `share` is that of the questions that have one, 0..1.
    """
    x = square.x(share)
    yield _line(x, square.y(0), x, square.y(1), _INK, is_dashed=True)
    caption = texts.picture["answerable"].format(share=f"{share:.0%}")
    is_left = share > 0.5
    yield _text(x - 6 if is_left else x + 6, square.y(0.04), caption, anchor="end" if is_left else "start")


def _reliability(
    square: _Square, tenths: Sequence[Bin | None], threshold: float, texts: Texts
) -> Iterator[svg.Element]:
    """Plot the share right by tenth of the confidence; a bar that meets the dashed line is well calibrated."""
    yield from _axes(square, *(texts.picture[name] for name in ("reliability", "confidence", "right")))
    yield _line(square.x(0), square.y(0), square.x(1), square.y(1), _INK, is_dashed=True)
    for number, tenth in enumerate(tenths):
        if tenth:
            left, right, top = square.x(number / BINS), square.x((number + 1) / BINS), square.y(tenth.right)
            yield svg.Rect(
                x=left + 1, y=top, width=right - left - 2, height=square.y(0) - top, fill=_BLUE, fill_opacity=0.3
            )
            yield svg.Circle(cx=square.x(tenth.confidence), cy=top, r=3, fill=_BLUE)
            yield _text((left + right) / 2, top - 7, f"{tenth.questions}")
    x = square.x(threshold)
    yield _line(x, square.y(0), x, square.y(1), stroke=_RED)


def _axes(square: _Square, title: str, across: str, up: str) -> Iterator[svg.Element]:
    """Draw the grid of a plot with percentages, its title, and the names of its axes, `across` and `up`."""
    middle = square.left + _SIDE / 2
    for share in _TICKS:
        x, y = square.x(share), square.y(share)
        yield _line(square.x(0), y, square.x(1), y)
        yield _line(x, square.y(0), x, square.y(1))
        yield _text(square.x(0) - 8, y + 4, f"{share:.0%}", anchor="end")
        yield _text(x, square.y(0) + 18, f"{share:.0%}")
    yield _text(middle, square.top - 24, title, size=_LARGE)
    yield _text(middle, square.y(0) + 38, across)
    x, y = square.left - 52, square.top + _SIDE / 2
    yield svg.G(transform=[svg.Rotate(-90, x, y)], elements=[_text(x, y, up)])


def _line(x1: float, y1: float, x2: float, y2: float, stroke: str = _FAINT, *, is_dashed: bool = False) -> svg.Line:
    return svg.Line(x1=x1, y1=y1, x2=x2, y2=y2, stroke=stroke, stroke_dasharray=[4, 4] if is_dashed else None)


def _text(x: float, y: float, words: str, anchor: _Anchor = "middle", size: int = _SMALL, fill: str = _INK) -> svg.Text:
    """Return text at a point in the drawing's units; it need not be escaped."""
    return svg.Text(x=x, y=y, text=_escaped(words), text_anchor=anchor, font_size=size, fill=fill)


def _escaped(words: str) -> str:
    """Escape &, < and > for the content of an XML element, because svg.py does not; quotation marks are not escaped."""
    return html.escape(words, quote=False)
