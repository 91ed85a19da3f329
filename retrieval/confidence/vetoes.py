"""Detects contradictions between a question and a sentence that shares its words, so that the quote would mislead.

首期 does not answer a question about 二期, 500套 none about 600套, 启动建设 not 什么时候建成, and 时间表 not 谁.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING

from corpus.numbers import Number, cached_numbers
from corpus.numerals import chinese_value
from corpus.text import normalize
from retrieval.facts.status import Status, asks_whether_done
from retrieval.question.kinds import QuestionKind
from retrieval.ranking.answer_types import typed_spans
from retrieval.ranking.span_context import LATIN, NAME, UNKNOWN, class_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from retrieval.model import Citation
    from retrieval.question.query import SubQuestion
    from retrieval.words.segment import Segmenter

NAMES = frozenset({"nr", "ns", "nt", "nz", NAME, UNKNOWN, LATIN})  # classes of words that name something
_PERSON = re.compile(r"谁|哪一?位|何人|什么人")
_PEOPLE = re.compile(r"[人者员家长师手民族帝王后妃士生子女父母兄弟姐妹夫妻祖将兵官]|团队|部门|政府|公司|集团|大学|学院")
_STAGE = re.compile(r"(?:第?(\d{1,3}|[一二三四五六七八九十两]{1,3})|(首))(期|届|批|轮)(?![间望待货])")
_YEAR_ASKED = re.compile(r"[哪何](?:一)?年|什么年份|年份|几几年")
_YEAR = re.compile(r"\d{3,4}|[〇零一二三四五六七八九]{4}|年|世纪|朝|代")
_NO_NAME = "的在是和与及或条座家所个这那该本此哪么些几多一两有等各某从到为由向对将被把了"
_NAMED = re.compile(  # the last two characters of a name, and the kind of place that it names
    rf"(?![{_NO_NAME}]|[一-鿿][{_NO_NAME}]|[公道铁]路|大桥)([一-鿿]{{2}})(路(?![上过线途程口])|街(?!道)|桥|河|镇|村(?!民))"
)
_TELLS_DONE = re.compile("建成|建好|竣工|完工|投产|投用|投入|通车|通航|开业|开园|运营|运行|达产|落成|启用|交付|完成")
_ASKS_DONE = re.compile("(?:建成|建好|竣工|完工|投产|投用|投入使用|通车|落成|达产|交付)(?![以之]?后)")
_TELLS_BEGUN = re.compile("启动|开工|动工|奠基|签约|开建|在建|开始建设|破土")
_ASKS_BEGUN = re.compile("(?:开工|动工|奠基|开建|开始建设|破土|启动)(?![以之]?后)")
_CHANGE = re.compile(r"(?:增加|增长|增幅|提升|提高|上升|上涨|下降|减少|降低|新增|同比|扩大)了?[约近超过逾达]{0,2}\s?$")
_ASKS_CHANGE = re.compile("[增升涨降减扩]|提高|变化|幅|率|百分|比例|占|多了|少了")
_DENIED = re.compile("否认|辟谣|取消|作罢|搁置|终止|没有一[个家名人项次]|[无没]一[个家名人]|据传|传闻|不实")
_PLAIN = frozenset({QuestionKind.HOW_MANY, QuestionKind.WHEN, QuestionKind.WHO, QuestionKind.YES_NO})
_ASKS_DENIAL = re.compile("否认|辟谣|取消|作罢|搁置|终止|没有|传|不实")
_TIME = re.compile(r"\d|[年月日天时期代朝]|[〇零一二三四五六七八九十]+|[今明昨去前后早晚]")
_TIMES = frozenset("年 月 日 号 天 时 点 分 年度 世纪 %".split())


def contradictions(
    segmenter: Segmenter, part: SubQuestion, sentence: str, context: str, citation: Citation | None
) -> dict[str, float]:
    """Check each contradiction.

    Args:
        segmenter: cuts the marked words.
        part: what is asked.
        sentence: the sentence that is to answer, normalised.
        context: the sentence with the one before, its heading and title, normalised.
        citation: the sentence quoted; None if it is not to be quoted, which leaves out what depends on marked words.

    Returns:
        1 or 0 by name, which is that of one of `confidence.PENALTIES`.
    """
    span = normalize(citation.span_text).text if citation and citation.spans else ""
    clause = normalize(citation.clause).text if citation else sentence
    checks = {
        "another stage": is_of_another_stage(part.text, sentence, context),
        "another number": is_of_another_number(part.text, sentence, context),
        "another name": is_of_another_name(part.text, sentence),
        "another step": is_only_done(part.text, clause),
        "a change": is_change(part, clause, span),
        "denied": is_denied(part, clause),
        "no name": bool(span) and is_no_name(segmenter, part, span),
        "no year": lacks_year(part, sentence),
        "no time": bool(span) and is_timeless(part, span),
    }
    return {name: float(holds) for name, holds in checks.items()}


def is_of_another_stage(question: str, sentence: str, context: str) -> bool:
    """Return True if a question names a stage (二期) and the sentence names only others of its unit (期).

    If the sentence names none of that unit, the context decides; True if that names none either.
    """
    asked = set(_stages(question))
    units = {unit for _, unit in asked}
    in_sentence, in_context = ({stage for stage in _stages(text) if stage[1] in units} for text in (sentence, context))
    return bool(asked) and not asked & (in_sentence or in_context)


def is_of_another_number(question: str, sentence: str, context: str) -> bool:
    """Return True if the context lacks a number of the question and the sentence has another one of the same unit."""
    asked = [number for number in cached_numbers(question) if _is_amount(number)]
    near = {(number.value, number.unit) for text in (sentence, context) for number in cached_numbers(text)}
    units = {number.unit for number in cached_numbers(sentence) if _is_amount(number)}
    return any((number.value, number.unit) not in near and number.unit in units for number in asked)


def is_of_another_name(question: str, sentence: str) -> bool:
    """Return True if a sentence names another road, river or the like instead of one in the question.

    It lacks a road, street, bridge, river, town or village that the question names, and names another of the same kind:
    点军路 instead of 银岭路.
    """
    asked = {match[2] for match in _NAMED.finditer(question) if match[0] not in sentence}
    return any(match[2] in asked for match in _NAMED.finditer(sentence) if match[0] not in question)


def is_no_name(segmenter: Segmenter, part: SubQuestion, span: str) -> bool:
    """Return True if the question asks for a person (谁, 哪位), and the marked words name nobody."""
    if part.kind is not QuestionKind.WHO or not _PERSON.search(part.text[slice(*part.asked)]):
        return False
    is_named = any(class_of(token.word) in NAMES for token in segmenter.tokens(span))
    return not (is_named or _PEOPLE.search(span) or typed_spans(part, span))


def lacks_year(part: SubQuestion, sentence: str) -> bool:
    """Return True if the question asks for a year, and the sentence has none."""
    return bool(_YEAR_ASKED.search(part.text)) and not _YEAR.search(sentence)


def is_only_begun(question: str, sentence: str) -> bool:
    """Return True if the question asks about the end of some work, and the sentence tells only its beginning."""
    return bool(_ASKS_DONE.search(question) and _TELLS_BEGUN.search(sentence)) and not _TELLS_DONE.search(sentence)


def is_only_done(question: str, clause: str) -> bool:
    """Return True if the question asks when some work began, and the clause tells only its end."""
    return bool(_ASKS_BEGUN.search(question) and _TELLS_DONE.search(clause)) and not _TELLS_BEGUN.search(clause)


def is_change(part: SubQuestion, clause: str, figure: str) -> bool:
    """Return True if the question asks how much there is, and the figure tells by how much that changed: 增加8公里.

    Args:
        part: what is asked; False if it asks for a change itself.
        clause: the clause of the figure, normalised.
        figure: the marked words, normalised; where they begin in the clause decides. False if they are not in it.
    """
    asks_for_change = _ASKS_CHANGE.search(part.text) or part.kind is not QuestionKind.HOW_MANY
    return not asks_for_change and bool(_CHANGE.search(clause, 0, max(clause.find(figure), 0)))


def is_denied(part: SubQuestion, clause: str) -> bool:
    """Return True if a clause denies something, calls it off or is hearsay, and the question does not ask for that.

    False if it is not asked when, who, how many or whether.
    """
    return part.kind in _PLAIN and bool(_DENIED.search(clause)) and not _ASKS_DENIAL.search(part.text)


def is_timeless(part: SubQuestion, span: str) -> bool:
    """Return True if the question asks when, and the marked words (normalised) are no time."""
    return part.kind is QuestionKind.WHEN and not _TIME.search(span) and not typed_spans(part, span)


def _is_amount(number: Number) -> bool:
    """Return True if a number is an amount: with a unit, and no time, share or rank."""
    return bool(number.unit) and number.unit not in _TIMES and not number.unit.startswith("第")


def _stages(text: str) -> Iterator[tuple[Fraction, str]]:
    """Yield number and unit of each stage in a text: (2, 期) for 二期, (1, 批) for 首批."""
    for match in _STAGE.finditer(text):
        numeral, first, unit = match.groups()
        value = Fraction(1) if first else Fraction(numeral) if numeral.isdigit() else chinese_value(numeral)
        if value is not None:
            yield value, unit


_GOAL = re.compile(r"目标|力争|争取|愿景|有望")
_ASKS_FOR_PLANS = re.compile(r"计划|目标|预计|力争|将|拟|规划|打算|未来|预期|今后|投资|准备|设想|要|末|底")


def is_unfulfilled(part: SubQuestion, citation: Citation) -> bool:
    """Return True if the question asks what is done, or how much there is, and the quote tells only a plan or start.

    Of an amount only a goal (目标, 力争) counts as a plan. A plan answers a question with 计划, 将 or the like, unless
    that asks whether something is done.
    """
    status = citation.status
    sentence = normalize(citation.quote).text
    if is_only_begun(part.text, normalize(citation.clause).text):
        return True
    if asks_whether_done(part.text):
        return status is not Status.DONE
    if part.kind is QuestionKind.YES_NO and not _ASKS_FOR_PLANS.search(part.text):
        return status in (Status.PLANNED, Status.VIEW)
    asks_how_much_there_is = part.kind is QuestionKind.HOW_MANY and not _ASKS_FOR_PLANS.search(part.text)
    return asks_how_much_there_is and status is Status.PLANNED and bool(_GOAL.search(sentence))
