"""Much to read: a first load, and a reload of a few changes while questions arrive."""

from __future__ import annotations

import gzip
import json
import shutil
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.reload.asker import Asker
from benchmarks.reload.processes import memory_of
from benchmarks.reload.replies import Outcome, Span
from benchmarks.reload.report import print_log, print_waits, shown
from benchmarks.reload.rounds import write_round
from benchmarks.reload.scene import scene
from benchmarks.reload.watch import Watch, print_steps
from bot.settings import sample_corpus
from corpus.article_files import QUIET_SECONDS

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from benchmarks.reload.asker import Asked
    from benchmarks.reload.scene import Scene


def run(folder: Path, options: argparse.Namespace) -> list[str]:
    """Much to read: the first load, a reload of a few changes, and one of none, while questions arrive."""
    corpus = folder / "corpus"
    shutil.copytree(sample_corpus(), corpus)
    write_round(corpus, 0)
    lines = gzip.decompress(options.news.read_bytes()).decode("utf-8").splitlines()
    file = corpus / "news.jsonl"
    file.write_text("\n".join(lines) + "\n", "utf-8")
    time.sleep(QUIET_SECONDS + 0.1)
    with scene(folder, corpus, starts=False) as here, ExitStack() as stack:
        watch = stack.enter_context(Watch(here))
        begun = time.monotonic()
        here.bot.start()
        here.bot.wait_ready(600)
        first = time.monotonic() - begun
        print(f"first load, start included: {first:.1f} s; peak of the bot {memory_of(here.bot.pid, 'VmHWM'):.0f} MB")
        print_steps(watch.take())
        print(f"  at rest {memory_of(here.bot.pid, 'VmRSS'):.0f} MB")
        asker = stack.enter_context(Asker(here.telegram, options.rate))
        time.sleep(30)
        spans = []
        for number, name in ((1, "one added, one corrected, one removed"), (1, "unchanged")):
            if name != "unchanged":
                _change_news(file, lines)
                write_round(corpus, number)
                time.sleep(2 * QUIET_SECONDS + 0.1)
            spans.append(_reload_news(here, watch, number, name))
            time.sleep(20)
        with asker.silent():
            time.sleep(5)
            return _judge(here, asker.asked, spans)


def _change_news(file: Path, lines: Sequence[str]) -> None:
    """One article more, one corrected, one less."""
    added = {"id": "added-1", "title": "【鄂州招商】葛店新材料园开园", "date": "2025-08-02"}
    added["paragraphs"] = ["葛店新材料园8月开园，首批入驻企业17家。"]  # type: ignore[assignment]  # a list among texts
    corrected = json.loads(lines[100])
    corrected["paragraphs"][0] += "（更正）"
    fresh = [*lines[:100], json.dumps(corrected, ensure_ascii=False), *lines[101:-1]]
    file.write_text("\n".join([*fresh, json.dumps(added, ensure_ascii=False)]) + "\n", "utf-8")


def _reload_news(here: Scene, watch: Watch, number: int, name: str) -> Span:
    watch.take()
    with suppress(OSError):
        Path(f"/proc/{here.bot.pid}/clear_refs").write_text("5")  # the peak counts anew
    begun = time.time()
    said = here.reload_in_chat(600)
    span = Span(begun, time.time(), number)
    print(f"{name}: {span.ended - begun:.1f} s; peak of the bot {memory_of(here.bot.pid, 'VmHWM'):.0f} MB, "
          f"of the worker {watch.worker:.0f} MB; at rest {memory_of(here.bot.pid, 'VmRSS'):.0f} MB")  # fmt: skip
    print(f"  {shown(said)}")
    print_steps(watch.take())
    return span


def _judge(here: Scene, asked: Sequence[Asked], spans: Sequence[Span]) -> list[str]:
    outcome = Outcome.of(here.telegram, asked, spans)
    outcome.print()
    for fault, replies in outcome.wrong.items():
        print(f"  {fault}: {replies[0].asked.question} {shown(replies[0].said)[:200]}")
    first, last = spans[0], spans[-1]
    waits = [(one.asked.at, one.seconds) for one in outcome.replies]
    print_waits("before", [seconds for at, seconds in waits if at < first.begun])
    print_waits("during the first reload", [seconds for at, seconds in waits if first.has(at)])
    print_waits("during the unchanged one", [seconds for at, seconds in waits if last.has(at)])
    print_waits("between and after", [seconds for at, seconds in waits if at > first.ended and not last.has(at)])
    errors = print_log(here.bot.log)
    return [*outcome.broken(), *([f"{len(errors)} errors in the log"] if errors else [])]
