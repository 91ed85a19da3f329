"""Whether a correction is news to those who were told of the article: whether figures, names or dates changed."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, TypeAlias

from corpus.amounts import contains_number
from corpus.numbers import digits, numbers
from corpus.regions import region_mentions
from corpus.text import normalize, sentences
from corpus.times import TimeKind, time_mentions
from retrieval.summary.key_figures import unit_end
from retrieval.words.lexicon import part_of_speech

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from fractions import Fraction

    from corpus.model import Article, Correction
    from corpus.numbers import Number
    from corpus.regions import Region
    from corpus.times import TimeMention
    from retrieval.words.segment import Segmenter, Token

Span: TypeAlias = tuple[int, int]

_MARKER = re.compile(  # of a list: 1、 may become 一、
    r"(?m)(?:^|(?<=[。;:!?]))[^\S\n]*\(?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[、.)](?!\d)"
)
_SPACE = re.compile("(?<![a-z0-9]) | (?![a-z0-9])")  # but not that between two Latin words or numbers
_MARK = re.compile(r"[^\w\n]|_")
_TITLE = re.compile("《([^《》\n]+)》")

_VAGUE = re.compile(  # times that count from nobody knows when, and so stand for one another
    "目前|当前|如今|现在|近期|近日|日前|近些?年来?|近来|最近|今后|同期|年内"
)
_SAME_TIME = str.maketrans({"翌": "次", "末": "底", "昔": "昨"})
_EDGE = re.compile("[上中下]旬|[底末初]")
# 三个项目 is 三项: what is counted is told by other words.
_COUNTED = frozenset("个 家 项 条 座 件 种 所 类 次 场".split())

# What turns a figure into its opposite: 增长3% and 下降3%, 超500家 and 近500家.
_SENSES = (
    re.compile(r"(?P<plus>[增升涨扩]|提高)|(?P<minus>[降减跌缩滑]|回落)"),
    re.compile(r"(?P<plus>不少于|不低于|至少|超|逾|突破|[多高]于)|(?P<minus>不足|不到|不超过|至多|[低少]于|未达|近)"),
)
_SENSE_LENGTH = 6  # characters before the figure
_CLAUSE_END = re.compile(r"[,，;；:：。!?\n]")

_NAMES = frozenset({"nr", "ns", "nt", "nz"})
_LONGEST_PERSON = 3  # characters: of the persons in jieba's dictionary those with more are phrases (采取措施, 广大群众)
# Words that jieba guesses around these are no names (他称), though it does not have them in its dictionary.
_SMALL_WORDS = re.compile("[的了是在也都就将把被该此这那他她它们我你您称说等并或又再还很更最已内外里]")
# Words of 4,000 news reports that jieba's dictionary takes for names, the most frequent first.
_ORDINARY = frozenset(
    (
        "中国 城市 正文 强降雨 文明 洪水 智慧 青少年 台风 深度 大运会 山洪 上市 弘扬 和平 普及 高水平 山区 印发 "
        "海洋 美丽 科普 青春 令人 卫星 新区 上市公司 联合会 东西 公正 许可 曝光 治安 普通 惠民 通讯 阳光 申报 "
        "新一轮 中断 滑坡 新建 嘉宾 友谊 顾问 高峰 智能化 高达 幸福感 拓宽 中国式 英雄 两国 城镇 大国 确保安全 "
        "外国 大桥 关联 二人 新鲜 荣誉 温馨 荣获 关怀 养老 权威 宝贵 许可证 换手率 力争 幼儿园 盛夏 蓝天 雷雨 "
        "杜绝 明星 银行卡 师生 海关 上门 满意度 生命安全 新城 福利 国际化 保安 道路交通 中西部 高新区 安全感 "
        "都市 新村 通知书 查明 多渠道 惠及 爱国 太阳 康复 改革开放 安抚 入口 加密 扎根 西瓜 福祉 慈善 顾客 祝福 "
        "安全性 安保 陈述 明白 张贴 封锁 抗议 聊天 汇报 红利 多云 卓越 师傅 保健 亚军 严正 光辉 玉米 家族 论文 "
        "联网 爱国主义 道德 光荣 祝贺 长达 宜居 法治化 护城河 河水 平原 公共场所 新兴产业 育人 特邀 吉祥物 楼宇 "
        "延时 上路 新进展 小镇 网络安全 长度 高潮 中东部 公共交通 商业银行 古城 大都市 维度 洪峰 高昂 陆军 "
        "促发展 充分肯定 诚信 多达 上岗 上台 南北 长大 党和国家 加油站 科研院所 高清 谢谢 高薪 辛勤 远高于 齐全 "
        "崇高 纳米 高科技 集成电路 锂电池 城市更新 大力发展 广度 回国 串联 周密 腾飞 古老 晋级 宝藏 申请人 老公 "
        "开放日 达成协议 国际贸易 改编自 最大化 陈列 蓬勃 奥秘 科考 体操 蓝图 加盟 美化 宝石 沙滩 英勇 空旷 敬畏 "
        "第三产业 第二产业 开放式 基准利率 登记表 新格局 音乐会 国宝 云集 立马 王国 入海 契约 沿河 多维度 多角度 "
        "特大城市 沿海地区 通达 方正 华丽 盛世 宣言 老虎 明珠 黑客 田园 高素质 博士后 博士生 庄园 夸赞 默契 崇尚 "
        "珠宝 美观 联谊 易发 海滨 海湾 湖泊 交易所"
    ).split()
)


def is_material(correction: Correction, segmenter: Segmenter) -> bool:
    """Whether a correction changes figures, names or dates, and so is news to who was told of the article.

    Compared are the date of publication and, of the sentences that are not the same in both, whatever their order: how
    often each number, time, place and name stands there. A name is a word of two characters or more that jieba's
    dictionary takes for one or does not have, and what stands in 《》.
    """
    if correction.before.date != correction.after.date:
        return True
    said = [Counter(_sentences(article)) for article in (correction.before, correction.after)]
    texts = ["\n".join((one - other).elements()) for one, other in (said, said[::-1])]
    known = {mention.region for text in texts for mention in region_mentions(text)}
    before, after = (_read(text, whole, known) for text, whole in zip(texts, said, strict=True))
    return (
        before.times != after.times
        or before.places != after.places
        or _have_other_figures(before, after)
        or _have_other_names(before, after, segmenter)
    )


def _sentences(article: Article) -> Iterator[str]:
    """The title and the sentences of the body, normalised, without white space and the numbers of lists."""
    for part in (article.title, article.body):
        text = _SPACE.sub("", " ".join(_MARKER.sub("", normalize(part).text).split()))
        yield from (text[start:end] for start, end in sentences(text))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Reading:
    """What a text names, and where.

    Attributes:
        text: normalised, a sentence a line.
        words: of the whole article that it is part of, without its marks.
        figures: the numbers that are no part of a time, each with how it is written, unit included.
        other: the text with none of them.
    """

    text: str
    words: str
    times: Counter[str]
    places: Counter[str]
    figures: tuple[tuple[Number, str], ...]
    other: str


def _read(text: str, whole: Counter[str], known: Collection[Region]) -> _Reading:
    times = [time for time in time_mentions(text) if time.kind is not TimeKind.DURATION]
    places = region_mentions(text, known)
    taken = [(time.start, time.end) for time in times]
    counted = [number for number in numbers(text) if not _meets((number.start, number.end), taken)]
    figures = tuple((number, text[number.start : unit_end(text, number)]) for number in counted)
    taken += [(place.start, place.end) for place in places]
    taken += [(number.start, number.start + len(written)) for number, written in figures]
    return _Reading(
        text=text,
        words=_MARK.sub("", "\n".join(whole.elements())),
        times=Counter(filter(None, (_time(text, time) for time in times))),
        places=Counter(place.region.full_name for place in places),
        figures=figures,
        other=_without(text, taken),
    )


def _meets(span: Span, others: Iterable[Span]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in others)


def _without(text: str, spans: Iterable[Span]) -> str:
    """A text with a pause in the place of each of some spans."""
    pieces, at = [], 0
    for start, end in sorted(spans):
        pieces.append(text[at:start])
        at = max(at, end)
    return "，".join([*pieces, text[at:]])


def _time(text: str, time: TimeMention) -> str:
    """The same for one time however it is written; empty where nobody knows when it is (目前, 近年来)."""
    said = text[time.start : time.end]
    edge = _EDGE.search(said)
    if time.first:
        return f"{time.first} {time.last} {edge[0].translate(_SAME_TIME) if edge else ''}"
    if _VAGUE.fullmatch(said):
        return ""
    for number in reversed(numbers(said)):
        said = said[: number.start] + digits(number) + said[number.end :]
    return said.translate(_SAME_TIME)


def _have_other_figures(before: _Reading, after: _Reading) -> bool:
    counts = [Counter(filter(_tells, map(_amount, reading.figures))) for reading in (before, after)]
    lost, found = ([*(one - other).elements()] for one, other in (counts, counts[::-1]))
    for amount in lost:
        same = next((other for other in found if _is_same(amount, other)), None)
        if same is None:
            return True
        found.remove(same)
    return bool(found) or any(_are_turned(sense, before, after) for sense in _SENSES)


@dataclass(frozen=True, slots=True)
class _Amount:
    """What a number says; of things that are counted without the word for one of them."""

    value: Fraction
    unit: str
    written: str = field(compare=False)


def _amount(figure: tuple[Number, str]) -> _Amount:
    number, written = figure
    return _Amount(number.value, "" if number.unit in _COUNTED else number.unit, written)


def _tells(amount: _Amount) -> bool:
    """Not the 一家 of 一家企业."""
    return amount.unit != "" or amount.value != 1


def _is_same(one: _Amount, other: _Amount) -> bool:
    """Whether two numbers are one in different units, or one leaves its unit unsaid: 3公里, 3000米; 3亿, 3亿元."""
    pairs = ((one.written, other.written), (other.written, one.written))
    return any(contains_number(text, number) for written, text in pairs for number in numbers(written))


def _are_turned(sense: re.Pattern[str], before: _Reading, after: _Reading) -> bool:
    """Whether a figure that stands in both says the opposite now."""
    old, new = (_balance(sense, reading) for reading in (before, after))
    return any(old[amount] * new[amount] < 0 for amount in old)


def _balance(sense: re.Pattern[str], reading: _Reading) -> Counter[_Amount]:
    """How much more often each amount is said in one sense than in the opposite one."""
    balance: Counter[_Amount] = Counter()
    for number, written in reading.figures:
        lead = _CLAUSE_END.split(reading.text[max(0, number.start - _SENSE_LENGTH) : number.start])[-1]
        last = next(reversed([*sense.finditer(lead)]), None)
        if last:
            balance[_amount((number, written))] += 1 if last["plus"] else -1
    return balance


def _have_other_names(before: _Reading, after: _Reading, segmenter: Segmenter) -> bool:
    old, new = (segmenter.tokens(one.other) for one in (before, after))
    lost, found = Counter(_words(old)) - Counter(_words(new)), Counter(_words(new)) - Counter(_words(old))
    names = chain(
        (word for word in lost if _is_name(word, segmenter) and not _is_slip(word, before, new, after, segmenter)),
        (word for word in found if _is_name(word, segmenter) and not _is_slip(word, after, old, before, segmenter)),
        (_MARK.sub("", title) for one in (before, after) for title in _TITLE.findall(one.text)),
    )
    return any(before.words.count(name) != after.words.count(name) for name in names)


def _words(tokens: Iterable[Token]) -> Iterator[str]:
    return (token.word for token in tokens)


def _is_name(word: str, segmenter: Segmenter) -> bool:
    if len(word) < 2 or word.isdecimal():
        return False
    if _is_unknown(word, segmenter):
        return not _SMALL_WORDS.search(word)
    tag = part_of_speech(word)
    if tag == "nz" and len(word) == 4 and all(segmenter.frequency(part) for part in (word[:2], word[2:])):
        return False  # 重大成果: two ordinary words, that jieba has as one
    return tag in _NAMES and word not in _ORDINARY and not (tag == "nr" and len(word) > _LONGEST_PERSON)


def _is_unknown(word: str, segmenter: Segmenter) -> bool:
    return not segmenter.frequency(word)


def _is_slip(word: str, mine: _Reading, tokens: Iterable[Token], theirs: _Reading, segmenter: Segmenter) -> bool:
    """Whether a word is an ordinary one with one character mistyped: 发殿 where the other text has 发展.

    Args:
        word: stands in `mine`.
        mine: where it is no name that is known or comes again.
        tokens: of `theirs`.
        theirs: where a word that is no name has the place of the character, between the same neighbours.
        segmenter: knows words.
    """
    if not _is_unknown(word, segmenter) or mine.words.count(word) > 1:
        return False
    start = mine.other.find(word)
    lead, tail = mine.other[max(0, start - 1) : start], mine.other[start + len(word) :][:1]
    shapes = (f"{re.escape(lead + word[:i])}(.){re.escape(word[i + 1 :] + tail)}" for i in range(len(word)))
    places = [match.start(1) for shape in shapes if (match := re.search(shape, theirs.other))]
    instead = [one.word for one in tokens if any(one.start <= place < one.end for place in places)]
    return any(len(one) > 1 and not _is_name(one, segmenter) for one in instead)
