"""What is planned, goes on or is only hoped for is never told as done."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.text import converter
from retrieval.facts.status import Status, asks_whether_done, status_of, weakest

DONE = [  # the answering words in 【】
    "银岭路全长【300米】，整条路都采用磷石膏建材。",
    "2019年，项目有【20个】，累计消耗磷石膏近40万吨，为资源化利用作出示范。",
    "2019年，项目有20个，累计消耗磷石膏【近40万吨】，为资源化利用作出示范。",
    "二期工程【2024年】正式动工，双方的合作由此又深一层。",
    "到2021年，“五网”已覆盖【整个园区】，企业生产的需求有了保障。",
    "截至2023年底，入驻企业已达到468家，其中规上工业企业【92家】。",
    "项目【2022年】开工，预计2023年底建成投产。",
    "截至目前，全区在建项目46个，完成投资【38亿元】。",
    "【三个】项目集中开工，计划总投资76.01亿元。",
    "计划总投资76.01亿元的【三个】项目集中开工。",
    "开发区2018年完成了【总体规划的修编】。",
    "2019年又出台产业发展【三年行动计划】，用政策把资源引向主导产业。",
    "在“退城入园”计划推动下，公司2016年启动【新项目】。",
    "《推进企业上市倍增计划》列出【15条】支持措施。",
    "“五区”指【五个】建设目标。",
    "拟上市公司的【风险监测机制】也同步建立。",
    "湖北省已将磷石膏综合利用【列入省级战略】。",
    "湖北省近年来将【品牌建设】作为深化改革的重要抓手。",
    "将符合条件的项目【纳入财政补助范围】。",
    "公司将【审批时间】压缩到3天。",
    "他将这批农药【带出】车间。",
    "年产能【将近10万吨】。",
    "中心正式投入【运营】。",
    "会议【在襄阳市】召开。",
    "线下的对接会使【产学研合作】更深入。",
    "在建设领域试点【磷石膏综合利用】。",
    "示范区建设中，2020年推行【新模式】。",
    "2023年，全市加快推进项目建设，完工【35个】。",
    "公司主要生产【铜基复合材料】。",
    "未来科技城引进企业【42家】。",
    "计划2023年建成的项目【已提前投产】。",
    "预计投资5亿元的项目已开工，完成投资【2亿元】。",
    "項目2021年已建成，【年產8000噸】。",
]
ONGOING = [
    "部门正加快制定【激励政策】，把符合条件的项目列入补助范围。",
    "部门正加快制定激励政策，把符合条件的项目【列入补助范围】。",
    "道路基建【应用技术规程】也已着手编制。",
    "二期项目总投资【15.5亿元】，2023年开工，正在加快建设。",
    "目前尚未开工，【用地手续】正在办理。",
    "双方也在探索【“生态+产业”】的路子。",
    "项目仍在建设中，占地【260亩】。",
    "各地有序推进【污水管网改造】。",
    "目前，在建项目【12个】。",
    "生产线进入【试运行】。",
    "項目【正在】施工。",
]
PLANNED = [
    "湖北的目标，是到“十四五”末让上市公司数量【突破200家】。",
    "到2027年，片区【力争】入驻企业突破800家。",
    "到2027年，全市规上工业企业【达到500家】。",
    "到2027年，园区建成，产值【突破千亿元】。",
    "再往后到2037年，开发区力争在综合实力上【达到国家级的标准】。",
    "开发区计划到2027年全面建成示范区，让产业与生态【深度融合】。",
    "三个项目集中开工，计划总投资【76.01亿元】。",
    "计划总投资【76.01亿元】的三个项目集中开工。",
    "项目总投资【18亿元】，计划2026年上半年开工，2028年投产。",
    "项目总投资18亿元，计划2026年上半年开工，【2028年】投产。",
    "项目2022年开工，预计【2023年底】建成投产。",
    "项目2022年开工，预计2023年底建成，达产后年产值可达【20亿元】。",
    "项目建成后，可处理污水【2万吨】。",
    "按照预计，项目今后将全面投产，届时公司会整体【搬到工业园】。",
    "按照规划，宜昌市【未来五年】计划实施更多项目。",
    "同三峡集团的合作【会继续加深】。",
    "目标是把自然修复与治理结合起来，让【水质稳定达标】。",
    "今后，教育、住房等领域也将【逐步纳入】。",
    "当地的【产业升级】将因此加快。",
    "标准体系【将由此建立】。",
    "【高校的创新潜能】将进一步释放。",
    "公司拟投资5亿元，在猇亭建设【生产基地】。",
    "项目将新增就业岗位【300个】。",
    "项目将投资【5亿元】用于扩建。",
    "二期项目将惠及【10万】居民。",
    "会议要求建立【协作机制】，把各方力量合在一起。",
    "标准制定、产权保护等环节【还要加强】。",
    "轴承项目选址已确定，目前【尚未开工】。",
    "一期2021年投产，二期将于【2026年】建成。",
    "项目预计【明年】开工。",
    "园区提出到2025年产值【突破千亿元】。",
    "争取县域经济有【新的突破】。",
    "企業計劃投資【8億元】建設生產線。",
    "下一步，區裏將擴大【試點範圍】。",
]
VIEW = [
    "从中长期看，它有望带动【湖北中部制造业集群】的发展，并改善物流网络。",
    "从中长期看，它有望带动制造业集群的发展，并【改善物流网络】。",
    "宜昌的模式在资源化利用上具有【标杆意义】。",
    "累计消耗磷石膏近40万吨，为资源化利用【作出示范】。",
    "这是招商引资的一个【新里程碑】。",
    "此举也【有助于产城融合】。",
    "这是两地政务协同的一个【典型】。",
    "做法也【可供全国各地复制】。",
    "专家认为，这一模式能够【降低成本】。",
    "专家认为，该项目的落地将带动【上下游企业】集聚。",
    "二期开工标志着双方的合作【进入新阶段】。",
    "該項目有望帶動【就業】。",
]
CASES = [
    (status, marked) for status, cases in zip(Status, (VIEW, PLANNED, ONGOING, DONE), strict=True) for marked in cases
]


def status_at(marked: str) -> Status:
    """The status of the words in 【】."""
    start, end = marked.index("【"), marked.index("】") - 1
    return status_of(marked.replace("【", "").replace("】", ""), ((start, end),))


@pytest.mark.parametrize(("status", "marked"), CASES)
def test_words_have_the_status_that_their_clause_gives_them(status: Status, marked: str) -> None:
    """A plan that is shown as a fact misleads whoever does not read the whole sentence."""
    assert status_at(marked) is status


@pytest.mark.parametrize(("status", "marked"), CASES)
def test_the_script_makes_no_difference(status: Status, marked: str) -> None:
    """Half of the articles may be in Traditional characters."""
    traditional = converter("s2t").convert(marked)
    if len(traditional) == len(marked):
        assert status_at(traditional) is status


@pytest.mark.parametrize(
    ("sentence", "status"),
    [
        ("项目2022年开工，预计2023年底建成投产。", Status.PLANNED),
        ("项目2021年建成投产，为产业升级作出示范。", Status.DONE),
        ("此举有助于产城融合。", Status.VIEW),
        ("项目正在建设，计划明年投产。", Status.PLANNED),
        ("", Status.DONE),
    ],
)
def test_without_answering_words_the_weakest_clause_counts(sentence: str, status: Status) -> None:
    """Somebody may read any of it as done; a judgement at its end takes nothing back."""
    assert status_of(sentence) is status


def test_of_several_answering_words_the_weakest_counts() -> None:
    """One mark stands for all of them."""
    sentence = "一期2021年投产，二期计划2026年投产。"
    assert status_of(sentence, ((2, 7), (12, 17))) is Status.PLANNED


def test_statuses_are_ordered_by_what_they_claim() -> None:
    """Where it is open which one holds, the one that claims less is told."""
    assert [weakest(list(Status)[number:]) for number in range(4)] == list(Status)
    assert weakest([]) is Status.DONE


@pytest.mark.parametrize(
    "question",
    [
        "宝钢黄石新港二期投产了吗？", "二期是否建成？", "开工了没有？", "有没有投产？", "已经开业了吗", "落成没",
        "投产了？", "二期投產了嗎？", "请问项目完工了没？", "这条路通车了么？", "污水处理厂建成没有？",
        "項目有沒有正式開工？", "是不是已经投产了？", "到底开没开工？", "工程竣工验收过吗？",
        "“跨省通办”已经把教育、住房领域纳入了吗？", "上市公司突破200家了吗？", "湖北是否达到200家上市公司？",
        "三年行动计划出台了吗？", "人才公寓建成了吗？",
    ],
)  # fmt: skip
def test_a_question_whether_something_happened_is_known(question: str) -> None:
    """Its answer is yes or no, and a plan is no yes."""
    assert asks_whether_done(question)


@pytest.mark.parametrize(
    "question",
    [
        "什么时候投产了？", "投产了多少条生产线？", "项目什么时候开工？", "会不会投产？", "将于2027年建成吗？",
        "有没有污水处理厂？", "宝钢是不是国企？", "红安有多少家企业入驻了？", "是否需要验收？", "银岭路有多长？",
        "你好", "计划建成吗？", "湖北现在已经有多少家上市公司？", "企业可以获得奖励吗？", "三峡集团是哪一年签约的？",
        "磷石膏有什么用？", "",
    ],
)  # fmt: skip
def test_other_questions_do_not_ask_whether_something_happened(question: str) -> None:
    """A plan may well answer them."""
    assert not asks_whether_done(question)


@settings(deadline=None)  # the first text loads the converter
@given(st.sampled_from(CASES), st.sampled_from(("计划", "预计", "力争", "拟于明年")))
def test_a_plan_at_the_head_leaves_nothing_done_but_what_has_happened(case: tuple[Status, str], plan: str) -> None:
    """It rules what follows it, up to a clause that says what has happened."""
    _, marked = case
    if not any(word in marked for word in "已 了 截至 近年来将 去年 完成".split()):
        assert status_at(f"公司{plan}建设园区，{marked}") is not Status.DONE


@settings(deadline=None)  # the first text loads the converter
@given(st.text(), st.data())
def test_any_text_has_a_status(text: str, data: st.DataObject) -> None:
    """Articles may hold anything."""
    start = data.draw(st.integers(0, len(text)))
    assert status_of(text, ((start, data.draw(st.integers(start, len(text)))),)) in Status
    asks_whether_done(text)


@pytest.mark.parametrize("unit", ["将", "将项目", "计划", "到2027年，", "按", "，", "《", "提供", "建成后", "有没有"])
def test_reading_takes_time_in_proportion_to_the_text(unit: str) -> None:
    """A sentence without a full stop may be as long as a book."""
    text = unit * (30_000 // len(unit))
    began = time.process_time()
    status_of(text, ((0, 1),))
    asks_whether_done(text)
    assert time.process_time() - began < 2
