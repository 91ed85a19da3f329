"""Two sentences tell what an article is about, with its figures whole: an alert shows nothing else of it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.settings import sample_corpus
from corpus.load import load
from corpus.model import Article, Origin, Paragraph, Section
from corpus.numbers import numbers
from corpus.text import normalize
from retrieval.summary.key_figures import MOST_FIGURES, key_figures
from retrieval.summary.key_sentences import LONGEST_QUOTE, KeySentence, key_sentences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.words.segment import Segmenter

FIGURES = [
    ("园区入驻超500家企业。", ["超500家"]),
    ("累计消耗磷石膏近40万吨。", ["近40万吨"]),
    ("計劃總投資逾２０億元。", ["逾２０億元"]),
    ("总投资约1,200万元，占地约2000亩。", ["约1,200万元", "约2000亩"]),
    ("投资突破了百亿元，增长12.5%。", ["突破了百亿元", "12.5%"]),
    ("用工2000人以上，税收3亿元左右。", ["2000人以上", "3亿元左右"]),
    ("40余家机构、3万余名专家、300多所高校。", ["40余家", "3万余名", "300多所"]),
    ("投资2-3亿元，分10至12期，补贴20%至30%。", ["2-3亿元", "20%至30%"]),
    ("收入增长9.8%至10亿元。", ["9.8%", "10亿元"]),
    ("占比百分之四十，三成以上外销。", ["百分之四十", "三成以上"]),
    ("年产20GWh电池和300MW组件，可储10万吨级原油。", ["20GWh", "300MW", "10万吨级"]),
    ("租金300元/平方米/月，每天产钢2万吨/日。", ["300元/平方米/月", "2万吨/日"]),
    ("售价￥3000，罚款3680亿澳元。", ["￥3000", "3680亿澳元"]),
    ("约50万居民。", ["约50万"]),
    ("双方签约3亿元，附近3家企业受益。", ["3亿元", "3家"]),
    ("利润为-3.2亿元。", ["-3.2亿元"]),
]
NO_FIGURES = [
    "2019年10月31日建成三期。",
    "近三年新增，“十四五”期间投产。",
    "名列第三，第3届大会，第 3 次巡航。",
    "世界500强企业带来5G和C919。",
    "从三个方面做好一项工作，两个项目开工。",
    "建设千亿园区和百亿产业。",
    "为期3年，年满60岁。",
    "Threadripper 7000 支持内存，Xbox 360 Marketplace关闭。",
    "《五年投资100亿元行动计划》出台。",
    "一、二、（3）4.",
]


def article(*paragraphs: str, title: str = "【宜昌招商】磷石膏建材项目落户宜昌") -> Article:
    """One without headings."""
    body = Section("", tuple(Paragraph(number, text) for number, text in enumerate(paragraphs, 1)))
    return Article(id="a", title=title, date=None, sections=(body,), origin=Origin("a.md", 1))


def quotes(article: Article, segmenter: Segmenter, most: int = 2) -> list[str]:
    """The sentences that tell what an article is about."""
    return [one.paragraph.text[one.start : one.end] for one in key_sentences(article, segmenter, most)]


@pytest.mark.parametrize(("text", "figures"), FIGURES)
def test_a_figure_is_marked_with_its_hedge_and_unit(text: str, figures: Sequence[str]) -> None:
    """超500家 in which only 500家 is bold is read as 500家."""
    assert [text[start:end] for start, end in key_figures(text, 0, len(text))] == figures


@pytest.mark.parametrize("text", NO_FIGURES)
def test_times_orders_and_names_are_no_figures(text: str) -> None:
    """Where they are bold as well, the figures are lost among them."""
    assert key_figures(text, 0, len(text)) == ()


def test_of_many_figures_the_largest_amounts_of_money_come_first() -> None:
    """Three are marked, in reading order."""
    text = "共30家企业，其中甲投资3亿元、乙投资2亿元、丙投资50亿元、丁投资8亿元，用工3000人。"
    assert [text[start:end] for start, end in key_figures(text, 0, len(text))] == ["3亿元", "50亿元", "8亿元"]


def test_figures_are_those_of_the_part_asked_for() -> None:
    """Offsets are the paragraph's."""
    text = "甲投资3亿元。乙投资５亿元。"
    assert [text[start:end] for start, end in key_figures(text, 7, len(text))] == ["５亿元"]


def test_the_words_of_the_headline_and_figures_decide(segmenter: Segmenter) -> None:
    """The reader sees the headline above, and wants to know how much of it."""
    told = quotes(
        article(
            "近年来各地都在努力。",
            "大家对这件事都很关心。",
            "磷石膏建材项目7月落户宜昌，总投资3亿元。",
            "当天的天气很好。",
        ),
        segmenter,
        most=1,
    )
    assert told == ["磷石膏建材项目7月落户宜昌，总投资3亿元。"]


def test_the_second_adds_to_the_first(segmenter: Segmenter) -> None:
    """A lead and the same once more tell one thing."""
    told = quotes(
        article(
            "磷石膏建材项目日前落户宜昌，总投资3亿元。",
            "日前，磷石膏建材项目落户宜昌，总投资达3亿元。",
            "项目达产后每年可消纳固废40万吨，带动就业500人。",
        ),
        segmenter,
    )
    assert told == ["磷石膏建材项目日前落户宜昌，总投资3亿元。", "项目达产后每年可消纳固废40万吨，带动就业500人。"]


def test_they_stand_in_reading_order(segmenter: Segmenter) -> None:
    """However much better the later one is."""
    told = key_sentences(article("天气晴好，各方代表到场签约。", "磷石膏建材项目落户宜昌，总投资3亿元。"), segmenter)
    assert [one.paragraph.number for one in told] == [1, 2]


@pytest.mark.parametrize(
    "line",
    [
        "磷石膏建材项目落户宜昌",
        "一、磷石膏建材项目进展",
        "责任编辑：磷石膏建材项目组",
        "（记者 王小明 通讯员 李建国）",
        "本报记者 王小明",
        "来源：宜昌磷石膏建材项目网，2025年7月19日发布。",
        "点击查看磷石膏建材项目详情。",
        "磷石膏建材项目联系电话：0717-1234567，欢迎前来洽谈。",
        "更多精彩内容，请扫码关注磷石膏建材公众号。",
        "未经授权，不得转载磷石膏建材项目的报道。",
    ],
)
def test_headings_by_lines_and_notices_tell_nothing(line: str, segmenter: Segmenter) -> None:
    """They hold the words of the headline, and stand first or last."""
    told = quotes(article(line, "多方今天聚在一起说了说话，气氛十分热烈。", line), segmenter)
    assert told == ["多方今天聚在一起说了说话，气氛十分热烈。"]


def test_what_tells_no_fact_is_not_added(segmenter: Segmenter) -> None:
    """The first sentence says it all; a second one only for its own sake makes nobody wiser."""
    told = quotes(article("磷石膏建材项目落户宜昌，总投资3亿元。", "当地将继续优化营商环境。"), segmenter)
    assert told == ["磷石膏建材项目落户宜昌，总投资3亿元。"]


@pytest.mark.parametrize("text", ["湖北知识产权（版权）交易中心在武汉揭牌。", "市民在家门口就能扫码支付车费。"])
def test_news_of_copyright_and_codes_is_no_notice(text: str, segmenter: Segmenter) -> None:
    """Single words are no evidence."""
    assert quotes(article(text, "多方今天聚在一起说了说话。"), segmenter)[0] == text


@pytest.mark.parametrize(
    "worse",
    [
        "磷石膏建材项目为何落户宜昌？",
        "磷石膏建材宜昌落户。",
        "专家认为，磷石膏建材项目有望在宜昌落户。",
        "此外，磷石膏建材项目在宜昌落户。",
        "磷石膏建材项目在宜昌落户" + "，各方面的人士都来到了活动的现场" * 12 + "。",
    ],
)
def test_a_plain_sentence_is_better_than_a_question_an_opinion_or_a_long_one(worse: str, segmenter: Segmenter) -> None:
    """What is quoted alone must be understood alone."""
    others = ("天气很好，大家都来到了现场。", "现场十分热闹，人们有说有笑。", "过了一会儿，主持人走上台来。")
    plain = "磷石膏建材项目在宜昌落户，各方代表出席。"
    assert quotes(article(*others, worse, plain), segmenter, most=1) == [plain]


def test_an_article_of_one_sentence_gives_it(segmenter: Segmenter) -> None:
    """And of that only the figures are marked."""
    (one,) = key_sentences(article("项目总投资3亿元。", title=""), segmenter)
    assert (one.start, one.end, one.figures) == (0, 9, ((5, 8),))


def test_without_a_title_both_sentences_of_a_short_article_are_told(segmenter: Segmenter) -> None:
    """Its first words stand in for the headline, and are no repetition of it."""
    assert quotes(article("甲项目开工了。总投资3亿元。", title=""), segmenter) == ["甲项目开工了。", "总投资3亿元。"]


@pytest.mark.parametrize("paragraphs", [(), ("",), (" \n",), ("……！",)])
def test_an_article_that_says_nothing_gives_none(paragraphs: Sequence[str], segmenter: Segmenter) -> None:
    """There may be a title alone."""
    assert key_sentences(article(*paragraphs), segmenter) == ()


def test_where_there_is_nothing_but_a_by_line_that_is_told(segmenter: Segmenter) -> None:
    """Better than an alert without any words."""
    assert quotes(article("责编：王小明", "校对：李建国"), segmenter) == ["责编：王小明"]


def test_of_an_enormous_sentence_the_best_clauses_are_told(segmenter: Segmenter) -> None:
    """Nobody reads 400 characters in an alert; and what is cut out still ends with its clause."""
    text = f"{'各方面的人士都来到了现场，' * 20}磷石膏建材项目落户宜昌，总投资3亿元{'，大家非常高兴地看着' * 20}。"
    (quote,) = quotes(article(text), segmenter, most=1)
    assert len(quote) <= LONGEST_QUOTE
    assert "，磷石膏建材项目落户宜昌，总投资3亿元，" in f"，{quote}，"
    assert quote[-1] not in "，；、"


def test_what_has_no_clauses_is_cut(segmenter: Segmenter) -> None:
    """A table that lost its lines is no reason to fail, nor to fill the screen."""
    assert [len(quote) for quote in quotes(article("磷石膏" * 200), segmenter)] == [LONGEST_QUOTE]


def test_the_section_is_told(segmenter: Segmenter) -> None:
    """The link leads there."""
    sections = (Section("", ()), Section("## 一、进展。", (Paragraph(1, "项目落户宜昌，总投资3亿元。"),)))
    (one,) = key_sentences(
        Article(id="a", title="项目落户宜昌", date=None, sections=sections, origin=Origin("a.md", 1)), segmenter
    )
    assert one.section == "一、进展"


def test_the_sample_is_told_by_its_facts(segmenter: Segmenter) -> None:
    """Each of the ten articles gives two sentences; and the figures of its headlines are among them."""
    told = {one.headline: quotes(one, segmenter) for one in load(sample_corpus()).articles}
    assert {len(sentences) for sentences in told.values()} == {2}
    for headline, figure in [("点军", "76.01亿元"), ("超20亿元", "超过20亿元"), ("磷石膏", "近40万吨")]:
        (sentences,) = (sentences for title, sentences in told.items() if headline in title)
        assert figure in "".join(sentences)


@pytest.mark.parametrize(
    ("start", "end", "figures"),
    [(0, 0, ()), (2, 9, ()), (1, 4, ((0, 2),)), (0, 4, ((2, 3), (1, 2))), (0, 4, ((2, 2),))],
)
def test_a_telling_refuses_what_is_no_slice(start: int, end: int, figures: tuple[tuple[int, int], ...]) -> None:
    """Whoever shows it cuts the paragraph."""
    with pytest.raises(ValueError, match="outside"):
        KeySentence(paragraph=Paragraph(1, "投资3亿"), section="", start=start, end=end, figures=figures)


PIECES = st.lists(
    st.sampled_from(
        "磷石膏 项目 落户 宜昌 总投资 超 近 3亿元 2-3亿元 500家 12.5% 2019年 第三 20GWh ㎡ ㋀ ￥ １．５万 億元 一 多 "
        "以上 “ ” （ ） 《 》 ， ； 、 。 ？ …… 责编： 记者 \u200b \n".split(" ")
    ),
    max_size=60,
).map("".join)
BODIES = st.lists(st.text(max_size=80) | PIECES, max_size=5)


@given(paragraphs=BODIES, title=st.text(max_size=20) | PIECES, most=st.integers(0, 3))
def test_whatever_an_article_holds_slices_of_it_are_told(
    paragraphs: list[str], title: str, most: int, segmenter: Segmenter
) -> None:
    """In order, without overlaps, as many as were asked for at most, with their figures in them."""
    told = key_sentences(article(*paragraphs, title=title), segmenter, most)
    assert len(told) <= most
    at = (0, 0)
    for one in told:
        assert at <= (one.paragraph.number, one.start)
        assert 0 <= one.start < one.end <= len(one.paragraph.text)
        assert one.paragraph.text[one.start : one.end].strip()
        assert len(one.figures) <= MOST_FIGURES
        assert all(one.start <= start < end <= one.end for start, end in one.figures)
        at = (one.paragraph.number, one.end)
    assert [one.figures for one in told] == [tuple(sorted(one.figures)) for one in told]


@given(text=PIECES)
def test_every_figure_holds_a_number(text: str) -> None:
    """And none overlaps another."""
    at = 0
    for start, end in key_figures(text, 0, len(text)):
        assert at <= start < end <= len(text)
        assert numbers(normalize(text[start:end]).text) or "GWh" in text[start:end]
        at = end


@pytest.mark.parametrize("unit", ["3亿元，", "，", "宜昌。", "2018年", "《", "近", "1-", "磷石膏"])
def test_telling_takes_time_in_proportion_to_the_text(unit: str, segmenter: Segmenter) -> None:
    """A paragraph may be as long as a book."""
    text = unit * (60_000 // len(unit))
    began = time.process_time()
    key_sentences(article(text), segmenter)
    assert time.process_time() - began < 5
