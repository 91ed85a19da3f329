"""A correction is news only where figures, names or dates changed."""

from __future__ import annotations

import datetime
import random
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.model import Article, Correction, Origin, Paragraph, Section
from retrieval.summary.material_change import is_material

if TYPE_CHECKING:
    from retrieval.words.segment import Segmenter

DAY = datetime.date(2025, 7, 19)

NEWS = [
    ("项目总投资3亿元。", "项目总投资5亿元。"),
    ("总投资3.5亿元。", "总投资35亿元。"),
    ("共3亿元。", "共3亿美元。"),
    ("占地2000亩。", "占地200亩。"),
    ("三个项目开工。", "两个项目开工。"),
    ("引进一批项目。", "引进12个项目。"),
    ("引进1家企业。", "引进2家企业。"),
    ("税率为12.5%。", "税率为13%。"),
    ("超500家企业入驻。", "近500家企业入驻。"),
    ("产值同比增长3%。", "产值同比下降3%。"),
    ("第3届大会召开。", "第4届大会召开。"),
    ("2018年签约。", "2019年签约。"),
    ("10月开工。", "11月开工。"),
    ("2025年1月5日开工。", "2025年1月6日开工。"),
    ("今年开工。", "去年开工。"),
    ("2024年底投产。", "2024年初投产。"),
    ("2024年上半年投产。", "2024年下半年投产。"),
    ("2016年至2020年建设。", "2016年至2021年建设。"),
    ("项目于2023年投产。", "项目已投产。"),
    ("项目落户宜昌。", "项目落户荆州。"),
    ("项目落户宜昌市点军区。", "项目落户宜昌市夷陵区。"),
    ("日本企业来访。", "韩国企业来访。"),
    ("项目由宝钢集团投资。", "项目由武钢集团投资。"),
    ("与华中科技大学合作。", "与武汉大学合作。"),
    ("与比亚迪签约。", "与宁德时代签约。"),
    ("华星光电落户。", "华兴光电落户。"),
    ("王小明任主任。", "王晓明任主任。"),
    ("刘堂军主持会议。", "刘党军主持会议。"),
    ("会议由李建国主持。", "会议由有关负责人主持。"),
    ("C919投产。", "C929投产。"),
    ("建成5G基站。", "建成6G基站。"),
    ("与Google合作。", "与Apple合作。"),
    ("根据《产业规划》推进。", "根据《产业意见》推进。"),
]
NO_NEWS = [
    ("项目开工。", "项目 开工。\n"),
    ("项目开工，已投产。", "项目开工、已投产！"),
    ("項目總投資３億元。", "项目总投资3亿元。"),
    ("湖北黄石新港（物流）工业园。", "湖北黄石新港(物流)工业园。"),
    ("推进“双强双兴”战略。", "推进双强双兴战略。"),
    ("《意见》出台。", "“意见”出台。"),
    ("甲公司签约3亿元。乙公司投产。", "乙公司投产。甲公司签约3亿元。"),
    ("项目总投资三亿元。", "项目总投资300000000元。"),
    ("总投资3亿元。", "总投资3亿。"),
    ("占地1,200亩。", "占地1200亩。"),
    ("一家企业入驻。", "1家企业入驻。"),
    ("三个项目开工。", "3个项目开工。"),
    ("引进500家企业。", "引进500个企业。"),
    ("有500名员工。", "有500人员工。"),
    ("占比百分之四十。", "占比40%。"),
    ("全长三公里。", "全长3000米。"),
    ("产值约3亿元。", "产值大约3亿元。"),
    ("产值增长3%。", "产值提高3%。"),
    ("一个项目带动了就业。", "项目带动了就业。"),
    ("2025年1月开工。", "2025年01月开工。"),
    ("2025年7月19日开工。", "2025-07-19开工。"),
    ("二〇二五年开工。", "2025年开工。"),
    ("10月开工。", "十月开工。"),
    ("自2018年以来增长很快。", "2018年以来增长很快。"),
    ("2016年至2020年建设。", "2016-2020年建设。"),
    ("2024年末投产。", "2024年底投产。"),
    ("目前已建成。", "当前已建成。"),
    ("近年来发展很快。", "近些年来发展很快。"),
    ("位于宜昌市。", "位于宜昌。"),
    ("加快发殿。", "加快发展。"),
    ("招伤引资有力。", "招商引资有力。"),
    ("进行部暑。", "进行部署。"),
    ("做的很好。", "做得很好。"),
    ("他表示，将继续推进。", "他指出，将继续推进。"),
    ("他称该司将推进。", "他说该公司将推进。"),
    ("企业迅速发展壮大。", "企业快速发展壮大。"),
    ("拟建设厂房。", "计划建设厂房。"),
    ("工程已全面完工。", "工程已全部竣工。"),
    ("顾客很满意。", "客户很满意。"),
    ("我国发展很快。", "中国发展很快。"),
    ("1、加快建设\n2、做好服务", "一、加快建设\n二、做好服务"),
    ("主要做法：1.加快建设；2.做好服务。", "主要做法：（1）加快建设；（2）做好服务。"),
]
SENTENCES = [
    sentence for pair in (*NEWS, *NO_NEWS) for sentence in pair if "\n" not in sentence and "：" not in sentence
]


def article(text: str, title: str = "题", date: datetime.date | None = DAY) -> Article:
    """One of one paragraph."""
    return Article(
        id="a", title=title, date=date, sections=(Section("", (Paragraph(1, text),)),), origin=Origin("a.md", 1)
    )


def is_news(before: str, after: str, segmenter: Segmenter) -> bool:
    """Whether one body in the place of another is news."""
    return is_material(Correction(article(before), article(after)), segmenter)


@pytest.mark.parametrize(("before", "after"), NEWS)
def test_another_figure_name_or_date_is_news(before: str, after: str, segmenter: Segmenter) -> None:
    """Who was told the wrong one has to be told the right one, whichever way it changed."""
    assert is_news(before, after, segmenter)
    assert is_news(after, before, segmenter)


@pytest.mark.parametrize(("before", "after"), NO_NEWS)
def test_another_wording_is_no_news(before: str, after: str, segmenter: Segmenter) -> None:
    """An alert for a comma makes people switch alerts off."""
    assert not is_news(before, after, segmenter)
    assert not is_news(after, before, segmenter)


def test_the_title_counts_as_the_body_does(segmenter: Segmenter) -> None:
    """It is what an alert shows first."""
    before = article("项目开工。", "【宜昌招商】项目投资3亿元")
    assert is_material(Correction(before, article("项目开工。", "【宜昌招商】项目投资5亿元")), segmenter)
    assert is_material(Correction(before, article("项目开工。", "【荆州招商】项目投资3亿元")), segmenter)
    assert not is_material(Correction(before, article("项目开工。", "【宜昌招商】 项目投资三亿元")), segmenter)


def test_the_date_of_publication_is_a_date(segmenter: Segmenter) -> None:
    """An alert shows it."""
    before = article("项目开工。")
    assert is_material(Correction(before, article("项目开工。", date=DAY + datetime.timedelta(1))), segmenter)
    assert is_material(Correction(before, article("项目开工。", date=None)), segmenter)


def test_a_place_that_is_also_a_word_is_one_place_wherever_it_is_told(segmenter: Segmenter) -> None:
    """青山 counts as a place once the text has named it, so the order of sentences decided."""
    assert not is_news("武汉青山建园。青山招商。", "青山招商。武汉青山建园。", segmenter)


def test_a_name_that_was_mistyped_everywhere_is_a_name(segmenter: Segmenter) -> None:
    """A slip happens once; what comes again was meant."""
    assert is_news("楚能新能源签约。楚能新能源投产。", "储能新能源签约。储能新能源投产。", segmenter)


def test_a_sentence_without_figures_and_names_may_go(segmenter: Segmenter) -> None:
    """It is told by nobody that something is no longer praised."""
    assert not is_news("项目投资3亿元。前景十分广阔。", "项目投资3亿元。", segmenter)
    assert is_news("项目投资3亿元。前景十分广阔。", "前景十分广阔。", segmenter)


@given(said=st.lists(st.sampled_from(SENTENCES), max_size=8), seed=st.integers(0, 99))
def test_order_white_space_and_width_are_no_news(said: list[str], seed: int, segmenter: Segmenter) -> None:
    """Whatever an article says."""
    others = random.Random(seed).sample(said, len(said))
    wide = "\n".join(others).translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"})
    assert not is_news("".join(said), wide, segmenter)


@given(before=st.text(), after=st.text())
def test_any_correction_is_news_or_not_both_ways(before: str, after: str, segmenter: Segmenter) -> None:
    """Articles may hold anything; and what is news when it comes is news when it goes."""
    assert is_news(before, after, segmenter) == is_news(after, before, segmenter)
    assert not is_news(before, before, segmenter)


@pytest.mark.parametrize("unit", ["2018年3亿元。", "宜昌", "王小明", "1、", "《", "一", " \n"])
def test_judging_takes_time_in_proportion_to_the_text(unit: str, segmenter: Segmenter) -> None:
    """A paragraph may be as long as a book."""
    text = unit * (20_000 // len(unit))
    began = time.process_time()
    is_news(text, f"{text}完", segmenter)
    assert time.process_time() - began < 3
