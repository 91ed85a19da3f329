"""Completes questions that leave out their subject (什么时候, 总投资是多少, 有哪些) from the previous question."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from retrieval.question.attributes import is_attribute
from retrieval.question.clause import TRAIL, describe_asked_thing, strip_filler, topic_of
from retrieval.question.kinds import MEASURES, QuestionKind
from retrieval.words.lexicon import word_class

if TYPE_CHECKING:
    from retrieval.question.clause import Clause
    from retrieval.words.segment import Token

ASKS = re.compile(r"什么|啥|哪|谁|几|多少|多[长大高远久宽深重快厚]|怎|如何|何|咋|吗|是否|是不是|有没有|么$|没有?$")
LONGEST = 14  # characters: a longer question names its subject
_ADVERBIAL = frozenset({QuestionKind.WHEN, QuestionKind.WHERE, QuestionKind.WHY, QuestionKind.HOW})
_ENUMERATING = frozenset({QuestionKind.LIST, QuestionKind.WHAT, QuestionKind.WHO})
_ADDRESSED = re.compile('[“”"「」『』《》你您我咱]|知道|明白|可以|确定|清楚|理解|记得|觉得|认为|[说讲]的?$')
_TO_THE_BOT = re.compile("[你您]们?[是叫能会有在]")  # 你是谁
_ADVERBS = frozenset(
    (
        "同比 环比 累计 合计 正式 最早 最终 最后 最初 首次 首批 预计 计划 准备 开始 完成 平均 每年 每天 每月 人均 年均 "
        "先后 共 新 近 仅 后来 当时 原来 以前 以后"
    ).split()
)
_COUNT = re.compile("多少|几")
_DIVIDER = re.compile("[是在有的了,]")  # not found between the words of one attribute
_YES_NO = re.compile(r"是否|有没有|是不是|已经")
_DEGREE = re.compile(r"[很不]?[多少大小高低长短远近快慢贵]$")


def fill_ellipsis(clause: Clause, before: Clause) -> str | None:
    """Complete a question from the previous one.

    Args:
        clause: the question to complete.
        before: the previous question.

    Returns:
        The completed question as it can be asked alone; None if it names something itself, asks nothing, is longer than
        LONGEST, asks what something means, or addresses the bot (你是谁).
    """
    if not _is_elliptic(clause):
        return None
    text, kind = clause.typed_text(), clause.part.kind
    is_bare = all(clause.is_time(word) or word.word in MEASURES for word in clause.words)
    if is_bare and kind in (*_ADVERBIAL, QuestionKind.WHO):
        return _with_question_word(before, text.rstrip("的呢呀啊").removeprefix("是"))
    if is_bare and before.part.kind is QuestionKind.YES_NO:
        return before.typed_text(0, _end_of_statement(before)) + text
    if _is_thing(clause) and before.asked_thing[0] < before.asked_thing[1]:
        return f"{before.typed_text(0, before.part.asked[0])}{text}{before.typed_text(before.asked_thing[1])}"
    counts = before.part.kind in _ENUMERATING and _COUNT.search(clause.text) is not None  # 有多少家, after 有哪些企业
    chooses = kind in _ENUMERATING and (is_bare or clause.text.startswith("哪"))  # 哪家最大
    if chooses or (is_bare and counts):
        return describe_asked_thing(before) + text
    is_of = bool(clause.words) and clause.words[0].start == 0 and any(is_attribute(word.word) for word in clause.words)
    return f"{topic_of(before)}{'的' if is_of else ''}{text}"


def _is_elliptic(clause: Clause) -> bool:
    """Return True if a question asks something but names no topic.

    All its words are then empty (`_is_empty`), except at most one predicate; or it is only a question word and the
    thing asked for. False for 什么意思, 是吗, a question to the bot, and one longer than LONGEST.
    """
    text, words = clause.text, clause.words
    if not ASKS.search(text) or len(text) > LONGEST or _ADDRESSED.search(text) or _TO_THE_BOT.search(clause.question):
        return False
    if _is_thing(clause) or clause.part.kind is QuestionKind.DEFINITION:
        return clause.part.kind is not QuestionKind.DEFINITION  # 什么意思 may well be asked of the answer
    full = [word for i, word in enumerate(words) if not _is_empty(clause, i)]
    if clause.part.kind is QuestionKind.YES_NO and not any(len(word.word) > 1 for word in full):
        return False  # 是吗, 真的吗, 懂吗
    return not full or (len(full) == 1 and _is_predicate(clause, full[0]))


def _is_empty(clause: Clause, i: int) -> bool:
    """Return True if words[i] is an attribute, a part of one (处理 of 处理能力), a time, a measure or an adverb."""
    word, following = clause.words[i], clause.words[i + 1 :]
    if is_attribute(word.word) or word.word in _ADVERBS or clause.is_time(word):
        return True
    if word.start == clause.part.asked[1] and word.word in MEASURES:
        return True
    attribute = next((later for later in following if is_attribute(later.word)), word)
    is_part = attribute is not word and not _DIVIDER.search(clause.text[word.end : attribute.start])
    return is_part and word_class(word.word)[:1] in ("m", "v", "b", "f")


def _is_predicate(clause: Clause, word: Token) -> bool:
    """Return True if a word is a predicate: 建设 in 谁建设, but not 比赛 in 比赛在哪里举行, where it is the subject."""
    start, end = clause.part.asked
    tag, behind = word_class(word.word), clause.text[end : word.start] if word.start >= end else "的"
    if not re.search("[的是]", behind) and word.end == len(TRAIL.sub("", clause.text)):
        # At the end of the question only a predicate is possible; dictionaries have 动工 and 印发 as nouns.
        return tag[:1] == "v" or (len(word.word) == 2 and clause.part.kind in (*_ADVERBIAL, QuestionKind.WHO))
    is_near = (
        word.start >= end
        or clause.has_particle(word)
        or (word.end == start and not clause.text.startswith("在", start))
    )
    return tag in ("v", "vn") and is_near


def _is_thing(clause: Clause) -> bool:
    """Return True if a question is only a question word and the thing asked for: 哪些企业, 多少套."""
    start, end = clause.asked_thing
    has_verb = any(word_class(word.word) == "v" for word in clause.words if start <= word.start < end)
    is_all = clause.part.asked[0] == 0 and end == len(TRAIL.sub("", clause.text))
    return is_all and start < end and not has_verb and "的" not in clause.text[:end]


def _with_question_word(before: Clause, question_word: str) -> str:
    """Return the previous question with another question word: 二期在哪里开工 and 什么时候 give 二期什么时候开工.

    If the previous question asks when, where, why or how, or if its question word stands before its subject, the new
    question word takes that place. Otherwise it follows the subject; before the predicate, or in place of an attribute.

    Args:
        before: the previous question.
        question_word: asks when, where, why, how or who.
    """
    text, (start, end), subject = before.text, before.part.asked, before.subject
    is_alike = before.part.kind in _ADVERBIAL and before.asked_thing[0] == before.asked_thing[1]
    if (is_alike or start < subject[0]) and ASKS.search(text[start:end]):
        start -= text[:start].endswith(("在", "于", "从", "到", "由"))
        end += text[end:].startswith(("里", "儿"))
        return f"{before.typed_text(0, start)}{question_word}{before.typed_text(end)}"
    if before.part.kind is QuestionKind.YES_NO:
        predicate = _YES_NO.sub("", before.typed_text(subject[1], _end_of_statement(before)))
    else:
        predicate = before.typed_text(subject[1], subject[1] + len(strip_filler(text[subject[1] : start])))
        predicate = predicate and predicate + before.typed_text(*before.asked_thing)
    is_attribute_asked = any(is_attribute(word.word) for word in before.words if subject[1] <= word.start < start)
    if is_attribute_asked:
        return topic_of(before) + question_word
    return f"{before.typed_text(0, subject[1])}{question_word}{predicate}"


def _end_of_statement(before: Clause) -> int:
    """Return the offset in the text of a yes-no question at which its statement ends: after 二期开工 in 二期开工了吗.

    Particles at the end, and an adjective before them that asks for a degree (大 in 面积大吗), are not part of it.
    """
    return len(_DEGREE.sub("", TRAIL.sub("", before.text)))
