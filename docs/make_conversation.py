"""Makes docs/conversation.svg, the picture in the READMEs: a real conversation about the sample corpus.

Run it as `python docs/make_conversation.py` whenever the chat says something new.
"""

from __future__ import annotations

import html
import io
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from bot.service.answers import AnswerService
from bot.settings import sample_corpus
from bot.terminal.chat import Chat
from bot.texts import Language, texts_in
from retrieval.storage.library_cache import open_or_build

if TYPE_CHECKING:
    from collections.abc import Iterator

PICTURE = Path(__file__).with_name("conversation.svg")
TYPED = ("宜昌消耗了多少磷石膏？", "銀嶺路有多長？", "1", "红安经济开发区的区长是谁？")
WIDTH = 76  # columns
HEIGHT = 20  # of a letter in pixels, as rich draws it
CELL = 0.5  # a column's width by that height: a Chinese character, as wide as high, fills two columns
FONTS = (
    '"Sarasa Mono SC", "Noto Sans Mono CJK SC", "Source Han Mono SC", NSimSun, Menlo, Consolas, "DejaVu Sans Mono", '
    '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", monospace'
)


def main() -> None:
    """Write the picture beside this file."""
    console = Console(
        file=io.StringIO(), record=True, force_terminal=True, color_system="truecolor", width=WIDTH, _environ={}
    )
    with tempfile.TemporaryDirectory() as cache:
        asking = AnswerService(library=open_or_build(sample_corpus(), Path(cache)))
        Chat(asking, console, Language.SIMPLIFIED).run(_typed(console))
    PICTURE.write_text(picture(console), "utf-8")


def _typed(console: Console) -> Iterator[str]:
    """Type line after line, shown behind the prompt as a terminal shows it."""
    for line in TYPED:
        console.print(Text(texts_in(Language.SIMPLIFIED).prompt, style="green").append(line, style="bold"))
        yield line


def picture(console: Console) -> str:
    """What was recorded as SVG: it fetches no font, and every run of text is as wide as its columns."""
    svg = console.export_svg(title="chuwen run", font_aspect_ratio=CELL, unique_id="chat")
    svg = re.sub(r"@font-face \{.*?\}|<!--.*?-->|font-variant-east-asian: full-width;", "", svg, flags=re.DOTALL)
    svg = svg.replace("Fira Code, monospace", FONTS).replace("font-family: arial", f"font-family: {FONTS}")
    svg = re.sub(r'textLength="[^"]*"([^>]*)>([^<]*)<', _as_wide_as_its_columns, svg)
    return "\n".join(line.rstrip() for line in svg.splitlines() if line.strip()) + "\n"


def _as_wide_as_its_columns(run: re.Match[str]) -> str:
    """The length of a run in columns; rich counts a Chinese character as one."""
    length = cell_len(html.unescape(run[2])) * HEIGHT * CELL
    return f'textLength="{length:g}" lengthAdjust="spacingAndGlyphs"{run[1]}>{run[2]}<'


if __name__ == "__main__":
    main()
