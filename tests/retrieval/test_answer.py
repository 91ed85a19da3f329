"""Every answer is made of quotes that stand in the articles, and is the same however it is asked for."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.text import normalize, sentences
from retrieval.answer import MOST_CHARACTERS, PASSAGES, Policy, answer, find_candidates
from retrieval.evaluation.gold import read_questions
from retrieval.model import Abstention, Answer, Citation, Reason, Result
from retrieval.question.query import MOST_PARTS, parse_question
from retrieval.ranking.nearest import NEAREST
from retrieval.storage.library_cache import open_or_build
from tests.support.paths import GOLD

if TYPE_CHECKING:
    from pathlib import Path

    from retrieval.library import Library
    from tests.conftest import LibraryOf

SAMPLE_GOLD = GOLD / "sample.jsonl"
QUESTIONS = tuple(dict.fromkeys(gold.question for gold in read_questions(SAMPLE_GOLD)))
SHOWN, FORCED = Policy(), Policy(is_forced=True)
Outcome: TypeAlias = tuple["Library", str, Result]
SET_QUESTIONS = 300  # of a set, to be quick


def ask(library: Library, question: str, policy: Policy = SHOWN) -> Result:
    """Answer a question as typed."""
    return answer(library, parse_question(question, library.segmenter), policy)


@pytest.fixture(scope="module", params=["sample", "sample forced", "cmrc forced"])
def outcomes(request: pytest.FixtureRequest, sample: Library, cache: Path) -> list[Outcome]:
    """All questions of a set, answered."""
    policy = FORCED if "forced" in request.param else Policy()
    if "sample" in request.param:
        return [(sample, question, ask(sample, question, policy)) for question in QUESTIONS]
    folder = request.getfixturevalue("shared_data") / "questions" / "cmrc_trial"
    library = open_or_build(folder / "articles.jsonl.gz", cache)
    questions = dict.fromkeys(gold.question for gold in read_questions(folder / "questions.jsonl.gz"))
    return [(library, question, ask(library, question, policy)) for question in list(questions)[:SET_QUESTIONS]]


def quotes(result: Result) -> tuple[Citation, ...]:
    """What is quoted, as an answer or as near to one."""
    return result.citations if isinstance(result, Answer) else result.nearest


def test_every_quote_is_in_the_article(outcomes: list[Outcome]) -> None:
    """This is the promise: nothing is said that no article says."""
    for library, question, result in outcomes:
        for citation in quotes(result):
            published = library.passage(citation.passage.row)
            assert published == citation.passage, question
            assert citation.quote == published.text[citation.start : citation.end], question


def test_marked_words_are_in_the_quote(outcomes: list[Outcome]) -> None:
    """What is set off must be what is shown."""
    for _, question, result in outcomes:
        for citation in quotes(result):
            assert all(citation.start <= left < right <= citation.end for left, right in citation.spans), question


def test_an_answer_is_made_of_its_quotes(outcomes: list[Outcome]) -> None:
    """No word is added."""
    for _, question, result in outcomes:
        if isinstance(result, Answer):
            assert result.text == "\n".join(citation.quote for citation in result.citations), question


def test_an_answer_is_short(outcomes: list[Outcome]) -> None:
    """Somebody who asks does not want an article."""
    for _, question, result in outcomes:
        if isinstance(result, Answer):
            assert len(result.citations) <= MOST_PARTS == 3, question
            assert sum(len(citation.quote) for citation in result.citations) <= MOST_CHARACTERS == 240, question


def test_a_quote_is_within_one_sentence(outcomes: list[Outcome]) -> None:
    """Half of the sentence before would only confuse."""
    for _, question, result in outcomes:
        for citation in quotes(result):
            spans = sentences(citation.passage.text)
            assert any(start <= citation.start and citation.end <= end for start, end in spans), question


def test_no_sentence_is_quoted_twice(outcomes: list[Outcome]) -> None:
    """Two parts of a question answered by one sentence are one citation."""
    for _, question, result in outcomes:
        places = [(citation.passage.row, citation.start) for citation in quotes(result)]
        assert len(set(places)) == len(places), question


def test_what_is_near_is_not_marked(outcomes: list[Outcome]) -> None:
    """It must not look like an answer."""
    for _, question, result in outcomes:
        if isinstance(result, Abstention):
            assert len(result.nearest) <= NEAREST, question
            assert all(citation.spans == () for citation in result.nearest), question


def test_what_is_missing_is_in_the_question(outcomes: list[Outcome]) -> None:
    """Told that the articles lack a word, people look for it in what they typed."""
    for _, question, result in outcomes:
        if isinstance(result, Abstention):
            assert all(word in normalize(question).text for word in result.missing), question


def test_missing_says_what(outcomes: list[Outcome]) -> None:
    """The sentence shown has a place for the words."""
    for _, question, result in outcomes:
        if isinstance(result, Abstention) and result.reason is Reason.MISSING:
            assert result.missing, question


def test_a_confidence_is_a_probability(outcomes: list[Outcome]) -> None:
    """Scripts compare it with a threshold of their own."""
    assert all(0 <= result.confidence <= 1 for _, _, result in outcomes)


def test_forced_answers_wherever_a_sentence_was_found(sample: Library) -> None:
    """Measuring compares rankings, so no answer may be held back."""
    for question in QUESTIONS:
        query = parse_question(question, sample.segmenter)
        hits = sample.search(query.terms, PASSAGES) if query.parts else ()
        found = any(sentences(hit.passage.text) for hit in hits)
        assert isinstance(answer(sample, query, FORCED), Answer) is found, question


def test_the_order_of_questions_changes_nothing(sample: Library) -> None:
    """An answer that depends on who asked before can't be explained."""
    shuffled = random.Random(1).sample(QUESTIONS, len(QUESTIONS))
    again = {question: ask(sample, question) for question in shuffled}
    assert [again[question] for question in QUESTIONS] == [ask(sample, question) for question in QUESTIONS]


def test_threads_answer_as_one_would(sample: Library) -> None:
    """Any number of chats share one library."""
    asked = list(QUESTIONS) * 2
    random.Random(2).shuffle(asked)
    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(lambda question: ask(sample, question, FORCED), asked))
    alone = {question: ask(sample, question, FORCED) for question in QUESTIONS}
    assert together == [alone[question] for question in asked]


def test_a_library_opened_again_answers_the_same(sample: Library, cache: Path) -> None:
    """A restart changes nothing."""
    from bot.settings import sample_corpus

    again = open_or_build(sample_corpus(), cache)
    assert [ask(again, question) for question in QUESTIONS] == [ask(sample, question) for question in QUESTIONS]


def test_the_threshold_alone_decides(sample: Library) -> None:
    """Every confidence reaches 0, and none of a real question 1.01."""
    question = "宜昌消耗了多少磷石膏？"
    assert isinstance(ask(sample, question, Policy(threshold=0.0)), Answer)
    assert isinstance(ask(sample, question, Policy(threshold=1.01)), Abstention)


def test_a_plan_is_told_above_the_threshold_of_the_policy(library_of: LibraryOf) -> None:
    """Below it nobody knows whether the plan is the one asked about, so it is only near."""
    paragraphs = ["银岭路磷石膏示范厂计划2027年底投产。", "银岭路全长300米。", "其他事项另行通知。"]
    library = library_of([("银岭路磷石膏示范厂计划投产", paragraphs)])
    query = parse_question("银岭路磷石膏示范厂投产了吗？", library.segmenter)
    (candidate,) = find_candidates(library, query)
    at, above = (answer(library, query, Policy(threshold=candidate.confidence + more)) for more in (0.0, 1e-6))
    assert isinstance(at, Abstention)
    assert isinstance(above, Abstention)
    assert at.reason is Reason.ONLY_PLANNED
    assert above.reason in (Reason.MISSING, Reason.UNSURE)


@pytest.mark.parametrize("question", ["", "  ", "？？？", "什么时候？", "你好", "😀"])
def test_an_empty_question_is_told(sample: Library, question: str) -> None:
    """There is nothing to search for, which is not the articles' fault."""
    assert ask(sample, question) == Abstention(reason=Reason.EMPTY_QUESTION)
    assert ask(sample, question, FORCED) == Abstention(reason=Reason.EMPTY_QUESTION)


@pytest.mark.parametrize("policy", [Policy(), FORCED], ids=["threshold", "forced"])
def test_an_empty_corpus_is_told(library_of: LibraryOf, policy: Policy) -> None:
    """The operator forgot something, the asker did not."""
    assert ask(library_of([]), "宜昌消耗了多少磷石膏？", policy) == Abstention(reason=Reason.EMPTY_CORPUS)


def test_nothing_in_common_is_told(sample: Library) -> None:
    """Where no word stands anywhere, nothing is near."""
    assert ask(sample, "xylophone zzgljk") == Abstention(reason=Reason.NOTHING_FOUND)


@pytest.mark.parametrize("question", ["武汉今天会下雨吗？", "宜昌今天天气怎么样？", "现在几点了？襄阳"])
def test_the_weather_is_refused(sample: Library, question: str) -> None:
    """No article can know it, however many of its words stand there."""
    result = ask(sample, question)
    assert isinstance(result, Abstention)
    assert result.reason is Reason.NOT_IN_ARTICLES


@pytest.mark.parametrize("policy", [Policy(), FORCED], ids=["threshold", "forced"])
def test_both_parts_of_a_question_are_answered(sample: Library, policy: Policy) -> None:
    """Whoever asks two things wants two answers."""
    result = ask(sample, "宜昌用掉了多少磷石膏？银岭路有多长？", policy)
    assert isinstance(result, Answer)
    assert sum(len(citation.spans) for citation in result.citations) == 2
    assert "40万吨" in result.text
    assert "300米" in result.text


def test_one_sentence_may_answer_both_parts(library_of: LibraryOf) -> None:
    """It is quoted once, with both answers marked."""
    library = library_of([("银岭路通车", ["银岭路全长300米，总投资2亿元。", "路旁种了树。"])])
    result = ask(library, "银岭路有多长？银岭路总投资多少亿元？", FORCED)
    assert isinstance(result, Answer)
    assert [citation.quote for citation in result.citations] == ["银岭路全长300米，总投资2亿元。"]
    assert len(result.citations[0].spans) == 2


@pytest.mark.parametrize("paragraphs", [[" ", "\n", "一、背景"], ["一、背景\n二、成效"], ["——", "。"]])
def test_an_article_that_says_nothing_is_no_obstacle(library_of: LibraryOf, paragraphs: list[str]) -> None:
    """Headings, blank paragraphs and rules occur; they may be found, they may not break anything."""
    library = library_of([("磷石膏", paragraphs), ("磷石膏新用", ["累计消耗磷石膏近40万吨。"])])
    result = ask(library, "磷石膏消耗了多少吨？", FORCED)
    assert isinstance(result, Answer)
    assert result.text == "累计消耗磷石膏近40万吨。"


def test_a_sentence_too_long_is_cut_at_its_clauses(library_of: LibraryOf) -> None:
    """Some articles have no full stop; the clause that answers must be in what is left."""
    filler = "各地各部门持续推进项目建设和企业服务，" * 20
    library = library_of([("长句", [f"{filler}银岭路全长300米，{filler}完成。"])])
    result = ask(library, "银岭路有多长？", FORCED)
    assert isinstance(result, Answer)
    assert "银岭路全长300米" in result.text
    assert len(result.text) <= MOST_CHARACTERS


@settings(max_examples=40)
@given(question=st.text() | st.lists(st.sampled_from([*"宜昌磷石膏多少？，。", *QUESTIONS[:5]])).map("".join))
def test_no_question_is_an_error(sample: Library, question: str) -> None:
    """People type anything."""
    assert isinstance(ask(sample, question, FORCED), (Answer, Abstention))


TEXTS = st.text(st.sampled_from("宜昌磷石膏近40万吨，。！？“”（）《》 \n\u200b㎡①１龍A"), min_size=1, max_size=80)


@settings(max_examples=4)
@given(texts=st.lists(TEXTS, min_size=10, max_size=20))
def test_no_text_is_an_error(library_of: LibraryOf, texts: list[str]) -> None:
    """Articles hold anything, and are quoted exactly all the same."""
    library = library_of([("宜昌磷石膏", [*texts, "宜昌。"])])
    result = ask(library, "宜昌消耗了多少吨磷石膏？", FORCED)
    assert all(citation.passage.text in texts for citation in quotes(result) if citation.quote != "宜昌。")


def test_a_reason_never_names_what_is_shown_below_it(sample: Library) -> None:
    """没有写“投资” above a passage that says 投资 would be a lie."""
    golds = read_questions(SAMPLE_GOLD)
    results = [answer(sample, parse_question(gold.question, sample.segmenter)) for gold in golds]
    refused = [one for one in results if isinstance(one, Abstention)]
    shown = {
        one: "".join(c.quote + c.passage.section + c.passage.article.title for c in one.nearest) for one in refused
    }
    assert refused
    assert [(word, text) for one, text in shown.items() for word in one.missing if word in text] == []


def test_what_is_asked_beyond_three_things_is_named(sample: Library) -> None:
    """A fourth question that nobody reads must not look answered."""
    question = "宜昌消耗了多少磷石膏？银岭路多长？人才公寓有多少套？常住人口多少？"
    result = answer(sample, parse_question(question, sample.segmenter), Policy(is_forced=True))
    assert isinstance(result, Answer)
    assert result.unanswered == ("常住人口多少",)


@pytest.mark.parametrize(("opening", "closing"), ["“”", "《》", "（）"])
def test_marks_in_bold_words_come_in_pairs(sample: Library, opening: str, closing: str) -> None:
    """Half a title is no title."""
    golds = read_questions(SAMPLE_GOLD)
    for gold in golds:
        result = answer(sample, parse_question(gold.question, sample.segmenter), Policy(is_forced=True))
        for citation in result.citations if isinstance(result, Answer) else ():
            for start, end in citation.spans:
                words = citation.passage.text[start:end]
                assert words.count(opening) == words.count(closing), words


def test_an_answer_that_is_left_out_for_its_length_is_named(library_of: LibraryOf) -> None:
    """Two quotes may be too long together; what is not shown must not look answered."""
    filler = "，沿线各县市一并推进相关配套工程和公共服务设施的建设与管理" * 5
    library = library_of([("两条路", [f"银岭路全长300米{filler}。", f"点军路全长800米{filler}。"])])
    result = answer(library, parse_question("银岭路有多长？点军路有多长？", library.segmenter), Policy(is_forced=True))
    assert isinstance(result, Answer)
    assert (len(result.citations), len(result.unanswered)) == (1, 1)


@pytest.mark.parametrize("amount", ["20亿元", "二十亿元", "2,000,000,000元"])
@pytest.mark.parametrize("written", ["20亿元", "二十亿元"])
def test_a_number_is_found_however_it_is_written(library_of: LibraryOf, amount: str, written: str) -> None:
    """Articles and people write the same amount in different ways."""
    articles = [
        ("甲", [f"云帆科技的项目总投资{written}，去年建成。"]),
        ("乙", ["远航科技的项目总投资30亿元，去年建成。"]),
    ]
    result = ask(library_of(articles), f"总投资{amount}的项目是谁的？", FORCED)
    assert isinstance(result, Answer)
    assert result.citations[0].passage.article.title == "甲"
