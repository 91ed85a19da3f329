"""What is shown of an answer stands in the articles, is marked, and says where it is from."""

from __future__ import annotations

import dataclasses
import datetime
import html
import json
from typing import TYPE_CHECKING

import pytest

from bot.domain.stored_answers import CitationSnapshot
from bot.service.answers import AnswerService, Original, sources
from bot.telegram.handlers.more import PAGE
from bot.telegram.ui.answer_view import answer_pieces, original_pages, passage_pieces
from bot.telegram.wire.markup import MOST_UNITS, Piece, line, messages, units
from bot.texts import Language, texts_in
from retrieval.answer import Policy
from retrieval.evaluation.gold import read_questions
from retrieval.model import Abstention, Answer, Reason
from retrieval.storage.library_cache import open_or_build
from tests.support.markup import parse_html
from tests.support.paths import GOLD

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from retrieval.library import Library
    from retrieval.model import Result
    from tests.conftest import LibraryOf

SAID = texts_in(Language.SIMPLIFIED)
QUESTION = "宜昌消耗了多少磷石膏？"
TWO = "宜昌用掉了多少磷石膏？银岭路有多长？"
UNANSWERED = "宝钢二期投资多少？"
QUESTIONS = tuple(dict.fromkeys(gold.question for gold in read_questions(GOLD / "sample.jsonl")))
HUGE = "【" + "𠀀" * 9000  # wide characters, and no end


@pytest.fixture(scope="module")
def asking(sample: Library) -> AnswerService:
    """Asks the sample corpus."""
    return AnswerService(library=sample)


@pytest.fixture(scope="module")
def long_section(library_of: LibraryOf) -> AnswerService:
    """Asks an article of one long section, the answer in its middle."""
    filler = "各地各部门持续推进项目建设和企业服务。" * 20
    return AnswerService(library=library_of([("道路", [*[filler] * 12, "银岭路全长300米。", *[f"另有{filler}"] * 12])]))


def source_of(asking: AnswerService, question: str) -> CitationSnapshot:
    """The first source of the surest answer."""
    return sources(AnswerService(library=asking.library, policy=Policy(is_forced=True)).ask(question))[0]


def sent(pieces: Iterable[Piece]) -> str:
    """What arrives, in one string."""
    return "\n\n".join(messages(pieces))


def answered(asking: AnswerService, question: str) -> tuple[Result, str]:
    """An answer, and how it arrives."""
    result = asking.ask(question)
    return result, sent(answer_pieces(result, sources(result), SAID))


def shown(message: str) -> str:
    """The text of a message, as Telegram reads it."""
    return parse_html(message).text


def marked(message: str, kind: str) -> list[str]:
    """What is marked in a message, by kind of entity."""
    found = parse_html(message)
    units = found.text.encode("utf-16-le")
    places = [(2 * one["offset"], 2 * one["length"]) for one in found.entities if one["type"] == kind]
    return [units[start : start + length].decode("utf-16-le") for start, length in places]


def bold(message: str) -> str:
    """What is set off in a message."""
    return "".join(marked(message, "bold"))


def quotations(message: str) -> list[str]:
    """What is quoted in a message, folded."""
    return marked(message, "expandable_blockquote")


def test_the_answering_words_are_bold_in_the_quote(asking: AnswerService) -> None:
    """They are what was asked for."""
    result, message = answered(asking, QUESTION)
    assert isinstance(result, Answer)
    first = message.partition("\n")[0]
    assert shown(first) == f"{result.citations[0].quote} [1]"
    assert bold(first) == "近40万吨"


def test_a_source_has_number_title_date_section_and_quote(asking: AnswerService) -> None:
    """So it can be looked up, and the quote is folded: it was read already."""
    _, message = answered(asking, TWO)
    source = source_of(asking, "银岭路有多长？")
    name, details, quotation = message.split("\n\n")[1].splitlines()
    assert name == f"[1] <b>{source.title}</b>"
    assert details == f"未写年份 · 2025-07-19 发布 · {source.section}"
    assert source.section == "一、试点用到道路和护坡"
    assert quotation.startswith("<blockquote expandable>银岭路全长<b>300米</b>")
    assert quotations(quotation) == [source.quote]


def test_sources_are_numbered_as_the_quotes_are(asking: AnswerService) -> None:
    """The number is the way from one to the other."""
    result, message = answered(asking, TWO)
    assert isinstance(result, Answer)
    lines = shown(message).splitlines()
    for number, citation in enumerate(result.citations, 1):
        assert lines.index(f"{citation.quote} [{number}]") == number - 1
        assert f"[{number}] {citation.passage.article.title}" in lines


def test_what_is_unanswered_is_named(asking: AnswerService) -> None:
    """An answer to half a question looks whole."""
    answer = asking.ask(QUESTION)
    assert isinstance(answer, Answer)
    result = dataclasses.replace(answer, unanswered=("常住人口多少",))
    assert SAID.unanswered.format(part="常住人口多少") in sent(answer_pieces(result, sources(result), SAID))


def test_what_is_near_is_told_not_to_be_an_answer(asking: AnswerService) -> None:
    """A sentence beside the point, shown as an answer, is a wrong answer."""
    result, message = answered(asking, UNANSWERED)
    assert isinstance(result, Abstention)
    refusal, label, *nearest = message.split("\n\n")
    assert refusal == "抱歉，文章里没有找到答案：最接近的内容没有写“投资”。"
    assert label == "最接近的原文（不是答案）："
    assert [quotations(one) for one in nearest] == [[one.quote] for one in result.nearest]
    assert all("<b>" not in one.splitlines()[-1] for one in nearest)


def test_nothing_near_is_only_a_refusal(asking: AnswerService) -> None:
    """A heading over nothing would look like a fault."""
    assert answered(asking, "武汉今天会下雨吗？")[1] == SAID.no_answer[Reason.NOT_IN_ARTICLES]


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("policy", [Policy(), Policy(is_forced=True)], ids=["threshold", "forced"])
def test_every_quote_is_a_slice_of_an_article(sample: Library, policy: Policy, language: Language) -> None:
    """This is the promise; it has to hold for what is seen, not only for what was found."""
    published = [sample.passage(row).text for row in range(sample.passages)]
    for question in QUESTIONS:
        result = AnswerService(library=sample, policy=policy).ask(question)
        arrived = messages(answer_pieces(result, sources(result), texts_in(language)))
        quoted = [quotation for message in arrived for quotation in quotations(message)]
        assert quoted == [source.quote for source in sources(result)], question
        assert all(any(quotation in text for text in published) for quotation in quoted), question


def test_sources_are_the_citations(asking: AnswerService) -> None:
    """They outlive the library, so they hold all that is shown."""
    for question in (QUESTION, TWO, UNANSWERED):
        result = asking.ask(question)
        cited = result.citations if isinstance(result, Answer) else result.nearest
        found = sources(result)
        assert [one.quote for one in found] == [citation.quote for citation in cited]
        assert [one.start for one in found] == [citation.start for citation in cited]
        marked = [[one.quote[left:right] for left, right in one.spans] for one in found]
        assert marked == [[one.passage.text[left:right] for left, right in one.spans] for one in cited]


@pytest.mark.parametrize("question", [QUESTION, UNANSWERED, "黄石有多少人口？"])
def test_more_never_repeats(asking: AnswerService, question: str) -> None:
    """Neither what the answer cites nor what another page had."""
    shown_before = sources(asking.ask(question))
    pages = [asking.more(question, shown_before, start, 3) for start in range(0, 45, 3)]
    places = [(passage.ref.article, passage.ref.number) for page in pages for passage in page]
    cited = [(source.article, source.paragraph) for source in shown_before]
    assert len(places) > 20  # more than are put in order by their sentences
    assert len({*places, *cited}) == len(places) + len(set(cited))


def test_more_looks_one_passage_ahead(asking: AnswerService) -> None:
    """That is how it is known whether there is another page."""
    cited = sources(asking.ask(QUESTION))
    page, ahead = asking.more(QUESTION, cited, 0, 3), asking.more(QUESTION, cited, 0, 4)
    assert ahead == (*page, asking.more(QUESTION, cited, 3, 3)[0])


def test_more_ends(asking: AnswerService) -> None:
    """There are only so many passages."""
    assert asking.more(QUESTION, (), asking.library.passages, 3) == ()
    assert asking.more("xylophone zzgljk", (), 0, 3) == ()


def test_passages_are_a_numbered_list(asking: AnswerService) -> None:
    """The numbers go on from page to page."""
    passages = asking.more(QUESTION, (), 3, 2)
    found = messages(passage_pieces(passages, 4, SAID))[0].split("\n\n")
    assert [one.partition(".")[0] for one in found] == ["4", "5"]
    assert [quotations(one) for one in found] == [[one.text.strip()] for one in passages]
    assert all(passage.article.title in bold(one) for one, passage in zip(found, passages, strict=True))


def test_an_original_is_the_section_with_the_quote(asking: AnswerService) -> None:
    """What stands around a sentence may change its meaning."""
    source = source_of(asking, "银岭路有多长？")
    original = asking.original(source)
    assert original.quoted is not None
    assert original.quoted.quote == source.quote
    assert {passage.section for passage in original.passages} == {source.section}
    (page,), quoted_page = original_pages(source, original, SAID)
    heading, *body = sent(page).split("\n\n")
    assert quoted_page == 1
    assert shown(heading) == f"{source.title}\n未写年份 · 2025-07-19 发布 · {source.section}"
    assert "".join(map(shown, body)) == "".join(passage.text.rstrip() for passage in original.passages)
    assert "".join(map(bold, body)) == source.quote


def test_a_long_section_has_pages_and_opens_at_the_quote(long_section: AnswerService) -> None:
    """Nobody turns five pages to find it; and none of the text is lost between two."""
    source = source_of(long_section, "银岭路有多长？")
    original = long_section.original(source)
    pages, quoted_page = original_pages(source, original, SAID)
    assert len(pages) > 3
    assert 1 < quoted_page < len(pages)
    assert source.quote in bold(sent(pages[quoted_page - 1]))
    for number, page in enumerate(pages, 1):
        assert SAID.page.format(page=number, pages=len(pages)) in sent(page)
    body = [shown(one) for page in pages for one in sent(page).split("\n\n")[1:]]
    assert "".join(body) == "".join(passage.text.rstrip() for passage in original.passages)


def test_an_original_of_one_page_counts_no_pages(asking: AnswerService) -> None:
    """Page 1 of 1 says nothing."""
    source = source_of(asking, QUESTION)
    assert "共 1 页" not in sent(original_pages(source, asking.original(source), SAID)[0][0])


def test_a_quote_that_moved_is_found_again(asking: AnswerService) -> None:
    """A paragraph that is put before it changes its number, not the sentence."""
    source = source_of(asking, "银岭路有多长？")
    moved = dataclasses.replace(source, paragraph=source.paragraph + 1, start=7, section="别的")
    assert asking.original(moved) == asking.original(source)


def test_a_quote_that_stands_twice_is_marked_where_it_stood(library_of: LibraryOf) -> None:
    """The same sentence may be the answer in one paragraph, and a caption in another."""
    asking = AnswerService(
        library=library_of([("路", ["银岭路全长300米。", "银岭路全长300米。又说：银岭路全长300米。"])])
    )
    quote = "银岭路全长300米。"
    source = dataclasses.replace(source_of(asking, "银岭路有多长？"), paragraph=2, start=13, quote=quote)
    quoted = asking.original(source).quoted
    assert quoted is not None
    assert (quoted.passage.ref.number, quoted.start) == (2, 13)


@pytest.mark.parametrize("section", ["一、试点用到道路和护坡", "这一节没有了"])
def test_a_changed_article_is_said_to_have_changed(asking: AnswerService, section: str) -> None:
    """The quote is shown as it was, unmarked in the text of today, which is not what was quoted."""
    source = source_of(asking, "银岭路有多长？")
    changed = dataclasses.replace(source, quote="银岭路全长900米。", section=section, spans=())
    original = asking.original(changed)
    assert original.quoted is None
    pages, quoted_page = original_pages(changed, original, SAID)
    heading, *body = sent(page for whole in pages for page in whole).split("\n\n")
    assert quoted_page == 1
    assert SAID.article_changed in heading
    assert quotations(heading) == ["银岭路全长900米。"]
    assert "".join(map(shown, body)) == "".join(passage.text.rstrip() for passage in original.passages)
    assert "".join(map(bold, body)) == ""


def test_an_article_that_has_gone_is_said_to_have_gone(asking: AnswerService) -> None:
    """The quote is still shown: it was true when it was quoted."""
    source = dataclasses.replace(source_of(asking, QUESTION), article="AAAAAAAAAA")
    assert asking.original(source) == Original()
    pages, quoted_page = original_pages(source, Original(), SAID)
    message = sent(pages[0])
    assert (len(pages), quoted_page) == (1, 1)
    assert SAID.article_gone in message
    assert quotations(message) == [source.quote]


@pytest.fixture(scope="module")
def monstrous(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> AnswerService:
    """Asks articles whose titles, headings and paragraphs have no end, and look like markup."""
    articles = [
        {"title": f"<b>{number}{HUGE}", "paragraphs": [f"银岭路{number}号全长300米。{HUGE * 3}", "&" * 9000]}
        for number in range(6)
    ]
    file = tmp_path_factory.mktemp("monstrous") / "articles.jsonl"
    file.write_text("".join(f"{json.dumps(article)}\n" for article in articles), "utf-8")
    return AnswerService(library=open_or_build(file, cache), policy=Policy(is_forced=True))


def test_no_article_breaks_the_limit(monstrous: AnswerService) -> None:
    """Files are made by programs, too."""
    question = "银岭路3号有多长？"
    result = monstrous.ask(question)
    found = [dataclasses.replace(source, section=HUGE) for source in sources(result)]
    assert found
    arrived = messages(answer_pieces(result, found, SAID))
    for source in found:
        for page in original_pages(source, monstrous.original(source), SAID)[0]:
            arrived += messages(page)
    assert [message for message in arrived if units(shown(message)) > MOST_UNITS] == []


def test_a_page_is_one_message(monstrous: AnswerService) -> None:
    """Where a page is turned, it takes the place of the one before: there is no room for a second message."""
    gone = CitationSnapshot(
        article="AAAAAAAAAA",
        paragraph=1,
        title=HUGE,
        date=datetime.date(2025, 7, 19),
        section=HUGE,
        start=0,
        quote=HUGE,
        spans=(),
    )
    here = dataclasses.replace(gone, article=sources(monstrous.ask("银岭路3号有多长？"))[0].article)
    for source in (gone, here):
        pages, _ = original_pages(source, monstrous.original(source), SAID)
        assert [len(messages(page)) for page in pages] == [1] * len(pages)
    (longest, *_) = monstrous.more("银岭路有多长？", (), 0, PAGE)  # the articles are near-duplicates
    passages = [dataclasses.replace(longest, section=HUGE)] * PAGE
    assert len(messages([(line(SAID.more),), *passage_pieces(passages, 13, SAID)])) == 1


def test_a_title_that_looks_like_markup_is_text(monstrous: AnswerService) -> None:
    """Titles are escaped like everything else."""
    source = sources(monstrous.ask("银岭路3号有多长？"))[0]
    assert html.escape("<b>3【") in sent(original_pages(source, Original(), SAID)[0][0])


def test_what_is_missing_is_named_as_missing() -> None:
    """Neither title nor date has to be there."""
    source = CitationSnapshot(
        article="AAAAAAAAAA", paragraph=1, title="", date=None, section="", start=0, quote="引文", spans=()
    )
    assert shown(sent(original_pages(source, Original(), SAID)[0][0])).splitlines()[:2] == ["（无标题）", "日期不详"]
