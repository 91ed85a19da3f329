"""Reads the status of a fact off its sentence: done, under way, planned, or only somebody's view."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from corpus.text import normalize
from retrieval.facts import cues
from retrieval.facts.cues import has_future

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence


class Status(StrEnum):
    """How far a thing has come, in order from the weakest claim to the strongest.

    If the words of a sentence allow several, the weakest counts.
    """

    VIEW = "view"  # an expectation or a judgement
    PLANNED = "planned"
    ONGOING = "ongoing"
    DONE = "done"  # also a plain statement: 银岭路全长300米


@dataclass(frozen=True, slots=True)
class _Cue:
    """A pattern that gives a clause a status.

    Attributes:
        search: returns something true if a normalised clause has the cue.
        is_firm: it counts although the clause has 已 or 了.
        is_ruling: it counts for the clauses after it as well.
    """

    search: Callable[[str], object]
    status: Status
    is_firm: bool = True
    is_ruling: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class _Clause:
    """A clause together with the introductory clauses before it.

    Attributes:
        start, end: its place in the normalised sentence.
        text: for instance 到2027年,园区力争突破800家.
        own: the status that its cues give; None if it has no cue.
        rule: the status that its cues give the clauses after it, unless these have cues; None for none.
        has_happened: it has 已, 了 or the like, which ends the rule of the clauses before it.
    """

    start: int
    end: int
    text: str
    own: Status | None
    rule: Status | None
    has_happened: bool


_CUES = (
    _Cue(cues.HOPED.search, Status.VIEW),
    _Cue(cues.JUDGED.search, Status.VIEW, is_ruling=False),
    _Cue(cues.FIRM_PLAN.search, Status.PLANNED),
    _Cue(has_future, Status.PLANNED),
    _Cue(cues.UNBEGUN.search, Status.PLANNED, is_ruling=False),
    _Cue(cues.MILD_PLAN.search, Status.PLANNED, is_firm=False),
    _Cue(cues.FIRM_ONGOING.search, Status.ONGOING),
    _Cue(cues.MILD_ONGOING.search, Status.ONGOING, is_firm=False, is_ruling=False),
)
_STRENGTH = {status: strength for strength, status in enumerate(Status)}
_PAUSE = re.compile(r"[;:]|(?<!\d),|,(?!\d)")  # not the comma of 1,200亩
_TITLE = re.compile("《[^《》]*》")  # 计划 in a title shows no plan

_POLITE = re.compile(r"(?:请问|我想问一?下?|想问一?下?|你好|您好)[,，]?|[呀啊呢哈\s]")
_DEED = cues.any_of(
    "投[产用运入] [开动完竣]工 开[建业园通放张馆] 建[成好完] 盖好 修[好通建] 落[成地户] 通[车航水电气] 启[用动] "
    "上[线市] 运[营行] 营业 完成 签[约订] 达产 验收 交付 入驻 搬[迁到] 实[现施] 达到 超过 突破 [纳列]入 出台 发布 "
    "[设成]立 获[批得] 结束 解决 覆盖"
)
_WHETHER = "(?:是否|是不是|有没有|有无|可曾|曾否)"
_WHETHER_DONE = re.compile(
    r"[了过](?:吗|么|嘛|没有?|吧|不)\W*$|(?:已经?|早就|早已)[^,]*(?:吗|么|嘛|没有?|吧)\W*$|([^\W有])没\1"
    rf"|{_WHETHER}[^,]{{0,16}}?(?:{_DEED}|已|[了过]\W*$)|{_DEED}(?:没有?|了)\W*$"
)
_OTHERWISE = re.compile(  # asks for more than yes or no, or about the future
    cues.any_of(
        "什么 怎么 怎样 如何 谁 哪 多少 几[个家条项年月天成名] 为何 何时 多久 多[长大高远] 打算 准备 预计 会不会 会在 "
        "能不能 能否 可不可以 要不要 需要 计划(?!出台|实施|启动|落地|完成)"
    )
)


def weakest(statuses: Iterable[Status]) -> Status:
    """Return the status that claims least, VIEW first; DONE, as for a plain statement, if there is none."""
    return min(statuses, key=_STRENGTH.__getitem__, default=Status.DONE)


def status_of(sentence: str, spans: Sequence[tuple[int, int]] = ()) -> Status:
    """Return the status of what some words of a sentence say.

    A cue counts for its clause. A plan, a hope or work under way counts for the clauses after it as well, up to one
    that says that something has happened (已, 了, 截至). The weakest status of the clauses that the words touch counts;
    DONE if they touch none.

    Args:
        sentence: as published, in either script.
        spans: start and end in it of the answering words; if empty, all clauses count except those that only judge.
    """
    plain = normalize(sentence)
    text = _TITLE.sub(_blank, plain.text)
    clauses = tuple(_clauses(cues.PASSING_PLAN.sub(_blank, text)))
    statuses = _statuses(clauses)
    if not spans:
        return weakest([status for status in statuses if status is not Status.VIEW] or statuses)
    places = [(clause.start, clause.end, status) for clause, status in zip(clauses, statuses, strict=True)]
    passing = [(*plan.span(), Status.PLANNED) for plan in cues.PASSING_PLAN.finditer(text)]
    return weakest(status for start, end, status in (*places, *passing) if _meet(plain.original(start, end), spans))


def asks_whether_done(question: str) -> bool:
    """Return True if a question asks if something has happened (投产了吗, 是否建成), which a plan does not answer.

    False if it asks for more than yes or no (多少, 什么时候), or about the future. It need not be normalised.
    """
    asked = _POLITE.sub("", normalize(question).text)
    return bool(_WHETHER_DONE.search(asked)) and not (_OTHERWISE.search(asked) or has_future(asked))


def _clauses(text: str) -> Iterator[_Clause]:
    """Yield the clauses of a normalised sentence in order; an introductory one is joined to the next.

    Titles and passing plans must be blanked out already, see `_blank`.
    """
    stops = [match.end() for match in _PAUSE.finditer(text)]
    start = 0
    for stop in (*stops, len(text)):
        if stop == len(text) or not cues.LEAD_IN.fullmatch(text[start : stop - 1].strip()):
            yield _clause(start, stop, text[start:stop].strip().rstrip(",;:。!?"))
            start = stop


def _clause(start: int, end: int, text: str) -> _Clause:
    """Find the cues of a clause; mild ones do not count if something in it has happened.

    Args:
        start: offset of the clause in the normalised sentence.
        end: its end.
        text: the clause without white space and punctuation at its end.
    """
    has_happened = bool(cues.HAPPENED.search(text))
    clause_cues = [cue for cue in _CUES if (cue.is_firm or not has_happened) and cue.search(text)]
    own = weakest(cue.status for cue in clause_cues) if clause_cues or has_happened else None
    rules = [cue.status for cue in clause_cues if cue.is_ruling]
    return _Clause(
        start=start, end=end, text=text, own=own, rule=weakest(rules) if rules else None, has_happened=has_happened
    )


def _statuses(clauses: Sequence[_Clause]) -> list[Status]:
    """Return the status of each clause: its own, else that of the last ruling clause, else DONE.

    A clause without either that tells a measure of a project (总投资) has the weakest status of the clauses after it.
    """
    by_cues: list[Status | None] = []
    rule: Status | None = None
    for clause in clauses:
        if clause.has_happened:
            rule = None
        is_foreseen = rule is Status.VIEW and clause.own is Status.PLANNED  # 专家认为，项目将带动就业
        by_cues.append(rule if is_foreseen else clause.own or rule)
        if clause.rule and not (clause.rule is Status.ONGOING and rule):  # 正在办理 does not end the rule of a plan
            rule = clause.rule
    plain = [status or Status.DONE for status in by_cues]
    for number, clause in enumerate(clauses):
        if by_cues[number] is None and cues.TRAIT.search(clause.text):
            plain[number] = weakest(status for status in plain[number + 1 :] if status is not Status.VIEW)
    return plain


def _blank(match: re.Match[str]) -> str:
    """Return as many placeholder characters, so that offsets stay the same."""
    return "□" * len(match[0])


def _meet(place: tuple[int, int], spans: Iterable[tuple[int, int]]) -> bool:
    """Return True if a place (start, end) overlaps one of the spans; touching is not enough."""
    return any(start < place[1] and place[0] < end for start, end in spans)
