"""A library that lacks an answer is otherwise the library it was."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from benchmarks.quality.lacking import only_articles, without_articles, without_sentences
from benchmarks.quality.outcome import ask
from corpus.model import article_key
from retrieval.answer import Policy, answer
from retrieval.evaluation.gold import Gold
from retrieval.model import Answer
from retrieval.question.query import parse_question

if TYPE_CHECKING:
    from retrieval.library import Library
    from tests.conftest import LibraryOf

QUESTION = "长江大桥哪年通车？"


@pytest.fixture(scope="module")
def library(library_of: LibraryOf) -> Library:
    """Two articles about bridges, the first of which answers."""
    first = ["长江大桥全长1670米。长江大桥1957年通车，当年就有游人。长江大桥有两层。", "桥上有铁路。"]
    return library_of([("长江大桥", first), ("汉江桥", ["汉江桥1998年通车。"])])


@pytest.fixture(scope="module")
def gold(library: Library) -> Gold:
    """The question with its answer."""
    return Gold(id="1", question=QUESTION, articles=(library.card(0).id,), title="", answers=("1957年",))


def _first_quote(library: Library) -> str:
    result = answer(library, parse_question(QUESTION, library.segmenter), Policy(is_forced=True))
    return result.citations[0].quote if isinstance(result, Answer) else ""


def test_the_whole_library_answers(library: Library) -> None:
    """Else nothing could be taken away."""
    assert "1957年" in _first_quote(library)


def test_a_right_article_is_not_found_without_it(library: Library, gold: Gold) -> None:
    """What comes behind it moves up."""
    lacking = without_articles(library, [gold])
    assert _first_quote(lacking) == "汉江桥1998年通车。"
    hits = lacking.search(parse_question(QUESTION, library.segmenter).terms, 2)
    assert [hit.passage.article.title for hit in hits] == ["汉江桥"]


def test_an_answer_that_another_article_gives_is_told_apart(library_of: LibraryOf) -> None:
    """Where two articles report one event, taking one away takes no answer away."""
    library = library_of([("长江大桥", ["长江大桥1957年通车。"]), ("大桥往事", ["长江大桥1957年通车，万人空巷。"])])
    gold = Gold(id="1", question=QUESTION, articles=(library.card(0).id,), title="", answers=("1957年",))
    lacking = without_articles(library, [gold])
    assert ask(lacking, (gold,), is_answerable=False).is_told_elsewhere
    assert not ask(lacking, (replace(gold, answers=("1958年",)),), is_answerable=False).is_told_elsewhere


def test_nothing_but_the_right_article_is_found_in_it(library: Library, gold: Gold) -> None:
    """Then only the choice of the sentence and of the words in it is measured."""
    lacking = only_articles(library, [gold])
    assert "1957年" in _first_quote(lacking)
    hits = lacking.search(parse_question("桥", library.segmenter).terms, 9)
    assert [hit.passage.row for hit in hits] == [0, 1]


def test_a_passage_lacks_only_the_sentence_that_answers(library: Library, gold: Gold) -> None:
    """The sentences beside it are the near misses that are asked for."""
    lacking = without_sentences(library, [gold])
    assert lacking.passage(0).text == "长江大桥全长1670米。长江大桥有两层。"
    assert lacking.passage(1) == library.passage(1)
    assert "1957年" not in _first_quote(lacking)


def test_the_other_articles_keep_the_accepted_words(library: Library) -> None:
    """They stand there for something else."""
    other = Gold(id="2", question=QUESTION, articles=(library.card(0).id,), title="", answers=("1998年",))
    assert without_sentences(library, [other]).passage(2) == library.passage(2)


def test_what_was_not_taken_away_is_as_before(library: Library, gold: Gold) -> None:
    """Idf, articles and scores are those of the whole library."""
    terms = parse_question(QUESTION, library.segmenter).terms
    lacking = without_sentences(library, [gold])
    assert [(hit.passage.row, hit.score) for hit in lacking.search(terms, 9)] == [
        (hit.passage.row, hit.score) for hit in library.search(terms, 9)
    ]
    assert lacking.article(article_key(gold.articles[0])) == library.card(0)
