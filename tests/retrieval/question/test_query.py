"""A question is understood by its kind and its parts, however it is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.text import normalize
from retrieval.index.terms import QUESTION_WORDS
from retrieval.question.kinds import QuestionKind
from retrieval.question.query import LONGEST, MOST_PARTS, parse_question

if TYPE_CHECKING:
    from retrieval.words.segment import Segmenter

ROWS = [
    ("宝钢黄石新港二期什么时候开工？", [QuestionKind.WHEN]),
    ("宝钢二期啥时候开工", [QuestionKind.WHEN]),
    ("宝钢是哪一年来黄石建生产基地的？", [QuestionKind.WHEN]),
    ("意见是哪年印发的", [QuestionKind.WHEN]),
    ("二期工程何时投产？", [QuestionKind.WHEN]),
    ("会议几月召开？", [QuestionKind.WHEN]),
    ("宜昌消耗了多少磷石膏？", [QuestionKind.HOW_MANY]),
    ("银岭路有多长？", [QuestionKind.HOW_MANY]),
    ("红安新增了几家企业", [QuestionKind.HOW_MANY]),
    ("襄城区的常住人口是多少", [QuestionKind.HOW_MANY]),
    ("红安2020年在全省考核里排到第几？", [QuestionKind.HOW_MANY]),
    ("湖北 专精特新小巨人 数量", [QuestionKind.HOW_MANY]),
    ("谁主持了会议？", [QuestionKind.WHO]),
    ("哪位院士出席了论坛？", [QuestionKind.WHO]),
    ("二期工程由哪家公司承建？", [QuestionKind.WHO]),
    ("会议在哪里召开？", [QuestionKind.WHERE]),
    ("调研考察了哪个城市？", [QuestionKind.WHERE]),
    ("移动检测车去了哪些县？", None),
    ("为什么要用再生酸技术？", [QuestionKind.WHY]),
    ("项目延期的原因", [QuestionKind.WHY]),
    ("襄城区的人如何办理跨省通办？", [QuestionKind.HOW]),
    ("襄阳怎样奖励上市企业？", [QuestionKind.HOW]),
    ("什么是磷石膏？", [QuestionKind.DEFINITION]),
    ("红安的双强双兴是什么意思？", [QuestionKind.DEFINITION]),
    ("《意见》里的“三大原则”指什么？", [QuestionKind.DEFINITION]),
    ("红安的五区包括哪些？", [QuestionKind.LIST]),
    ("二期工程主要建哪些生产线？", [QuestionKind.LIST]),
    ("天禧孵化园考察聚焦什么？", [QuestionKind.WHAT]),
    ("二期工程投产了吗？", [QuestionKind.YES_NO]),
    ("二期工程是否已经开工", [QuestionKind.YES_NO]),
    ("磷石膏 综合利用", [QuestionKind.KEYWORDS]),
    ("What is the GDP of Hubei?", [QuestionKind.KEYWORDS]),
    ("宜昌用掉了多少磷石膏？银岭路有多长？", [QuestionKind.HOW_MANY, QuestionKind.HOW_MANY]),
    ("谁主持会议，在哪里召开？", [QuestionKind.WHO, QuestionKind.WHERE]),
    ("二期工程什么时候开工；投资多少亿元", [QuestionKind.WHEN, QuestionKind.HOW_MANY]),
    ("2022年，宜昌投了多少，建了几家？", [QuestionKind.HOW_MANY, QuestionKind.HOW_MANY]),
    ("宝钢二期何时开工？\n投资多少？", [QuestionKind.WHEN, QuestionKind.HOW_MANY]),
    ("请问一下，宝钢二期什么时候开工？谢谢", [QuestionKind.WHEN]),
    ("你好，麻烦问一下襄城区有多少人", [QuestionKind.HOW_MANY]),
    ("哎我想问一哈，红安那个孵化器里头到底进了几家科技企业呀？？谢谢啦", [QuestionKind.HOW_MANY]),
    ("😀宝钢二期何时开工😀😀？？？", [QuestionKind.WHEN]),
    ("宝钢二期什么时候开工???!!!", [QuestionKind.WHEN]),
    ("襄城區的常住人口大約有多少？", [QuestionKind.HOW_MANY]),
    ("誰主持了會議？", [QuestionKind.WHO]),
    ("宝钢\u200b二期什么\u200b时候开工", [QuestionKind.WHEN]),
    ("宝钢二期什么时候开工" * 1000, None),
    ("宜" * 10_000, None),
    ("???", []),
    ("。。。！！！——《》", []),
    ("", []),
    (" \t\n\u3000", []),
    ("😀", []),
    ("什么时候？", []),
    ("为什么呢", []),
    ("多少", []),
    ("你好", []),
    ("谢谢", []),
]
QUESTION_LIKE = st.lists(
    st.sampled_from([row[0][:30] for row in ROWS]) | st.sampled_from("，,？?；。\n 、的了") | st.text(max_size=5)
).map("".join)


@pytest.mark.parametrize(("question", "kinds"), [row for row in ROWS if row[1] is not None], ids=str)
def test_a_question_is_understood(segmenter: Segmenter, question: str, kinds: list[QuestionKind]) -> None:
    """What must stand in an answer depends on the kind; a compound question needs an answer to each part."""
    assert [part.kind for part in parse_question(question, segmenter).parts] == kinds


@pytest.mark.parametrize("question", [row[0] for row in ROWS], ids=lambda question: question[:20])
def test_parts_and_terms_come_together(segmenter: Segmenter, question: str) -> None:
    """What has nothing to search for asks nothing, and the other way round."""
    query = parse_question(question, segmenter)
    assert bool(query.parts) == bool(query.terms)


@given(question=st.text() | QUESTION_LIKE)
def test_no_question_is_an_error(segmenter: Segmenter, question: str) -> None:
    """People type anything."""
    assert len(parse_question(question, segmenter).parts) <= MOST_PARTS


@given(question=QUESTION_LIKE)
def test_words_stand_where_they_say(segmenter: Segmenter, question: str) -> None:
    """Neighbouring words that are missing are told as one, by their places."""
    for part in parse_question(question, segmenter).parts:
        assert [part.text[word.start : word.end] for word in part.words] == [word.word for word in part.words]


@given(question=QUESTION_LIKE)
def test_every_part_says_something(segmenter: Segmenter, question: str) -> None:
    """A part without words would be answered by anything."""
    for part in parse_question(question, segmenter).parts:
        assert part.words
        assert not QUESTION_WORDS & {word.word for word in part.words}


@given(question=QUESTION_LIKE)
def test_parts_are_normalised(segmenter: Segmenter, question: str) -> None:
    """They are compared with texts that are."""
    for part in parse_question(question, segmenter).parts:
        assert normalize(part.text).text == part.text


@pytest.mark.parametrize("question", ["二期什么时候开工", "谁主持会议", "宜昌消耗了多少磷石膏？", "五区包括哪些"])
def test_the_question_word_is_where_it_is_said(segmenter: Segmenter, question: str) -> None:
    """The words beside it tell what is asked."""
    (part,) = parse_question(question, segmenter).parts
    start, end = part.asked
    assert 0 <= start < end <= len(part.text)
    assert not [word for word in part.words if word.start < end and start < word.end]


def test_traditional_is_asked_as_simplified(segmenter: Segmenter) -> None:
    """Articles and questions may be in different scripts."""
    traditional, simplified = (parse_question(q, segmenter) for q in ("襄城區有多少人口？", "襄城区有多少人口？"))
    assert (traditional.parts, traditional.terms) == (simplified.parts, simplified.terms)


@pytest.mark.parametrize(
    "polite", ["请问{}", "你好，{}", "麻烦问一下{}", "我想知道{}", "{}谢谢", "请问一下，{}谢谢啦！"]
)
def test_politeness_is_not_searched_for(segmenter: Segmenter, polite: str) -> None:
    """The words would have to stand in the answer."""
    plain = "宝钢二期什么时候开工？"
    assert parse_question(polite.format(plain), segmenter).terms == parse_question(plain, segmenter).terms


def test_a_question_is_kept_as_typed(segmenter: Segmenter) -> None:
    """It is shown and recorded."""
    assert parse_question(" 請問ＧＤＰ？ ", segmenter).question == " 請問ＧＤＰ？ "


def test_only_the_beginning_of_a_long_text_is_read(segmenter: Segmenter) -> None:
    """A whole article pasted must not cost seconds."""
    long = "宜昌磷石膏" * 200
    assert parse_question(long + "武汉", segmenter).terms == parse_question(long[:LONGEST], segmenter).terms


@pytest.mark.parametrize(
    ("question", "is_about_today"),
    [
        ("武汉今天会下雨吗？", True),
        ("宜昌明天天气怎么样", True),
        ("現在幾點", True),
        ("今天股价多少", True),
        ("宝钢二期什么时候开工", False),
        ("宜昌目前消耗了多少磷石膏", False),
        ("现在红安有多少家企业", False),
    ],
)
def test_what_no_article_can_know(segmenter: Segmenter, question: str, is_about_today: bool) -> None:
    """Yesterday's weather is worse than no answer."""
    assert parse_question(question, segmenter).parts[0].is_about_today is is_about_today


def test_what_is_asked_again_is_asked_once(segmenter: Segmenter) -> None:
    """Else the answer would be followed by the same question as one that was not answered."""
    query = parse_question("宜昌消耗了多少磷石膏？" * 30, segmenter)
    assert len(query.parts) == 1
    assert query.left_out == ()


@pytest.mark.parametrize(
    ("question", "number"),
    [("20亿元的项目在哪里?", "20亿"), ("二十亿的项目在哪里?", "二十亿"), ("2,000个岗位在哪?", "2,000")],
)
def test_a_number_is_one_word(segmenter: Segmenter, question: str, number: str) -> None:
    """20 and 亿 apart stand in many a sentence that says nothing of 20亿."""
    (part,) = parse_question(question, segmenter).parts
    (word,) = [token for token in part.words if token.word.startswith(number)]
    assert part.text[word.start : word.end] == word.word
