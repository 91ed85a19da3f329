"""Cutting into words: the same from the file as from memory, with set terms and places whole."""

from __future__ import annotations

import csv
import gzip
import json
from concurrent.futures import ThreadPoolExecutor
from importlib import resources
from itertools import islice, pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.text import normalize
from retrieval.words.lexicon import read_dictionary
from retrieval.words.segment import Segmenter, Token, characters, domain_words, word_pairs
from tests.support.paths import SHARED_DATA

if TYPE_CHECKING:
    from pathlib import Path

NEWS = SHARED_DATA / "news/articles.jsonl.gz"
PARTS = (
    *(
        "宜昌",
        "南漳",
        "点军",
        "襄城区",
        "猇亭区",
        "天门市",
        "市场",
        "区域",
        "磷石膏",
        "专精特新",
        "公安",
        "机关",
        "的",
        "了",
    ),
    *(
        "中华人民共和国",
        "同学们",
        "首次",
        "宝石",
        "交通",
        "城市",
        "2019年",
        "3.5",
        "万吨",
        "GDP",
        "x-1",
        ",",
        "。",
        " ",
        "\n",
    ),
)
CHINESE_LIKE = st.lists(
    st.sampled_from(PARTS)
    | st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), max_size=6)
    | st.text(max_size=3)
).map("".join)


@pytest.fixture(scope="module")
def memory() -> Segmenter:
    """One with its words in memory."""
    return Segmenter(None)


@pytest.fixture(scope="module")
def mapped(tmp_path_factory: pytest.TempPathFactory) -> Segmenter:
    """One with its words in the file."""
    cache = tmp_path_factory.mktemp("cache")
    Segmenter(cache)
    return Segmenter(cache)


def words(segmenter: Segmenter, text: str) -> list[str]:
    """The words of a text."""
    return [token.word for token in segmenter.tokens(text)]


@given(text=CHINESE_LIKE)
def test_file_and_memory_cut_alike(mapped: Segmenter, memory: Segmenter, text: str) -> None:
    """The index is built from memory and asked from the file: words cut otherwise would never be found."""
    assert mapped.tokens(text) == memory.tokens(text)


@pytest.mark.skipif(not NEWS.exists(), reason="the real news are not here")
def test_file_and_memory_cut_real_news_alike(mapped: Segmenter, memory: Segmenter) -> None:
    """Real text holds names, numbers and mistakes that generated text does not."""
    with gzip.open(NEWS, "rt", encoding="utf-8") as file:
        articles = [json.loads(line) for line in islice(file, 400)]
    texts = [normalize(paragraph).text for article in articles for paragraph in article["paragraphs"]]
    assert [text for text in texts if mapped.tokens(text) != memory.tokens(text)] == []


def test_cuts_as_jieba_itself_does(mapped: Segmenter, tmp_path: Path) -> None:
    """What jieba does is the definition: the file and the way round its start must not change a word."""
    import jieba

    tokenizer = jieba.Tokenizer()
    tokenizer.tmp_dir = str(tmp_path)
    for word in domain_words():
        tokenizer.add_word(word)
    text = "2019年,宜昌市点军区消耗磷石膏约2.55万吨;中华人民共和国的同学们在襄城区研究专精特新企业"
    assert words(mapped, text) == [word for word in tokenizer.cut(text) if word not in ",;"]
    for word in (*domain_words(), "中国", "研究"):
        assert mapped.frequency(word) == tokenizer.FREQ[word] / tokenizer.total


@given(text=CHINESE_LIKE)
def test_tokens_stand_where_they_say(mapped: Segmenter, text: str) -> None:
    """Spans of an answer are made of the tokens' places, and a quote must be in its paragraph."""
    tokens = mapped.tokens(text)
    assert [text[token.start : token.end] for token in tokens] == [token.word for token in tokens]
    assert all(left.end <= right.start for left, right in pairwise(tokens))


def test_threads_cut_alike(mapped: Segmenter) -> None:
    """Questions are answered in parallel threads with one segmenter."""
    texts = [
        f"宜昌市第{number}次消耗磷石膏{number}万吨,同学们在{place}研究" for number, place in enumerate(domain_words())
    ]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(mapped.tokens, texts * 4)) == [mapped.tokens(text) for text in texts * 4]


def test_building_keeps_a_segmenter_that_is_in_memory(mapped: Segmenter, memory: Segmenter) -> None:
    """On the first start the words are in memory already; reading them again would cost half a second."""
    assert memory.for_building() is memory
    assert mapped.for_building() is not mapped


@pytest.mark.parametrize("word", domain_words())
def test_terms_and_places_stay_whole(mapped: Segmenter, word: str) -> None:
    """A name cut apart is searched for as its pieces, which stand everywhere."""
    assert words(mapped, f"在{word}、")[-1] == word


@pytest.mark.parametrize("text", ["深圳|宝安区", "宜昌市|点军区|的", "湖北|南漳县", "襄城区|工业", "猇亭区|,|公安机关"])
def test_places_are_cut_from_their_neighbours(mapped: Segmenter, text: str) -> None:
    """Places outside Hubei and words beside a place are cut as before."""
    assert words(mapped, text.replace("|", "")) == [word for word in text.split("|") if word != ","]


def test_places_cut_no_ordinary_word(mapped: Segmenter) -> None:
    """The words that `regions.tsv` lists as holding no place (通城市, 石首次) are cut as without the places."""
    table = resources.files("corpus").joinpath("regions.tsv").read_text("utf-8")
    plain = read_dictionary(()).tokenizer()
    rows = csv.DictReader(table.splitlines(), dialect="excel-tab", restval="")
    ordinary = [word for row in rows for word in row["not within"].split()]
    assert ordinary
    assert [word for word in ordinary if words(mapped, word) != plain.lcut(word)] == []


def test_ambiguous_names_are_no_words_of_ours() -> None:
    """公安 is the police and 青山 green hills: to make them places would make those words likelier."""
    assert not {"公安", "青山", "通城"} & set(domain_words())
    assert {"公安县", "青山区", "通城县"} <= set(domain_words())


def test_punctuation_and_space_are_no_tokens(mapped: Segmenter) -> None:
    """They would be counted as words, and every passage holds them."""
    assert words(mapped, " ,。!?《》\n—") == []


def test_frequency_is_a_share_of_all_words(mapped: Segmenter, memory: Segmenter) -> None:
    """Features were trained on shares; a word that nobody knows has none, a mere beginning neither."""
    assert 0 < mapped.frequency("中国") < 0.01
    assert mapped.frequency("中国") == memory.frequency("中国")
    assert mapped.frequency("磷石") == mapped.frequency("猇猇") == 0


def test_characters_and_their_pairs() -> None:
    """A number or Latin word is one term, and only neighbours make a pair."""
    assert list(characters("磷石 gdp2.5吨")) == ["磷", "石", "磷石", "gdp2.5", "吨", "gdp2.5吨"]


def test_word_pairs_have_nothing_between_them() -> None:
    """Words on both sides of a comma are no phrase."""
    tokens = [Token("宜昌", 0, 2), Token("磷石膏", 2, 5), Token("万吨", 6, 8)]
    assert list(word_pairs(tokens)) == ["宜昌 磷石膏"]
