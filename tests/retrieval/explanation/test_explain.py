"""What is told of an answer is what led to it: the parts add up, and the result is the one that users get."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import pytest

from retrieval.answer import answer, consider
from retrieval.confidence.confidence import probability
from retrieval.explanation.explain import Explanation, Judgement, Role, Verdict, explain
from retrieval.index.terms import FIELDS
from retrieval.limits import UNLIMITED
from retrieval.model import Answer
from retrieval.question.kinds import QuestionKind
from retrieval.question.query import parse_question
from retrieval.ranking.features import FEATURES
from retrieval.ranking.weights import vector, weights
from retrieval.search import search

if TYPE_CHECKING:
    from retrieval.library import Library
    from tests.conftest import LibraryOf

DAY = datetime.date(2025, 7, 20)
AMOUNT = "宜昌消耗了多少磷石膏？"
NOT_TOLD = "宝钢黄石新港二期的总投资是多少？"
QUESTIONS = (
    *(AMOUNT, NOT_TOLD, "宝钢黄石新港二期投产了吗？", "武汉今天会下雨吗？", "最新的项目是什么？", "二期", "", "？"),
    *("只看宜昌，最近发布的，消耗了多少磷石膏？", "只看襄阳，消耗了多少磷石膏？", "最近一周发布的文章里，乌鸦喝水"),
    *("首期什么时候投产？二期什么时候动工？", "襄城区有多少人，银岭路有多长，谁建的，何时建的？", "xylophone"),
)


def explained(library: Library, question: str) -> Explanation:
    """An explanation on a day of its own."""
    return explain(library, parse_question(question, library.segmenter, DAY))


def judged(library: Library, question: str) -> Judgement:
    """The judgement of a question that asks one thing."""
    (reading,) = explained(library, question).readings
    assert reading.judgement
    return reading.judgement


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_result_is_the_one_that_users_get(sample: Library, question: str) -> None:
    """An explanation of another answer would mislead; limits give way in the same order."""
    assert explained(sample, question).result == answer(sample, parse_question(question, sample.segmenter, DAY))


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_verdicts_are_those_of_the_result(sample: Library, question: str) -> None:
    """Something is given exactly where there is an answer."""
    found = explained(sample, question)
    verdicts = [reading.judgement.verdict for reading in found.readings if reading.judgement]
    assert (Verdict.GIVEN in verdicts) is isinstance(found.result, Answer)


def test_every_word_has_its_role(sample: Library) -> None:
    """What is searched for, what asks, and what does neither; the project's own words are marked."""
    (reading,) = explained(sample, AMOUNT).readings
    assert [(word.text, word.role, word.is_domain) for word in reading.words] == [
        ("宜昌", Role.CONTENT, True),
        ("消耗", Role.CONTENT, False),
        ("了", Role.FUNCTION, False),
        ("多少", Role.ASKING, False),
        ("磷石膏", Role.CONTENT, True),
    ]
    assert [word.idf for word in reading.words] == [sample.idf("word", word.text) for word in reading.words]


def test_a_question_is_told_as_it_was_read(sample: Library) -> None:
    """Its kind, what asks, and the places and times that it names."""
    (reading,) = explained(sample, "2019年宜昌消耗了多少磷石膏？").readings
    assert (reading.part.kind, reading.asked) == (QuestionKind.HOW_MANY, "多少")
    assert (reading.places, reading.times) == (("宜昌",), ("2019年",))


def test_limits_that_gave_way_are_told(sample: Library) -> None:
    """Those asked for, and those that the result was found under."""
    kept, gone = explained(sample, "只看宜昌，消耗了多少磷石膏？"), explained(sample, "只看襄阳，消耗了多少磷石膏？")
    assert kept.asked == kept.kept != UNLIMITED
    assert gone.asked.places == ("襄阳",)
    assert gone.kept == UNLIMITED


@pytest.mark.parametrize("question", [AMOUNT, NOT_TOLD, "首期什么时候投产？二期什么时候动工？"])
def test_the_fields_of_the_index_add_up_to_a_passage_s_score(sample: Library, question: str) -> None:
    """Whole numbers are summed, so they do exactly."""
    query = parse_question(question, sample.segmenter)
    hits = sample.search(query.terms, 20)
    for one in explain(sample, query).passages:
        assert set(one.fields) == set(FIELDS)
        assert one.score == pytest.approx(sum(one.fields.values()))
        assert hits[one.place - 1].passage == one.passage
        assert hits[one.place - 1].score == one.score


def test_passages_stand_as_a_search_lists_them(sample: Library) -> None:
    """In the order after their sentences were looked at."""
    query = parse_question(AMOUNT, sample.segmenter)
    listed = [hit.passage for hit in search(sample, query, 5)]
    assert [one.passage for one in explain(sample, query).passages] == listed


def test_passages_lie_within_the_limits(sample: Library) -> None:
    """Others were not looked at."""
    found = explained(sample, "只看宜昌，消耗了多少磷石膏？")
    assert found.passages
    assert all("宜昌" in one.passage.article.title for one in found.passages)


def test_contributions_are_the_largest_parts_of_a_sentence_s_score(sample: Library) -> None:
    """Value times weight, by size; with the smaller ones they are the score."""
    (found,) = consider(sample, parse_question(AMOUNT, sample.segmenter))
    amounts = found.ranked.features * vector(weights().sentence, FEATURES)
    for number, one in zip(found.ranked.order, judged(sample, AMOUNT).sentences, strict=False):
        largest = sorted(map(abs, map(float, amounts[number])), reverse=True)[:6]
        assert [abs(part.amount) for part in one.contributions] == [amount for amount in largest if amount]
        assert one.score == pytest.approx(float(amounts[number].sum()))
        weight = weights().sentence
        assert all(part.amount == pytest.approx(part.value * weight[part.feature]) for part in one.contributions)


def test_a_lead_is_the_difference_of_two_scores(sample: Library) -> None:
    """Each feature's part of it is the difference of what it adds to either."""
    found = judged(sample, AMOUNT)
    first, second, *_ = found.sentences
    assert found.lead
    assert found.lead.margin == pytest.approx(first.score - second.score)
    for one in found.lead.differences:
        assert one.amount == pytest.approx((one.first - one.second) * weights().sentence[one.feature])


def test_a_single_sentence_leads_nothing(library_of: LibraryOf) -> None:
    """There is no second one to be before."""
    assert judged(library_of([("银岭路", ["银岭路全长300米。"])]), "银岭路有多长？").lead is None


@pytest.mark.parametrize("question", [AMOUNT, NOT_TOLD, "武汉今天会下雨吗？", "how long is 银岭路 in metres"])
def test_the_odds_add_up_to_the_confidence(sample: Library, question: str) -> None:
    """Base, shares, penalties and the corpus's shift are all there is."""
    found = judged(sample, question)
    assert probability(found.odds.log_odds) == pytest.approx(found.confidence)
    assert all(one.amount < 0 for one in found.odds.penalties)
    sizes = [abs(one.amount) for one in found.odds.shares]
    assert sizes == sorted(sizes, reverse=True)


def test_what_is_missing_is_told(sample: Library) -> None:
    """The article tells of the second stage, and of no sum."""
    found = judged(sample, NOT_TOLD)
    assert (found.verdict, found.missing) == (Verdict.UNSURE, ("总投资",))
    assert found.confidence < found.threshold


def test_today_is_no_matter_of_confidence(sample: Library) -> None:
    """No article knows the weather, however near it comes."""
    assert judged(sample, "武汉今天会下雨吗？").verdict is Verdict.ABOUT_TODAY


def test_a_plan_is_no_deed(library_of: LibraryOf) -> None:
    """It is sure that the sentence is meant, and that it does not say yes."""
    paragraphs = ["银岭路磷石膏示范厂计划2027年底投产。", "银岭路全长300米。", "其他事项另行通知。"]
    found = judged(library_of([("银岭路磷石膏示范厂计划投产", paragraphs)]), "银岭路磷石膏示范厂投产了吗？")
    assert found.confidence >= found.threshold
    assert found.verdict is Verdict.ONLY_PLANNED


@pytest.mark.parametrize("question", ["", "？", "xylophone"])
def test_nothing_found_is_explained_too(sample: Library, question: str) -> None:
    """A question that holds nothing to search for is no error."""
    found = explained(sample, question)
    assert found.passages == ()
    assert all(reading.judgement is None for reading in found.readings)


def test_an_empty_corpus_can_be_explained(library_of: LibraryOf) -> None:
    """Nobody has articles on the first day."""
    assert explained(library_of([]), AMOUNT).passages == ()
