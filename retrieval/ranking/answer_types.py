"""Finds the spans of a text that are of the kind a question asks for: times, amounts with units, places, names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from corpus.regions import region_mentions
from corpus.times import TimeKind, time_mentions
from retrieval.question.kinds import QuestionKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from retrieval.question.query import SubQuestion


@dataclass(frozen=True, slots=True)
class TypedSpan:
    """A span of the kind asked for, with hedge and unit: 近40万吨, never 40."""

    start: int
    end: int
    fit: float  # 0..1: how well it fits; 1 if it is certainly of the kind and in the unit asked for


_NUMERAL = r"(?:\d[\d,]*(?:\.\d+)?|(?<![\d万亿])[一二两三四五六七八九十百千半数几][一二三四五六七八九十百千万亿]{0,11})"
_SCALE = r"(?:余|多|几)?[十百千万亿]{0,4}(?:余|多)?"
UNITS = frozenset(
    (
        "平方公里 平方千米 平方米 立方米 公里 千米 公斤 公顷 公尺 英里 海里 人次 架次 美元 日元 英镑 欧元 "
        "港元 新台币 人民币 美金 小时 分钟 个月 名 人 元 吨 亩 米 个 家 项 条 套 座 件 户 台 辆 种 岁 届 "
        "场 次 位 所 间 艘 架 % 倍 成 级 层 期 款 颗 支 部 集 章 首 幅 段 代 头 匹 口 块 门 天 日 年 月 "
        "秒 周 里 磅 克 升 瓦 伏 度 ℃ °c km kg mm cm m2 m g t 只 枚 票 分 类 册 卷 篇 句 字 道 声 族 省 "
        "市 县 国 站 排 国家 大 对 组 株 艇 人口 平方 起 张 本 份 轮 笔 批 片 棵 节 堂 页 趟 回 例 栋 幢 "
        "km2 个多月 个小时 个国家 种类 "
    ).split()
)
_UNIT = "|".join(sorted(map(re.escape, UNITS), key=len, reverse=True))
_BEFORE = (  # repetition is bounded, so that matching takes linear time
    r"(?:(?:将|接)?近|约|大约|超过?|逾|突破了?|达到?|至少|不少于|不低于|不足|多达|高达|最高达?|累计超?|总?共计?|合计|总计|计划|预计|仅|"
    r"同比|年均|增长|增幅|上升|下降|减少|第|前|排名|位居|升至){0,3}"
)
_AFTER = r"(?:以上|以下|以内|之内|左右|上下|余|多)?"
_FRACTION = rf"百分之{_NUMERAL}|[一二三四五六七八九十百]{{1,4}}分之[一二三四五六七八九十]{{1,3}}|一半|半数|过半"
_BARE = rf"\d[\d,]*(?:\.\d+)?{_SCALE}|[一二两三四五六七八九十百千万亿]{{2,12}}|(?<=第)[一二三四五六七八九十]"
_AMOUNT = re.compile(rf"{_BEFORE}(?:{_FRACTION}|(?P<number>{_NUMERAL}){_SCALE}\s?(?P<unit>{_UNIT})|{_BARE}){_AFTER}")
_CLOCK = re.compile(  # times that `corpus.times` does not find: hours, days alone, dynasties and their eras
    r"\d{1,2}[:时点](?:\d{1,2}分?)?|[一二三四五六七八九十\d]+(?:世纪|年间)|\w{2}(?:时期|年间|时代|战争时)|[早中晚上下][上午]|"
    r"(?<!\d)[\u4e00-\u9fff]{2}(?:元|[一二三四五六七八九十廿]{1,3}|\d{1,2})年(?![前后来间内])|"
    r"(?<!\d)\d{1,2}[日号](?:凌晨|清晨|上午|中午|下午|傍晚|晚间|晚上?)?|[\u4e00-\u9fff]{1,2}[代朝](?!表)"
)
_LIMIT = re.compile(r"[之以]?[前后](?![期景往续来者])")  # 2027年底前: before it, not in it
_ABOUT = re.compile(r"大?约(?:在|于|到|至)?$")
_PLACE = re.compile(
    r"[^\W_]{1,12}?(?:省|市|县|区|镇|乡|村|州|国|岛|路|街道?|山|河|湖|港|海|城|园|馆|站|大学|学院|中心|地区|机场|寺|宫|洲|酒店|广场|"
    r"基地|医院|学校|教堂|大厦|大楼|公园|附近|沿岸|流域|高原|平原|半岛|群岛|盆地)|(?<=[在于到至往])[^\W\d_]{2,8}"
)
_PLACE_ASKED = re.compile(r"([省市县区镇乡村路街国岛州站])$")  # 哪个县, 哪座城市
_NAME = re.compile(
    r"[^\W\d_]{1,14}?(?:公司|集团|大学|学院|局|厅|委员会|委|部门|院|协会|学会|联合会|中心|机构|银行|政府|法院|警方|组织|党|军|队|社|会)|"
    r"[^\W\d_]{1,12}(?:·[^\W\d_]{1,12})+"
)

_MONEY = frozenset("元 美元 日元 英镑 欧元 港元 新台币 人民币 美金".split())
_PEOPLE = frozenset("人 名 位 人次 户 口 人口".split())
_SHARE = frozenset("% 倍 成 百分之".split())
_LENGTH = frozenset("米 公里 千米 里 公尺 英里 海里 km m cm mm".split())
_AREA = frozenset("平方公里 平方千米 平方米 亩 公顷 平方 km2 m2".split())
_RANKS = frozenset("名 位 大 个 轮 届 次 张".split())
_SPAN = frozenset("年 月 个月 天 日 小时 分钟 秒 周".split())
_COUNTED = frozenset("个 家 项 条 座 名 位 人 所 种 件 类 处 间 艘 架 台 辆 套 部 支 届 场 次".split())
_MASS = frozenset("吨 公斤 克 磅 kg g t".split())
# Words of a question, and the units in which the amount is counted; the first pattern that matches decides.
_ASKED = tuple(
    (re.compile(pattern), units)
    for pattern, units in (
        (
            r"百分之几|几成|比例|占比|[佔占].{0,6}多少|增[长幅速加]?了?多少|涨了?多少|提高了?多少|下降了?多少|增[幅速]",
            _SHARE,
        ),
        (
            (
                r"多少钱|[多几]少?(?:万|亿|千)*(?:美?元|资金)|投资(?:了|是|有|为)?多少|[投花砸]了?多少|投资额|总投资|金额|产值|"
                r"收入|营收|利润|成本|价格|费用|工资|房?租金?|票价|预算|资产|市值|资金"
            ),
            _MONEY,
        ),
        (r"增长|下降|百分之|率[是为达有]?", _SHARE),
        (r"多长时间|多久|几(?:年|天|个月|小时)|多少(?:年|天|个月|小时)", _SPAN),
        (r"多长|多远|多高|多宽|多深|长度|高度|全长|里程|海拔|距离|宽度|深度", _LENGTH),
        (r"多大面积|面积|占地", _AREA),
        (r"多少人|几人|几个人|人数|人口|多少名|多少位|几位|几名|伤亡|人员", _PEOPLE),
        (r"多重|重量|体重|产量|多少(?:万|亿)*吨", _MASS),
        (r"多大[年岁]|年龄|几岁|多少岁", frozenset({"岁"})),
        (r"第几|几名|排名|名次|排到", _RANKS),
    )
)
_MEASURE_ASKED = re.compile(rf"(?:多少|几)(?:万|亿|千|百)*(?P<unit>{_UNIT})")


def typed_spans(part: SubQuestion, text: str) -> tuple[TypedSpan, ...]:
    """Find the spans of a normalised text that are of the kind asked for and not in the question already.

    They are offsets in `text`, may overlap and are not in reading order; kinds other than those of _FINDERS have none.
    """
    find = _FINDERS.get(part.kind)
    return tuple(span for span in find(part, text) if text[span.start : span.end] not in part.text) if find else ()


def kind_fit(part: SubQuestion, text: str) -> float:
    """Return the fit of the best span of the kind asked for, 0..1; 0 if there is none.

    It is always 1 for a kind of which spans cannot be recognised (why, how, what), and for persons.
    """
    if part.kind not in _FINDERS or part.kind is QuestionKind.WHO:
        return 1.0
    return max((span.fit for span in typed_spans(part, text)), default=0.0)


def anchors(part: SubQuestion) -> tuple[str, str]:
    """Return the content word before the question word and the one after it (no unit); empty where there is none."""
    left = [token.word for token in part.words if token.end <= part.asked[0]][-1:]
    right = [token.word for token in part.words if token.start >= part.asked[1] and token.word not in UNITS][:1]
    return "".join(left), "".join(right)


@lru_cache(1024)
def asked_units(question: str) -> frozenset[str]:
    """Return the units in which the amount asked for may be given; empty if the question leaves them open."""
    measure = _MEASURE_ASKED.search(question)
    if measure and measure["unit"] == "个":
        return _COUNTED
    if measure and measure["unit"] not in ("大", "分"):
        unit = measure["unit"]
        return next((units for units in (_MONEY, _PEOPLE, _MASS, _AREA) if unit in units), frozenset({unit}))
    return next((units for pattern, units in _ASKED if pattern.search(question)), frozenset())


def _times(_: SubQuestion, text: str) -> Iterator[TypedSpan]:
    """Yield the times, with the 约 before and the 前 or 后 behind them; durations are left out."""
    for mention in time_mentions(text):
        if mention.kind is not TimeKind.DURATION:
            about = _ABOUT.search(text, 0, mention.start)
            start = about.start() if about else mention.start
            limit = _LIMIT.match(text, mention.end)
            end = limit.end() if limit else mention.end
            yield TypedSpan(start, end, 0.6 if mention.kind is TimeKind.RELATIVE else 1.0)
    for match in _CLOCK.finditer(text):
        yield TypedSpan(*match.span(), 0.6)


def _amounts(part: SubQuestion, text: str) -> Iterator[TypedSpan]:
    """Yield the amounts, with hedge and unit; 一 fits less, since it often counts nothing."""
    units = asked_units(part.text)
    for match in _AMOUNT.finditer(text):
        unit = match["unit"] or ("%" if re.search("分之|半", match[0]) else "")
        fit = _unit_fit(unit, units, match[0])
        yield TypedSpan(*match.span(), min(fit, 0.8 if unit in units else 0.2) if match["number"] == "一" else fit)


def _unit_fit(unit: str, asked: frozenset[str], words: str) -> float:
    """Return how well the unit of an amount fits the units asked for, 0..1; `words` is the amount with its unit."""
    if asked:
        is_bare = not unit and ((asked is _PEOPLE and words[-1] in "万亿千百") or asked is _RANKS)  # 约50万, 第四
        if unit in asked or is_bare:
            return 1.0
        return 0.3 if unit in _SPAN else 0.4
    if unit in ("年", "月", "日", "号"):
        return 0.3  # a date, more often than an amount
    return 0.5 if not unit or unit in _SHARE else 0.8


def _places(part: SubQuestion, text: str) -> Iterator[TypedSpan]:
    """Yield words that end like a place, those after 在 and the like, and the known places of Hubei."""
    asked = _PLACE_ASKED.search(part.text[slice(*part.asked)])
    for match in _PLACE.finditer(text):
        yield TypedSpan(*match.span(), 1.0 if not asked or match[0].endswith(asked[1]) else 0.3)
    for mention in region_mentions(text):
        yield TypedSpan(
            mention.start, mention.end, 1.0 if not asked or asked[1] == mention.region.full_name[-1] else 0.3
        )


def _shaped(pattern: re.Pattern[str]) -> Callable[[SubQuestion, str], Iterator[TypedSpan]]:
    """Return a finder of all matches of a pattern, which fit fully."""
    return lambda _, text: (TypedSpan(*match.span(), 1.0) for match in pattern.finditer(text))


_FINDERS: dict[QuestionKind, Callable[[SubQuestion, str], Iterator[TypedSpan]]] = {
    QuestionKind.WHEN: _times,
    QuestionKind.HOW_MANY: _amounts,
    QuestionKind.WHERE: _places,
    QuestionKind.WHO: _shaped(_NAME),
}
FIGURES = frozenset({QuestionKind.WHEN, QuestionKind.HOW_MANY})  # kinds that a time or an amount answers
