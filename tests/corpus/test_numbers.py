"""Numbers are read as values, however they are written, and nothing else is."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.quality.variation import in_chinese
from corpus.amounts import contains_number, same_amount
from corpus.numbers import digit_forms, digits, numbers
from corpus.text import normalize


def _read(text: str) -> list[tuple[str, Fraction, str]]:
    plain = normalize(text).text
    return [(plain[number.start : number.end], number.value, number.unit) for number in numbers(plain)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *(
            (text, 2_000_000_000)
            for text in ("二十亿", "20亿", "20.0亿", "2,000,000,000", "二十亿元", "20多亿", "２０亿")
        ),
        ("76.01亿元", 7_601_000_000),
        ("1.2万", 12_000),
        ("三点五亿元", 350_000_000),
        ("两千", 2_000),
        ("三百多家", 300),
        ("一千零一", 1_001),
        ("三百五", 350),
        ("一万二", 12_000),
        ("二十余万人", 200_000),
        ("3亿5000万", 350_000_000),
        ("1亿5千万", 150_000_000),
        ("3亿2百万", 302_000_000),
        ("1亿5千", 150_000_000),
        ("1万2千", 12_000),
        ("2万5000多起", 25_000),
        ("百亿元", 10_000_000_000),
        ("千万元", 10_000_000),
        ("二〇一九", 2019),
        ("一九九八年", 1998),
        ("三家", 3),
        ("10万千瓦", 100_000),
    ],
)
def test_a_number_has_its_value(text: str, value: int) -> None:
    """Articles and questions write one number in different ways."""
    assert [number for _, number, _ in _read(text)] == [value]


@pytest.mark.parametrize(
    "text",
    (
        "一些 一带一路 三峡 百色 千岛湖 万州 五区 十堰 第一 三村工程 七台河 五台山 十分 万一 千万不要 五一 九一八 "
        "一五一十 十四五 三成立 一成不变 三元催化 四川 六安 一千零 a380 5g"
    ).split(),
)
def test_numerals_in_names_and_words_are_no_numbers(text: str) -> None:
    """They would make 三峡 like 三家."""
    assert _read(text) == []


@pytest.mark.parametrize("text", "几十亿 数百万元 十几个 三四百 七八十 两三年 百余家".split())
def test_what_leaves_its_value_open_is_no_number(text: str) -> None:
    """几百 is no 100."""
    assert _read(text) == []


@pytest.mark.parametrize(
    ("text", "percent"),
    [
        ("35%", 35),
        ("百分之三十五", 35),
        ("百分之零点五", Fraction(1, 2)),
        ("百分之百", 100),
        ("千分之五", Fraction(1, 2)),
        ("三分之一", Fraction(100, 3)),
        ("六成以上", 60),
    ],
)
def test_a_share_is_of_a_hundred(text: str, percent: Fraction) -> None:
    """百分之四十, 40% and 四成 are the same."""
    assert [(value, unit) for _, value, unit in _read(text)] == [(percent, "%")]


def test_a_number_stands_where_it_is_written() -> None:
    """Whoever marks it needs its place: scale included, hedge and unit not."""
    assert [words for words, _, _ in _read("累计消耗近40万吨,投资二十亿元")] == ["40万", "二十亿"]


def test_the_beginning_of_a_range_has_the_unit_and_scale_of_its_end() -> None:
    """2-3亿元 is not two yuan or more."""
    assert [(int(value), unit) for _, value, unit in _read("2-3亿元")] == [(200_000_000, "元"), (300_000_000, "元")]


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("20亿元", "二十亿元"),
        ("近40万吨", "40万吨"),
        ("40%", "百分之四十"),
        ("40%", "四成"),
        ("约50万", "50万人"),
        ("超500家", "500多家企业"),
        ("40名", "四十人"),
        ("2公里", "2000米"),
        ("2018年", "二〇一八年"),
        ("2-3亿元", "两亿至三亿元"),
    ],
)
def test_amounts_are_the_same_however_they_are_written(left: str, right: str) -> None:
    """Two articles that say the same do not disagree."""
    assert same_amount(left, right)
    assert same_amount(right, left)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("2018年", "2018"),
        ("20亿元", "20亿美元"),
        ("20亿元", "20万元"),
        ("20%", "20个百分点"),
        ("3个", "3个,76.01亿元"),
        ("第20届", "20届"),
        ("宜昌", "宜昌"),
    ],
)
def test_amounts_of_other_value_or_unit_differ(left: str, right: str) -> None:
    """A year is no count, and what holds no number is no amount."""
    assert not same_amount(left, right)


@given(value=st.integers(10, 10**12 - 1))
def test_a_whole_number_is_read_back(value: int) -> None:
    """Chinese numerals follow one grammar."""
    assert [number for _, number, _ in _read(in_chinese(value))] == [value]


@given(text=st.text(st.sampled_from("一二三十百千万亿零点分之成两多余几数第0123456789.,%年家元米-至a "), max_size=40))
def test_numbers_do_not_overlap(text: str) -> None:
    """Any text is read, in order."""
    found = numbers(text)
    assert all(number.start < number.end <= len(text) for number in found)
    assert all(left.end <= right.start for left, right in pairwise(found))


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("二十亿", ["2000000000"]),
        ("20亿", ["2000000000"]),
        ("2,000", ["2000"]),
        ("76.01亿元", ["7601000000"]),
        ("千分之五", ["0.5"]),
        ("三分之一", [""]),
        ("二〇一九年十月", ["2019", "10"]),
        ("1,234.567", ["1234.567"]),
        ("9" * 40, [""]),
    ],
)
def test_a_number_has_plain_digits(text: str, plain: list[str]) -> None:
    """The index holds them, so that all ways of writing are found by one another; what would not end has none."""
    assert [digits(number) for number in numbers(normalize(text).text)] == plain


@pytest.mark.parametrize(
    ("text", "number", "holds"),
    [
        ("总投资20亿元", "二十亿", True),
        ("总投资20亿元", "二十亿元", True),
        ("总投资20亿元", "二十亿美元", False),
        ("总投资20亿元", "20", False),
        ("2019年10月", "二〇一九年", True),
        ("宜昌", "二十亿", False),
    ],
)
def test_a_text_holds_a_number_however_it_is_written(text: str, number: str, holds: bool) -> None:
    """A unit must be the same where one is said."""
    assert contains_number(text, numbers(number)[0]) is holds


@given(
    st.lists(
        st.sampled_from(
            [
                "2024",
                "20",
                "3",
                "007",
                "1,200",
                "2.50",
                "2.5",
                ".",
                "1234567890123456789012345678",
                "亿",
                "万",
                "二十",
                "千",
                "-",
                "至",
                "元",
                "%",
                "年",
                "吨",
                "٣",
                "第",
                "成",
                "百分之",
                "投资",
            ]
        ),
        max_size=9,
    )
)
def test_what_is_passed_over_would_have_been_the_same(pieces: list[str]) -> None:
    """The index reads millions of numbers, most of them plain, and must not read them otherwise than questions do."""
    text = "".join(pieces)
    read = ((digits(number), text[number.start : number.end]) for number in numbers(text))
    assert list(digit_forms(text)) == [term for term, said in read if term and term != said]
