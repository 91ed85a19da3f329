"""The few sentences that tell best what an article is about."""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, TypeAlias

from corpus.regions import region_mentions
from corpus.text import normalize, sentences
from retrieval.facts.cues import any_of
from retrieval.facts.status import Status, status_of
from retrieval.ranking.matching import match_degree
from retrieval.summary.key_figures import amounts, key_figures

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from corpus.model import Article, Paragraph
    from retrieval.words.segment import Segmenter

Span: TypeAlias = tuple[int, int]

LONGEST_SENTENCE = 300  # characters; of a longer one some clauses are quoted
LONGEST_QUOTE = 200  # characters of those clauses
LEAST_STEP = 20  # characters from the beginning of one choice of clauses to that of the next
LONGEST_READ = 4000  # characters of such a sentence: it is a table, or no text at all
LONG, SHORT = 120, 12  # characters: above the first a sentence tires, below the second it says little
MOST_SENTENCES = 300  # looked at: what an article is about does not stand further down
MOST_WORDS = 40  # that an article is about

# What speaks for a sentence, and against it. EARLY and COVERAGE are to one another as in 596 news reports: the first
# sentence says 53% of the headline, by the weight of its words, the second 30%, the third 24%, the tenth 14%.
COVERAGE = 3.0  # times its share of the words that the article is about
EARLY = 1.2  # it is the first; half as much for the second, a third for the third
FIGURES = 0.8  # it tells an amount of money; half as much for any other figure
DEED = 0.4  # it tells that something was signed, begun or finished
PLACE = 0.1
VIEW = 0.4  # it only judges, expects or praises
LEANING = 0.2  # on the sentence before it, which is not quoted
TORN = 0.4  # out of a quotation
ASKING, TIRING, CURT = 0.8, 0.8, 0.6
HEADLINE = 2.0  # what a word of the headline is worth; another one at most 0.5, where half of the sentences have it
OFTEN = 3  # sentences that have a word make it one that the article is about

_DEED = re.compile(
    any_of(
        "签约 签订 签下 签署 落户 落地 开工 动工 奠基 开建 启动 建成 竣工 完工 投[产用运入] 达产 通车 开[通业园馆] "
        "运营 揭牌 挂牌 上市 入驻 引进 收购 中标 获批 批复 出台 印发 发布 实施 推出 设立 成立 新增 突破 达到 完成 "
        "实现 增长 下降 募集 融资 交付 下线 举[行办] 召开"
    )
)
_PROGRESS = {Status.DONE: 1.0, Status.ONGOING: 0.8, Status.PLANNED: 0.6, Status.VIEW: 0.0}
_EMPTY = re.compile(r"新(?:阶段|台阶|篇章|征程|高度|局面|活力|动能|路子)|[奠打]下?[^,。]{0,6}基础|里程碑")
_LABELS = (  # with a colon behind them they begin a by-line
    "责任编辑 责编 编辑 编审 审[核校稿] 校对 [一二三终]审 监制 作者 撰稿 [文图]片? 摄影 供图 来源 出处 电话 热线 "
    "邮箱 邮编 地址 网址 微信 发布时间 阅读量? 浏览"
)
_NOTICES = (  # 版权交易中心 and 扫码支付 are news
    "点击“?(?:查看|下方|蓝字|链接|此处|阅读) 扫[描码][^,。]{0,8}(?:关注|下方|二维码|下载|进群|阅读|报名) 扫一扫 "
    "识别[^,。]{0,6}二维码 长按 关注[^,。]{0,12}公众号 联系(?:电话|方式|人:) 咨询电话 版权(?:所有|归|声明) "
    "侵权(?:请|必究|联系|删除) 转载(?:请|须|自|于|时) (?:禁止|请勿|谢绝)转载 免责声明 未经授权 投稿(?:邮箱|热线|请) "
    "欢迎(?:关注|订阅|下载|[^,。]{0,4}[投来]稿) 更多(?:资讯|精彩|新闻|内容|信息请) (?:相关|延伸)阅读"
)
_WORTHLESS = re.compile(
    rf"(?<![一-鿿]){any_of(_LABELS)}\s?[:/|]|{any_of(_NOTICES)}"
    r"|\((?:完|(?:本报|见习)?记者|通讯员)[^()]{0,30}\)$|^.{0,8}记者[^,。]{0,24}$"
)
_NO_HEADING = 40  # characters: what is longer and has no full stop has only lost it
_FINAL = re.compile(r"[。.!?;…][”’」』)】\"']*$")
_QUESTION = re.compile(r"\?[”’」』\"']*$")
_LEANS = re.compile(
    any_of(
        "因此 所以 但 然而 不过 而 同时 此外 另外 其 这 该 此(?![次前间]) [他她它] 对此 为此 于是 并且 首先 其次 最后 "
        "[一二三]是 另?一方面 例如 比如 或者 接着 随后 之后 \\d{1,2}[.、)](?!\\d) [问答]:"
    )
)
_PAUSE = re.compile(r"[《“「（(][^《》“”「」（）()]{0,100}[》”」）)]|(?P<pause>[，；;、]|,(?!\d))")


@dataclass(frozen=True, kw_only=True, slots=True)
class KeySentence:
    """A sentence that tells what an article is about.

    Attributes:
        section: the title of the section that it stands in.
        start, end: the sentence in the paragraph's text.
        figures: the key figures in it, likewise in the paragraph's text.

    Raises:
        ValueError: the sentence is empty or outside the paragraph, or a figure outside the sentence or its order.
    """

    paragraph: Paragraph
    section: str
    start: int
    end: int
    figures: tuple[Span, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end <= len(self.paragraph.text):
            raise ValueError(f"sentence {self.start}:{self.end} outside a paragraph of {len(self.paragraph.text)}")
        at = self.start
        for start, end in self.figures:
            if not at <= start < end <= self.end:
                raise ValueError(f"figure {start}:{end} outside the sentence {self.start}:{self.end} or its order")
            at = end


@dataclass(frozen=True, kw_only=True, slots=True)
class _Sentence:
    """A sentence, or some clauses of an enormous one.

    Attributes:
        text: normalised.
        words: that mean something, with how rare they are.
        merit: what it is worth, beside the words of the article that it has.
        is_worthless: a heading, a by-line, a notice.
        has_facts: whether it tells an amount, or that something was done.
    """

    paragraph: Paragraph
    section: str
    start: int
    end: int
    text: str
    words: Mapping[str, float]
    merit: float
    is_worthless: bool
    has_facts: bool


def key_sentences(article: Article, segmenter: Segmenter, most: int = 2) -> tuple[KeySentence, ...]:
    """The sentences that tell best what an article is about, in reading order.

    A sentence is worth three times the share that it has of the words that the article is about, each weighed by how
    rare it is: those of the headline, and those that come again and again. To that comes what it is worth by itself: it
    gains by an amount of money or another figure, a deed (done 1, under way 0.8, planned 0.6), a place, and by standing
    early; it loses where it judges, asks, leans on the sentence before, or is very long or short. After the first
    choice a sentence is worth as much less as it says again what was chosen, and has to tell an amount or a deed.
    Headings, by-lines and notices count only where there is nothing else.
    """
    said = list(islice(_sentences(article, segmenter), MOST_SENTENCES))
    worthy = [one for one in said if not one.is_worthless]
    chosen = _choose(worthy or said, _topic(article, worthy or said, segmenter), most if worthy else min(most, 1))
    return tuple(
        KeySentence(
            paragraph=one.paragraph,
            section=one.section,
            start=one.start,
            end=one.end,
            figures=key_figures(one.paragraph.text, one.start, one.end),
        )
        for one in sorted(chosen, key=lambda one: (one.paragraph.number, one.start))
    )


def _choose(said: Sequence[_Sentence], topic: Mapping[str, float], most: int) -> list[_Sentence]:
    """The best sentence, then again and again the one that adds most to those before."""
    shares = [{word: weight * match_degree(word, one.text) for word, weight in topic.items()} for one in said]
    chosen: list[_Sentence] = []
    told = dict.fromkeys(topic, 0.0)
    known: set[str] = set()
    left = dict(enumerate(said))
    while left and len(chosen) < most:
        best = max(left, key=lambda number: (_worth(said[number], shares[number], told, known), -number))
        chosen.append(left.pop(best))
        told = {word: max(share, shares[best][word]) for word, share in told.items()}
        known |= said[best].words.keys()
        left = {number: one for number, one in left.items() if one.has_facts and not _meet(one, said[best])}
    return chosen


def _worth(one: _Sentence, shares: Mapping[str, float], told: Mapping[str, float], known: set[str]) -> float:
    """What a sentence is worth beside what is told already, word by word of the topic, and the words that are known."""
    gain = sum(max(share - told[word], 0.0) for word, share in shares.items())
    total = sum(one.words.values())
    new = sum(weight for word, weight in one.words.items() if word not in known) / total if total else 0.0
    worth = COVERAGE * gain + one.merit
    return worth * new if worth > 0 else worth


def _meet(one: _Sentence, other: _Sentence) -> bool:
    return one.paragraph.number == other.paragraph.number and one.start < other.end and other.start < one.end


def _topic(article: Article, said: Sequence[_Sentence], segmenter: Segmenter) -> dict[str, float]:
    """The words that an article is about, with weights that add up to 1."""
    weights = {word: HEADLINE * rarity for word, rarity in _words(_title(article), segmenter).items()}
    counts = Counter(word for one in said for word in one.words)
    for word, count in counts.items():
        if count >= OFTEN:
            rarity = next(one.words[word] for one in said if word in one.words)
            weights[word] = weights.get(word, 0.0) + rarity * min(count / len(said), 0.5)
    best = dict(sorted(weights.items(), key=lambda pair: -pair[1])[:MOST_WORDS])
    total = sum(best.values())
    return {word: weight / total for word, weight in best.items()}


def _words(text: str, segmenter: Segmenter) -> dict[str, float]:
    """The words of a normalised text, each with its rarity: 0 for one in a thousand, 5 for one in 10⁸ or unknown."""
    words = dict.fromkeys(token.word for token in segmenter.tokens(text))
    rarities = {word: -math.log10(max(segmenter.frequency(word), 1e-8)) - 3 for word in words if len(word) > 1}
    return {word: rarity for word, rarity in rarities.items() if rarity > 0 and not word.isdecimal()}


def _title(article: Article) -> str:
    """The headline, normalised; empty where the first words of the body stand in for it."""
    return normalize(article.headline).text if article.headline in article.title else ""


def _sentences(article: Article, segmenter: Segmenter) -> Iterator[_Sentence]:
    title = _bare(_title(article))
    told = 0  # sentences that are more than headings and by-lines
    for section in article.sections:
        for paragraph in section.paragraphs:
            for whole in sentences(paragraph.text):
                pieces = [_read(paragraph, section.title, one, segmenter) for one in _pieces(paragraph.text, *whole)]
                for one in pieces:
                    if bare := _bare(one.text):
                        merit = one.merit + EARLY / (1 + told)
                        yield replace(one, merit=merit, is_worthless=one.is_worthless or bare in title)
                told += any(not one.is_worthless for one in pieces)


def _read(paragraph: Paragraph, section: str, span: Span, segmenter: Segmenter) -> _Sentence:
    text = normalize(paragraph.text[slice(*span)]).text
    is_worthless = bool(_WORTHLESS.search(text)) or _is_heading(text)
    has_facts = bool(_DEED.search(text)) or bool(amounts(text))
    return _Sentence(
        paragraph=paragraph,
        section=section,
        start=span[0],
        end=span[1],
        text=text,
        words=_words(text, segmenter),
        merit=_merit(text),
        is_worthless=is_worthless,
        has_facts=has_facts,
    )


def _pieces(text: str, start: int, end: int) -> Iterator[Span]:
    """A sentence; of an enormous one the runs of clauses that can be quoted, which overlap."""
    if end - start <= LONGEST_SENTENCE:
        yield start, end
        return
    pauses = [match.end() for match in _PAUSE.finditer(text, start, min(end, start + LONGEST_READ)) if match["pause"]]
    stops = [start, *(stop for stop in pauses if stop < end), end]
    last = start - LEAST_STEP
    for left in stops[:-1]:
        if left - last >= LEAST_STEP:
            last, right = left, stops[bisect_right(stops, left + LONGEST_QUOTE) - 1]
            piece = text[left : right if right > left else left + LONGEST_QUOTE]
            yield left + len(piece) - len(piece.lstrip()), left + len(piece.rstrip().rstrip("，；;、,"))


def _merit(text: str) -> float:
    """What a normalised sentence is worth, wherever it stands and whatever the article is about."""
    found, status = amounts(text), status_of(text)
    speaks_for = (
        FIGURES * (1.0 if any(one.is_money for one in found) else 0.5 * bool(found))
        + DEED * _PROGRESS[status] * bool(_DEED.search(text))
        + PLACE * bool(region_mentions(text))
    )
    speaks_against = (
        VIEW * (status is Status.VIEW or bool(_EMPTY.search(text)))
        + LEANING * bool(_LEANS.match(text))
        + TORN * (text.count("“") != text.count("”"))
        + ASKING * bool(_QUESTION.search(text))
        + TIRING * min(max(len(text) - LONG, 0) / LONG, 1.0)
        + CURT * (len(text) < SHORT)
    )
    return speaks_for - speaks_against


def _is_heading(text: str) -> bool:
    return len(text) < _NO_HEADING and not _FINAL.search(text)


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)
