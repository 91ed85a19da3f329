"""Articles to be announced: all about the same place, with the same words, and no near-duplicates of one another."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

FIRMS = "兴发 宜化 东阳光 三峡实验室 安琪 邦普 史丹利 天赐 欣旺达 楚能".split()
PRODUCTS = "磷酸铁锂 电解液 氢燃料电池 酵母蛋白 储能电芯 有机硅 六氟磷酸锂 光学膜 特种玻璃 海工装备".split()
PLACES = "姚家港 猇亭港区 枝江园区 白洋园区 点军新城 夷陵片区 当阳工业园 宜都化工园".split()
DEEDS = (
    "{firm}在{place}签下{product}项目，计划总投资{figure}亿元，三年内分两期建成。",
    "按照安排，{place}要为{product}留出{figure}公顷用地，{firm}先把配套的管网铺到厂区门口。",
    "{firm}的负责人说，{product}的订单已经排到明年{month}月，熟练工人仍然紧缺，本地职校今年多招了{figure}人。",
    "从{month}月起，{place}的码头每周多开{figure}班集装箱船，把{product}运往下游各港。",
    "{product}的检测中心落户{place}，{firm}同高校一起出资{figure}百万元，设备由国内厂家供货。",
    "当地住建部门介绍，{place}正给{firm}的员工盖公寓，首批{figure}套明年{month}月交付。",
    "{firm}把{product}的研发部门迁到{place}，随迁的工程师有{figure}名，多数来自沿海省份。",
)
SHIPYARD = "宜昌氢能船厂{month}月开工，第{number}号船台的地基用上了磷石膏制成的材料。"


def write_story(folder: Path, number: int) -> None:
    """Write the article of a round."""
    chance = random.Random(number)
    sentences = [_sentence(chance, form) for form in chance.sample(DEEDS, 5)]
    sentences.insert(chance.randint(0, 5), SHIPYARD.format(month=chance.randint(1, 12), number=number))
    head = f"---\nid: story-{number}\ntitle: 【宜昌招商】{title(number)}\ndate: 2025-08-01\n---\n"
    (folder / f"story-{number}.md").write_text(head + "\n\n".join(sentences) + "\n", "utf-8")


def title(number: int) -> str:
    """What its title says, and every message that tells of it."""
    return f"氢能船厂第{number}号船台动工"


def numbers_in(text: str) -> list[int]:
    """The rounds that a message tells of by their titles."""
    return [int(number) for number in re.findall(title(0).replace("0", r"(\d+)"), text)]


def _sentence(chance: random.Random, form: str) -> str:
    return form.format(
        firm=chance.choice(FIRMS),
        place=chance.choice(PLACES),
        product=chance.choice(PRODUCTS),
        figure=chance.randint(2, 98),
        month=chance.randint(1, 12),
    )
