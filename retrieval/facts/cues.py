"""Patterns of words that show whether a clause tells what is done, under way, planned, or only somebody's view.

All patterns match normalised text. A firm cue counts whatever else its clause says; a mild one (今后, 到2027年, 要)
does not count beside 已 or 了. Lookarounds exclude longer words that contain a cue: 正式, 模拟, 座谈会, “退城入园”计划.
"""

from __future__ import annotations

import re

YEAR = r"(?:\d{4}|[一二][〇零○一二三四五六七八九]{3})年"
_PERIOD = r"[“\"]?十[四五六七八九]五"


def any_of(words: str) -> str:
    """Return a pattern, without a group, that matches any of some patterns, which are separated by white space."""
    return f"(?:{'|'.join(words.split())})"


HAPPENED = re.compile(
    any_of(
        "(?<![而得])已 曾(?![祖经]) 曾经 (?<![为除])了(?![解如望断结却]) 截[至止] 迄今 此前 日前 去年 前年 "
        "昨[天日] 刚刚"
    )
)

# 计划, 目标 and 拟 show a plan only as verbs; in 行动计划, 纳入计划 and 实现了目标 they are nouns.
_NAMES = any_of(
    "行动 工程 扶贫 倍增 提升 培育 发展 人才 扶持 专项 工作 年度 投资 生产 建设 援助 培训 合作 跃升 招生 采购 实施 "
    "推进 出台 制定 列入 纳入 公布 批准 编制 印发 完成 这一 一项 该项 三年 两年 五年"
)
FIRM_PLAN = re.compile(
    any_of(
        rf"(?<![”\"'’」』按照])(?<!{_NAMES})计划(?![,。、;:)的下中内外里之书案表单任指经是和与及”\"'’」』]|$|同步) "
        r"目标(?:,?(?:是|为(?!期)|在于)|新增|实现|达到|:到) 以[^,]{2,20}为目标 "
        r"(?<![模虚草比])拟(?![态人合定订声真制化任]|上市(?:公司|企业|后备)) 预计 估计 预测(?=,|将|到) "
        r"力争 争取(?!到(?![\d“十])|了) 即将 在即 尽快 尽早 早日 打算 筹划 筹建 有意[在向] "
        r"准备(?=[在于建扩]|开工|投产|启动|上市) "
        rf"(?:提出|明确|确定|定下|确保)了?[,:]?到(?:{YEAR}|{_PERIOD})"
    )
)
UNBEGUN = re.compile("[尚还仍暂](?:未(?!来)|没)")
_NO_MODAL = "大协委年展议谈介接览易员事学工社商晚集机宴盛峰体领误理"  # before 会: words for gatherings, and 机会
_NO_NEED = "主重需必只想简纲概首紧摘扼机纪提险就撮"  # before 要: longer words that show no plan, 主要, 重要
MILD_PLAN = re.compile(
    any_of(
        r"(?<![向创了赢对见知新])未来(?!产业|科[技学]|城|社区|技术|工厂|感|中心|发展|的|大?学|农场|乡村|之) "
        r"今后 往后 下一?步 接下来 下一?阶段 届时 后续(?=将|还|计划) (?<![文说表证声发])明年 "
        rf"(?:^|(?<=[“\",;:、]))到(?:{YEAR}|{_PERIOD}) {_PERIOD}[”\"]?(?:期|时期|规划)?末 "
        rf"(?:[年月]底|年末|季度末|上半年|{YEAR})(?:之|以)?前(?![后者]|[三两]季度) "
        r"(?:按|按照|根据|依照|依据)[^,]{0,8}(?:计划|规划|预计|部署|时序) "
        r"规划(?=到|新建|建设(?!管理|局|部|和|与|用地|许可)) (?:待|等)[^,]{2,12}后 "
        rf"(?<![{_NO_NEED}])要(?![求素点闻务件塞么是害地领旨职义道冲犯案员目诀约的了]|$) "
        r"(?<![按照合足新高的项心])要求(?=[^,的了]{2}) "
        rf"(?<![{_NO_MODAL}])会(?=继续|进一步|整体|更|逐步|随之|有所|陆续|不断|努力|成为|得到|带来|大幅|持续|再|多一) "
        r"[达满]产后 (?:建成|投产|投用|投运|运营|使用|竣工|完工|落成)(?:之|以)?后.{0,30}?"
        r"(?:可(?!见|以看)|(?<![产功职性智万技])能(?![力源效耗]))"
    )
)
# Cues for one detail only: the project of 计划总投资76亿元, or 计划2023年建成的项目, may have been finished long ago.
PASSING_PLAN = re.compile(
    r"(?:计划|预计|规划|概算|拟)总(?:投资|用地|占地|建筑面积)[^,;。、的]{0,14}"
    r"|(?:计划|预计|拟)[^,;。的]{1,14}的(?=[^,;。]{0,20}[已了])"
)

_NO_COURSE = "式常确面是值好当规反增义负直宗月因中经版午点比气品弦厅处科局部如文"  # behind 正: longer words, as 正式
FIRM_ONGOING = re.compile(
    any_of(
        rf"(?<![真公改修纠反端立方严校更矫订补匡廉刚])正(?![{_NO_COURSE}]|在(?:于|乎)|能量|高级) "
        r"[仍尚还均都也前]在(?=探索|建设|推进|加快|制定|办理|实施|筹备|施工|编制|洽谈|扩建|安装|调试|进行) "
        r"(?:建设|推进|施工|进行|办理|筹备|洽谈|审批|编制|修订|收尾|调试|申报)(?:之)?中(?![心学部央标,]) "
        r"着手 抓紧 加紧 如火如荼 有条不紊 热火朝天 紧锣密鼓 进入[^,]{0,6}阶段(?!之?以?后) 试运行 试生产"
    )
)
MILD_ONGOING = re.compile(  # no cue in a sentence that names a year: with 2023年 it is over
    rf"^(?!.*{YEAR}).*(?:逐步(?:成形|形成|完善)|在建(?![设筑立起成])"
    r"|(?:加[快速力]|稳步|有序|持续|深入|扎实|全力|大力|积极|不断)(?:推[进动]|开展|实施|建设|制定|编制))"
)

HOPED = re.compile(
    any_of("有望 可望 或将(?![其他她它]) 或可 势必 必将 或许 也许 认为 看来 相信 希望(?=[能在通各大企更把将])")
)
JUDGED = re.compile(
    any_of(
        r"意味着 标志着 预示 彰显 印证 有[助利益]于 一臂之力 值得(?!一提|注意|关注|说明) 不可或缺 前景广阔 "
        r"潜力巨大 (?<![不尽])可能(?!性) 可(?:供|以)?[^,]{0,10}(?:参考|借鉴|复制|推广) (?:中?长期|长远)(?:来)?看 "
        r"(?:借鉴|示范|标杆|重要|重大|深远|积极|战略)(?:意义|价值) (?:注入|带来|增添)[^,]{0,10}(?:动力|动能|活力) "
        r"(?:[是为]|作为|堪称)[^,]{0,24}(?:典型|样本|样板|典范|里程碑|缩影)(?!案例|项目|企业|工程|村) "
        r"(?:提供|作出|树立|创造)了?[^,]{0,12}"
        r"(?:示范(?![区点项基工县村园企])|样板|样本|借鉴|参考|经验(?!丰富)|范例|路径|支撑|动[能力])"
    )
)

# A whole clause that only introduces the next one: 到2021年, 项目建成后, 按照规划. Its cues count for the next clause.
LEAD_IN = re.compile(
    r".{0,14}(?:年|[日月](?:份|[上中下]旬)?|[底末初前后时起中]|(?<!以)上|期间|以来|阶段|至今|方面)"
    r"|.{0,6}(?:今后|未来|下一?步|接下来|届时|目前|当前|眼下|同时|此外|其中)"
    r"|(?:按照|根据|依据|据).{1,12}|按(?:计划|规划|预计|部署)"
)
# Measures of a project, which have the status of the project: 总投资15亿元，2023年开工，正在建设.
TRAIT = re.compile("总投资|投资额|占地|用地面积|建筑面积|全长|总长")


_MARK = re.compile("(?<![大名健少老干])将(?![近军领士帅]|来(?!自))")  # not the 将 of 将近 and 名将
_AFTER_PAST = re.compile(any_of("已经? 曾经? 业已 先后 成功 始终 一直 历来 此前") + "$")
_BEFORE_THING = re.compile("将(?:[其他她它此该]|这(?!将|会|里)|那|所有|各|有关|相关|自[身己]|现有|原有)")
_BEFORE_VERB = re.compile(  # followed by words that cannot begin a noun phrase
    "将"
    + any_of(
        "进一步 继续 逐[步渐年] 陆续 全[面部力程] 整体 持续 不断 稳步 分[期批] 于 在 从 由 以 按 依 根据 通过 围绕 "
        "聚焦 立足 对(?![象手]) 与 同(?!类) 为 向 因 随 把 让 使(?!用) 被 给 会(?!议) 有(?![关机]) 是 不(?![同良合]) "
        "更(?!多) 极 大[大幅力] 着[力重] 重点(?!项目|企业|工程) 努力 加[快大强速] 推[动进] 建[成立起] 打造 形成 实现 "
        "达 成为 带[动来] 增至 超 突破 投[产用运入] 投资(?!项目) [开动竣完]工 完成 举[办行] 召开 开[展启放] 迎 得到 获 "
        "[助促] 惠及 覆盖 新[增建] 扩建 再(?!生) 首次 正式 同步 同时 先后 分别 争取 力争 可(?!再生|回收) "
        "能(?![源力耗]) 需(?!求) 严格 深[入化] 积极 充分 切实 共同 联合(?!国) 携手 [也还都均] 由此 主要 采[用取] "
        "用[于来] 支持 扶持 引[进入] 吸引 集聚 释放 创造 解决 保障(?![性房]) 满足 填补 拥有 具备 入驻 落[户地] "
        "[升涨降] 扩大 拉动 辐射 承[担接载] 启[动用] 推出 出台 发布 优化 提[供升高] 巩固 强化"
    )
)
_HANDLES = re.compile(  # 将 as 把: followed, some words later, by what is done to the thing
    r"将.{2,40}?"
    + any_of(
        "纳入 列[入为] 作为 视[为作] [定评变化转改分]为 转[化变] [变叠编改绘制集分组]成 打造成 建成为 建设成 融入 "
        "引[入向] 投[向入] [应运使]?用[于到在] 延伸 推[广向] 送[到进至上往回] [搬迁落放摆建选]在 [搬迁移落]到 "
        "[升降高低缩大]到 [升降高低]至 压缩 缩短 下放 结合 融合 相连 挂钩 交[给由] 带[到回进] 传唤 移送 起来 合并 "
        "整合 变废为宝"
    )
)


def has_future(clause: str) -> bool:
    """Return True if a 将 in a normalised clause means the future, not 把 (将审批时间压缩到3天); in doubt it does.

    Return False if there is no 将, or only as a part of words such as 将近, 名将 and 将来 (即将 counts).
    """
    return any(_looks_ahead(clause, mark.start()) for mark in _MARK.finditer(clause))


def _looks_ahead(clause: str, place: int) -> bool:
    """Return True if the 将 at offset `place` means the future; in doubt it does."""
    if _AFTER_PAST.search(clause, max(0, place - 4), place):
        return False
    if _BEFORE_VERB.match(clause, place):
        return True
    return not (_BEFORE_THING.match(clause, place) or _HANDLES.match(clause, place))
