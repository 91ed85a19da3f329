"""The figures mean what they say, checked on outcomes made by hand."""

from __future__ import annotations

import datetime
import gzip
from dataclasses import fields, replace
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.model import ParagraphRef
from retrieval.answer import Policy
from retrieval.errors import BadQuestions
from retrieval.evaluation.evaluate import AskedQuestion, EvaluationReport, ask_all, auroc, character_f1, report, trials
from retrieval.evaluation.gold import Gold, group_by_question, read_questions
from retrieval.model import ArticleCard, Citation, Hit, Passage

if TYPE_CHECKING:
    from pathlib import Path

    from retrieval.library import Library
    from tests.conftest import LibraryOf


def passage(article: str, text: str = "累计消耗磷石膏近40万吨，已投产。", row: int = 0) -> Passage:
    """A paragraph of an article."""
    return Passage(
        row=row,
        ref=ParagraphRef(article, 1),
        article=ArticleCard(
            id=article,
            key=article,
            title=f"{article}的标题",
            headline="",
            date=None,
            place="",
            regions=(),
            first_row=0,
            rows=1,
        ),
        section="",
        text=text,
    )


def quote(article: str, text: str = "累计消耗磷石膏近40万吨，已投产。", span: str = "") -> Citation:
    """A whole paragraph as a citation, some words in it marked."""
    at = text.index(span)
    return Citation(passage(article, text), 0, len(text), ((at, at + len(span)),) if span else ())


def gold(*answers: str, article: str = "a", **other: Any) -> Gold:
    """A question whose answer stands in an article."""
    return Gold(
        id="1",
        question="问题",
        articles=(article,) if article else (),
        title=other.pop("title", ""),
        answers=answers,
        **other,
    )


def asked(*golds: Gold, hits: str = "", shown: tuple[Citation, ...] = (), **other: Any) -> AskedQuestion:
    """An outcome: the articles of the hits in order, and what was shown."""
    found = tuple(Hit(passage(article, row=row), 1.0) for row, article in enumerate(hits))
    return AskedQuestion(golds=golds, hits=found, shown=shown, forced=other.get("forced", shown), confidence=0.5)


@pytest.mark.parametrize(("hits", "rank"), [("a", 1), ("ba", 2), ("bbba", 2), ("bca", 3), ("bc", None), ("", None)])
def test_the_rank_counts_articles_once(hits: str, rank: int | None) -> None:
    """Ten paragraphs of one wrong article are one wrong article."""
    assert asked(gold("40万吨"), hits=hits).rank == rank


def test_recall_and_mrr_count_the_questions_with_an_answer() -> None:
    """Where nothing is right, nothing can be found."""
    outcomes = [asked(gold("x"), hits="a"), asked(gold("x"), hits="ba"), asked(gold("x")), asked(gold(article=""))]
    found = report(outcomes)
    assert (found.recall_at_1, found.recall_at_5, found.recall_at_20) == (1 / 3, 2 / 3, 2 / 3)
    assert found.mrr_at_10 == pytest.approx((1 + 1 / 2 + 0) / 3)


def test_mrr_ends_at_ten() -> None:
    """Nobody reads an eleventh article."""
    assert report([asked(gold("x"), hits="bcdefghijka")]).mrr_at_10 == 0


def test_a_right_quote_of_a_right_article_is_a_hit() -> None:
    """Both are needed: the same words may stand elsewhere."""
    assert asked(gold("40万吨")).is_first_hit([quote("a")])
    assert not asked(gold("40万吨")).is_first_hit([quote("b")])
    assert not asked(gold("50万吨")).is_first_hit([quote("a")])


def test_a_title_names_the_article_too() -> None:
    """Ids differ between corpora that hold the same articles, titles don't."""
    assert asked(gold("40万吨", article="", title="b的")).is_first_hit([quote("b")])
    assert not asked(gold("40万吨", article="", title="b的")).is_first_hit([quote("a")])


def test_a_hit_holds_a_word_beside_it_where_one_is_asked_for() -> None:
    """2018年 stands in many sentences, 投产 makes it the right one."""
    assert asked(gold("40万吨", beside=("建成", "投产"))).is_first_hit([quote("a")])
    assert not asked(gold("40万吨", beside=("建成",))).is_first_hit([quote("a")])


def test_any_of_several_answers_is_right() -> None:
    """The same fact can be written in several ways."""
    assert asked(gold("四十万吨", "40万吨")).is_any_hit([quote("a")])


def test_all_of_several_answers_are_asked_for() -> None:
    """Half a compound question answered is not the whole, though its first quote is right."""
    one, two = quote("a", "消耗40万吨。"), quote("a", "全长300米。")
    compound = asked(gold("40万吨", "300米", needs_all=True))
    assert compound.is_first_hit([one, two])
    assert compound.is_any_hit([one, two])
    assert not compound.is_any_hit([one])


def test_questions_of_one_text_have_several_right_answers() -> None:
    """Whoever asks that text is content with any."""
    both = asked(gold("x", article="a"), gold("300米", article="b"))
    assert both.is_first_hit([quote("b", "全长300米。")])
    assert asked(gold("x", article="a"), gold("300米", article="b"), hits="cb").rank == 2


def test_questions_are_grouped_by_their_text() -> None:
    """In the order in which they were first asked."""
    golds = [
        Gold(id="1", question="甲", articles=(), title="", answers=()),
        Gold(id="2", question="乙", articles=(), title="", answers=()),
        Gold(id="3", question="甲", articles=(), title="", answers=("x",)),
    ]
    assert [[gold.id for gold in group] for group in group_by_question(golds)] == [["1", "3"], ["2"]]


def test_only_the_first_citation_is_the_first_hit() -> None:
    """Nobody should have to read on."""
    assert not asked(gold("40万吨")).is_first_hit([quote("b"), quote("a")])
    assert asked(gold("40万吨")).is_any_hit([quote("b"), quote("a")])


def test_hits_ignore_script_and_width() -> None:
    """Gold files are written in another script than the articles."""
    assert asked(gold("磷石膏近４０萬噸")).is_first_hit([quote("a")])


def test_false_and_wrong_answers_are_told_apart() -> None:
    """An invented answer is worse than a bad one."""
    outcomes = [
        asked(gold(article=""), shown=(quote("a"),)),
        asked(gold(article="")),
        asked(gold("50万吨"), shown=(quote("a"),)),
        asked(gold("40万吨"), shown=(quote("a"),)),
        asked(gold("40万吨"), forced=(quote("a"),)),
    ]
    found = report(outcomes)
    assert (found.false_answers, found.wrong_answers, found.first_hit, found.first_hit_forced) == (1, 1, 1, 2)
    assert (found.questions, found.answerable, found.unanswerable, found.judged) == (5, 3, 2, 3)
    assert found.answered_rate == 3 / 5


def test_quotes_and_characters_are_those_of_the_answers_given() -> None:
    """A refusal is not a short answer."""
    two = asked(gold("x"), shown=(quote("a", "六个字的句子"), quote("b", "四字之句")))
    one = asked(gold("x"), shown=(quote("a", "又是六个字。"),))
    found = report([two, one, asked(gold("x"))])
    assert (found.quotes_per_answer, found.characters_per_answer) == (1.5, 8)


def test_a_question_judged_by_article_alone_counts_for_recall_only() -> None:
    """Known-item sets hold no sentences."""
    found = report(
        [asked(Gold(id="1", question="问题", articles=("a",), title="", answers=None), hits="a", shown=(quote("a"),))]
    )
    assert (found.answerable, found.recall_at_1, found.judged, found.span_f1, found.wrong_answers) == (1, 1, 0, None, 0)


def test_nothing_asked_has_no_shares() -> None:
    """An empty file of questions is no division by zero."""
    found = report([])
    assert {
        name for name in (f.name for f in fields(EvaluationReport)) if getattr(found, name) not in (0, None)
    } == set()


def test_span_f1_takes_the_words_in_bold_and_the_likest_answer() -> None:
    """The short answer that scripts read is what is measured."""
    assert asked(gold("50", "40万吨"), shown=(quote("a", span="近40万吨"),)).span_f1 == pytest.approx(2 * 4 / (5 + 4))


def test_trials_are_what_a_confidence_is_measured_by() -> None:
    """Questions judged by article alone tell nothing of it; where nothing answers, nothing is right."""
    right = replace(asked(gold("40万吨"), forced=(quote("a"),)), answered_up_to=0.7)
    wrong = replace(asked(gold("50万吨"), forced=(quote("a"),)), answered_up_to=0.6)
    none = replace(asked(gold(article=""), forced=(quote("a"),)), answered_up_to=0.5)
    unjudged = asked(Gold(id="1", question="问题", articles=("a",), title="", answers=None), shown=(quote("a"),))
    assert trials([right, wrong, none, unjudged]) == ((0.7, True, True), (0.6, False, True), (0.5, False, False))


@pytest.mark.parametrize(
    ("words", "accepted", "f1"),
    [
        ("40万吨", "40万吨", 1.0),
        ("４０萬噸", "40万吨。", 1.0),
        ("磷石膏40万吨", "40万吨", 8 / 11),
        ("武汉", "宜昌", 0.0),
        ("吨吨吨吨", "吨", 2 / 5),
        ("", "宜昌", 0.0),
        ("宜昌", "", 0.0),
        ("，。", "，。", 0.0),
    ],
)
def test_character_f1(words: str, accepted: str, f1: float) -> None:
    """Shared characters against those of both, each counted as often as it stands."""
    assert character_f1(words, accepted) == pytest.approx(f1)


@given(st.lists(st.tuples(st.sampled_from([0.0, 0.1, 0.25, 0.5, 1.0]) | st.floats(0, 1), st.booleans()), max_size=12))
def test_auroc_is_the_share_of_pairs_in_order(scored: list[tuple[float, bool]]) -> None:
    """The definition: how often a right answer is surer than a wrong one, ties half."""
    pairs = list(product([s for s, true in scored if true], [s for s, true in scored if not true]))
    expected = sum((right > wrong) + 0.5 * (right == wrong) for right, wrong in pairs) / len(pairs) if pairs else None
    assert auroc(scored) == (None if expected is None else pytest.approx(expected))


def test_every_question_is_asked_both_ways(sample: Library) -> None:
    """As a user would, and with the threshold off."""
    golds = [
        Gold(id="1", question="宜昌消耗了多少磷石膏？", articles=(), title="磷石膏", answers=("40万吨",)),
        Gold(id="2", question="", articles=(), title="", answers=()),
    ]
    done: list[int] = []
    first, empty = ask_all(sample, golds, Policy(threshold=1.0), done.append)
    assert (first.shown, bool(first.forced), first.rank) == ((), True, 1)
    assert (empty.shown, empty.forced, empty.hits) == ((), (), ())
    assert done == [1, 2]


def test_what_no_threshold_lets_through_is_given_at_none(sample: Library) -> None:
    """However sure it is, nobody is told today's weather; all else is given up to its confidence."""
    golds = [
        Gold(id="1", question=question, articles=(), title="", answers=())
        for question in ("武汉今天会下雨吗？", "宜昌消耗了多少磷石膏？", "")
    ]
    weather, amount, empty = ask_all(sample, golds)
    assert weather.confidence > 0
    assert (weather.answered_up_to, empty.answered_up_to) == (0, 0)
    assert amount.answered_up_to == amount.confidence > 0


def test_an_empty_corpus_can_be_measured(library_of: LibraryOf) -> None:
    """Figures of nothing are no error."""
    assert report(list(ask_all(library_of([]), [gold("x")]))).recall_at_1 == 0


def test_questions_are_asked_on_the_day_that_is_given(sample: Library) -> None:
    """Else figures would change from month to month."""
    plain, limited = (
        Gold(id="1", question=f"{words}宜昌消耗了多少磷石膏？", articles=(), title="", answers=())
        for words in ("", "最近发布的，")
    )
    first, second = ask_all(sample, [plain, limited], today=datetime.date(2025, 7, 20))
    assert (first.hits, first.confidence) == (second.hits, second.confidence)


def test_questions_are_read(tmp_path: Path) -> None:
    """Every field of the format, and the defaults of those left out."""
    file = tmp_path / "gold.jsonl"
    lines = [
        '{"id": 7, "question": "甲", "articles": ["a"], "answers": ["x", "y"], "all": true, "with": ["z"]}',
        "",
        '{"question": "乙", "title": "题", "answers": null}',
        '{"question": "丙", "answers": []}',
    ]
    file.write_bytes("\n".join(lines).encode("utf-8-sig"))
    assert read_questions(file) == (
        Gold(id="7", question="甲", articles=("a",), title="", answers=("x", "y"), needs_all=True, beside=("z",)),
        Gold(id="3", question="乙", articles=(), title="题", answers=None),
        Gold(id="4", question="丙", articles=(), title="", answers=()),
    )
    assert [one.has_answer for one in read_questions(file)] == [True, True, False]


def test_packed_questions_are_read(tmp_path: Path) -> None:
    """Large sets are kept packed."""
    (tmp_path / "gold.jsonl.gz").write_bytes(gzip.compress('{"question": "甲", "answers": []}\n'.encode()))
    assert [one.question for one in read_questions(tmp_path / "gold.jsonl.gz")] == ["甲"]


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[1]",
        "5",
        "null",
        '{"question": "x"}',
        '{"answers": []}',
        '{"question": 5, "answers": []}',
        '{"question": "x", "answers": 5}',
        '{"question": "x", "answers": [5]}',
        '{"question": "x", "answers": "宜昌"}',
        '{"question": "x", "answers": [], "articles": 5}',
        '{"question": "x", "answers": [], "articles": "abc"}',
        '{"question": "x", "answers": [], "title": 5}',
        '{"question": "x", "answers": [], "with": "投产"}',
    ],
)
def test_a_bad_line_is_told_by_path_and_line(tmp_path: Path, line: str) -> None:
    """A slip in a gold file must not pass as a bad figure."""
    file = tmp_path / "gold.jsonl"
    file.write_text(f'{{"question": "x", "answers": []}}\n\n{line}\n', "utf-8")
    with pytest.raises(BadQuestions) as caught:
        read_questions(file)
    assert (caught.value.path, caught.value.line) == (file, 3)
    assert str(caught.value).startswith(f"{file}:3: ")


@pytest.mark.parametrize("damage", ["missing", "folder", "cut", "flipped", "not packed", "no UTF-8"])
def test_an_unreadable_file_is_told_by_its_path(tmp_path: Path, damage: str) -> None:
    """Whatever is wrong with it, the person gave the path."""
    file = tmp_path / "gold.jsonl.gz"
    packed = gzip.compress(b"".join(b'{"question": "%d", "answers": []}\n' % (n * n) for n in range(5000)))
    half = len(packed) // 2
    if damage == "folder":
        file.mkdir()
    elif damage != "missing":
        flipped = packed[:half] + bytes(255 - byte for byte in packed[half : half + 64]) + packed[half + 64 :]
        content = {"cut": packed[:half], "flipped": flipped, "not packed": b"{}", "no UTF-8": gzip.compress(b"\xff")}
        file.write_bytes(content[damage])
    with pytest.raises(BadQuestions) as caught:
        read_questions(file)
    assert caught.value.path == file
