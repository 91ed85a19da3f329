"""A follow-up asks what it means after the question before; a question that names its own topic is never touched."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.text import normalize
from retrieval.evaluation.gold import read_questions
from retrieval.question.follow_up import resolve
from tests.support.paths import GOLD

if TYPE_CHECKING:
    from pathlib import Path

    from retrieval.words.segment import Segmenter

FOLLOW_UPS = [json.loads(line) for line in (GOLD / "follow_ups.jsonl").read_text("utf-8").splitlines()]
ALONE = [file.name for file in sorted(GOLD.glob("*.jsonl")) if file.name != "follow_ups.jsonl"]

BAOGANG = "宝钢黄石新港二期什么时候开工？"
GYPSUM = "宜昌消耗了多少磷石膏？"
PLANT = "红安经济开发区的污水处理厂什么时候建成的？"
LISTED = "湖北有多少家上市公司？"
FOLLOWED = [
    # A part of the question before, in the place of what is most like it
    (BAOGANG, "那投产呢？", "宝钢黄石新港二期什么时候投产？"),
    (BAOGANG, "一期什么时候投产", "宝钢黄石新港一期什么时候投产？"),
    (BAOGANG, "二期工程呢", BAOGANG),
    (BAOGANG, "好的。那一期呢？", "宝钢黄石新港一期什么时候开工？"),
    (GYPSUM, "那武汉呢", "武汉消耗了多少磷石膏？"),
    (GYPSUM, "粉煤灰呢", "宜昌消耗了多少粉煤灰？"),
    (GYPSUM, "那荆州有多少吨呢", "荆州消耗了多少磷石膏？"),
    (GYPSUM, "只看点军区", "点军区消耗了多少磷石膏？"),
    (GYPSUM, "2020年", "2020年宜昌消耗了多少磷石膏？"),
    ("磷石膏有什么用途？", "只看宜昌呢", "只看宜昌，磷石膏有什么用途？"),
    ("2019年10月开工了几个项目？", "11月呢", "2019年11月开工了几个项目？"),
    ("2016年至2020年湖北新增了几家企业？", "2021年呢", "2021年湖北新增了几家企业？"),
    ("湖北各市有多少家企业？", "宜昌呢", "宜昌有多少家企业？"),
    ("宜昌市点军区有多少人口？", "襄阳呢", "襄阳有多少人口？"),
    ("红安新增了几家企业？", "学校呢", "红安新增了几个学校？"),
    ("红安新增了几家企业？", "那黄冈新增了几家？", "黄冈新增了几家企业？"),
    ("长飞公司有多少员工？", "那烽火通信呢？", "烽火通信有多少员工？"),
    ("宜昌有跨省通办吗", "那襄阳有吗", "襄阳有跨省通办吗？"),
    (PLANT, "人才公寓呢？", "红安经济开发区的人才公寓什么时候建成的？"),
    (LISTED, "高新技术企业呢", "湖北有多少高新技术企业？"),
    # A pronoun, told by the question before
    (GYPSUM, "它有什么坏处？", "宜昌消耗的磷石膏有什么坏处？"),
    (BAOGANG, "那个项目投资多少", "宝钢黄石新港二期投资多少？"),
    (BAOGANG, "请问它的总投资是多少？谢谢", "宝钢黄石新港二期的总投资是多少？"),
    (PLANT, "该开发区有多少家企业", "红安经济开发区有多少家企业？"),
    (PLANT, "该县有多少人口", "红安有多少人口？"),
    (LISTED, "他们主要做什么", "湖北的上市公司主要做什么？"),
    (LISTED, "其中武汉有多少家？", "湖北的上市公司中武汉有多少家？"),
    ("谁主持了会议？", "他是哪里人", "主持了会议的人是哪里人？"),
    ("武汉大学有多少学生？", "那里有几个校区？", "武汉大学有几个校区？"),
    # What the question is about, in front of what it asks
    (BAOGANG, "在哪里？投资多少？", "宝钢黄石新港二期在哪里开工？宝钢黄石新港二期的投资多少？"),
    (BAOGANG, "什么时候，投资多少", "宝钢黄石新港二期什么时候开工，宝钢黄石新港二期的投资多少？"),
    (BAOGANG, "由谁承建的", "宝钢黄石新港二期由谁承建的？"),
    (BAOGANG, "总投资", "宝钢黄石新港二期的总投资是多少？"),
    (BAOGANG, "地点呢", "宝钢黄石新港二期的地点在哪里？"),
    (BAOGANG, "负责人？", "宝钢黄石新港二期的负责人是谁？"),
    (BAOGANG, "具体时间呢", "宝钢黄石新港二期的具体时间是什么？"),
    ("宝钢黄石新港二期的总投资是多少？", "面积呢", "宝钢黄石新港二期的面积是多少？"),
    ("会议在武汉哪里召开？", "几点", "会议在武汉几点召开？"),
    ("谁主持了会议？", "在哪里召开的？", "会议在哪里召开的？"),
    ("红安新增了几家企业？", "哪些企业？", "红安新增哪些企业？"),
    ("红安新增了几家企业？", "分别是哪些", "红安新增的企业分别是哪些？"),
    ("红安2020年排名第几？", "2021年排第几", "2021年红安排第几？"),
    ("《意见》里的“三大原则”指什么？", "谁印发的", "《意见》里的“三大原则”谁印发的？"),
    ("磷石膏 综合利用", "什么时候开始的", "磷石膏 综合利用什么时候开始的？"),
    (f"{GYPSUM}银岭路多长？", "什么时候修的", "银岭路什么时候修的？"),
    ("宝钢黄石新港二期何时开工？投资多少？", "在哪里", "宝钢黄石新港二期在哪里开工？"),
    # As it was typed: scripts, capitals
    ("寶鋼黃石新港二期什麼時候開工？", "這個項目總投資多少？", "寶鋼黃石新港二期總投資多少？"),
    ("武汉的GDP是多少", "增速呢", "武汉的GDP的增速是多少？"),
]
NOT_FOLLOWED = [
    "谢谢",
    "好的",
    "然后呢",
    "还有呢",
    "结果呢？",
    "原文呢",
    "你呢",
    "你是谁",
    "真的吗",
    "对吗？",
    "谁说的",
    "什么意思",
    "宜昌",
    "磷石膏",
    "有哪些专精特新企业",
    "会议在哪里召开",
    "谁主持了会议",
    "什么是磷石膏",
    "8月29日发生了什么",
    "襄城那边异地办事的需求多起来了吗",
    "避免与其他企业重复的办法是什么",
    "那家汽车零配件企业有多少员工",
    "哪位院士在他的报告里提到了磷石膏？",
    "土耳其的首都在哪里",
    "银岭路应该多长",
    "武汉有多少人口？它的面积是多少？",
    "谁主持会议，在哪里召开？",
    "",
    "？？",
]
TURNS = st.sampled_from([text for one in FOLLOW_UPS for text in (one["before"], one["question"])]) | st.text()
PIECES = st.lists(
    st.sampled_from(["那", "它", "该项目", "其", "二期", "2020年", "呢", "？", "，", "的", "总投资", "哪里", "宜昌"])
    | st.text(max_size=3)
).map("".join)


@pytest.mark.parametrize("case", FOLLOW_UPS, ids=lambda case: case["id"])
def test_a_turn_asks_what_was_meant(segmenter: Segmenter, case: dict[str, Any]) -> None:
    """Written before the program: what the question must hold, and what it must no longer hold."""
    resolved = resolve(case["question"], case["before"], segmenter)
    asked = normalize(resolved or case["question"]).text
    assert (resolved is not None) == case["carried"]
    assert [words for words in case["means"] if normalize(words).text not in asked] == []
    assert [words for words in case["lacks"] if normalize(words).text in asked] == []


@pytest.mark.parametrize(("before", "question", "meant"), FOLLOWED, ids=lambda text: str(text)[-15:])
def test_a_follow_up_is_told_in_full(segmenter: Segmenter, before: str, question: str, meant: str) -> None:
    """It is shown, so that a wrong guess is seen; and it is what the next one follows."""
    assert resolve(question, before, segmenter) == meant


@pytest.mark.parametrize("question", NOT_FOLLOWED)
@pytest.mark.parametrize("before", [BAOGANG, GYPSUM, LISTED])
def test_what_stands_alone_is_left_alone(segmenter: Segmenter, before: str, question: str) -> None:
    """An answer about the topic before would be wrong, and nobody asked for it."""
    assert resolve(question, before, segmenter) is None


@pytest.mark.parametrize("before", ["", "？", "好的", "什么时候", "它呢", "多少钱", "😀"])
@pytest.mark.parametrize("question", ["那二期呢", "它在哪里", "什么时候"])
def test_nothing_follows_what_has_no_topic(segmenter: Segmenter, before: str, question: str) -> None:
    """There is nothing to take over."""
    assert resolve(question, before, segmenter) is None


def test_follow_ups_follow_one_another(segmenter: Segmenter) -> None:
    """Each from what the one before was understood as."""
    said = [BAOGANG]
    for question in ("投产呢", "那一期呢", "它在哪里", "总投资多少"):
        said.append(resolve(question, said[-1], segmenter) or "")
    assert said[1:] == [
        "宝钢黄石新港二期什么时候投产？",
        "宝钢黄石新港一期什么时候投产？",
        "宝钢黄石新港一期在哪里？",
        "宝钢黄石新港一期的总投资多少？",
    ]


@pytest.mark.parametrize("name", ALONE)
def test_questions_asked_one_after_another_stay_as_they_are(segmenter: Segmenter, name: str) -> None:
    """Each was written to be asked alone."""
    questions = [json.loads(line)["question"] for line in (GOLD / name).read_text("utf-8").splitlines()]
    changed = [question for before, question in pairwise(questions) if resolve(question, before, segmenter)]
    assert changed == []


@pytest.mark.parametrize(("name", "most"), [("cmrc_trial", 16), ("drcd_dev", 6), ("finna", 0)])
def test_hardly_any_question_of_others_is_changed(
    segmenter: Segmenter, shared_data: Path, name: str, most: int
) -> None:
    """Taken as one chat, those that are changed say 它, 该书 or 此鱼 of what was asked before."""
    file = shared_data / "questions" / name / "questions.jsonl.gz"
    if not file.exists():
        pytest.skip("the questions are not here")
    questions = [gold.question for gold in read_questions(file)]
    assert sum(resolve(question, before, segmenter) is not None for before, question in pairwise(questions)) <= most


@given(question=TURNS | PIECES, before=TURNS | PIECES)
def test_no_text_is_an_error(segmenter: Segmenter, question: str, before: str) -> None:
    """People type anything; and the same means the same."""
    resolved = resolve(question, before, segmenter)
    assert resolved is None or resolved.endswith("？")
    assert resolve(question, before, segmenter) == resolved
