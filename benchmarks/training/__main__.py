"""Fits retrieval/ranking/weights.json and retrieval/ranking/confidence.json on CMRC 2018 and DRCD only.

Run it from the repository's root as

    python -m benchmarks.training SETS [--news FILE] [--only sentence | passage | span | confidence]

where SETS is a folder with cmrc_trial/ (CC BY-SA 4.0) and drcd_dev/ (CC BY-SA 3.0), each with articles.jsonl.gz and
questions.jsonl.gz. Only the half of each is used that `benchmarks.quality.split` does not hold back; `python -m
benchmarks.quality` measures on the other half. With --news, the questions are asked a second time among the articles of
that file; the weights that ship were fitted with it.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import platformdirs

from benchmarks.quality.sets import page_of, pool, titles_of
from benchmarks.quality.split import is_held
from benchmarks.training import confidence, passages, sentences, spans
from benchmarks.training.examples import examples
from retrieval.evaluation.gold import group_by_question, read_questions
from retrieval.ranking.weights import weights
from retrieval.storage.library_cache import open_or_build

if TYPE_CHECKING:
    from retrieval.evaluation.gold import Gold
    from retrieval.library import Library

TRAINED_ON = ("cmrc_trial", "drcd_dev")
ALONE, AMONG_NEWS = 600, 400  # most questions of a set, asked of it alone and among the news; spans use all of them
WEIGHTS = Path(__file__).parents[2] / "retrieval" / "ranking"


def main() -> None:
    """Fit the models in order, each with the weights that were fitted before it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sets", type=Path)
    parser.add_argument("--news", type=Path)
    parser.add_argument("--only", choices=("sentence", "passage", "span", "confidence"))
    options = parser.parse_args()
    asked = list(_asked(options.sets, options.news))
    if options.only in (None, "sentence"):
        sets = [list(examples(library, groups)) for library, groups in asked]
        _write("weights.json", sentence=sentences.fit_sentences(sets))
    if options.only in (None, "passage"):
        among_news = asked[len(TRAINED_ON) :] or asked
        _write("weights.json", passage=passages.fit_passages(among_news))
    if options.only in (None, "span"):
        all_of = (
            (library, _groups(options.sets / name)) for (library, _), name in zip(asked, TRAINED_ON, strict=False)
        )
        _write("weights.json", span=spans.fit_tables([_span_cases(library, groups) for library, groups in all_of]))
    if options.only in (None, "confidence"):
        cases = [list(confidence.cases(library, list(examples(library, groups)))) for library, groups in asked]
        _write("confidence.json", **confidence.trees_record(confidence.fit_confidence(cases)))


def _asked(sets: Path, news: Path | None) -> list[tuple[Library, list[tuple[Gold, ...]]]]:
    """Return pairs of a library and questions: each set asked of itself, then, with news, each among all articles."""
    cache = platformdirs.user_cache_path("chuwen") / "quality"
    groups = {name: _groups(sets / name) for name in TRAINED_ON}
    asked = [(open_or_build(sets / name / "articles.jsonl.gz", cache), groups[name][:ALONE]) for name in TRAINED_ON]
    if news is not None:
        files = [*sorted(sets.glob("*/articles.jsonl.gz")), news]
        pooled = open_or_build(pool(files, cache), cache)
        asked += [(pooled, groups[name][:AMONG_NEWS]) for name in TRAINED_ON]
    return asked


def _groups(folder: Path) -> list[tuple[Gold, ...]]:
    """Return the answerable questions of a set that are not held back, grouped by text, in a fixed random order."""
    titles = titles_of(folder / "articles.jsonl.gz")
    groups = group_by_question(gold for gold in read_questions(folder / "questions.jsonl.gz") if gold.answers)
    ours = [group for group in groups if not is_held(page_of(group[0], titles))]
    random.Random(0).shuffle(ours)
    _tell(f"{folder.name}: {len(ours)} questions of {len(groups)}")
    return ours


def _span_cases(library: Library, groups: list[tuple[Gold, ...]]) -> list[spans.Case]:
    """Return the spans of the best right sentence of each question, searched in its right article."""
    cases = []
    for example in examples(library, groups, of_right_article=True):
        number = next((i for i in example.ranked.order if example.right[i]), None)
        if number is not None and (case := spans.span_case(library, example, number)):
            cases.append(case)
    return cases


def _write(name: str, **tables: Any) -> None:
    """Replace tables in a file that ships, and keep the others of it."""
    path = WEIGHTS / name
    record = (json.loads(path.read_text("utf-8")) if path.exists() else {}) | tables
    path.write_text(_lines(record) + "\n", "utf-8")
    weights.cache_clear()
    _tell(f"{name}: {', '.join(tables)} written")


def _lines(record: dict[str, Any]) -> str:
    """Write a record as JSON with one weight or one tree a line."""

    def entry(value: Any, depth: int) -> str:
        if isinstance(value, dict) and depth < 3:
            inner = (
                f"{' ' * depth}{json.dumps(k, ensure_ascii=False)}: {entry(v, depth + 1)}" for k, v in value.items()
            )
            return "{\n" + ",\n".join(inner) + "\n" + " " * (depth - 1) + "}"
        if isinstance(value, list):
            return "[\n" + ",\n".join(f"{' ' * depth}{json.dumps(v, ensure_ascii=False)}" for v in value) + "\n]"
        return json.dumps(value, ensure_ascii=False)

    return entry(record, 1)


def _tell(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
