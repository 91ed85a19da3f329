"""The kinds of question, recognised by the question word."""

from __future__ import annotations

import re
from enum import StrEnum


class QuestionKind(StrEnum):
    """The kind of a question: what must stand in an answer to it."""

    WHEN = "when"
    HOW_MANY = "how-many"
    WHO = "who"
    WHERE = "where"
    WHY = "why"
    HOW = "how"
    YES_NO = "yes-no"
    DEFINITION = "definition"
    LIST = "list"
    WHAT = "what"
    KEYWORDS = "keywords"  # no question word at all


MEASURES = "个家项条套座人名位次所间台辆种岁件场届艘架户亩吨米里元万亿%倍级层届期款颗支部本集章首幅段代只头匹口双块门"
_PATTERNS: tuple[tuple[QuestionKind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        (QuestionKind.WHY, r"为什么|为何|因何|何故|原因|缘何|怎么会"),
        (
            QuestionKind.WHEN,
            (
                r"[什啥]么?时[候后侯]|何时|什么时间|哪一?年|哪一?[天日月]|哪一?个?(?:月|世纪|年代|时期|朝代|日子|时候)|哪一?个年|几[月号日点时]|"
                r"什么(?:年代|日期|时期|年份|朝代|日子)|何年|何月|何日|多久前|时间是|日期是|年份|哪段时间|于何"
            ),
        ),
        (
            QuestionKind.HOW_MANY,
            rf"多少|多[长大高远久宽深重快厚]|[第为有达是约共了出成过占]几|(?<!哪)几[{MEASURES}年]|几分之|何比例|百分之几|几成|第几",
        ),
        (
            QuestionKind.WHERE,
            (
                r"哪里|哪儿|何地|何处|什么地方|什么位置|在哪(?![一个种家位项座些])|位于何|去哪|"
                r"哪一?[个座些]?(?:国家?|城市|地区|省份?|县|市|区|镇|乡|村|地方|州|岛|地点?|街|路|大学|车站|站)|什么地点"
            ),
        ),
        (
            QuestionKind.WHO,
            r"谁|哪一?位|何人|什么人|哪一?个人|哪些人|哪家(?:公司|企业)?|哪一?个?(?:公司|企业|单位|机构|部门|集团|人物|组织|作家|皇帝|球员)",
        ),
        (QuestionKind.DEFINITION, r"^什么是|^何谓|是什么意思|指的?是?什么|是指什么|什么意思|含义|定义"),
        (QuestionKind.LIST, r"哪些|哪几|有何|包括什么|包含什么|有什么"),
        (QuestionKind.HOW, r"怎么样?|怎样|如何|咋"),
        (QuestionKind.WHAT, r"什么|啥|哪|何"),
        (QuestionKind.YES_NO, r"吗|是否|是不是|有没有|有无|能否|可否|了没|没有\?*$"),
        (QuestionKind.WHAT, r"(?:[是为有]|还有)(?=\s*\??$)"),
        (
            QuestionKind.HOW_MANY,
            r"几(?!乎|何)|(?:人数|数量|面积|金额|比例|占比|总投资|产值|规模|增速|增幅|价格|长度|高度)(?:是|为)?\??$",
        ),
    )
)


def kind_of(text: str) -> tuple[QuestionKind, tuple[int, int]]:
    """Return the kind of a normalised question and the start and end of its question word.

    The first pattern that matches decides. A text without a question word is KEYWORDS, with an empty span at its end.
    """
    for kind, pattern in _PATTERNS:
        match = pattern.search(text)
        if match:
            return kind, match.span()
    return QuestionKind.KEYWORDS, (len(text), len(text))
