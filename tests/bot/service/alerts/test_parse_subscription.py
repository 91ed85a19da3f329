"""What people type when they subscribe is what they are told of, and comes back in their words."""

from __future__ import annotations

import base64
import re

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from bot.domain.subscriptions import Filter
from bot.service.alerts.parse_subscription import (
    EVERYTHING,
    LINK,
    MOST_KEYWORD,
    MOST_LINK,
    MOST_WORDS,
    ParseError,
    ParseErrorCode,
    format_filter,
    from_link,
    is_equivalent,
    parse_subscription,
    to_link,
)
from corpus.regions import find_region
from retrieval.question.query import LONGEST
from retrieval.summary.keywords import normalize_keyword


def about(*regions: str, keywords: tuple[str, ...] = ()) -> Filter:
    """Articles about one of some places, that hold some words."""
    return Filter(regions, keywords)


def holding(*keywords: str) -> Filter:
    """Articles that hold some words."""
    return Filter((), keywords)


ALL = Filter()


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        # places, by any of their names
        ("宜昌", about("宜昌")),
        ("宜昌市", about("宜昌")),
        ("宜昌招商", about("宜昌")),
        ("黄石招商引资", about("黄石")),
        ("宜昌市点军区", about("点军")),
        ("荊州", about("荆州")),
        ("襄樊", about("襄阳")),
        ("宜昌 宜昌市 宜昌招商", about("宜昌")),
        ("襄阳 宜昌", about("襄阳", "宜昌")),
        # words
        ("磷石膏", holding("磷石膏")),
        ("GDP c919", holding("GDP", "c919")),
        ("寶鋼 宝钢", holding("寶鋼")),
        ("GDP gdp ＧＤＰ", holding("GDP")),
        ("北京", holding("北京")),
        ("哪吒汽车", holding("哪吒汽车")),
        ("几何 微积分", holding("几何", "微积分")),
        # both, however they are set apart
        ("宜昌 磷石膏", about("宜昌", keywords=("磷石膏",))),
        ("磷石膏 宜昌", about("宜昌", keywords=("磷石膏",))),
        ("  宜昌　\n磷石膏 ", about("宜昌", keywords=("磷石膏",))),
        ("宜昌、襄阳，磷石膏；汽车", about("宜昌", "襄阳", keywords=("磷石膏", "汽车"))),
        ("宜昌,襄阳;磷石膏+汽车/电池", about("宜昌", "襄阳", keywords=("磷石膏", "汽车", "电池"))),
        ("、宜昌，，", about("宜昌")),
        # everything
        ("全部", ALL),
        (" 全部 ", ALL),
        ("所有文章", ALL),
        ("ALL", ALL),
        ("everything", ALL),
        # questions, as they are typed
        ("宝钢二期何时开工", Filter(question="宝钢二期何时开工")),
        ("磷石膏利用率是多少？", Filter(question="磷石膏利用率是多少？")),
        ("寶鋼二期什麼時候開工？", Filter(question="寶鋼二期什麼時候開工？")),
        ("宝钢二期 开工了吗", Filter(question="宝钢二期 开工了吗")),
        ("哪吒汽车在哪里投产", Filter(question="哪吒汽车在哪里投产")),
        ("宜昌有几家上市公司", Filter(question="宜昌有几家上市公司")),
        ("磷石膏?", Filter(question="磷石膏?")),
        ("When does the plant open", Filter(question="When does the plant open")),
        ("二期\n何时　开工？", Filter(question="二期 何时 开工？")),
    ],
)
def test_a_wish_is_what_was_typed(text: str, wish: Filter) -> None:
    """Nobody learns a syntax to subscribe."""
    assert parse_subscription(text) == wish


@pytest.mark.parametrize(
    ("text", "reason", "found", "most"),
    [
        ("", ParseErrorCode.EMPTY, "", 0),
        (" \n　", ParseErrorCode.EMPTY, "", 0),
        ("、，；", ParseErrorCode.EMPTY, "", 0),
        ("😀", ParseErrorCode.NO_WORD, "😀", 0),
        ("宜昌 🏭🏭", ParseErrorCode.NO_WORD, "🏭🏭", 0),
        ("《》", ParseErrorCode.NO_WORD, "《》", 0),
        ("\u200b", ParseErrorCode.NO_WORD, "\u200b", 0),
        ("甲 乙 丙 丁 戊 己 庚", ParseErrorCode.TOO_MANY_WORDS, "", MOST_WORDS),
        ("宜昌 襄阳 荆州 黄石 十堰 随州 恩施", ParseErrorCode.TOO_MANY_WORDS, "", MOST_WORDS),
        ("磷" * (MOST_KEYWORD + 1), ParseErrorCode.TOO_LONG, "磷" * MOST_KEYWORD, MOST_KEYWORD),
        ("问" * LONGEST + "？", ParseErrorCode.QUESTION_TOO_LONG, "", LONGEST),
    ],
)
def test_what_is_no_wish_says_what_is_wrong(text: str, reason: ParseErrorCode, found: str, most: int) -> None:
    """So that it can be mended in one go."""
    assert parse_subscription(text) == ParseError(reason, found, most)


def test_what_just_fits_is_a_wish() -> None:
    """The limits are those that the message names."""
    assert parse_subscription("甲 乙 丙 丁 戊 己 甲") == holding(*"甲乙丙丁戊己")
    assert parse_subscription("磷" * MOST_KEYWORD) == holding("磷" * MOST_KEYWORD)
    assert parse_subscription("问" * (LONGEST - 1) + "？") == Filter(question="问" * (LONGEST - 1) + "？")


PLACES, KEYWORDS = ["宜昌", "襄陽", "宜昌市点军区"], ["磷石膏", "寶鋼", "GDP", "哪吒", "😀"]
WORDS = [*PLACES, *KEYWORDS, "全部", "all", "什么", "吗", "要么", "is", "几家"]
texts = st.one_of(
    st.text(max_size=40),
    st.lists(st.sampled_from([*WORDS, "？", "?", "、", "，", " ", "+"]), max_size=8).map("".join),
    st.lists(st.sampled_from(WORDS), max_size=7).map(" ".join),
)


@given(texts)
def test_any_text_is_a_wish_or_says_why_not(text: str) -> None:
    """Whatever somebody sends; and a wish can be stored, which sets its words apart by spaces."""
    wish = parse_subscription(text)
    if isinstance(wish, Filter):
        assert len(wish.regions) + len(wish.keywords) <= MOST_WORDS
        assert tuple(" ".join(wish.keywords).split()) == wish.keywords
        assert all(len(word) <= MOST_KEYWORD and normalize_keyword(word) for word in wish.keywords)
        assert [found.name for name in wish.regions if (found := find_region(name))] == list(wish.regions)
        assert len({normalize_keyword(word) for word in wish.keywords}) == len(wish.keywords)
    else:
        assert wish.reason is not ParseErrorCode.EMPTY or not re.search(r"\w", text)


@given(texts)
@example("要么 宜昌")
@example("开工？ 宜昌")
@example("，is GDP")
@example("、全部")
@example("全部 全部")
def test_the_words_of_a_wish_make_the_same_wish(text: str) -> None:
    """A button that undoes an end of it carries them, and so does a link."""
    wish = parse_subscription(text)
    assume(isinstance(wish, Filter))
    assert isinstance(wish, Filter)
    again = parse_subscription(format_filter(wish))
    assert isinstance(again, Filter)
    assert is_equivalent(again, wish)


@pytest.mark.parametrize("question", ["宝钢二期的开工时间", "磷石膏利用率", "宝钢黄石新港项目二期工程的正式开工时间"])
def test_a_question_stays_one_though_it_does_not_look_like_one(question: str) -> None:
    """Whoever waits for the answer to what was asked before, by a button, waits for no article."""
    again = parse_subscription(format_filter(Filter(question=question)))
    assert isinstance(again, Filter)
    assert is_equivalent(again, Filter(question=question))


@pytest.mark.parametrize("name", ["湖北", "宜昌", "东西湖", "公安", "荆州区"])
def test_a_place_has_words(name: str) -> None:
    """Buttons of regions carry them."""
    assert format_filter(about(name)) == name
    assert parse_subscription(name) == about(name)


def test_words_stand_places_first() -> None:
    """As they are shown."""
    assert format_filter(about("宜昌", "襄阳", keywords=("磷石膏", "汽车"))) == "宜昌 襄阳 磷石膏 汽车"
    assert format_filter(ALL) == EVERYTHING
    assert format_filter(Filter(question="何时？")) == "何时？"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (about("宜昌", "襄阳"), about("襄阳", "宜昌"), True),
        (holding("磷石膏", "GDP"), holding("gdp", "磷石膏"), True),
        (holding("寶鋼"), holding("宝钢"), True),
        (Filter(question="宝钢二期何时开工？"), Filter(question="寶鋼二期 何時開工"), True),
        (ALL, ALL, True),
        (about("宜昌"), about("宜昌", "襄阳"), False),
        (about("宜昌"), holding("宜昌"), False),
        (about("宜昌"), ALL, False),
        (Filter(question="何时？"), ALL, False),
        (Filter(question="磷石膏"), holding("磷石膏"), False),
        (Filter(question="宝钢何时开工？"), Filter(question="宝钢何时投产？"), False),
    ],
)
def test_wishes_are_the_same_whatever_their_order_and_script(one: Filter, other: Filter, same: bool) -> None:
    """Nobody wants the same twice."""
    assert is_equivalent(one, other) is same
    assert is_equivalent(other, one) is same


@given(texts)
def test_a_link_carries_the_words(text: str) -> None:
    """Within what Telegram allows in a deep link: 64 characters of A-Z, a-z, 0-9, _ and -."""
    wish = parse_subscription(text)
    assume(isinstance(wish, Filter))
    assert isinstance(wish, Filter)
    link = to_link(wish)
    if link is None:
        assert len(format_filter(wish).encode()) > (MOST_LINK - len(LINK)) * 3 // 4
    else:
        assert re.fullmatch(r"s_[A-Za-z0-9_-]{1,62}", link)
        assert from_link(link) == format_filter(wish)


def test_a_wish_of_some_words_has_a_link() -> None:
    """To be put on a page, or into a group."""
    assert from_link(to_link(about("宜昌", keywords=("磷石膏",))) or "") == "宜昌 磷石膏"
    assert from_link(to_link(ALL) or "") == EVERYTHING
    assert to_link(about(*["宜昌", "襄阳", "荆州", "黄石", "十堰", "随州"], keywords=())) is not None
    assert to_link(holding("磷" * 16)) is None


@given(st.one_of(st.text(max_size=90), st.from_regex(r"s_[A-Za-z0-9_-]*={0,2}", fullmatch=True)))
@example("s_")
@example("s_A")
@example("s_=")
@example("s__-_-")
@example("q_abc")
def test_a_link_of_anything_is_words_or_nothing(carried: str) -> None:
    """Anybody can make one up; what comes of it can be read, stored and shown."""
    told = from_link(carried)
    if told is not None:
        assert carried.startswith(LINK)
        parse_subscription(told)


def test_a_link_carries_no_character_that_the_store_refuses() -> None:
    """PostgreSQL keeps no NUL: the update would fail again and again."""
    forged = LINK + base64.urlsafe_b64encode("宜昌 a\0b".encode()).decode().rstrip("=")
    wish = parse_subscription(from_link(forged) or "")
    assert isinstance(wish, ParseError) or "\0" not in "".join((*wish.keywords, wish.question or ""))


@pytest.mark.parametrize("carried", ["", "s_", "s_宜昌", "s_5a6c5piM!", "x_5a6c5piM", "5a6c5piM", "s_A", "s_gICA"])
def test_a_broken_link_carries_nothing(carried: str) -> None:
    """It is said so, and nobody subscribes to something odd."""
    assert from_link(carried) is None
    assert from_link("s_5a6c5piM") == "宜昌"
