"""The rows that limits leave are those of the articles within them, whoever asks."""

from __future__ import annotations

import datetime
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.regions import covers, find_region
from retrieval.index.catalogue import Catalogue, open_catalogue, write_catalogue
from retrieval.index.folder import Files
from retrieval.limits import Limits

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import pytest

    from retrieval.library import Library

PLACES = ("湖北", "宜昌", "点军", "襄阳", "随县", "恩施")
DAYS = st.dates(datetime.date(2024, 12, 1), datetime.date(2025, 2, 1))
CARDS = st.fixed_dictionaries(
    {
        "date": st.none() | DAYS.map(datetime.date.isoformat),
        "regions": st.lists(st.sampled_from(PLACES), max_size=2, unique=True),
        "rows": st.integers(0, 3),
    }
)
PERIODS = st.tuples(st.none() | DAYS, st.none() | DAYS).filter(
    lambda days: bool(days[0] or days[1]) and not (days[0] and days[1] and days[0] > days[1])
)
LIMITS = st.builds(
    lambda names, period: Limits(tuple(region for name in names if (region := find_region(name))), period),
    st.lists(st.sampled_from(PLACES), max_size=2, unique=True),
    st.none() | PERIODS,
)


def is_within(card: dict[str, object], limits: Limits) -> bool:
    """What the limits say, article by article."""
    first, last = limits.published or (None, None)
    day = datetime.date.fromisoformat(str(card["date"])) if card["date"] else None
    names = card["regions"]
    assert isinstance(names, list)
    about = [region for name in names if (region := find_region(name))]
    is_there = not limits.regions or any(covers(one, place) for one in limits.regions for place in about)
    is_then = not limits.published or bool(day and (first or day) <= day <= (last or day))
    return is_there and is_then


def written(folder: Path, cards: Iterable[dict[str, object]]) -> Catalogue:
    """Write a catalogue of cards and open it."""
    write_catalogue(Files(folder), cards)
    return open_catalogue(folder)


@settings(max_examples=60)
@given(counts=st.lists(st.integers(0, 3), max_size=9))
def test_each_row_is_of_its_article(tmp_path_factory: pytest.TempPathFactory, counts: list[int]) -> None:
    """The wrong article below a quote would be a false source; articles without a paragraph are none's."""
    catalogue = written(
        tmp_path_factory.mktemp("cards"), ({"date": None, "regions": [], "rows": count} for count in counts)
    )
    of = [number for number, count in enumerate(counts) for _ in range(count)]
    assert [catalogue.article_of(row) for row in range(len(of))] == of


@settings(max_examples=60)
@given(cards=st.lists(CARDS, max_size=8), limits=LIMITS)
def test_rows_are_those_of_the_articles_within(
    tmp_path_factory: pytest.TempPathFactory, cards: list[dict[str, object]], limits: Limits
) -> None:
    """One row too many is an answer that was not asked for, one too few an answer that is missed."""
    rows = written(tmp_path_factory.mktemp("cards"), cards).rows_within(limits)
    assert rows.tolist() == [is_within(card, limits) for card in cards for _ in range(int(str(card["rows"])))]


def test_threads_read_it_at_once(tmp_path: Path) -> None:
    """It is read when first needed, by whoever comes first."""
    catalogue = written(tmp_path, ({"date": None, "regions": [PLACES[n % 6]], "rows": 2} for n in range(500)))
    (region,) = filter(None, [find_region("宜昌")])
    with ThreadPoolExecutor(8) as threads:
        masks = list(threads.map(catalogue.rows_within, [Limits((region,))] * 32))
    assert all(np.array_equal(mask, masks[0]) for mask in masks)
    assert masks[0].sum() == 2 * len([n for n in range(500) if n % 6 in (1, 2)])


def test_every_place_of_the_sample_is_known(sample: Library) -> None:
    """Cards keep names; one that no longer finds its place would be in no limits."""
    names = {name for number in range(sample.articles) for name in sample.card(number).regions}
    assert names
    assert [name for name in names if find_region(name) is None] == []
