"""What is told of an answer is what led to it: the parts add up, and the result is the one that users get."""

from __future__ import annotations

import datetime
import json
from typing import TYPE_CHECKING

import pytest

from retrieval.answer import WHEN_SURE, Policy, Verdict, answer, find_candidates
from retrieval.confidence.confidence import probability
from retrieval.explanation.explain import Explanation, Judgement, Role, explain
from retrieval.index.terms import FIELDS
from retrieval.limits import UNLIMITED
from retrieval.model import Answer, NoteCode, Reason
from retrieval.question.kinds import QuestionKind
from retrieval.question.query import parse_question
from retrieval.question.understand import understand
from retrieval.ranking.features import FEATURES
from retrieval.ranking.weights import vector, weights
from retrieval.search import search
from tests.support.paths import GOLD

if TYPE_CHECKING:
    from retrieval.library import Library
    from tests.conftest import LibraryOf

DAY = datetime.date(2025, 7, 20)
AMOUNT = "宜昌消耗了多少磷石膏？"
WITHIN_AFTER_ALL = (
    "只看宜昌，磷石膏哪一年用？"  # no article about 宜昌 is sure enough until 宜昌 is a word searched for
)
REASONS = {Reason.NOT_IN_ARTICLES: Verdict.ABOUT_TODAY, Reason.ONLY_PLANNED: Verdict.ONLY_PLANNED}
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
    (part,) = explained(library, question).parts
    assert part.judgement
    return part.judgement


def asked_questions() -> list[str]:
    """All questions of the gold files, and some of them under limits that hold, or give way."""
    lines = [line for file in sorted(GOLD.glob("*.jsonl")) for line in file.read_text("utf-8").splitlines()]
    golds = list(dict.fromkeys(json.loads(line).get("question", "") for line in lines))
    limits = ("只看宜昌，", "只看武汉，最近一年发布的，", "限襄阳，2025年7月发布的文章里，")
    limited = [f"{limit}{question}" for question in golds[::10] for limit in limits]
    return [*QUESTIONS, WITHIN_AFTER_ALL, *golds, *limited]


@pytest.mark.parametrize("policy", [WHEN_SURE, Policy(threshold=0.1), Policy(is_forced=True)], ids=str)
def test_an_explanation_agrees_with_the_answer(sample: Library, policy: Policy) -> None:
    """An explanation that contradicts the answer would mislead: verdict, reason, confidence, notes and quote agree."""
    questions = asked_questions()
    assert len(questions) > 500
    for question in questions[:: 3 if policy is WHEN_SURE else 9]:
        query = understand(sample, question, DAY)
        found, result = explain(sample, query, policy), answer(sample, query, policy)
        assert found.decision.result == result, question
        judgements = [part.judgement for part in found.parts if part.judgement]
        given = [judgement for judgement in judgements if judgement.verdict is Verdict.GIVEN]
        assert bool(given) is isinstance(result, Answer), question
        assert result.confidence == max((each.confidence for each in given or judgements), default=0.0), question
        limited = [note for note in result.notes if note.code is NoteCode.LIMITED]
        assert [note.facts for note in limited] in ([], [found.decision.limits.places]), question
        if isinstance(result, Answer):
            quotes = {citation.quote for citation in result.citations}
            best = max(given, key=lambda judgement: judgement.confidence)
            is_merged = NoteCode.DISAGREE in {note.code for note in result.notes}  # then the latest event comes first
            assert best.citation.quote in quotes if is_merged else result.citations[0].quote == best.citation.quote
        elif judgements:
            best = max(judgements, key=lambda judgement: judgement.confidence)
            assert REASONS.get(result.reason, Verdict.UNSURE) is best.verdict, question


def test_limits_that_the_answer_meets_after_all_are_kept(sample: Library) -> None:
    """The place is found as a word, so fewer limits are searched; the answer, and so the explanation, names it."""
    query = parse_question(WITHIN_AFTER_ALL, sample.segmenter, DAY)
    decision = explain(sample, query).decision
    assert decision.result == answer(sample, query)
    assert [note.code for note in decision.result.notes] == [NoteCode.LIMITED]
    assert decision.limits == query.limits
    assert decision.query == query.wider


@pytest.mark.parametrize("threshold", [0.0, 0.5, 1.0])
def test_the_threshold_is_the_policy_s(library_of: LibraryOf, threshold: float) -> None:
    """A threshold of its own decides in the answer, so it must in the explanation."""
    library = library_of([("银岭路", ["银岭路全长300米。"])])
    query = parse_question("银岭路有多长？", library.segmenter)
    (part,) = explain(library, query, Policy(threshold=threshold)).parts
    assert part.judgement
    assert part.judgement.threshold == threshold
    assert (part.judgement.verdict is Verdict.GIVEN) is (part.judgement.confidence >= threshold)


def test_every_word_has_its_role(sample: Library) -> None:
    """What is searched for, what asks, and what does neither; the project's own words are marked."""
    (part,) = explained(sample, AMOUNT).parts
    assert [(word.text, word.role, word.is_domain) for word in part.words] == [
        ("宜昌", Role.CONTENT, True),
        ("消耗", Role.CONTENT, False),
        ("了", Role.FUNCTION, False),
        ("多少", Role.ASKING, False),
        ("磷石膏", Role.CONTENT, True),
    ]
    assert [word.idf for word in part.words] == [sample.idf("word", word.text) for word in part.words]


def test_a_question_is_told_as_it_was_read(sample: Library) -> None:
    """Its kind, what asks, and the places and times that it names."""
    (part,) = explained(sample, "2019年宜昌消耗了多少磷石膏？").parts
    assert (part.question.kind, part.question_word) == (QuestionKind.HOW_MANY, "多少")
    assert (part.places, part.times) == (("宜昌",), ("2019年",))


def test_limits_that_gave_way_are_told(sample: Library) -> None:
    """Those asked for, and those that the result was found under."""
    kept, gone = explained(sample, "只看宜昌，消耗了多少磷石膏？"), explained(sample, "只看襄阳，消耗了多少磷石膏？")
    assert kept.query.limits == kept.decision.limits != UNLIMITED
    assert gone.query.limits.places == ("襄阳",)
    assert gone.decision.limits == UNLIMITED


@pytest.mark.parametrize("question", [AMOUNT, NOT_TOLD, "首期什么时候投产？二期什么时候动工？"])
def test_the_fields_of_the_index_add_up_to_a_passage_s_score(sample: Library, question: str) -> None:
    """Whole numbers are summed, so they do exactly."""
    query = parse_question(question, sample.segmenter)
    hits = sample.search(query.terms, 20)
    for one in explain(sample, query).passages:
        assert set(one.fields) == set(FIELDS)
        assert one.score == pytest.approx(sum(one.fields.values()))
        assert hits[one.index_rank - 1].passage == one.passage
        assert hits[one.index_rank - 1].score == one.score


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
    (found,) = find_candidates(sample, parse_question(AMOUNT, sample.segmenter))
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
    sizes = [abs(one.amount) for one in found.odds.contributions]
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
    assert all(part.judgement is None for part in found.parts)


def test_an_empty_corpus_can_be_explained(library_of: LibraryOf) -> None:
    """Nobody has articles on the first day."""
    assert explained(library_of([]), AMOUNT).passages == ()
