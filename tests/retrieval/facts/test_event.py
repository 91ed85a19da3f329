"""The time of an event is the one its paragraph tells; a year it does not tell is never made up."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.times import PartialDate, years
from retrieval.facts.event import Event, event_of, iso

NAMED = [  # the paragraph, with the answering words in 【】, and the time that governs them
    ("2018年，首期工程【全面建成】。", "2018"),
    ("首期工程【2018年】全面建成投产，运行效率不错。", "2018"),
    ("2024年5月，公司完成第二次扩产，产能达到【6万吨】。", "2024-05"),
    ("2019年10月31日，【三个项目】开工。", "2019-10-31"),
    ("二〇一九年十月，【三个项目】开工。", "2019-10"),
    ("2019年，項目開工；２０２１年，項目【投產】。", "2021"),
    ("2016年至2018年，公司累计投入研发经费【2.4亿元】。", "2016/2018"),
    ("2019年3月至10月，【12家】企业入驻。", "2019-03/2019-10"),
    ("2024年上半年，产值达到【3亿元】。", "2024-01/2024-06"),
    ("2018年以来，三峡集团累计投资【超百亿元】。", "2018/.."),
    ("20世纪90年代，这里建起【第一座水厂】。", "1990/1999"),
    ("秦在公元前221年【统一六国】。", "-0220"),
    ("审批制度改革【始于】2019年。", "2019"),
    ("【二期工程】2024年开工，2026年投产。", "2024"),
    ("二期项目总投资【15.5亿元】，2023年开工，正在加快建设。", "2023"),
    ("污水处理厂2022年建成，日处理能力达到【2万吨】；湿地公园2023年启动建设。", "2022"),
    ("污水处理厂2022年建成，日处理能力达到2万吨；【湿地公园】2023年启动建设。", "2023"),
    ("2018年签约后，【公司】2020年投产。", "2020"),
    ("2022年，园区引进【12家】2018年成立的企业。", "2022"),
    ("2020年试行“零审批”，2021年又改革人事制度，实行【全员聘任制】。", "2021"),
    ("截至2023年底，入驻企业已达到【468家】。", "2023"),
    ("到2027年，片区力争入驻企业突破【800家】。", "2027"),
    ("项目2022年开工，预计2023年底【建成投产】。", "2023"),
    ("2023年，年产值已突破【千亿元】，规模比2016年翻了一番。", "2023"),
    ("2023年，年产值突破千亿元，规模比2016年【翻了一番】。", "2023"),
    ("2023年，产值较2020年增长【35%】。", "2023"),
    ("2022年，规模与2019年同期相比增长【两成】。", "2022"),
    ("2021年，客流恢复到2019年的【八成】。", "2021"),
    ("高端车型由2016年的【35%】升到2022年的60%。", "2016"),
    ("高端车型由2016年的35%升到2022年的【60%】。", "2022"),
    ("产值比【2016年】翻了一番。", "2016"),
    ("2021年出台的《产业发展规划（2021—2035年）》提出【三大任务】。", "2021"),
    ("2023年，园区按《2019年整治方案》拆除【26处】。", "2023"),
    ("2018年，公司在黄石投产，次年便【达到设计产能】。", "2018"),
    ("2018年3月签约，10月【集中开工】。", "2018"),
    ("2021年3月签订协议，同年10月【开工】。", "2021"),
    ("2023年，省内上市公司近三年研发投入年均增长【20%】。", "2023"),
    ("2023年，市里提出今后五年建设【100个】园区。", "2023"),
]
INFERRED = [
    ("《意见》2016年出台。品牌发展专项资金【也已设立】。", "2016"),
    ("2020年，公司建起车间。次年，加工量达到【3200吨】。", "2020"),
    ("2021年3月，公司签订协议。同年10月，厂房【开工】。", "2021"),
    ("2018年，公司签约。2020年，公司开工。10月，厂房【封顶】。", "2020"),
    ("2016年至2018年，公司扩建。产能达到【6万吨】。", "2016/2018"),
    ("2018年5月以来，公司扩建。产能达到【6万吨】。", "2018/.."),
    ("2020年，公司投产。此后，公司又投入【3亿元】。", "2020"),
    ("2020年，公司投产。规模比2016年翻了【一番】。", "2020"),
    ("2018年，規劃修編。定位為【千億園區】。", "2018"),
]
UNTOLD = [
    "银岭路全长【300米】，整条路都采用磷石膏建材。",
    "10月，点军区有【3个】项目集中开工。双方2018年签订协议。",
    "10月，点军区有【3个】项目集中开工，双方2018年已签订协议。",
    "10月31日，【3个】项目集中开工。",
    "“十四五”期间，产业园累计引进【143个】项目。",
    "2020年，园区成立。“十四五”期间，累计引进【143个】项目。",
    "湖北的目标，是到“十四五”末让上市公司数量突破【200家】。",
    "2021年，公司投产。目前，公司有员工【300人】。",
    "2018年投产的这家公司，目前有员工【300人】。",
    "2023年，全省增长。今年1-9月，新增【1200家】。",
    "2023年，全省增长。去年，新增【1200家】。",
    "2018年签约。未来五年，计划实施【更多】项目。",
    "2018年签约。未来，两地计划【建立机制】。",
    "2018年签约。眼下，【正在建设】。",
    "2018年签约。下一步，將【擴大】試點。",
    "高端车型所占比例由2016年的35%升到近年来的【60%以上】。",
    "规模比2016年翻了【一番】。",
    "产值创2016年以来新高，达到【3亿元】。",
    "（发布日期：2025-07-19）银岭路全长【300米】。",
    "本报2025年7月19日讯 银岭路全长【300米】。",
    "《产业发展规划（2021—2035年）》列出【三大任务】。",
    "上世纪80年代，这里建起【第一座水厂】。",
    "项目历时3年，【全面建成】。",
    "银岭路全长【300米】。2019年，项目开工。",
]
DATES = st.builds(PartialDate, st.integers(1, 9999)) | st.dates().map(lambda day: PartialDate(day.year, day.month))
SENTENCES = st.lists(
    st.sampled_from(
        "2018年签约。 10月开工， 2021年3月投产， 次年达产。 “十四五”期间 目前 比2016年增长， 员工300人。 "
        "2016年至2018年 年底 （2025-07-19）".split()
    ),
    min_size=1,
    max_size=8,
).map("".join)


def told(marked: str, has_spans: bool = True) -> Event | None:
    """The event of a paragraph whose answering words stand in 【】."""
    start, end = marked.index("【"), marked.index("】") - 1
    text = marked.replace("【", "").replace("】", "")
    return event_of(text, start, end, ((start, end),) if has_spans else ())


@pytest.mark.parametrize(("marked", "date"), NAMED)
def test_the_year_that_governs_the_answer_is_its_time(marked: str, date: str) -> None:
    """Articles of one day tell of many years; the reader has to know which one."""
    event = told(marked)
    assert event is not None
    assert (event.text, event.is_inferred) == (date, False)


@pytest.mark.parametrize(("marked", "date"), INFERRED)
def test_the_year_of_an_earlier_sentence_is_inferred(marked: str, date: str) -> None:
    """Its month is not taken over: only the year is likely to be the same."""
    event = told(marked)
    assert event is not None
    assert (event.text, event.is_inferred) == (date, True)


@pytest.mark.parametrize("marked", UNTOLD)
def test_a_year_that_is_not_told_stays_untold(marked: str) -> None:
    """A bare month has no year, a plan no event, and 目前 is known only to who knows when it was written."""
    assert told(marked) is None


@pytest.mark.parametrize(
    ("marked", "date"),
    [
        ("【2023年，年产值突破千亿元，规模比2016年翻了一番。】", "2023"),
        ("【2020年，园区成立，2021年投产。】", "2020"),
        ("【双方协议自2018年起实施。】", "2018/.."),
    ],
)
def test_without_answering_words_the_first_year_governs(marked: str, date: str) -> None:
    """What is only near has nothing marked in it."""
    event = told(marked, has_spans=False)
    assert event is not None
    assert event.text == date


def test_the_whole_sentence_counts_where_the_quote_is_clipped() -> None:
    """A long sentence is quoted in part; its time stands at its head."""
    text = "2019年，宜昌市推进试点，累计消耗磷石膏近40万吨。"
    event = event_of(text, text.index("累计"), len(text), ((text.index("近40"), text.index("吨") + 1),))
    assert event == Event(PartialDate(2019), PartialDate(2019))


@pytest.mark.parametrize(
    ("date", "written"),
    [
        (PartialDate(2018), "2018"),
        (PartialDate(2018, 7), "2018-07"),
        (PartialDate(2018, 7, 9), "2018-07-09"),
        (PartialDate(220), "0220"),
        (PartialDate(-1), "0000"),
        (PartialDate(-221), "-0220"),
    ],
)
def test_dates_are_written_as_iso_8601_has_them(date: PartialDate, written: str) -> None:
    """Programs read them; the year before 1 is 0 there, and -220 is 221 BC."""
    assert iso(date) == written


@pytest.mark.parametrize(
    ("first", "last"), [(PartialDate(), None), (PartialDate(None, 10), None), (PartialDate(2018), PartialDate(None, 3))]
)
def test_an_event_refuses_to_be_without_a_year(first: PartialDate, last: PartialDate | None) -> None:
    """10月 alone is no time that anything could be sorted by."""
    with pytest.raises(ValueError, match="years"):
        Event(first, last)


def test_events_are_sorted_by_their_end() -> None:
    """The latest figure is the one that reaches furthest."""
    paragraphs = ["2016年至2022年【甲】", "2020年【乙】", "2020年5月【丙】", "2020年5月3日【丁】", "2019年以来【戊】"]
    events = [(told(marked), marked) for marked in paragraphs]
    ordered = sorted(events, key=lambda pair: pair[0].key if pair[0] else (0, 0, 0))
    assert "".join(marked[-2] for _, marked in ordered) == "戊乙丙丁甲"


@given(DATES, DATES)
def test_later_dates_sort_later_and_read_so(one: PartialDate, other: PartialDate) -> None:
    """Written dates of equal detail are in the order of time."""
    first, second = Event(one, one), Event(other, other)
    if len(first.text) == len(second.text):
        assert (first.key < second.key) == (first.text < second.text)


@settings(deadline=None)  # the first text loads the converter
@given(SENTENCES, st.data())
def test_no_year_is_made_up(text: str, data: st.DataObject) -> None:
    """Whatever is quoted of a paragraph, the years of its event stand in the paragraph."""
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    spans = data.draw(st.sampled_from(((), ((start, end),))))
    event = event_of(text, start, end, spans)
    if event:
        assert {event.first.year, (event.last or event.first).year} <= years(text)


@settings(deadline=None)  # the first text loads the converter
@given(st.text(min_size=1))
def test_any_text_has_an_event_or_none(text: str) -> None:
    """Articles may hold anything."""
    event_of(text, 0, len(text), ((0, len(text)),))


@pytest.mark.parametrize("unit", ["2018年", "《", "目前", "比2016年", "。", "10月"])
def test_reading_takes_time_in_proportion_to_the_text(unit: str) -> None:
    """A paragraph may be as long as a book."""
    text = unit * (30_000 // len(unit))
    began = time.process_time()
    event_of(text, len(text) - 1, len(text))
    assert time.process_time() - began < 2
