"""Normalising keeps every character's origin, and sentences lose none: quotes and bold words rest on both."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from corpus.text import normalize, sentence_around, sentences

MIXED = st.text(
    st.sampled_from(
        "宜昌磷石膏體龍台灣皇后发發ＡＢａ１２㎡㈱ﬁ½…\u200b\u200d\ufeff\u0301éİ"
        " 。！？!?；，、《》（）()“”‘’「」【】[]\n\t\u3000\r"
    )
    | st.characters(exclude_categories=["Cs"]),
    max_size=60,
)


@given(MIXED)
@example("㎡")
@example("\u200b")
@example("a\u200b")
@example("\u200b㎡\u200b㎡")
def test_every_span_leads_back_into_the_original(text: str) -> None:
    """A span outside the text could not be cited."""
    plain = normalize(text)
    for start in range(len(plain.text)):
        left, right = plain.original(start, start + 1)
        assert 0 <= left < right <= len(text)


@given(MIXED)
def test_spans_keep_their_order(text: str) -> None:
    """Words found later must stand later, or marks would cross."""
    plain = normalize(text)
    spans = [plain.original(i, i + 1) for i in range(len(plain.text))]
    assert all(left <= right for left, right in pairwise(spans))


@given(MIXED)
def test_the_whole_covers_all_that_is_visible(text: str) -> None:
    """What is dropped at the edges is invisible: nothing readable may fall out of a quote."""
    plain = normalize(text)
    if plain.text:
        left, right = plain.original(0, len(plain.text))
        assert normalize(text[:left] + text[right:]).text == ""


@given(MIXED, st.data())
def test_the_original_of_a_span_says_the_same(text: str, data: st.DataObject) -> None:
    """The words shown in bold must hold the words that were found."""
    plain = normalize(text)
    start = data.draw(st.integers(0, len(plain.text)))
    end = data.draw(st.integers(start, len(plain.text)))
    left, right = plain.original(start, end)
    if plain.offsets is None:
        assert (left, right) == (start, end)
    elif start < end:
        kept = set(plain.offsets[start:end])
        assert kept <= set(range(left, right))


@given(MIXED)
def test_offsets_are_kept_for_every_character(text: str) -> None:
    """One missing would shift every quote behind it."""
    plain = normalize(text)
    if plain.offsets is None:
        assert len(plain.text) == len(text)
    else:
        assert len(plain.offsets) == len(plain.text) + 1
        assert plain.offsets[-1] == len(text)
        assert list(plain.offsets) == sorted(plain.offsets)


@given(st.text(st.sampled_from("宜昌磷石膏abc12, "), max_size=30))
def test_plain_text_stays_as_it_is(text: str) -> None:
    """The usual text needs no offsets, and must not be changed."""
    plain = normalize(text)
    assert (plain.text, plain.offsets) == (text, None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("襄城區的常住人口", "襄城区的常住人口"),
        ("誰主持了會議", "谁主持了会议"),
        ("皇后", "皇后"),
        ("ＧＤＰ２０２３", "gdp2023"),
        ("GDP", "gdp"),
        ("：，！？（）；", ":,!?();"),
        ("100㎡", "100m2"),
        ("宜\u200b昌", "宜昌"),
        ("\ufeff宜昌", "宜昌"),
        ("宜\u00ad昌", "宜昌"),
        ("１０％", "10%"),
        ("㍿", "株式会社"),
        ("宜昌\u3000武汉", "宜昌 武汉"),
        ("", ""),
    ],
)
def test_texts_that_mean_the_same_become_the_same(text: str, expected: str) -> None:
    """A question in another script, width or with hidden marks must find the same sentence."""
    assert normalize(text).text == expected


@pytest.mark.parametrize(
    ("text", "words", "original"),
    [
        ("面积100㎡的馆", "100m2", "100㎡"),
        ("面积100㎡的馆", "2", "㎡"),
        ("面积100㎡的馆", "馆", "馆"),
        ("宜\u200b昌市", "宜昌", "宜\u200b昌"),
        ("宜昌\u200b市", "市", "市"),
        ("\u200b宜昌", "宜昌", "宜昌"),
        ("ＧＤＰ增長", "gdp增长", "ＧＤＰ增長"),
        ("佔比是６０％以上", "60%以上", "６０％以上"),
    ],
)
def test_found_words_lead_back_to_the_published_ones(text: str, words: str, original: str) -> None:
    """Readers are shown what was published, not what was compared."""
    plain = normalize(text)
    start = plain.text.index(words)
    left, right = plain.original(start, start + len(words))
    assert text[left:right].strip("\u200b") == original.strip("\u200b")


@given(MIXED)
def test_normalising_twice_is_normalising_once(text: str) -> None:
    """The index and a question are compared however often each was normalised on its way."""
    once = normalize(text).text
    assert len(normalize(once).text) == len(once)


@given(MIXED)
@example("（\n。）x")
@example("《。\n》")
def test_sentences_lose_no_character(text: str) -> None:
    """What belongs to no sentence could never be answered with."""
    covered = {i for start, end in sentences(text) for i in range(start, end)}
    assert [i for i, character in enumerate(text) if not character.isspace() and i not in covered] == []


@given(MIXED)
def test_sentences_are_in_order_and_apart(text: str) -> None:
    """A quote must not hold half of its neighbour."""
    spans = sentences(text)
    assert all(start < end for start, end in spans)
    assert all(left[1] <= right[0] for left, right in pairwise(spans))


@given(MIXED)
def test_no_white_space_around_a_sentence(text: str) -> None:
    """A quote starts and ends with words."""
    assert all(text[start:end] == text[start:end].strip() for start, end in sentences(text))


@pytest.mark.parametrize(
    "pieces",
    [
        ["一期已投产。", "二期正在建设！", "三期呢？"],
        ["他说：“先治污，后建设。”", "大家都同意。"],
        ["“真的吗？！”", "他问。"],
        ["（见附件。）全文完。"],
        ["《长江。大保护》于2018年出版。", "共三册。"],
        ["项目(一期。二期)已投产。", "明年建成。"],
        ["增长3.5%。", "下降2.1%。"],
        ["怎么办？？？", "想办法！！"],
        ["没有句号的一句"],
        ["全长300米；宽20米。"],
        ["他问「何时开工？」", "没人回答。"],
        ["【结束。】", "后记。"],
        [],
    ],
)
def test_sentences_end_where_a_reader_would_end_them(pieces: list[str]) -> None:
    """Too short a quote hides the answer's meaning, too long a one hides the answer."""
    text = "".join(pieces)
    assert [text[start:end] for start, end in sentences(text)] == pieces


def test_a_line_break_ends_a_sentence() -> None:
    """Headings and list points have no full stop."""
    text = "一、历史背景\n宜昌\n武汉。"
    assert [text[start:end] for start, end in sentences(text)] == ["一、历史背景", "宜昌", "武汉。"]


def test_a_wrapped_line_is_one_sentence() -> None:
    """Pages wrapped at a fixed width would fall apart otherwise."""
    text = "宜昌市借招商引资和政策引导在建设领域试点磷石膏综\n合利用。第二句。"
    assert [text[start:end] for start, end in sentences(text)] == [text[: text.index("。") + 1], "第二句。"]


def test_an_empty_line_ends_even_a_long_line() -> None:
    """Paragraphs are apart however they end."""
    text = "宜昌市借招商引资和政策引导在建设领域试点磷石膏综合利用\n\n第二段"
    assert len(sentences(text)) == 2


def test_unclosed_brackets_hide_no_end() -> None:
    """One bracket forgotten must not make one sentence of a whole article."""
    text = "（一期已投产。二期在建。《长江。完。"
    assert [text[start:end] for start, end in sentences(text)] == ["（一期已投产。", "二期在建。", "《长江。", "完。"]


@pytest.mark.parametrize(
    ("quote", "sentence"), [("开工", "二期开工。"), ("投产。二期", "一期投产。二期开工。"), ("　", "　")]
)
def test_the_sentence_around_some_words_is_whole(quote: str, sentence: str) -> None:
    """What a quote leaves out may change its meaning."""
    text = "　一期投产。二期开工。三期呢？"
    start = text.index(quote)
    assert text[slice(*sentence_around(text, start, start + len(quote)))] == sentence
