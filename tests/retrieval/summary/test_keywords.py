"""A keyword is found where a reader would read it, not wherever its characters meet."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.text import converter, normalize
from retrieval.summary.keywords import Keywords, normalize_keyword
from retrieval.words.segment import Segmenter

CASES = [
    # the words of a compound, and the compound
    ("磷石膏", "磷石膏综合利用", True),
    ("石膏", "磷石膏综合利用", True),
    ("石膏板", "年产磷石膏板万吨", True),
    ("综合利用", "磷石膏综合利用率", True),
    ("新能源汽车", "新能源汽车产业", True),
    ("新能源", "新能源汽车产业", True),
    ("能源", "新能源汽车产业", True),
    ("汽车", "新能源汽车产业", True),
    ("能源汽车", "新能源汽车产业", True),
    ("汽车产业", "新能源汽车产业", True),
    ("大学", "武汉大学揭牌", True),
    ("大学", "大学生返乡创业", True),
    ("学生", "大学生返乡创业", True),
    ("科学", "中国科学院院士来访", True),
    ("银行", "中国人民银行宜昌分行", True),
    ("人民银行", "中国人民银行宜昌分行", True),
    ("龙虾", "潜江小龙虾上市", True),
    ("地产", "房地产市场回暖", True),
    ("火车", "宜昌东火车站", True),
    ("大桥", "武汉长江大桥", True),
    ("城市", "建设区域性大城市", True),
    ("研究", "在校研究生", True),
    # set terms of investment promotion
    ("专精特新", "新增专精特新企业30家", True),
    ("小巨人", "国家级专精特新“小巨人”企业", True),
    ("氢能", "建设氢能产业园", True),
    ("光伏", "分布式光伏发电项目", True),
    ("储能", "新型储能电站", True),
    ("锂电池", "锂电池正极材料", True),
    ("动力电池", "动力电池回收", True),
    ("招商", "开展招商引资活动", True),
    ("营商环境", "优化营商环境", True),
    ("经开区", "宜昌经开区管委会", True),
    ("生物医药", "生物医药产业集群", True),
    # places and their offices
    ("宜昌", "宜昌市点军区", True),
    ("宜昌市", "宜昌市委书记调研", True),
    ("书记", "宜昌市委书记调研", True),
    ("襄城", "襄城区与宝安区合作", True),
    ("盐城", "江苏盐城市考察团", True),
    ("上海", "上海港货轮", True),
    # several words, none of them the keyword alone
    ("磷石膏综合利用", "磷石膏综合利用项目", True),
    ("长江大保护", "推进长江大保护", True),
    ("产业园区", "产业园区开工", True),
    ("5G基站", "新建5G基站百座", True),
    # names that no dictionary knows
    ("楚问", "请问楚问怎么用", True),
    ("楚能", "楚能新能源宜昌基地", True),
    ("岚图", "东风岚图汽车", True),
    ("猇亭", "在猇亭新建码头", True),
    # the same characters across the words that are there
    ("海南", "上海南站", False),
    ("江西", "长江西路", False),
    ("江西", "黑龙江西部", False),
    ("中国", "华中国家实验室", False),
    ("中国", "发展中国家", False),
    ("中国人", "中国人民银行宜昌分行", False),
    ("研究生", "研究生命科学", False),
    ("市长", "南京市长江大桥", False),
    ("武汉市", "武汉市场回暖", False),
    ("国企", "美国企业投资", False),
    ("化工", "旅游文化工作", False),
    ("合作", "联合作战", False),
    ("康养", "健康养老", False),
    ("水电", "水电解制氢", False),
    ("电商", "中国机电商会", False),
    ("开工", "打开工作新局面", False),
    ("关税", "相关税收优惠", False),
    ("军队", "冠军队伍", False),
    # ends inside a word
    ("动车", "机动车驾驶证", False),
    ("行车", "骑自行车上学", False),
    ("山区", "深圳市南山区", False),
    ("城市", "江苏盐城市考察团", False),
    ("城区", "襄城区与宝安区合作", False),
    ("东西", "东西湖区的食品厂", False),
    ("新能", "新能源汽车产业", False),
    ("膏综合", "磷石膏综合利用", False),
    ("华人", "中华人民共和国", False),
    # a single character
    ("茶", "发展茶、果、药产业", True),
    ("锂", "锂电池正极材料", True),
    ("磷", "氮、磷、钾", True),
    ("江", "长江", False),
    ("江", "江西省", False),
    ("江", "武汉长江大桥", False),
    ("学", "大学生返乡创业", False),
    ("长", "宜昌市委副市长", False),
    # Latin letters and digits
    ("LNG", "LNG接收站", True),
    ("lng", "宜昌ＬＮＧ接收站", True),
    ("ＬＮＧ", "宜昌lng接收站", True),
    ("5g", "5G网络", True),
    ("5g", "15G流量", False),
    ("5g", "2.5G网络", False),
    ("5g", "5GHz频段", False),
    ("ai", "he said so", False),
    ("AI", "AI大模型", True),
    ("ai", "AI,", True),
    ("GDP", "一季度GDP237亿元", True),
    ("C919", "国产C919大型客机", True),
    ("919", "国产C919大型客机", False),
    ("100万吨", "年产100万吨", True),
    ("100万吨", "年产2100万吨", False),
    ("5万吨", "年产2.5万吨", False),
    ("2025年", "到2025年底", True),
    ("mini led", "Mini LED显示屏", True),
    # Traditional on either side
    ("磷石膏", "宜昌磷石膏綜合利用", True),
    ("新能源汽車", "新能源汽车产业", True),
    ("新能源汽车", "新能源汽車產業", True),
    ("綜合利用", "磷石膏综合利用", True),
    ("营商环境", "優化營商環境", True),
    ("江西", "長江西路", False),
    ("研究生", "研究生命科學", False),
    ("國企", "美國企業投資", False),
    # marks, white space, edges
    ("磷石膏", "“磷石膏”", True),
    ("磷石膏", "消耗（磷石膏）", True),
    ("磷石膏", "磷石膏", True),
    ("磷石膏", "  磷石膏\n", True),
    ("磷石膏", "磷石\n膏", False),
    ("海南", "上\n海南", True),
    ("中国", "华，中国，家", True),
    (" 磷石膏 ", "消耗磷石膏", True),
    ("磷石膏", "磷\u200b石膏", True),
    ("《民法典》", "学习：《民法典》。", True),
    ("磷石膏综合利用", "磷石膏", False),
    ("磷石膏", "", False),
    ("", "磷石膏", False),
    (" ", "磷 石膏", False),
]  # fmt: skip
PARTS = (
    *("磷石膏", "新能源汽车", "上海", "南站", "长江", "西路", "大学生", "研究", "生命科学", "宜昌市", "市委", "猇亭区"),
    *("发展中国家", "小龙虾", "楚问", "年底", "的", "在", "与", "江", "5g", "c919", "2.5", "万吨", "lng", "gdp"),
    *(",", "。", " ", "\n", "é", "の"),
)  # fmt: skip
TEXTS = st.lists(st.sampled_from(PARTS) | st.text(max_size=3), max_size=12).map("".join)


@pytest.mark.parametrize(("keyword", "text", "is_found"), CASES)
def test_a_keyword_is_found_where_it_is_read(segmenter: Segmenter, keyword: str, text: str, is_found: bool) -> None:
    """An alert about 海南 for every 上海南站 is unsubscribed from; one that never comes is no use either."""
    keywords = Keywords(text, segmenter)
    assert (normalize_keyword(keyword) in keywords) is is_found
    assert bool(keywords.spans(normalize_keyword(keyword))) is is_found


def test_each_occurrence_is_judged_for_itself(segmenter: Segmenter) -> None:
    """A highlight must not mark the street where the province is meant."""
    assert Keywords("从长江西路去江西,再回江西省", segmenter).spans("江西") == ((6, 8), (11, 13))


def test_occurrences_may_overlap(segmenter: Segmenter) -> None:
    """Which of them is the right one nobody can say."""
    assert Keywords("茶,茶,茶", segmenter).spans("茶,茶") == ((0, 3), (2, 5))


def test_words_in_memory_find_the_same(segmenter: Segmenter) -> None:
    """Articles are looked through while the index is built, and after it, from the file."""
    memory = Segmenter(None)
    for keyword, text, _ in CASES:
        plain = normalize_keyword(keyword)
        assert Keywords(text, segmenter).spans(plain) == Keywords(text, memory).spans(plain), (keyword, text)


@pytest.mark.parametrize(
    ("keyword", "plain"),
    [(" ＬＮＧ\n", "lng"), ("新能源汽車", "新能源汽车"), ("\u3000磷\u200b石膏", "磷石膏"), ("\u200b ", "")],
)
def test_a_keyword_is_made_comparable(keyword: str, plain: str) -> None:
    """People type keywords as their keyboards do."""
    assert normalize_keyword(keyword) == plain == normalize_keyword(plain)


@given(text=TEXTS, keyword=st.sampled_from(PARTS) | TEXTS)
def test_spans_are_occurrences_in_order(segmenter: Segmenter, text: str, keyword: str) -> None:
    """Whoever highlights a span must find the keyword there, and `in` must say the same."""
    keywords, keyword = Keywords(text, segmenter), normalize_keyword(keyword)
    spans = keywords.spans(keyword)
    assert all(keywords.text[start:end] == keyword for start, end in spans)
    assert list(spans) == sorted(set(spans))
    assert (keyword in keywords) is bool(spans)


@given(text=TEXTS)
def test_a_word_of_the_text_is_found_where_it_stands(segmenter: Segmenter, text: str) -> None:
    """What the index finds by a word, an alert finds too."""
    keywords = Keywords(text, segmenter)
    for token in segmenter.tokens(keywords.text):
        assert (token.start, token.end) in keywords.spans(token.word)


@given(text=st.lists(st.sampled_from(PARTS), max_size=12).map("".join))
def test_traditional_and_simplified_agree(segmenter: Segmenter, text: str) -> None:
    """One article is published in both, and a subscriber writes one of them."""
    to_traditional = converter("s2t").convert
    simplified, traditional = Keywords(text, segmenter), Keywords(to_traditional(text), segmenter)
    for keyword in (*PARTS, "石膏", "海南", "江西", "研究生", "中国"):
        plain, other = normalize_keyword(keyword), normalize_keyword(to_traditional(keyword))
        assert simplified.spans(plain) == traditional.spans(other)


@given(text=TEXTS, keyword=st.sampled_from([part for part in PARTS if normalize_keyword(part)]))
def test_a_keyword_between_marks_is_found(segmenter: Segmenter, text: str, keyword: str) -> None:
    """Whatever stands around the quotes, the word in them is a word."""
    start = len(normalize(text).text) + 1
    spans = Keywords(f"{text}“{keyword}”{text}", segmenter).spans(normalize_keyword(keyword))
    assert (start, start + len(normalize_keyword(keyword))) in spans
