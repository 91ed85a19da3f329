"""Units that numbers are written with: the patterns that find them, and which of them mean the same."""

from __future__ import annotations

import re

#: Other spellings and multiples of a unit: (the unit they are compared in, how many of it one is).
EQUIVALENT_UNITS = {
    name: (unit, size)
    for names, unit, size in (
        ("公里 千米 km", "米", 1000),
        ("公尺 m", "米", 1),
        ("千克 kg", "公斤", 1),
        ("平方公里 平方千米 km2", "平方米", 10**6),
        ("平米 平方 m2", "平方米", 1),
        ("立方 m3", "立方米", 1),
        ("名 位", "人", 1),
        ("人民币 块钱", "元", 1),
        ("美金", "美元", 1),
        ("号", "日", 1),
        ("年度", "年", 1),
        ("°c 摄氏度", "度", 1),
    )
    for name in names.split()
}
# Units that may follow a single Chinese numeral and make no other word with it (as in 三元, 五台山, 三峡, 十分, 一些).
_SURE = (
    "个 家 项 条 座 件 户 台(?![山河县]) 辆 种 岁 届 场 次 位(?!一) 所 间 艘 架 倍 层 款 名 人(?!民) 年 月 天 周年 "
    "小时 分钟 公里 千米 公斤 公顷 吨 亩 平方 立方 美元 万 亿"
)
_OTHER = (
    "平方米 立方米 公斤 个百分点 百分点 个工作日 工作日 个小时 小时 个月 周年 分钟 人次 架次 车次 美元 日元 英镑 "
    "欧元 港元 新台币 英里 海里 公顷 亩 吨 千瓦时 千瓦 兆瓦 瓦 元 米 克 升 里 倍 岁 秒 天 日 年 月 周 度 人 家 个 项 "
    "条 套 座 件 户 台 辆 种 届 场 次 所 间 艘 架 级 层 期 款 颗 支 部 集 章 首 幅 段 代 头 匹 口 块 门 只 枚 票 类 册 "
    "卷 篇 句 字 道 国 站 排 对 组 株 起 张 本 份 轮 笔 批 片 棵 节 堂 页 趟 回 例 栋 幢 强 %"
)
_LONGEST_FIRST = sorted((*EQUIVALENT_UNITS, *_OTHER.split()), key=len, reverse=True)
#: A unit behind a number, as group 1; 多 or 余 and a space may stand between.
UNIT = re.compile(rf"[多余]?\s?({'|'.join(_LONGEST_FIRST)})")
#: A unit behind a single Chinese numeral; 多 or 余 may stand between.
SURE_UNIT = re.compile(f"[多余]?(?:{_SURE.replace(' ', '|')})")
