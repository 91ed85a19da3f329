"""Attributes: words such as 总投资 or 地点, which say what a thing has and so name no topic of their own."""

from __future__ import annotations

_AMOUNTS = frozenset(
    (
        "投资 总投资 投资额 总投资额 资金 金额 总额 预算 成本 费用 价格 单价 票价 租金 收入 营收 利润 税收 产值 年产值 "
        "总产值 产能 年产能 产量 年产量 销量 销售额 市值 估值 面积 总面积 占地面积 长度 全长 宽度 高度 深度 重量 体积 "
        "容量 海拔 距离 里程 规模 速度 时速 年龄 身高 体重 寿命 人口 常住人口 总人口 人数 户数 数量 总量 总数 数目 "
        "家数 比例 占比 比重 增速 增幅 增长率 能力 工期 排名 名次"
    ).split()
)
_PEOPLE = frozenset("负责人 董事长 总经理 创始人 法人 老板 书记 主任 局长 校长 院长".split())
_PLACES = frozenset("位置 地点 地址 所在地".split())
_OTHERS = frozenset(
    (
        "时间 日期 期限 有效期 年限 周期 进度 原因 理由 目的 意义 作用 功能 用途 特点 特征 优势 名称 全称 简称 名字 "
        "别名 含义 电话 内容 主题 重点 目标 措施 办法 方法 方式 流程 条件 标准 要求 效果 成效 影响 好处 坏处 员工 职工 "
        "股东 投资方 承建方 建设单位 施工单位 承建单位"
    ).split()
)
_ALL = _AMOUNTS | _PEOPLE | _PLACES | _OTHERS


def is_attribute(word: str) -> bool:
    """Return True if a word is one of those listed in this module."""
    return word in _ALL


def asking_phrase(attribute: str) -> str:
    """Return the words that ask for an attribute: 是多少 for 总投资, 在哪里 for 地点, 是谁 for 负责人, else 是什么.

    The longest ending that is listed decides (处理能力 is a 能力); 是什么 if none is.
    """
    ending = next((attribute[i:] for i in range(len(attribute)) if attribute[i:] in _ALL), "")  # 处理能力 is a 能力
    if ending in _PEOPLE:
        return "是谁"
    if ending in _PLACES:
        return "在哪里"
    return "是多少" if ending in _AMOUNTS else "是什么"
