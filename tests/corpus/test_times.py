"""Times are read off the text alone: what it doesn't say stays unsaid."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.times import PartialDate, TimeKind, TimeMention, time_mentions, years

K = TimeKind


def _only(text: str) -> TimeMention:
    found = time_mentions(text)
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("text", "quote", "kind", "said_years"),
    [
        ("项目于2024年开工", "2024年", K.YEAR, (2024, 2024)),
        ("2016年度全省新增", "2016年度", K.YEAR, (2016, 2016)),
        ("2024年度报告", "2024年度", K.YEAR, (2024, 2024)),
        ("２０２４年动工", "２０２４年", K.YEAR, (2024, 2024)),
        ("二〇一九年建成", "二〇一九年", K.YEAR, (2019, 2019)),
        ("二○一九年建成", "二○一九年", K.YEAR, (2019, 2019)),
        ("2024 年投产", "2024 年", K.YEAR, (2024, 2024)),
        ("来自2019年的数据", "2019年", K.YEAR, (2019, 2019)),
        ("2019年起草的文件", "2019年", K.YEAR, (2019, 2019)),
        ("秦在公元前 221年统一", "公元前 221年", K.YEAR, (-221, -221)),
        ("2024年10个项目签约", "2024年", K.YEAR, (2024, 2024)),
        ("1992年以来", "1992年以来", K.SINCE, (1992, 1992)),
        ("自1992年在黄石设厂", "自1992年", K.SINCE, (1992, 1992)),
        ("2020年起实施", "2020年起", K.SINCE, (2020, 2020)),
        ("自2019年10月以来", "自2019年10月以来", K.SINCE, (2019, 2019)),
        ("2019年10月", "2019年10月", K.MONTH, (2019, 2019)),
        ("2019年12月初", "2019年12月初", K.MONTH, (2019, 2019)),
        ("2019年10月31日", "2019年10月31日", K.DAY, (2019, 2019)),
        ("二〇一九年十月三十一日", "二〇一九年十月三十一日", K.DAY, (2019, 2019)),
        ("（2025-07-19）", "2025-07-19", K.DAY, (2025, 2025)),
        ("2025/7/19发布", "2025/7/19", K.DAY, (2025, 2025)),
        ("２０２５．７．１９", "２０２５．７．１９", K.DAY, (2025, 2025)),
        ("10月，三个项目开工", "10月", K.BARE_MONTH, None),
        ("十一月竣工", "十一月", K.BARE_MONTH, None),
        ("10月31日上午", "10月31日", K.BARE_DAY, None),
        ("2016年至2020年", "2016年至2020年", K.RANGE, (2016, 2020)),
        ("自2016年至2020年", "自2016年至2020年", K.RANGE, (2016, 2020)),
        ("2019-2021年", "2019-2021年", K.RANGE, (2019, 2021)),
        ("2020—2022年", "2020—2022年", K.RANGE, (2020, 2022)),
        ("发展规划（2021—2035）", "2021—2035", K.RANGE, (2021, 2035)),
        ("2016年3月至2018年10月", "2016年3月至2018年10月", K.RANGE, (2016, 2018)),
        ("2023年1-10月", "2023年1-10月", K.RANGE, (2023, 2023)),
        ("1月至10月", "1月至10月", K.RANGE, None),
        ("3月5日至8日", "3月5日至8日", K.RANGE, None),
        ("2024年第三季度", "2024年第三季度", K.PART_OF_YEAR, (2024, 2024)),
        ("2024年年底", "2024年年底", K.PART_OF_YEAR, (2024, 2024)),
        ("第二季度", "第二季度", K.PART_OF_YEAR, None),
        ("Q3营收", "Q3", K.PART_OF_YEAR, None),
        ("年底前建成", "年底", K.PART_OF_YEAR, None),
        ("20世纪90年代", "20世纪90年代", K.DECADE, (1990, 1999)),
        ("20世紀八九十年代", "20世紀八九十年代", K.DECADE, (1980, 1999)),
        ("1990年代末", "1990年代末", K.DECADE, (1990, 1999)),
        ("上世纪80年代", "上世纪80年代", K.DECADE, None),
        ("“十四五”期间", "“十四五”期间", K.PLAN_PERIOD, (2021, 2025)),
        ('"十四五"末', '"十四五"末', K.PLAN_PERIOD, (2025, 2025)),
        ("「十四五」時期", "「十四五」時期", K.PLAN_PERIOD, (2021, 2025)),
        ("十三五规划", "十三五规划", K.PLAN_PERIOD, (2016, 2020)),
        ("“十五五”开局之年", "“十五五”开局之年", K.PLAN_PERIOD, (2026, 2026)),
        ("第十四个五年规划", "第十四个五年规划", K.PLAN_PERIOD, (2021, 2025)),
        ("近三年累计", "近三年", K.RELATIVE, None),
        ("近年來持續", "近年來", K.RELATIVE, None),
        ("未来五年", "未来五年", K.RELATIVE, None),
        ("过去十年", "过去十年", K.RELATIVE, None),
        ("去年10月", "去年10月", K.RELATIVE, None),
        ("今年1-9月", "今年1-9月", K.RELATIVE, None),
        ("今年上半年", "今年上半年", K.RELATIVE, None),
        ("于次年投产", "次年", K.RELATIVE, None),
        ("翌年建成", "翌年", K.RELATIVE, None),
        ("当年签约", "当年", K.RELATIVE, None),
        ("为期3年", "3年", K.DURATION, None),
        ("历时三十多年", "三十多年", K.DURATION, None),
        ("15个工作日内办结", "15个工作日", K.DURATION, None),
        ("2000年历史", "2000年", K.DURATION, None),
    ],
)
def test_a_time_has_its_span_its_kind_and_no_more_years_than_it_says(
    text: str, quote: str, kind: TimeKind, said_years: tuple[int, int] | None
) -> None:
    """A quote is shown with the time it names, so neither its words nor its years may be wrong."""
    mention = _only(text)
    assert (text[mention.start : mention.end], mention.kind, mention.years) == (quote, kind, said_years)


@pytest.mark.parametrize(
    "text",
    [
        "第2024号", "2000万元", "0716-20241234", "2000-3000元", "服务器192.168.2025.1", "1,992年", "3.10月",
        "三年级", "十四五岁", "“九五”普通硅酸盐", "投产后年产值", "项目前景", "项目前期", "体现在三个方面", "两次年会",
        "不同年份", "文明年货", "10日前办结", "四季度假区", "附近日常", "失去年轻人", "2024武汉大会", "光明日报",
    ],
)  # fmt: skip
def test_numbers_and_words_that_hold_a_time_word_are_none(text: str) -> None:
    """A year taken from a document number or 后年 out of 投产后年产值 would be an invented date."""
    assert time_mentions(text) == ()


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2019年10月31日", PartialDate(2019, 10, 31), PartialDate(2019, 10, 31)),
        ("10月", PartialDate(None, 10), PartialDate(None, 10)),
        ("2016年3月至10月", PartialDate(2016, 3), PartialDate(2016, 10)),
        ("2019年3月5日至8日", PartialDate(2019, 3, 5), PartialDate(2019, 3, 8)),
        ("3月5日至4月8日", PartialDate(None, 3, 5), PartialDate(None, 4, 8)),
        ("2024年前三季度", PartialDate(2024, 1), PartialDate(2024, 9)),
        ("下半年", PartialDate(None, 7), PartialDate(None, 12)),
        ("1992年以来", PartialDate(1992), None),
        ("去年10月", None, None),
    ],
)
def test_the_parts_of_a_date_are_those_that_the_text_says(
    text: str, first: PartialDate | None, last: PartialDate | None
) -> None:
    """Asked for the day, the month or the year, an answer may give only what stands there."""
    mention = _only(text)
    assert (mention.first, mention.last) == (first, last)


def test_a_bare_month_borrows_no_year_from_its_neighbours() -> None:
    """The ceremony of 10月 took place years before the article: a year beside it proves nothing."""
    months = [mention for mention in time_mentions("2018年签约。10月，集中开工。") if mention.kind is K.BARE_MONTH]
    assert [mention.years for mention in months] == [None]


def test_a_range_that_would_run_backwards_is_read_as_two_times() -> None:
    """The March of 2019年10月至3月 is of a year that the text leaves out."""
    assert [mention.years for mention in time_mentions("2019年10月至3月")] == [(2019, 2019), None]


def test_the_years_of_a_text_are_those_it_names_or_spans() -> None:
    """A question about 2017 must find a sentence on 2016年至2018年, and none that only says 去年."""
    assert years("2016年至2018年增长，1992年以来最快，去年放缓，公元前221年") == {2016, 2017, 2018, 1992, -221}


def test_offsets_are_of_the_text_given_where_normalising_changes_its_length() -> None:
    """A highlight is cut from the original, whose … becomes three dots and whose joiner vanishes."""
    text = "……\u200b２０２４\u200b年㎡"
    mention = _only(text)
    assert text[mention.start : mention.end] == "２０２４\u200b年"


@settings(deadline=None)  # the first text loads the converter
@given(st.text(st.sampled_from("12059〇一二十五年月日-—至自近三去今同次上半季度q“”世纪代起初底个天 ．㋀\u200b")))
def test_mentions_lie_in_the_text_in_order_without_overlaps(text: str) -> None:
    """Whoever cuts or highlights spans relies on their order."""
    end = 0
    for mention in time_mentions(text):
        assert end <= mention.start < mention.end <= len(text)
        end = mention.end


@settings(deadline=None)  # the first text loads the converter
@given(st.text())
def test_years_run_forwards(text: str) -> None:
    """A span that ends before it begins would match no question and hide a misreading."""
    spans = [mention.years for mention in time_mentions(text)]
    assert all(span[0] <= span[1] for span in spans if span)


@pytest.mark.parametrize("unit", ["1", "2024-", "十", "自", "近", " ", "“", "2024年", "2025-07-"])
def test_reading_takes_time_in_proportion_to_the_text(unit: str) -> None:
    """One broken line in a corpus must not stop a reload: 200 kB in half a second, or minutes if squared."""
    text = unit * (200_000 // len(unit.encode()))
    began = time.process_time()
    time_mentions(text)
    assert time.process_time() - began < 5
