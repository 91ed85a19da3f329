"""An alert for a place brings the articles about it, not all that mention it in passing."""

from __future__ import annotations

import datetime

import pytest

from bot.service.alerts.plan import is_about
from corpus.model import Article, Origin, Paragraph, Section
from corpus.regions import find_region, regions_about

CASES = [
    # the column's tag decides
    ("宜昌", "【宜昌招商】磷石膏综合利用提速", "一批项目开工。", True),
    ("宜昌市", "【宜昌招商】磷石膏综合利用提速", "一批项目开工。", True),
    ("襄阳", "【宜昌招商】磷石膏综合利用提速", "一批项目开工。", False),
    ("荆州", "【宜昌招商】新厂投产", "产品销往荆州和襄阳。", False),
    ("红安", "【红安县招商】开发区扩容", "园区动工。", True),
    ("黄冈", "【红安县招商】开发区扩容", "园区动工。", True),
    ("黄石", "【黄石新港招商】码头扩建", "码头动工。", True),
    ("武汉", "【武汉招商】高校平台签约", "平台也为襄阳服务。", True),
    ("襄阳", "【武汉招商】高校平台签约", "平台也为襄阳服务。", False),
    ("天门", "【天门招商】服装卖到海外", "天门的服装出口增长。", True),
    ("公安县", "【公安县招商】玻璃产业升级", "窑炉点火。", True),
    # the headline names a county within the tag's place
    ("襄城", "【襄阳招商】襄城区与深圳宝安区合作", "襄阳市推行跨省通办。", True),
    ("襄阳", "【襄阳招商】襄城区与深圳宝安区合作", "襄阳市推行跨省通办。", True),
    ("樊城", "【襄阳招商】襄城区与深圳宝安区合作", "襄阳市推行跨省通办。", False),
    ("点军", "【宜昌招商】点军电子信息产业园开园", "园区占地千亩。", True),
    ("青山", "【武汉招商】青山区新材料项目签约", "宝武参与。", True),
    # a city covers its counties and the province all, never the other way round
    ("襄城", "【襄阳招商】襄阳汽车产业链完善", "襄城、樊城均有配套。", False),
    ("荆州区", "【荆州招商】荆州纺织业转型", "全市企业参与。", False),
    ("荆州", "【荆州招商】荆州区食品园扩建", "园区动工。", True),
    ("湖北", "【宜昌招商】点军电子信息产业园开园", "园区占地千亩。", True),
    ("湖北", "【湖北招商】湖北培育上市公司", "全省会议召开。", True),
    ("宜昌", "【湖北招商】湖北培育上市公司", "全省会议召开，宜昌发言。", False),
    ("点军", "【湖北招商】新工厂投产", "湖北省宜昌市点军区一家工厂投产。", True),
    # what is compared with, left or sold to is not what it is about
    ("宜昌", "【黄石招商】黄石电子产业崛起", "与宜昌、襄阳相比，黄石起步更早。", False),
    ("黄石", "【黄石招商】黄石电子产业崛起", "与宜昌、襄阳相比，黄石起步更早。", True),
    ("武汉", "【孝感招商】企业从武汉迁来", "武汉的总部保留。", False),
    # two places in the headline
    ("武汉", "【湖北招商】武汉与宜昌共建园区", "园区动工。", True),
    ("宜昌", "【湖北招商】武汉与宜昌共建园区", "园区动工。", True),
    ("荆门", "【湖北招商】武汉与宜昌共建园区", "荆门观摩。", False),
    # no place in the tag, or no tag
    ("随州", "随州专用车走俏海外", "湖北省的订单增加。", True),
    ("青山", "【招商动态】武汉青山新材料项目开工", "宝武参与。", True),
    ("宜昌", "【政策解读】税收优惠政策", "宜昌的企业受益，襄阳的企业也受益。", True),
    ("襄阳", "【政策解读】税收优惠政策", "宜昌的企业受益，襄阳的企业也受益。", False),
    ("谷城", "新能源电池项目投产", "湖北省襄阳市谷城县的电池项目投产。", True),
    ("襄阳", "新能源电池项目投产", "湖北省襄阳市谷城县的电池项目投产。", True),
    # Traditional, in the article and in what the subscriber wrote
    ("宜昌", "【宜昌招商】遠安縣磷石膏綜合利用", "項目開工。", True),
    ("远安", "【宜昌招商】遠安縣磷石膏綜合利用", "項目開工。", True),
    ("襄陽", "【襄阳招商】汽车产业链完善", "配套齐全。", True),
    ("黃石", "【黃石招商】特鋼項目簽約", "項目落地。", True),
    ("武汉", "【黃石招商】特鋼項目簽約", "武漢企業投資。", False),
    # old and other names
    ("襄樊", "【襄阳招商】汽车产业链完善", "配套齐全。", True),
    ("襄阳", "襄樊老厂焕发新生", "设备更新。", True),
    ("蒲圻", "【咸宁招商】赤壁茶产业招商", "青砖茶出口。", True),
    ("恩施", "恩施土家族苗族自治州茶叶出口", "订单增加。", True),
    # other words and roads of the same characters
    ("青山", "守护青山绿水，发展生态旅游", "生态变好。", False),
    ("公安县", "公安机关打击诈骗", "警方破案。", False),
    ("公安县", "【荆州招商】公安局上门服务企业", "警方走访园区。", False),
    ("沙市", "长沙市招商团来访", "双方座谈。", False),
    ("沙市", "【荆州招商】沙市区智能家居园投产", "园区投产。", True),
    ("宜昌", "上海宜昌路商圈升级", "店铺翻新。", False),
    ("天门", "湖南天门山景区扩容", "游客增加。", False),
    ("通城", "打通城乡物流", "快递进村。", False),
    ("江汉", "江汉平原水稻丰收", "农机作业。", False),
    ("恩施", "【政策解读】税收优惠政策", "企业受益。", False),
    # no place at all
    ("湖北", "【政策解读】税收优惠政策", "企业受益。", False),
    ("宜昌", "", "", False),
]  # fmt: skip


def article(title: str, introduction: str) -> Article:
    """An article of one paragraph."""
    section = Section("", (Paragraph(1, introduction),))
    return Article(
        id="1", title=title, date=datetime.date(2025, 7, 19), sections=(section,), origin=Origin("news.txt", 1)
    )


def matches(name: str, article: Article) -> bool:
    """Whether an article is about a place, by any of its names."""
    assert find_region(name), name
    return is_about(regions_about(article), name)


@pytest.mark.parametrize(("name", "title", "introduction", "is_match"), CASES)
def test_an_article_matches_the_place_that_it_is_about(
    name: str, title: str, introduction: str, is_match: bool
) -> None:
    """Whoever follows 宜昌 wants 宜昌's news, its counties' included, and not each article that compares with it."""
    assert matches(name, article(title, introduction)) is is_match


@pytest.mark.parametrize("name", sorted({name for name, *_, is_about in CASES if is_about}))
def test_the_province_matches_whatever_one_of_its_places_does(name: str) -> None:
    """A subscriber of 湖北 misses nothing that a subscriber of 宜昌 gets."""
    about = [article(title, text) for one, title, text, is_about in CASES if one == name and is_about]
    assert all(matches("湖北", each) for each in about)
