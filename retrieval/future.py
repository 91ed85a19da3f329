"""Which 将 speaks of what is to come: in 将符合条件的项目纳入补助 it only puts a thing before its verb."""

from __future__ import annotations

import re

from retrieval.cues import any_of

_MARK = re.compile("(?<![大名健少老干])将(?![近军领士帅]|来(?!自))")  # neither 将近 nor 名将
_AFTER_PAST = re.compile(any_of("已经? 曾经? 业已 先后 成功 始终 一直 历来 此前") + "$")
_BEFORE_THING = re.compile("将(?:[其他她它此该]|这(?!将|会|里)|那|所有|各|有关|相关|自[身己]|现有|原有)")
_BEFORE_VERB = re.compile(  # what cannot begin the name of a thing
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
_HANDLES = re.compile(  # what is done to the thing, some words later
    r"将.{2,40}?"
    + any_of(
        "纳入 列[入为] 作为 视[为作] [定评变化转改分]为 转[化变] [变叠编改绘制集分组]成 打造成 建成为 建设成 融入 "
        "引[入向] 投[向入] [应运使]?用[于到在] 延伸 推[广向] 送[到进至上往回] [搬迁落放摆建选]在 [搬迁移落]到 "
        "[升降高低缩大]到 [升降高低]至 压缩 缩短 下放 结合 融合 相连 挂钩 交[给由] 带[到回进] 传唤 移送 起来 合并 "
        "整合 变废为宝"
    )
)


def has_future(clause: str) -> bool:
    """Whether a 将 of a normalised clause speaks of what is to come; where its words leave that open it does."""
    return any(_looks_ahead(clause, mark.start()) for mark in _MARK.finditer(clause))


def _looks_ahead(clause: str, place: int) -> bool:
    if _AFTER_PAST.search(clause, max(0, place - 4), place):
        return False
    if _BEFORE_VERB.match(clause, place):
        return True
    return not (_BEFORE_THING.match(clause, place) or _HANDLES.match(clause, place))
