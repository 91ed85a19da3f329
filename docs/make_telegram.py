"""Makes docs/telegram.svg: what the bot really answers on Telegram, drawn as a chat.

Run it from the repository's root as

    python -m docs.make_telegram

The bot runs as a process against an emulated Telegram; what is drawn is what it sent there.
"""

from __future__ import annotations

import html
import tempfile
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from pathlib import Path

from tests.support.emulator import Message, Telegram
from tests.support.process import Bot

PICTURE = Path(__file__).parent / "telegram.svg"
QUESTIONS = ("宝钢黄石新港二期什么时候开工？", "宝钢黄石新港二期的总投资是多少？")
WIDTH, BUBBLE, MARGIN, PADDING = 560, 440, 16, 12  # pixels
SIZE, LEADING = 15, 23
HANGING = "。，、；：？！”）"  # begin no line
FONT = "'Noto Sans CJK SC','PingFang SC','Microsoft YaHei',sans-serif"


@dataclass(frozen=True, slots=True)
class Styled:
    """A character and how it looks."""

    character: str
    is_bold: bool = False
    is_quoted: bool = False

    @property
    def width(self) -> float:
        """In pixels: a full square, or about half of one."""
        return SIZE * (0.56 if self.character < "\u2000" else 1.0)


class Reader(HTMLParser):
    """Reads what the bot sent, character by character."""

    def __init__(self, sent: str) -> None:
        super().__init__()
        self.read: list[Styled] = []
        self._style = Styled("")
        self.feed(sent)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 # the parser's
        """A style begins."""
        self._style = replace(self._style, is_bold=tag == "b" or self._style.is_bold, is_quoted=self._is_quoted(tag))

    def handle_endtag(self, tag: str) -> None:
        """A style ends."""
        is_quoted = self._style.is_quoted and tag != "blockquote"
        self._style = Styled("", self._style.is_bold and tag != "b", is_quoted)

    def handle_data(self, data: str) -> None:
        """Text in the style of the moment."""
        self.read += [replace(self._style, character=character) for character in data]

    def _is_quoted(self, tag: str) -> bool:
        return tag == "blockquote" or self._style.is_quoted


class Drawing:
    """A chat that grows downwards."""

    def __init__(self) -> None:
        self._shapes: list[str] = []
        self._y = MARGIN

    def message(self, sent: str, buttons: list[list[str]], *, is_mine: bool) -> None:
        """A bubble, with buttons below."""
        lines = _lines(Reader(sent).read)
        width = max(sum(one.width for one in line) for line in lines) + 2 * PADDING
        left = WIDTH - MARGIN - width if is_mine else MARGIN
        height = len(lines) * LEADING + 2 * PADDING - 6
        self._rectangle(left, width, height, "#e3f7c9" if is_mine else "#ffffff")
        for number, line in enumerate(lines):
            self._line(line, left + PADDING, self._y + PADDING + SIZE + number * LEADING - 2)
        self._y += height + 4
        for row in buttons:
            self._buttons(row, left, max(width, BUBBLE))
        self._y += 10

    def svg(self) -> str:
        """The picture."""
        head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{self._y}" font-family="{FONT}">'
        ground = f'<rect width="{WIDTH}" height="{self._y}" fill="#cfdbe4"/>'
        return "\n".join([head, ground, *self._shapes, "</svg>\n"])

    def _buttons(self, labels: list[str], left: float, width: float) -> None:
        each = (width - 4 * (len(labels) - 1)) / len(labels)
        for number, label in enumerate(labels):
            x = left + number * (each + 4)
            self._rectangle(x, each, 32, "#8ea3b3")
            self._shapes.append(
                f'<text x="{x + each / 2:.0f}" y="{self._y + 21}" font-size="14" fill="#fff" '
                f'text-anchor="middle">{html.escape(label)}</text>'
            )
        self._y += 36

    def _rectangle(self, x: float, width: float, height: float, fill: str) -> None:
        self._shapes.append(
            f'<rect x="{x:.0f}" y="{self._y}" width="{width:.0f}" height="{height}" rx="10" fill="{fill}"/>'
        )

    def _line(self, line: list[Styled], x: float, y: float) -> None:
        if line and line[0].is_quoted:
            self._shapes.append(
                f'<rect x="{x - 6:.0f}" y="{y - SIZE - 2:.0f}" width="3" height="{LEADING}" fill="#3a8fd6"/>'
            )
        runs: list[str] = []
        for one in line:
            weight = ' font-weight="bold"' if one.is_bold else ""
            colour = ' fill="#4a5a66"' if one.is_quoted else ""
            if not runs or not runs[-1].startswith(f"<tspan{weight}{colour}>"):
                runs.append(f"<tspan{weight}{colour}>")
            runs[-1] += html.escape(one.character)
        spans = "".join(f"{run}</tspan>" for run in runs)
        self._shapes.append(f'<text x="{x:.0f}" y="{y:.0f}" font-size="{SIZE}" xml:space="preserve">{spans}</text>')


def _lines(read: list[Styled]) -> list[list[Styled]]:
    """Broken where the text breaks, and where the bubble ends."""
    lines: list[list[Styled]] = [[]]
    room = float(BUBBLE - 3 * PADDING)
    for one in read:
        is_full = sum(other.width for other in lines[-1]) + one.width > room and one.character not in HANGING
        if one.character == "\n" or is_full:
            lines.append([])
        if one.character != "\n":
            lines[-1].append(one)
    return lines


def labels(message: Message) -> list[list[str]]:
    """The buttons below a message, row by row."""
    rows = (message.reply_markup or {}).get("inline_keyboard", [])
    return [[button["text"] for button in row] for row in rows]


def main() -> None:
    """Ask, and draw what comes."""
    drawing = Drawing()
    with tempfile.TemporaryDirectory() as name, Telegram() as telegram, Bot(telegram, Path(name, "cache"), Path(name)):
        for number, question in enumerate(QUESTIONS, 1):
            telegram.say(question, chat=1)
            reply = telegram.wait_for_messages(number, chat=1)[-1]
            drawing.message(html.escape(question), [], is_mine=True)
            drawing.message(reply.html, labels(reply), is_mine=False)
    PICTURE.write_text(drawing.svg(), "utf-8")


if __name__ == "__main__":
    main()
