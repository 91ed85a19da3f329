"""Makes docs/alerts.svg: how somebody subscribes on Telegram, and what comes of it, drawn as a chat.

Run it from the repository's root as

    python -m docs.make_alerts

The bot runs as a process against an emulated Telegram; what is drawn is what it sent there.
"""

from __future__ import annotations

import html
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from bot.settings import sample_corpus
from docs.make_telegram import Drawing, labels
from tests.support.emulator import Telegram
from tests.support.process import Bot, run

if TYPE_CHECKING:
    from tests.support.emulator import Message

PICTURE = Path(__file__).parent / "alerts.svg"
PERSON = 5001
WISHES = ("/subscribe 宜昌 码头", "宜昌新港码头总投资多少？")
WAIT = "🔔 有答案时告诉我"
NEW = (
    "---\ntitle: 【宜昌招商】新港码头开工\ndate: 2025-08-01\n---\n"
    "宜昌新港码头2025年7月开工建设，总投资12亿元。\n\n"
    "码头占地约600亩，计划2027年建成，年吞吐量可达2000万吨。\n"
)


def main() -> None:
    """Subscribe, publish, and draw what comes."""
    with tempfile.TemporaryDirectory() as name, Telegram() as telegram:
        root = Path(name)
        corpus = root / "corpus"
        shutil.copytree(sample_corpus(), corpus)
        with Bot(telegram, root / "cache", root, CHUWEN_CORPUS=str(corpus)) as bot:
            drawing = Drawing()
            for words in WISHES:
                told = say(telegram, words)
                draw(drawing, told, words)
            telegram.press(told.buttons[WAIT], told)
            draw(drawing, next_one(telegram, told))
            (corpus / "xingang.md").write_text(NEW, "utf-8")
            last = telegram.messages(PERSON)[-1]
            run(bot.environment, "reload")
            draw(drawing, next_one(telegram, last))
            PICTURE.write_text(drawing.svg(), "utf-8")


def say(telegram: Telegram, words: str) -> Message:
    """Say something, and wait for the reply."""
    number = telegram.say(words, PERSON)
    return telegram.wait_for(lambda: next((one for one in telegram.messages(PERSON) if one.reply_to == number), None))


def next_one(telegram: Telegram, before: Message) -> Message:
    """The message that comes after another one."""
    later = telegram.wait_for(
        lambda: [one for one in telegram.messages(PERSON) if one.message_id > before.message_id], 60
    )
    return later[0]


def draw(drawing: Drawing, message: Message, words: str = "") -> None:
    """What was said, and what came."""
    if words:
        drawing.message(html.escape(words), [], is_mine=True)
    drawing.message(message.html, labels(message), is_mine=False)


if __name__ == "__main__":
    main()
