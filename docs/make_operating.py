"""Makes docs/operating.svg and docs/stats.png: what an operator really gets on Telegram, drawn as a chat.

Run it from the repository's root as

    python -m docs.make_operating

The bot runs as a process against an emulated Telegram; what is drawn is what it sent there. The questions of /stats are
spread over two weeks in the database, or there would be a single day.
"""

from __future__ import annotations

import base64
import datetime
import html
import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from bot.settings import sample_corpus
from bot.telegram.wire.payload import load
from docs.make_telegram import Drawing, labels
from tests.support.emulator import Telegram
from tests.support.process import Bot

if TYPE_CHECKING:
    from tests.support.emulator import Message

FOLDER = Path(__file__).parent
OPERATOR = 7001
WORKING = "⏳"
QUESTIONS = (
    *("宜昌消耗了多少磷石膏？", "宝钢黄石新港二期什么时候开工？", "宝钢黄石新港首期工程哪年建成投产？"),
    *("襄阳有几个跨省通办事项？", "武汉地铁十二号线什么时候通车？"),
)
NEW = "---\ntitle: 【宜昌招商】新港码头开工\ndate: 2025-08-01\n---\n宜昌新港码头2025年7月开工建设，总投资12亿元。\n"
BAD = "---\ntitle: 【黄石招商】园区招商\ndate: 8月1日\n---\n正文。\n"


def main() -> None:
    """Do what operators do, and draw what comes."""
    with tempfile.TemporaryDirectory() as name, Telegram() as telegram:
        root = Path(name)
        corpus = root / "corpus"
        shutil.copytree(sample_corpus(), corpus)
        bot = Bot(telegram, root / "cache", root, CHUWEN_CORPUS=str(corpus), CHUWEN_OPERATORS=str(OPERATOR))
        with bot:
            drawing = Drawing()
            edit(corpus)
            for words in ("/check", "/reload"):
                draw(drawing, words, say(telegram, words))
            for file in sorted(corpus.glob("*.md"))[1:5]:
                file.unlink()
            draw(drawing, "/reload", say(telegram, "/reload"))
            (FOLDER / "operating.svg").write_text(drawing.svg(), "utf-8")
            draw_statistics(telegram, bot)


def edit(corpus: Path) -> None:
    """One article is new, one is corrected, one is broken."""
    (corpus / "yichang-xingang.md").write_text(NEW, "utf-8")
    (corpus / "bad.md").write_text(BAD, "utf-8")
    file = corpus / "yichang-linshigao-2019.md"
    file.write_text(file.read_text("utf-8").replace("近40万吨", "约38万吨"), "utf-8")


def say(telegram: Telegram, words: str) -> Message:
    """Say something, and wait for what it comes to, not for how far it is."""
    before = len(telegram.messages(OPERATOR))
    telegram.say(words, OPERATOR)

    def told() -> Message | None:
        found = telegram.messages(OPERATOR)[before:]
        return found[-1] if found and WORKING not in found[-1].text else None

    return telegram.wait_for(told, 60)


def draw(drawing: Drawing, words: str, message: Message) -> None:
    """What was said, and what came back."""
    drawing.message(html.escape(words), [], is_mine=True)
    drawing.message(message.html, labels(message), is_mine=False)


def draw_statistics(telegram: Telegram, bot: Bot) -> None:
    """Ask, and take the picture of /stats."""
    for number in range(60):
        telegram.say(QUESTIONS[number * number % len(QUESTIONS)], 8000 + number % 7)
    telegram.wait_for(lambda: len(telegram.messages()) >= 60 + len(telegram.messages(OPERATOR)), 60)
    with closing(sqlite3.connect(bot.environment["CHUWEN_DATABASE"])) as connection, connection:
        for number, (answer,) in enumerate(connection.execute("SELECT id FROM answers ORDER BY message_id").fetchall()):
            at = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=number * 5 % 14)
            connection.execute("UPDATE answers SET asked_at = ? WHERE id = ?", (f"{at:%Y-%m-%d %H:%M:%S.%f}", answer))
            if number % 3 == 0:
                said = (answer, 5, number % 9 != 0, f"{at:%Y-%m-%d %H:%M:%S.%f}")
                connection.execute("INSERT INTO feedback VALUES (?, ?, ?, NULL, ?)", said)
    say(telegram, "/stats")
    ((payload,),) = bot.rows("SELECT payload FROM outbox WHERE payload LIKE '%\"photo\"%'")
    (FOLDER / "stats.png").write_bytes(base64.b64decode(load(payload).photo))


if __name__ == "__main__":
    main()
