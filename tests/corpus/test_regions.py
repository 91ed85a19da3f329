"""Places are found by their own names only, and what an article is about is not all that it names."""

from __future__ import annotations

import csv
import datetime
import time
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opencc import OpenCC

import corpus.regions
from corpus.model import Article, Origin, Paragraph, Section
from corpus.regions import Region, covers, find_region, region_mentions, regions_about

_TABLE = Path(corpus.regions.__file__).with_name("regions.tsv")
_ROWS = list(csv.DictReader(_TABLE.read_text("utf-8").splitlines(), dialect="excel-tab", restval=""))


def _region(name: str) -> Region:
    region = find_region(name)
    assert region, name
    return region


def _names(text: str) -> list[str]:
    return [mention.region.name for mention in region_mentions(text)]


def _article(title: str, *paragraphs: str) -> Article:
    numbered = tuple(Paragraph(number, text) for number, text in enumerate(paragraphs, start=1))
    return Article(
        id="1",
        title=title,
        date=datetime.date(2025, 7, 19),
        sections=(Section("", numbered),),
        origin=Origin("page.txt", 1),
    )


def _about(title: str, *paragraphs: str) -> list[str]:
    return [region.name for region in regions_about(_article(title, *paragraphs))]


def test_the_gazetteer_holds_every_division_of_the_province() -> None:
    """A county that is missing is a county nobody can ask for; the fortieth 区 is the forestry district 神农架."""
    counties = [row for row in _ROWS if row["city"] and row["name"] != row["city"]]
    cities = [row for row in _ROWS if row["name"] == row["city"]]
    directly = [row for row in cities if row["name"] in {"仙桃", "潜江", "天门", "神农架"}]
    kinds = Counter(row["full name"][-1] for row in counties + directly)
    assert (len(cities), len(counties)) == (17, 99)
    assert kinds == {"区": 40, "市": 26, "县": 37}


def test_every_county_belongs_to_a_city_of_the_gazetteer() -> None:
    """Asking for a city must find its counties."""
    cities = {row["name"] for row in _ROWS if row["name"] == row["city"]}
    assert {row["city"] for row in _ROWS} - {""} == cities


def test_no_name_stands_for_two_places_nor_for_a_word_that_is_none() -> None:
    """Otherwise the order of the table would decide which place is meant."""
    names = [name for row in _ROWS for name in {row["name"], row["full name"], *row["other names"].split()}]
    words = {word for row in _ROWS for word in row["not within"].split()}
    assert len(names) == len(set(names))
    assert words.isdisjoint(names)


@pytest.mark.parametrize("row", _ROWS, ids=lambda row: row["name"])
def test_every_place_is_found_by_each_of_its_names(row: dict[str, str]) -> None:
    """Short, full and old names must all lead to the one place, in Traditional writing too."""
    full = _region(row["full name"])
    traditional = OpenCC("s2t").convert(row["full name"])
    assert {find_region(name) for name in (row["name"], traditional, *row["other names"].split())} == {full}
    assert [mention.region for mention in region_mentions(f"在{row['full name']}，")] == [full]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("湖北省宜昌市点军区", ["湖北", "宜昌", "点军"]),
        ("湖北省黃石市與襄陽市", ["湖北", "黄石", "襄阳"]),
        ("襄樊和蒲圻", ["襄阳", "赤壁"]),
        ("郧县与襄阳县", ["郧阳", "襄州"]),
        ("宜昌县城", ["夷陵"]),
        ("长阳土家族自治县", ["长阳"]),
        ("恩施玉露", ["恩施"]),
        ("恩施市区", ["恩施市"]),
        ("恩施州和恩施市", ["恩施", "恩施市"]),
        ("荆州市荆州区", ["荆州", "荆州区"]),
        ("黄石港口吞吐量", ["黄石"]),
        ("黄石港区", ["黄石港"]),
        ("黄石新港（物流）工业园", ["黄石"]),
        ("武汉市场活跃", ["武汉"]),
        ("武汉路演", ["武汉"]),
        ("荆州区域中心", ["荆州"]),
        ("襄阳县域经济", ["襄阳"]),
        ("（武汉）知识产权", ["武汉"]),
        ("南漳、保康等县", ["南漳", "保康"]),
        ("公安县公安局", ["公安"]),
        ("荆州公安局", ["荆州"]),
        ("武汉青山", ["武汉", "青山"]),
        ("武汉市江汉、江岸、青山三区", ["武汉", "江汉", "江岸", "青山"]),
        ("天门、仙桃、潜江", ["天门", "仙桃", "潜江"]),
        ("孝感云梦", ["孝感", "云梦"]),
        ("湖北通山", ["湖北", "通山"]),
        ("通城县打通城乡，通城再出发", ["通城", "通城"]),
        ("青山区的青山绿水", ["青山"]),
        ("湖南湖北", ["湖北"]),
        ("供应应城", ["应城"]),
        ("洪湖北岸", ["洪湖"]),
        ("点军区点军路", ["点军"]),
        ("沙市区", ["沙市"]),
        ("随县", ["随县"]),
        ("大冶、松滋、老河口", ["大冶", "松滋", "老河口"]),
    ],
)
def test_a_text_names_its_places_in_order(text: str, places: list[str]) -> None:
    """Question and passage are matched by the places they name."""
    assert _names(text) == places


@pytest.mark.parametrize(
    "text",
    [
        "上海南站", "上海宜昌路", "襄阳南路", "武汉大道", "北京市通州区", "公安机关", "绿水青山", "天门山", "朝天门",
        "云梦泽", "江汉平原", "江汉大学", "长江岸线", "浙江汉邦", "长沙市区", "三沙市", "汉阳造", "汉阳大学",
        "广东宝安", "江西陵园", "集团风险", "京东宝贝", "适应城市", "适宜城市", "西安陆港", "交通城际", "普通山区",
        "硅谷城市", "医保康复", "长远安排", "重点军工", "西点军校", "推广水稻", "振兴山区", "跟随县长", "住房县级",
        "成长阳光", "沈阳新区",
        "引来凤凰", "恍然大悟", "当阳光洒下", "黄梅戏", "黄石公园", "太湖北岸", "华容县", "襄城县",
        "他们曾都是", "天下陆续", "钢铁山", "咸丰年间", "总监利用", "钻石首饰", "天门", "青山",
    ],
)  # fmt: skip
def test_other_words_hold_no_place(text: str) -> None:
    """A place found inside another word sends the alert of that place to its subscribers."""
    assert _names(text) == []


def test_a_place_known_beforehand_is_found_by_its_bare_name() -> None:
    """Below 【天门招商】 nobody writes 天门市 again."""
    assert [mention.region.name for mention in region_mentions("天门的服装产业", [_region("天门")])] == ["天门"]


def test_offsets_are_of_the_text_given_where_normalising_changes_its_length() -> None:
    """A highlight is cut from the original, whose … becomes three dots and whose joiner vanishes."""
    text = "……武\u200b漢市"
    assert [text[mention.start : mention.end] for mention in region_mentions(text)] == ["武\u200b漢市"]


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("黄石招商", "黄石"),
        ("红安县招商", "红安"),
        ("湖北招商", "湖北"),
        ("天门招商引资", "天门"),
        ("公安", "公安"),
        ("武汉市青山区", "青山"),
        ("湖北省襄阳市襄城区", "襄城"),
        (" 仙桃 ", "仙桃"),
        ("神农架林区", "神农架"),
    ],
)
def test_a_name_or_a_column_tag_finds_its_place(name: str, place: str) -> None:
    """Whoever asks for a place by name means the place, even where the name is an ordinary word."""
    assert _region(name).name == place


@pytest.mark.parametrize("name", ["", "招商", "深圳", "襄城县", "武汉和宜昌", "黄石新港", "武汉市场"])
def test_what_is_no_single_place_finds_none(name: str) -> None:
    """A subscription to half a name would bring alerts nobody asked for."""
    assert find_region(name) is None


def test_the_province_covers_all_a_city_its_counties_and_a_county_itself() -> None:
    """Asking for 襄阳 must find 襄城, and asking for 襄城 not all of 襄阳."""
    province, city, county = _region("湖北"), _region("襄阳"), _region("襄城")
    assert all(covers(wide, narrow) for wide, narrow in [(province, city), (province, county), (city, county)])
    assert all(covers(region, region) for region in (province, city, county))
    assert not any(covers(narrow, wide) for wide, narrow in [(province, city), (city, county)])


def test_a_county_named_like_its_city_covers_only_itself() -> None:
    """荆州区 is one of eight counties of 荆州."""
    assert covers(_region("荆州"), _region("荆州区"))
    assert not covers(_region("荆州区"), _region("公安县"))


@pytest.mark.parametrize(
    ("title", "introduction", "about"),
    [
        ("【湖北招商】康复中心落户襄阳", "湖北省襄阳市迎来一个新中心。", ["襄阳"]),
        ("【湖北招商】湖北省培育上市公司", "湖北省工作会议在襄阳市召开，宜昌、荆门发言。", ["湖北"]),
        ("【襄阳招商】襄城区与深圳宝安区合作", "襄阳市襄城区推行跨省通办。", ["襄城"]),
        ("【湖北招商】聚力县域经济", "湖北省有关部门在黄冈市蕲春县调研。", ["湖北"]),
        ("【湖北招商】新工厂投产", "湖北省宜昌市点军区一家工厂投产。", ["点军"]),
        ("【武汉招商】高校平台签约", "平台设在洪山区，服务襄阳。", ["武汉"]),
        ("【宜昌招商】宜昌牵手荆州", "两市签约。", ["宜昌"]),
        ("【红安县招商】开发区扩容", "黄冈市红安县的开发区扩容。", ["红安"]),
        ("【黄石新港招商】港口扩建", "码头动工。", ["黄石"]),
        ("【天门招商】天门服装出海", "天门的服装卖到海外。", ["天门"]),
        ("【招商动态】武汉青山新材料项目开工", "宝武参与。", ["青山"]),
        ("随州专用车走俏", "湖北省的订单增加。", ["随州"]),
        ("【政策解读】税收优惠", "宜昌、襄阳的企业受益。", ["宜昌"]),
        ("【政策解读】税收优惠", "企业受益。", []),
        ("【湖北招商】武汉与宜昌共建园区", "园区动工。", ["武汉", "宜昌"]),
    ],
)
def test_tag_headline_and_introduction_tell_what_an_article_is_about(
    title: str, introduction: str, about: list[str]
) -> None:
    """An alert for 襄阳 must not bring every article that only mentions 襄阳."""
    assert _about(title, introduction) == about


def test_what_an_article_only_mentions_is_not_what_it_is_about() -> None:
    """Nor is the city that the district in its headline belongs to."""
    paragraphs = "襄阳市襄城区推行。", "谷城县与深圳市也已合作。"
    assert _about("【襄阳招商】襄城区推行跨省通办", *paragraphs) == ["襄城"]


def test_an_article_without_title_and_text_is_about_nothing() -> None:
    """A stub in a corpus is no error."""
    assert _about("") == []


@settings(deadline=None)  # the first text loads the converter
@given(
    st.lists(
        st.sampled_from(["武汉", "青山", "、", "市", "区", "县", "路", "天门", "仙桃", "湖北", "㎡", "\u200b", "公安"])
    )
)
def test_mentions_lie_in_the_text_in_order_without_overlaps(words: list[str]) -> None:
    """Whoever cuts or highlights spans relies on their order."""
    text, end = "".join(words), 0
    for mention in region_mentions(text):
        assert end <= mention.start < mention.end <= len(text)
        end = mention.end


@pytest.mark.parametrize("unit", ["湖北", "青山", "黄石港", "长", "1"])
def test_finding_takes_time_in_proportion_to_the_text(unit: str) -> None:
    """One broken line in a corpus must not stop a reload: 200 kB in under a second."""
    text = unit * (200_000 // len(unit.encode()))
    began = time.process_time()
    region_mentions(text)
    assert time.process_time() - began < 1
